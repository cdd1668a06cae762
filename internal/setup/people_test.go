package setup_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wxmail/internal/advice"
	"wxmail/internal/guide"
	"wxmail/internal/setup"
	"wxmail/internal/signin"
	"wxmail/internal/step"
	"wxmail/internal/store"
)

// threePeople makes each role another person's.
func (o *office) threePeople() *office {
	o.answers["azure.admin"], o.answers["exchange.admin"] = entraAdmin, exchangeAdmin
	return o
}

func TestThreePeopleSignIn(t *testing.T) {
	t.Parallel()
	o := open(t, "").threePeople()
	p := o.nobody()
	well(t, o.goes(p, whole()))
	var accounts []string
	for _, prompt := range p.prompts {
		accounts = append(accounts, prompt.Account)
	}
	is(t, "accounts", accounts, []string{entraAdmin, exchangeAdmin, mailbox})
}

func TestWhoeverSignsInIsRightWhereNobodyIsNamed(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	o.answers["azure.admin"] = ""
	p := o.nobody()
	p.as[signin.Directory] = admin
	well(t, o.goes(p, whole()))
	is(t, "the directory's", p.prompts[0].Account, "")
	is(t, "Exchange's is the same person", p.prompts[1].Account, admin)
	is(t, "expected", p.expected[:2], []setup.ExpectedSignIn{{Role: signin.Directory}, {Role: signin.Exchange}})
}

func TestAWrongAdministratorEndsTheRun(t *testing.T) {
	t.Parallel()
	o := open(t, "").threePeople()
	for role, asked := range map[signin.Role][]signin.Role{
		signin.Directory: {signin.Directory},
		signin.Exchange:  {signin.Directory, signin.Exchange},
	} {
		p := o.nobody()
		p.as[role] = admin
		result := o.goes(p, whole())
		var wrong *signin.WrongAccount
		is(t, "wrong", len(result.Problems) == 1 && errors.As(result.Problems[0], &wrong), true)
		is(t, "who came", wrong.Got, admin)
		is(t, "signed in", p.signedIn(), asked)
		is(t, "planned", result.Planned, false)
		is(t, "writes", len(o.Writes()), 0)
	}
}

// A person may take the wrong account twice, and goes on; the third time ends
// the run. Each sign-in knows its place among all.
func TestAPersonIsAskedAgainForTheRightAccount(t *testing.T) {
	t.Parallel()
	o := open(t, "").threePeople()
	p := o.somebody(map[string]string{"webex.asset-saved": "true"})
	p.as[signin.Exchange] = admin
	p.atSignIn = func(prompt signin.Prompt) bool {
		if prompt.Attempt == 3 {
			delete(p.as, prompt.Role)
		}
		return true
	}
	well(t, o.goes(p, whole()))
	var places []string
	for _, e := range p.ends {
		next := ""
		if e.Next != nil {
			next = e.Next.Account
		}
		places = append(places, fmt.Sprintf("%d of %d %s, again %t, next %s", e.Number, e.Count, e.Account.UPN, e.Again, next))
	}
	is(t, "places", places, []string{
		"1 of 3 entra@contoso.example, again false, next exchange@contoso.example",
		"2 of 3 admin@contoso.example, again true, next support@contoso.example",
		"2 of 3 admin@contoso.example, again true, next support@contoso.example",
		"2 of 3 exchange@contoso.example, again false, next support@contoso.example",
		"3 of 3 support@contoso.example, again false, next ",
	})
	counted := 0
	for _, w := range p.works {
		if w.Count > 0 {
			counted = max(counted, w.Number)
		}
	}
	is(t, "the last change that was told of", counted > 3, true)

	o = open(t, "").threePeople()
	p = o.somebody(nil)
	p.answers, p.as[signin.Directory] = map[string]string{}, admin
	is(t, "problems", codes(o.goes(p, whole()).Problems), []string{"WX-WRONG-ACCOUNT"})
	is(t, "asked", p.signedIn(), []signin.Role{signin.Directory, signin.Directory, signin.Directory})
	is(t, "writes", len(o.Writes()), 0)
}

func TestAWrongMailboxUserLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	p := o.nobody()
	p.as[signin.Mailbox] = colleague
	result := o.goes(p, whole())
	is(t, "problems", codes(result.Problems), []string{"WX-WRONG-ACCOUNT"})
	is(t, "changes", made(result), append(everything()[:9], "token.redirect-uri", "token.redirect-uri"))
	is(t, "redirect URIs", o.application().Web.RedirectURIs, []string{o.draft.CallbackURL})
	is(t, "the token's step", states(result.Summary)["token"], "pending")
	is(t, "the forwarding's step", states(result.Summary)["mailbox.forward"], "waiting")
	is(t, "forwarding", o.forwardsTo(mailbox), "")
	is(t, "said", p.said, []string{"tenant.found", "note.forwarding-waits"})
	is(t, "the token's account", string(result.Summary.Token.Account), "")
	keys, err := o.vault.Keys()
	must(t, err)
	is(t, "in the vault", keys, []string{"client-secret"})

	right := o.goes(o.nobody(), whole())
	well(t, right)
	is(t, "changes", made(right), append([]string{"mailbox.forwarding"}, signsInAgain()...))
}

