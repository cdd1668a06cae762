package main

import (
	"slices"
	"strings"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// command are the arguments of an unattended run of one command.
func command(w *testkit.World, words string, answers map[string]string, more ...string) []string {
	return slices.Concat(strings.Fields(words), []string{"--no-input", "-y", "--answers", w.AnswersFile(answers)}, more)
}

// Without the role nothing is changed by a command that would need it, and the
// account is named: what no token names is tried, and the refusal believed.
func TestMissingRoles(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	w.Call("POST", "/tenant", map[string]any{"usersCreateApps": false}, nil)
	good := w.Draft().Answers(support)
	directory, exchange := []string{"azure register"}, []string{"mailbox smtp", "mailbox forward"}
	for _, test := range []struct {
		commands []string
		code     string
		who      string
		admins   []string // answers
	}{
		{append(directory, "setup"), "WX-ROLE-DIRECTORY", support, []string{"azure.admin", support}},
		{exchange, "WX-ROLE-EXCHANGE", support, []string{"azure.admin", support}},
		{directory, "WX-ROLE-DIRECTORY", exchangeAdmin, []string{"azure.admin", exchangeAdmin}},
		{exchange, "WX-ROLE-EXCHANGE", entraAdmin, []string{"azure.admin", entraAdmin}},
		{exchange, "WX-ROLE-EXCHANGE", entraAdmin, []string{"exchange.admin", entraAdmin}},
	} {
		for _, words := range test.commands {
			answers := with(good, test.admins...)
			refused(t, w.Run(w.Home(), command(w, words, answers)...), 5, test.code, test.who, "Administrator")
			refusedEvent(t, w.Run(w.Home(), command(w, words, answers, "--json")...), 5, test.code, test.who)
		}
	}
	w.Run(w.Home(), command(w, "plan", with(good, "azure.admin", support), "--json")...).Must(t, 5)
	for _, words := range []string{"azure consent", "token"} {
		refused(t, w.Run(w.Home(), command(w, words, with(good, "azure.admin", support))...), 1, "WX-STEP-FIRST")
	}
	for _, r := range w.Writes() {
		if r.Status != 403 {
			t.Errorf("it wrote: %v", r)
		}
	}
}

// The admins who have the role, and no more, may do their part alone.
func TestSmallestRoles(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home, good := w.Home(), w.Draft().Answers(support)
	for _, test := range []struct{ words, admin string }{
		{"azure register", entraAdmin}, {"azure consent", entraAdmin}, {"mailbox smtp", exchangeAdmin}, {"mailbox forward", exchangeAdmin},
		{"token", entraAdmin},
	} {
		w.Run(home, command(w, test.words, with(good, "azure.admin", test.admin))...).Must(t, 0)
	}
}

// What is no mailbox that somebody can sign in to is refused by name.
func TestRefusedMailboxes(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	draft := w.Draft()
	for _, test := range []struct {
		address string
		exit    int
		code    string
	}{
		{"nobody@contoso.example", 1, "WX-MAILBOX-UNKNOWN"},
		{"team@contoso.example", 1, "WX-NOT-A-MAILBOX"},
		{"room@contoso.example", 1, "WX-NOT-A-MAILBOX"},
		{"hybrid@contoso.example", 1, "WX-MAILBOX-HYBRID"},
		{"former@contoso.example", 1, "WX-MAILBOX-DISABLED"},
		{"help@contoso.example", 9, "WX-SHARED-MAILBOX"},
	} {
		for _, words := range []string{"setup", "mailbox smtp", "mailbox forward"} {
			answers := draft.Answers(test.address)
			refused(t, w.Run(w.Home(), command(w, words, answers)...), test.exit, test.code, test.address)
			if words == "setup" {
				refusedEvent(t, w.Run(w.Home(), command(w, words, answers, "--json")...), test.exit, test.code, test.address)
			}
		}
	}
	// Exchange knows nothing of a user who never had a mailbox; the directory does.
	const unlicensed = "unlicensed@contoso.example"
	refused(t, setUpTo(w, w.Home(), draft.Answers(unlicensed)), 1, "WX-MAILBOX-UNLICENSED", unlicensed)
	refused(t, w.Run(w.Home(), command(w, "azure register", draft.Answers(unlicensed))...), 1, "WX-MAILBOX-UNLICENSED", unlicensed)
	refused(t, w.Run(w.Home(), command(w, "mailbox smtp", draft.Answers(unlicensed))...), 1, "WX-MAILBOX-UNKNOWN", unlicensed)
	noWrites(t, w)
}

// A mail contact is an address outside, so it is refused as a mailbox of
// another tenant unless the tenant is named.
func TestMailboxOutsideTheTenant(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	draft := w.Draft()
	named := with(draft.Answers("partner@fabrikam.example"), "azure.tenant", "contoso.example")
	refused(t, setUpTo(w, w.Home(), named), 2, "WX-DOMAIN-FOREIGN", "partner@fabrikam.example", "Contoso")
	refused(t, w.Run(w.Home(), command(w, "mailbox forward", named)...), 1, "WX-NOT-A-MAILBOX", "partner@fabrikam.example")
	signsIn := with(draft.Answers(support), "mailbox.sign-in-as", "partner@fabrikam.example")
	refused(t, setUpTo(w, w.Home(), signsIn), 2, "WX-DOMAIN-FOREIGN", "partner@fabrikam.example")
	noWrites(t, w)

	before := len(w.Requests())
	unknown := with(draft.Answers("support@nowhere.example"), "azure.admin", "")
	refused(t, setUpTo(w, w.Home(), unknown), 2, "WX-TENANT-UNKNOWN", "azure.tenant", "nowhere.example")
	unknown = with(draft.Answers(support), "azure.tenant", "00000000-1111-2222-3333-444444444444")
	refusedEvent(t, setUpTo(w, w.Home(), unknown, "--json"), 2, "WX-TENANT-UNKNOWN", "00000000-1111-2222-3333-444444444444")
	if sent := len(w.Requests()) - before; sent != 2 {
		t.Errorf("%d requests to learn twice that there is no such tenant", sent)
	}
}

// Who signs in for a mailbox must be a mailbox too.
func TestRefusedSignIns(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{Scenario: "shared-mailbox"})
	draft := w.Draft()
	for who, test := range map[string]struct {
		exit int
		code string
	}{
		"nobody@contoso.example":     {1, "WX-MAILBOX-UNKNOWN"},
		"unlicensed@contoso.example": {1, "WX-MAILBOX-UNLICENSED"},
		"former@contoso.example":     {1, "WX-MAILBOX-DISABLED"},
		"help@contoso.example":       {2, "WX-SHARED-SIGN-IN"},
	} {
		refused(t, setUpTo(w, w.Home(), with(draft.Answers(help), "mailbox.sign-in-as", who)), test.exit, test.code, who)
	}
	noWrites(t, w)
}

