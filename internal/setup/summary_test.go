package setup_test

import (
	"encoding/json"
	"testing"
	"time"

	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/setup"
	"wxmail/internal/store"
	"wxmail/internal/testkit"
)

func TestASummaryOfNothingKnowsEveryStepAndNoState(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]store.Data{
		"nothing":            {},
		"garbage":            {Seen: &store.Seen{Summary: json.RawMessage(`["?"]`)}},
		"of another version": {Seen: &store.Seen{Summary: json.RawMessage(`{"profile":"default","steps":[]}`)}},
	} {
		summary := setup.LastSeen("default", data)
		is(t, name, states(summary), all("unknown"))
		raw, err := json.Marshal(summary)
		must(t, err)
		var document map[string]any
		must(t, json.Unmarshal(raw, &document))
		is(t, name+": when", document["asOf"], nil)
		azure := document["azure"].(map[string]any)
		is(t, name+": lists", []any{azure["redirectUris"], azure["permissions"]}, []any{[]any{}, []any{}})
		is(t, name+": secret", azure["secret"], any(map[string]any{"keyId": nil, "label": nil, "expires": nil, "stored": nil}))
	}
}

func TestASummaryHoldsAllThatWasSeen(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	s := setup.LastSeen("default", o.data())
	app := o.application()
	yes, when := true, *s.AsOf
	is(t, "when", time.Since(when) < time.Hour, true)
	is(t, "cloud", s.Cloud, "sandbox")
	is(t, "webex", s.Webex, setup.WebexSummary{AssetName: "support", EmailID: msg.Nullable(mailbox),
		ForwardingAddress: msg.Nullable(o.draft.ForwardingAddress), CallbackURL: msg.Nullable(o.draft.CallbackURL)})
	is(t, "mailbox", s.Mailbox, setup.MailboxSummary{Address: msg.Nullable(mailbox), SignInAs: msg.Nullable(mailbox), SMTPAuth: "enabled",
		ForwardingTo: msg.Nullable(o.draft.ForwardingAddress), KeepCopy: &yes, AutoForwarding: "on", OutboundPolicy: "wxmail " + mailbox})
	is(t, "client", string(s.Azure.ClientID), app.AppID)
	is(t, "name", s.Azure.AppName, "WebexConnect")
	is(t, "redirect URIs", s.Azure.RedirectURIs, app.Web.RedirectURIs)
	is(t, "secret", s.Azure.Secret, setup.SecretSummary{KeyID: msg.Nullable(app.PasswordCredentials[0].KeyID),
		Label: msg.Nullable(app.PasswordCredentials[0].DisplayName), Expires: s.Azure.Secret.Expires, Stored: &yes})
	is(t, "its end", s.Azure.Secret.Expires.Equal(app.PasswordCredentials[0].EndDateTime.Truncate(time.Second)), true)
	is(t, "permissions", granted(s), map[string]bool{
		"Mail.Send": true, "SMTP.Send": true, "openid": true, "profile": true, "offline_access": true})
	is(t, "token", []msg.Nullable{s.Token.Account, s.Token.Scope},
		[]msg.Nullable{mailbox, "openid profile https://outlook.office.com/SMTP.Send"})
	is(t, "refreshable", *s.Token.Refreshable, true)
}

// granted says of each permission whether it is.
func granted(s *setup.Summary) map[string]bool {
	is := map[string]bool{}
	for _, p := range s.Azure.Permissions {
		is[p.Value] = *p.Granted
	}
	return is
}

func TestAStepIsPendingWhereItWasNeverDoneAndDriftedWhereSomebodyChangedIt(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	want := all("pending")
	want["webex.collect"] = "done"
	fresh := o.plans(o.nobody(), whole())
	is(t, "before", states(fresh.Summary), want)
	is(t, "permissions before", granted(fresh.Summary)["SMTP.Send"], false)
	o.isSetUp()
	o.changedBySomebody(mailbox, map[string]any{"DeliverToMailboxAndForward": false})
	o.Call("PATCH", "/applications/"+testkit.UniqueName(mailbox), map[string]any{"web": map[string]any{"redirectUris": []string{}}}, nil)
	want = all("done")
	want["mailbox.forward"], want["azure.register"] = "drifted", "drifted"
	is(t, "after", states(o.plans(o.nobody(), whole()).Summary), want)
	is(t, "what is kept", states(setup.LastSeen("default", o.data())), all("done"))
}