func TestNobodySignsInForAnotherTenantThanTheProfiles(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	must(t, o.profile.Write(store.Data{TenantID: "00000000-1111-2222-3333-444444444444",
		Answers: map[string]string{"webex.email-id": "support@contoso.example"}}))
	before := o.data()
	p := o.nobody()
	result := o.goes(p, whole())
	var other *setup.NotOwn
	is(t, "refused", len(result.Problems) == 1 && errors.As(result.Problems[0], &other), true)
	is(t, "code", codeOf(other), "WX-PROFILE-TENANT")
	is(t, "text", other.Error(), "profile default belongs to "+before.TenantID+", not "+other.Wanted)
	is(t, "signed in", p.signedIn(), nil)
	is(t, "the profile", o.data(), before)
}

func TestATenantThatDoesNotExistEndsTheRun(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	o.answers["azure.tenant"] = "nowhere.example"
	p := o.nobody()
	is(t, "problems", len(o.goes(p, whole()).Problems), 1)
	is(t, "signed in", p.signedIn(), nil)
	is(t, "what was answered is kept", o.data().Answers["webex.callback-url"], o.draft.CallbackURL)
}

// A slip of the pen would lead every later run astray.
func TestAProfileKeepsNoTenantThatDoesNotExist(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	must(t, o.profile.Write(store.Data{TenantID: "00000000-1111-2222-3333-444444444444",
		Answers: map[string]string{"webex.email-id": "support@contoso.example"}}))
	before := o.data()
	o.answers["azure.tenant"] = "nowhere.example"
	result := o.goes(o.nobody(), whole())
	is(t, "problems", len(result.Problems), 1)
	is(t, "the profile", o.data(), before)
}

func TestAForeignDomainStopsBeforeTheSecondPersonIsAsked(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	for question, account := range map[string]string{
		"webex.email-id": "partner@fabrikam.example", "mailbox.sign-in-as": "agent@fabrikam.example"} {
		o.afresh().threePeople()
		o.answers["azure.tenant"], o.answers[question] = "contoso.example", account
		p := o.nobody()
		result := o.goes(p, whole())
		is(t, question, codes(result.Problems), []string{"WX-DOMAIN-FOREIGN"})
		is(t, question+": signed in", p.signedIn(), []signin.Role{signin.Directory})
		is(t, question+": writes", len(o.Writes()), 0)
	}
}

func TestADirectoryThatCannotBeReadStopsBeforeTheSecondPersonIsAsked(t *testing.T) {
	t.Parallel()
	o := open(t, "").threePeople()
	o.fault(map[string]any{"service": "graph", "action": "status:403", "count": 100})
	p := o.nobody()
	is(t, "problems", len(o.goes(p, whole()).Problems), 1)
	is(t, "signed in", p.signedIn(), []signin.Role{signin.Directory})
}

// One who administrates both signs in twice, and the directory is read beside
// the second time.
func TestOnePersonSignsInTwiceAndBothAreReadBesideEachOther(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	var read bool
	p := o.nobody()
	p.atSignIn = func(prompt signin.Prompt) bool {
		if prompt.Role == signin.Exchange {
			read = o.reads("graph") > 0
		}
		return true
	}
	o.fault(map[string]any{"service": "graph", "action": "status:403", "count": 100})
	is(t, "problems", len(o.goes(p, whole()).Problems), 1)
	is(t, "signed in", p.signedIn(), []signin.Role{signin.Directory, signin.Exchange})
	is(t, "the directory was read before the second sign-in", read, false)
	is(t, "writes", len(o.Writes()), 0)
}

// Who lacks a role can do nothing about it: the steps wait for somebody who
// has it, and the rest is done.
func TestStepsWaitForWhoMayDoThem(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, admin, code string
		changes, waiting  []string
	}{
		{"nobody for the directory", exchangeAdmin, "WX-ROLE-DIRECTORY",
			everything()[6:9], []string{"azure.register", "azure.consent", "token", "mailbox.forward"}},
		{"nobody for Exchange", entraAdmin, "WX-ROLE-EXCHANGE",
			append(everything()[:6], everything()[10:13]...), []string{"mailbox.smtp", "mailbox.forward", "token"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := open(t, "")
			o.Call("POST", "/tenant", map[string]any{"usersCreateApps": false}, nil)
			o.answers["azure.admin"] = test.admin
			result := o.goes(o.nobody(), whole())
			for _, code := range codes(result.Problems) {
				is(t, "problem", code, test.code)
			}
			is(t, "changes", made(result), test.changes)
			want := all("done")
			for _, id := range test.waiting {
				want[id] = "waiting"
			}
			is(t, "steps", states(result.Summary), want)
			well(t, o.threePeople().goes(o.nobody(), whole()))
		})
	}
}