// An outage is one, whatever code its body bears.
// https://github.com/Azure/azure-sdk-for-python/issues/14241
func TestAnOutageWithABody(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home, good := w.Home(), w.Draft().Answers(support)
	setUp(t, w, home, good)
	down := []any{map[string]any{"service": "entra", "path": "/token$", "action": "status:503", "count": 1000,
		"body": map[string]any{"error": "temporarily_unavailable", "error_codes": []int{90033},
			"error_description": "AADSTS90033: A transient error has occurred. Please try again."}}}
	w.Call("POST", "/faults", down, nil)
	for _, words := range []string{"token", "setup", "azure rotate-secret"} {
		refused(t, w.Run(home, command(w, words, good)...), 8, "WX-UNAVAILABLE", "AADSTS90033")
	}
	fresh := w.Home()
	refused(t, w.Run(fresh, command(w, "setup", good)...), 8, "WX-UNAVAILABLE", "AADSTS90033")
	doctor := w.Run(home, "doctor", "--no-input", "--only", "token")
	if !strings.Contains(doctor.Stdout, "WX-UNAVAILABLE") || strings.Contains(doctor.Stdout, "WX-REFRESH") {
		t.Errorf("exit %d: %s", doctor.Exit, doctor.Stdout)
	}
}

// A tenant without Exchange Online is told as that, by setup as by doctor, and
// another application to sign in with is no way out.
// https://github.com/Azure/azure-powershell/issues/13193
func TestATenantWithoutExchange(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	w.Endpoints(map[string]any{"timeouts": map[string]string{"request": "5s", "signIn": "2s"}})
	w.Call("POST", "/tenant", map[string]any{"exchangeProvisioned": false}, nil)
	ran := w.Run(w.Home(), command(w, "setup", w.Draft().Answers(support))...)
	refused(t, ran, 1, "WX-NO-EXCHANGE")
	if strings.Contains(ran.Stderr, "--sign-in-app") {
		t.Errorf("an application is advised: %s", ran.Stderr)
	}
}