// What fails leaves its step pending, with the change that was not made.
func TestAStepOfWhichAChangeFailedIsPending(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	o.fault(map[string]any{"service": "exchange", "path": "^Set-Mailbox$", "action": "status:400"})
	result := o.goes(o.nobody(), whole())
	is(t, "problems", len(result.Problems), 1)
	want := all("done")
	want["mailbox.forward"] = "pending"
	is(t, "steps", states(result.Summary), want)
	is(t, "detail", detail(result.Summary, "mailbox.forward"), "create mailbox.forwarding of "+mailbox)
	well(t, o.goes(o.nobody(), whole()))
}

func detail(s *setup.Summary, id string) string {
	for _, st := range s.Steps {
		if st.ID == id {
			return string(st.Detail)
		}
	}
	return ""
}

// What Microsoft has yet to bring about is waited for.
func TestAStepThatMicrosoftTakesItsTimeForWaits(t *testing.T) {
	t.Parallel()
	o := open(t, "dehydrated")
	o.answers["exchange.enable-customization"] = "yes"
	result := o.goes(o.nobody(), only("mailbox.forward"))
	is(t, "problems", codes(result.Problems), []string{"WX-HYDRATING"})
	is(t, "the step", states(result.Summary)["mailbox.forward"], "waiting")
	o.Advance("1h")
	well(t, o.goes(o.nobody(), only("mailbox.forward")))
}

// A run without the vault leaves what it did not look at as it was last seen.
func TestARunWithoutTheVaultKeepsWhatItDoesNotLookAt(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	before := setup.LastSeen("default", o.data())
	held := o.vault
	o.vault = nil
	well(t, o.goes(o.nobody(), only("azure.consent")))
	after := setup.LastSeen("default", o.data())
	is(t, "secret", after.Azure.Secret, before.Azure.Secret)
	is(t, "token", after.Token, before.Token)
	is(t, "steps", states(after), all("done"))

	o.vault = held
	must(t, setup.ForgetToken(o.vault))
	well(t, o.goes(o.nobody(), only("azure.consent")))
	is(t, "a token that is gone", setup.LastSeen("default", o.data()).Token, setup.TokenSummary{})
}

func TestAnApplicationThatIsGoneIsForgotten(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	o.Call("DELETE", "/applications/"+testkit.UniqueName(mailbox), nil, nil)
	result := o.plans(o.nobody(), whole())
	is(t, "client", result.Summary.Azure.ClientID, "")
	is(t, "principal", result.Summary.Azure.ServicePrincipalID, "")
	is(t, "restored", planned(result.Plan)[0], "azure.application-restored")
}

func TestFindingsAreKeptInAProfileThatExists(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	when := time.Date(2026, 7, 1, 12, 0, 0, 999, time.FixedZone("", 3600))
	must(t, setup.KeepFindings(o.profile, guide.Facts{}, []string{"WX-CLOCK"}, when))
	is(t, "the profile exists", o.profile.Exists(), false)
	o.isSetUp()
	must(t, setup.KeepFindings(o.profile, guide.Facts{}, []string{"WX-CLOCK"}, when))
	found := o.data().Found
	is(t, "when", found.AsOf, time.Date(2026, 7, 1, 11, 0, 0, 0, time.UTC))
	var findings []string
	must(t, json.Unmarshal(found.Findings, &findings))
	is(t, "findings", findings, []string{"WX-CLOCK"})
	is(t, "what does not marshal", setup.KeepFindings(o.profile, guide.Facts{}, func() {}, when) != nil, true)
	well(t, o.goes(o.nobody(), guide.Guide(nil, nil)))
	is(t, "after another run", o.data().Found != nil, true)
}

func TestAForgottenTokenIsForgottenInTheSummaryToo(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	must(t, setup.ForgetSeenToken(o.profile))
	is(t, "the profile exists", o.profile.Exists(), false)
	o.isSetUp()
	for range 2 {
		must(t, setup.ForgetToken(o.vault))
		must(t, setup.ForgetSeenToken(o.profile))
		s := setup.LastSeen("default", o.data())
		is(t, "token", s.Token, setup.TokenSummary{})
		want := all("done")
		want["token"] = "pending"
		is(t, "steps", states(s), want)
	}
	well(t, o.goes(o.nobody(), whole()))
}