// A role of the tenant's own stands in no token: it is tried, and allows all.
func TestACustomRoleIsTried(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	o.Call("POST", "/tenant", map[string]any{"usersCreateApps": false}, nil)
	o.Call("PATCH", "/users/"+entraAdmin, map[string]any{"directoryRoles": []string{"Custom: Cloud Application Administrator"}}, nil)
	o.answers["azure.admin"], o.answers["exchange.admin"] = entraAdmin, exchangeAdmin
	result := o.goes(o.nobody(), whole())
	well(t, result)
	is(t, "changes", made(result), everything())
}

// Who may register and not consent, as any member of a tenant that changed
// nothing: what was refused waits, and forwarding with it.
func TestWhatTheDirectoryRefusesWaitsForAnotherPerson(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	o.answers["azure.admin"] = exchangeAdmin
	result := o.goes(o.nobody(), whole())
	is(t, "problems", codes(result.Problems), []string{"WX-ROLE-DIRECTORY"})
	want := all("done")
	want["azure.consent"], want["token"], want["mailbox.forward"] = "waiting", "waiting", "waiting"
	is(t, "steps", states(result.Summary), want)
	is(t, "forwards", o.forwardsTo(mailbox), "")
	well(t, o.threePeople().goes(o.nobody(), whole()))
}

// Where the tenant lets nobody consent to the client of the directory's
// sign-in, Entra ID does not say who came: nothing goes on.
func TestWhoMayNotConsentStopsTheRun(t *testing.T) {
	t.Parallel()
	o := open(t, "hardened").threePeople()
	p := o.nobody()
	p.as[signin.Directory] = colleague
	result := o.goes(p, whole())
	is(t, "problems", codes(result.Problems), []string{"WX-ROLE-CONSENT"})
	is(t, "signed in", p.signedIn(), []signin.Role{signin.Directory})
}

func TestAnUnknownClientIsRefused(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	for client, want := range map[string]int{"azure-cli": 0, "04b07795-8ddb-461a-bbee-02f9e1bf7b46": 0, "no-client": 1} {
		o.answers["azure.sign-in-app"] = client
		result := o.plans(o.nobody(), only("azure.register"))
		is(t, client, len(result.Problems), want)
	}
}

// An answers file of somebody's may name an application of his own, which would
// get the directory with the consent that is asked for: that is said before.
func TestAStrangeClientIsNamed(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	o.tune = func(c *setup.Connection) { c.Cloud.Timeouts.SignIn = time.Second / 10 }
	for client, want := range map[string][]string{"deadbeef-0000-4000-8000-000000000001": {"warning.sign-in-app"}, "graph": nil,
		"azure-cli": nil, "04B07795-8DDB-461A-BBEE-02F9E1BF7B46": nil} {
		o.answers["azure.sign-in-app"] = client
		p := o.nobody()
		o.plans(p, only("azure.register"))
		is(t, client, p.warned, want)
	}
}

func TestAdministratorsSignInWithADeviceCode(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	o.fault(map[string]any{"service": "entra", "path": "devicecode$", "action": "alter", "json": "interval", "value": 1, "count": 100})
	o.tune = func(c *setup.Connection) { c.Signing = setup.DeviceCode }
	p := o.nobody()
	well(t, o.goes(p, guide.Guide(nil, []string{"webex.collect"})))
	var codes []bool
	for _, prompt := range p.prompts {
		codes = append(codes, prompt.Code != "")
	}
	is(t, "with a code", codes, []bool{true, true, false})
}

func TestAnAzureCLIThatIsNotSignedInEndsTheRun(t *testing.T) {
	bin := t.TempDir()
	script := "#!/bin/sh\necho \"ERROR: Please run 'az login' to setup account.\" >&2\nexit 1\n"
	must(t, os.WriteFile(filepath.Join(bin, "az"), []byte(script), 0o755))
	t.Setenv("PATH", bin)
	o := open(t, "")
	o.tune = func(c *setup.Connection) { c.Signing = setup.AzureCLI }
	p := o.nobody()
	is(t, "problems", codes(o.goes(p, whole()).Problems), []string{"WX-AZURE-CLI"})
	is(t, "asked to sign in", p.signedIn(), nil)
}