// Microsoft's command-line application, restricted by the tenant: the refusal
// stays in the browser, and the text says what that may have shown.
// https://learn.microsoft.com/entra/identity-platform/howto-restrict-your-app-to-a-set-of-users
func TestMicrosoftsClientIsRestricted(t *testing.T) {
	t.Parallel()
	for code, changes := range map[string]map[string]any{
		"AADSTS50105":   {"appRoleAssignmentRequired": true},
		"AADSTS7000112": {"accountEnabled": false},
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			w := testkit.Start(t, sandbox.Options{})
			w.Endpoints(map[string]any{"timeouts": map[string]string{"request": "5s", "signIn": "2s"}})
			client := having(objects(w, "servicePrincipals"), "appId", "14d82eec-204b-4c2f-b7e8-296a70dab67e")[0]
			w.Call("PATCH", "/servicePrincipals/"+client["id"].(string), changes, nil)
			ran := w.Run(w.Home(), command(w, "setup", w.Draft().Answers(support))...)
			refused(t, ran, 4, "WX-SIGN-IN-TIMEOUT", code, "--sign-in-app")
			if writes := w.Writes(); len(writes) > 0 {
				t.Errorf("it wrote: %v", writes)
			}
			w.Run(w.Home(), command(w, "setup", w.Draft().Answers(support), "--sign-in-app", "azure-cli")...).Must(t, 0)
		})
	}
}

// Forwarding back into the mailbox's own domain is a loop.
func TestForwardingLoop(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	good := w.Draft().Answers(support)
	for _, address := range []string{support, sales, "SALES@CONTOSO.EXAMPLE", "0123456789abcdef0123456789abcdef@mail.contoso.example"} {
		refused(t, setUpTo(w, w.Home(), good, "--forwarding-address", address), 2, "WX-ANSWER-INVALID", "webex.forwarding-address")
		refusedEvent(t, w.Run(w.Home(), command(w, "mailbox forward", with(good, "webex.forwarding-address", address), "--json")...), 2,
			"WX-ANSWER-INVALID", "webex.forwarding-address")
	}
	noRequests(t, w)
}

// Where nobody is there to answer, everything that the steps of the run need
// is named at once, and nothing else.
func TestUnansweredWithoutInput(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	needed := []string{"webex.email-id", "webex.forwarding-address", "webex.callback-url"}
	for words, names := range map[string][]string{"setup": needed, "webex collect": needed, "plan": needed,
		"azure register": {needed[0], needed[2]}, "mailbox forward": needed[:2], "token": needed[:1]} {
		ran := w.Run(w.Home(), append(strings.Fields(words), "--no-input")...)
		code := "WX-ANSWER-NEEDED"
		if words == "plan" { // it looks at what was set up
			code = "WX-NO-PROFILE"
		}
		refused(t, ran, 9, code, slices.Clone(names)...)
		for _, id := range needed {
			if !slices.Contains(names, id) && strings.Contains(ran.Stderr, id) {
				t.Errorf("%s asks for %s", words, id)
			}
		}
	}
	good := w.Draft().Answers(support)
	delete(good, "webex.callback-url")
	ran := setUpTo(w, w.Home(), good)
	refused(t, ran, 9, "WX-ANSWER-NEEDED", "webex.callback-url")
	if strings.Contains(ran.Stderr, "webex.email-id") {
		t.Errorf("it asks for what was answered:\n%s", ran.Stderr)
	}
	refusedEvent(t, w.Run(w.Home(), "setup", "--no-input", "-y", "--json"), 9, "WX-ANSWER-NEEDED", strings.Join(needed, ", "))
	noRequests(t, w)
}

// Without -y and without a person nobody agrees to the plan.
func TestNobodyAgrees(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	ran := w.Run(w.Home(), "setup", "--no-input", "--answers", w.AnswersFile(w.Draft().Answers(support)))
	refused(t, ran, 9, "WX-ANSWER-NEEDED", "--yes")
	noWrites(t, w)
}

// Whatever keeps secrets stops before any sign-in where nothing can keep them.
func TestNothingUnlocksTheVault(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	good := w.Draft().Answers(support)
	for _, words := range []string{"setup", "azure register", "token"} {
		for phrase, code := range map[string]string{
			"WXMAIL_PASSPHRASE=": "WX-VAULT-LOCKED",
			"WXMAIL_PASSPHRASE_FILE=" + written(t, "empty", "\n"):      "WX-PASSPHRASE-FILE",
			"WXMAIL_PASSPHRASE_FILE=" + written(t, "x", "x") + ".none": "WX-PASSPHRASE-FILE",
		} {
			refused(t, w.RunWith(w.Home(), []string{"WXMAIL_PASSPHRASE=", phrase}, command(w, words, good)...), 9, code, "WXMAIL_PASSPHRASE")
		}
	}
	noRequests(t, w)
}

// A profile stays with the cloud of its first write.
func TestAnotherCloud(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	w.Run(home, command(w, "webex collect", w.Draft().Answers(support))...).Must(t, 0)
	for _, words := range []string{"summary", "values", "plan", "setup", "azure register"} {
		ran := w.Run(home, append(strings.Fields(words), "--no-input", "--cloud", "usgov")...)
		refused(t, ran, 2, "WX-PROFILE-CLOUD", "default", "sandbox")
	}
	noRequests(t, w)
}