// The Azure CLI gives tokens of resources: a permission is none.
// https://learn.microsoft.com/cli/azure/account#az-account-get-access-token
func TestTheAzureCLIIsAskedForAResource(t *testing.T) {
	bin := t.TempDir()
	script := "#!/bin/sh\necho \"$@\" >\"${0%/*}/asked\"\necho \"ERROR: Please run 'az login' to setup account.\" >&2\nexit 1\n"
	must(t, os.WriteFile(filepath.Join(bin, "az"), []byte(script), 0o755))
	t.Setenv("PATH", bin)
	o := open(t, "")
	o.tune = func(c *setup.Connection) { c.Signing = setup.AzureCLI }
	for _, app := range []string{"graph", "azure-cli", "04b07795-8ddb-461a-bbee-02f9e1bf7b46"} {
		o.answers["azure.sign-in-app"] = app
		is(t, app, codes(o.goes(o.nobody(), whole()).Problems), []string{"WX-AZURE-CLI"})
		asked, err := os.ReadFile(filepath.Join(bin, "asked"))
		must(t, err)
		is(t, app+": asked for the resource", strings.Contains(string(asked)+" ", " --resource https://graph.microsoft.com "), true)
	}
}

func TestARefusedDeviceCodeEndsTheRun(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	o.Call("POST", "/tenant", map[string]any{"conditionalAccess": "block-device-code"}, nil)
	o.fault(map[string]any{"service": "entra", "path": "devicecode$", "action": "alter", "json": "interval", "value": 1, "count": 100})
	o.tune = func(c *setup.Connection) { c.Signing = setup.DeviceCode }
	is(t, "problems", len(o.goes(o.nobody(), whole()).Problems), 1)
	is(t, "writes", len(o.Writes()), 0)
}

// Where no browser comes back, the address of its last page is pasted. What
// cannot be one is refused, and waited for again.
func TestTheRedirectIsPasted(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	p := o.nobody()
	p.typed = make(chan string, 2)
	p.atSignIn = func(prompt signin.Prompt) bool {
		p.typed <- "not an address"
		p.typed <- o.RedirectURL(prompt.URL)
		return false
	}
	well(t, o.goes(p, only("mailbox.smtp")))
	is(t, "warned", p.warned, []string{"paste-no-url"})
}

func TestAMailboxUserWhoNeverComesLeavesTheTokenWaiting(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	o.Endpoints(map[string]any{"timeouts": map[string]string{"request": "60s", "signIn": "3s"}})
	p := o.nobody()
	p.atSignIn = func(prompt signin.Prompt) bool { return prompt.Role != signin.Mailbox }
	result := o.goes(p, whole())
	is(t, "problems", codes(result.Problems), []string{"WX-MAILBOX-SILENT"})
	is(t, "the token's step", states(result.Summary)["token"], "waiting")
	is(t, "the forwarding's step", states(result.Summary)["mailbox.forward"], "waiting")
	is(t, "forwarding", o.forwardsTo(mailbox), "")
	is(t, "the first that failed", result.Outcomes[11].State, step.Failed)
	is(t, "redirect URIs", o.application().Web.RedirectURIs, []string{o.draft.CallbackURL})
}

// What Entra ID refuses the mailbox user's code with is told as doctor tells it
// of a refresh.
func TestRefusalsOfTheMailboxUsersCode(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	for code, want := range map[int]string{
		50132: "WX-TOKEN-REVOKED", 50133: "WX-TOKEN-REVOKED", 50097: "WX-TOKEN-POLICY", 50131: "WX-TOKEN-POLICY", 53002: "WX-TOKEN-POLICY",
		53004: "WX-ACCOUNT-RISK", 53011: "WX-ACCOUNT-RISK", 530034: "WX-ACCOUNT-RISK",
		70044: "WX-SIGN-IN-FREQUENCY", 50078: "WX-SIGN-IN-FREQUENCY", 5000225: "WX-TENANT-INACTIVE",
		50105: "WX-NOT-ASSIGNED", 50034: "WX-MAILBOX-UNKNOWN", 50076: "WX-MFA-NEEDED", 700016: "WX-APPLICATION-MISSING",
		7000112: "WX-SERVICE-PRINCIPAL-DISABLED", 500011: "WX-NO-EXCHANGE", 9002327: "WX-REDIRECT-URI-PLATFORM",
	} {
		must(t, setup.ForgetToken(o.vault))
		o.Call("DELETE", "/faults", nil, nil)
		o.fault(map[string]any{"service": "entra", "path": "/token$", "nth": 3, "action": "status:400", "count": 100, "body": map[string]any{
			"error": "invalid_grant", "error_codes": []int{code}, "error_description": fmt.Sprintf("AADSTS%d: a reason.", code)}})
		result := o.goes(o.nobody(), whole())
		var told []string
		for _, problem := range result.Problems {
			told = append(told, advice.Explain(problem).Code)
		}
		is(t, fmt.Sprint(code), told[0], want)
		is(t, "the forwarding stays", o.forwardsTo(mailbox), "smtp:"+o.draft.ForwardingAddress)
	}
}
