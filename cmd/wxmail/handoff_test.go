package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// Where a role is missing, setup does the rest, marks what waits for another
// person, and picks that up once somebody with the role runs it.
func TestSetupGoesOnWithoutARole(t *testing.T) {
	t.Parallel()
	directory, mailbox := []string{"azure.register", "azure.consent", "token"}, []string{"mailbox.smtp", "mailbox.forward"}
	for name, test := range map[string]struct {
		who     []string // answers
		code    string
		object  string
		waiting []string
	}{
		"no role in the directory": {[]string{"azure.admin", exchangeAdmin}, "WX-ROLE-DIRECTORY", exchangeAdmin,
			append(directory, "mailbox.forward")},
		"no role in Exchange": {[]string{"azure.admin", entraAdmin}, "WX-ROLE-EXCHANGE", entraAdmin, append(mailbox, "token")},
		"no role at all":      {[]string{"azure.admin", sales}, "WX-ROLE-DIRECTORY", sales, append(directory, mailbox...)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := testkit.Start(t, sandbox.Options{})
			w.Call("POST", "/tenant", map[string]any{"usersCreateApps": false}, nil)
			home, draft := w.Home(), w.Draft()
			answers := with(draft.Answers(support), test.who...)
			refusedEvent(t, setUpTo(w, home, answers, "--json"), 5, test.code, test.object)
			waits := func(id string) bool { return slices.Contains(test.waiting, id) }
			stepsAre(t, w, home, waits)
			refused(t, setUpTo(w, home, answers), 5, test.code, "… waiting", "wxmail handoff")
			stepsAre(t, w, home, waits)

			setUp(t, w, home, with(draft.Answers(support), "azure.admin", admin))
			stepsAre(t, w, home, func(string) bool { return false })
			asset := w.Save(home, draft)
			asset.GenerateToken()
			asset.Correspond("Order 4711")
		})
	}
}

// stepsAre: those that wait are waiting, all others are done.
func stepsAre(t *testing.T, w *testkit.World, home string, waits func(id string) bool) {
	t.Helper()
	want := everyStep("done")
	for id := range want {
		if waits(id) {
			want[id] = "waiting"
		}
	}
	if diff := cmp.Diff(want, states(t, w, home)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}

// The whole hand-off of the directory's part: another admin registers the
// application with wxmail elsewhere and gives the secret, the operator goes on
// without the role.
func TestHandOffEntra(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	w.Call("POST", "/tenant", map[string]any{"usersCreateApps": false}, nil)
	here, there, draft := w.Home(), w.Home(), w.Draft()
	operator := with(draft.Answers(support), "azure.admin", exchangeAdmin)
	setUpTo(w, here, operator).Must(t, 5)

	file := filepath.Join(t.TempDir(), "answers.yaml")
	told := document(t, w, here, 0, "handoff", "entra", "-o", file)
	want := []any{"azure.register", "azure.consent", "token"}
	if told["application"] != nil || !cmp.Equal(told["open"], any(want)) {
		t.Errorf("handed off: %v", told)
	}
	command := strings.Fields(told["command"].(string))
	if command[0] != "wxmail" || command[len(command)-1] != "answers.yaml" {
		t.Fatalf("command: %v", command)
	}
	given, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	if strings.Contains(string(given), exchangeAdmin) {
		t.Errorf("the answers name the operator:\n%s", given)
	}
	args := append(command[1:len(command)-1], file, "--admin", entraAdmin, "--no-input", "-y")
	w.Run(there, args...).Must(t, 0)
	secret := clientSecret(t, w, there)

	// Consent is recognised by somebody who could not have given it.
	before := len(w.Writes())
	w.Run(here, "azure", "consent", "--no-input", "-y").Must(t, 0)
	if got := states(t, w, here)["azure.consent"]; got != "done" {
		t.Errorf("azure.consent is %s", got)
	}
	receive(t, w, here, secret+"\n").Must(t, 0)
	w.Run(here, "azure", "register", "--no-input", "-y").Must(t, 0)
	if wrote := w.Writes()[before:]; len(wrote) != 0 {
		t.Errorf("it wrote: %v", wrote)
	}
	stepsAre(t, w, here, func(id string) bool { return id == "token" || id == "mailbox.forward" })

	told = document(t, w, here, 0, "handoff", "entra")
	if diff := cmp.Diff([]any{"token"}, told["open"]); diff != "" || told["stored"] != true || told["application"] == nil {
		t.Errorf("handed off: %v", told)
	}
	w.Run(there, "token", "--no-input", "-y", "--admin", entraAdmin).Must(t, 0)
	asset := w.Save(here, draft) // with the secret that was handed over
	asset.GenerateToken()
	w.Run(here, "mailbox", "forward", "--no-input", "-y", "--admin", exchangeAdmin).Must(t, 0)
	asset.Correspond("Order 4711")
}

// clientSecret is the one that a home's vault keeps.
func clientSecret(t *testing.T, w *testkit.World, home string) string {
	t.Helper()
	var values any
	w.Reveal(home, "values", "--json").Must(t, 0).Document(t, &values)
	secret, _ := fieldsOf(t, values)["Client Secret"].(string)
	if secret == "" {
		t.Fatal("no client secret")
	}
	return secret
}

// receive gives a secret on standard input.
func receive(t *testing.T, w *testkit.World, home, input string, env ...string) testkit.Ran {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := w.Command(ctx, home, "azure", "receive-secret")
	cmd.Stdin, cmd.Env = strings.NewReader(input), append(cmd.Env, env...)
	return w.Finish(cmd)
}

// Only a secret that works is taken over.
func TestReceivedSecretsAreProved(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	there, here, stranger := w.Home(), w.Home(), w.Home()
	good := w.Draft().Answers(support)
	setUp(t, w, there, good)
	secret := clientSecret(t, w, there)
	w.Run(stranger, command(w, "webex collect", good)...).Must(t, 0)
	refused(t, receive(t, w, stranger, secret), 1, "WX-APPLICATION-UNSEEN", support)

	setUpTo(w, here, with(good, "azure.admin", exchangeAdmin)).Must(t, 5)
	keyID := secrets(ourApplication(t, w))[0].(map[string]any)["keyId"].(string)
	before := len(w.Writes())
	for name, test := range map[string]struct {
		input, code string
		exit        int
	}{
		"its ID":           {keyID + "\n", "WX-SECRET-ID", 2},
		"another one":      {"x" + secret, "WX-SECRET-OTHER", 1},
		"half of it":       {secret[:len(secret)/2], "WX-SECRET-OTHER", 1},
		"nothing":          {"", "WX-ANSWER-NEEDED", 9},
		"nothing but ends": {"\n\n", "WX-ANSWER-NEEDED", 9},
	} {
		ran := receive(t, w, here, test.input)
		refused(t, ran, test.exit, test.code)
		if len(test.input) > 2 && strings.Contains(ran.Stderr, strings.TrimSpace(test.input)) && name != "its ID" {
			t.Errorf("%s: what was typed is shown:\n%s", name, ran.Stderr)
		}
	}
	refused(t, receive(t, w, here, secret, "WXMAIL_PASSPHRASE="), 9, "WX-VAULT-LOCKED")
	if stored := document(t, w, here, 0, "summary")["azure"].(map[string]any)["secret"].(map[string]any)["stored"]; stored == true {
		t.Error("a refused secret is stored")
	}
	receive(t, w, here, "  "+secret+"\r\n").Must(t, 0)
	if got := clientSecret(t, w, here); got != secret {
		t.Error("another secret is stored")
	}
	if wrote := w.Writes()[before:]; len(wrote) != 0 {
		t.Errorf("it wrote: %v", wrote)
	}
}

// The script for an Exchange admin is written without a sign-in; so is what an
// admin of the directory has to do.
func TestHandOffOffline(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home, draft := w.Home(), w.Draft()
	for _, words := range []string{"handoff exchange", "handoff entra"} {
		refused(t, w.Run(w.Home(), append(strings.Fields(words), "--no-input")...), 9, "WX-NO-PROFILE", "webex.email-id")
	}
	w.Run(home, command(w, "webex collect", draft.Answers(support))...).Must(t, 0)
	printed := w.Run(home, "handoff", "exchange").Must(t, 0)
	for _, text := range []string{
		"#Requires -Modules ExchangeOnlineManagement", "'" + support + "'", "'" + draft.Answers(support)["webex.forwarding-address"] + "'",
	} {
		if !strings.Contains(printed.Stdout, text) {
			t.Errorf("the script has no %s:\n%s", text, printed.Stdout)
		}
	}
	file := filepath.Join(t.TempDir(), "exchange.ps1")
	if out := w.Run(home, "handoff", "exchange", "-o", file).Must(t, 0).Stdout; out != "" {
		t.Errorf("printed besides the file: %s", out)
	}
	kept, err := os.ReadFile(file)
	if err != nil || string(kept) != printed.Stdout {
		t.Errorf("%v: the file holds\n%s", err, kept)
	}
	if doc := document(t, w, home, 0, "handoff", "exchange"); doc["script"] != printed.Stdout || doc["for"] != "exchange" {
		t.Errorf("document: %v", doc)
	}
	noRequests(t, w)
}

// seenElsewhere is what a script has seen of a mailbox that forwards elsewhere.
const seenElsewhere = `{
  "Mailbox": [{"Identity": "support", "PrimarySmtpAddress": "support@contoso.example", "RecipientTypeDetails": "UserMailbox",
    "EmailAddresses": ["SMTP:support@contoso.example"], "DeliverToMailboxAndForward": true,
    "ForwardingAddress": null, "ForwardingSmtpAddress": "smtp:old@fabrikam.example"}],
  "CASMailbox": [{"SmtpClientAuthenticationDisabled": null}],
  "OutboundPolicies": [{"Name": "Default", "AutoForwardingMode": "Automatic", "IsDefault": true}],
  "OutboundRules": [],
  "RemoteDomains": [{"DomainName": "*", "AutoForwardEnabled": true}],
  "TransportRules": [],
  "OrganizationConfig": [{"IsDehydrated": false}],
  "TransportConfig": [{"SmtpClientAuthenticationDisabled": true}]
}`

// What a script has seen comes back: wxmail asks what needs an answer, and then
// makes the script that fits. Nobody signs in.
func TestHandOffOfWhatWasSeen(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home, file := w.Home(), filepath.Join(t.TempDir(), "wxmail-seen.json")
	w.Run(home, command(w, "webex collect", w.Draft().Answers(support))...).Must(t, 0)
	run := func(text string, more ...string) testkit.Ran {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return w.Run(home, append([]string{"handoff", "exchange", "--seen", file, "--no-input"}, more...)...)
	}
	refused(t, run("Set-Mailbox"), 2, "WX-SEEN-FILE")
	refused(t, run(strings.ReplaceAll(seenElsewhere, "support@", "sales@")), 2, "WX-SEEN-FILE", "sales@contoso.example")
	refused(t, run(seenElsewhere), 9, "WX-FORWARDING-FOREIGN", "--replace-forwarding")
	script := run(seenElsewhere, "--replace-forwarding=true").Must(t, 0).Stdout
	if !strings.Contains(script, "'smtp:old@fabrikam.example'") || !strings.Contains(script, "Set-Mailbox") {
		t.Errorf("the script is not made for what was seen:\n%s", script)
	}
	noRequests(t, w)
}

// Where only Exchange is left, an admin of Entra ID has nothing to do.
func TestNothingToHandOffToEntra(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	setUpTo(w, home, with(w.Draft().Answers(support), "azure.admin", entraAdmin)).Must(t, 5)
	if open := document(t, w, home, 0, "handoff", "entra")["open"].([]any); len(open) != 0 {
		t.Errorf("open: %v", open)
	}
	if said := w.Run(home, "handoff", "entra").Must(t, 0).Stdout; !strings.Contains(said, "nothing is left for an administrator of Entra ID") {
		t.Errorf("it says %q", said)
	}
}

// Until the directory was read nobody knows when a received secret ends: that
// is said, and is not taken for an end.
func TestReceivedSecretEndsSomeDay(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	here, there, good := w.Home(), w.Home(), w.Draft().Answers(support)
	setUp(t, w, there, good)
	setUpTo(w, here, with(good, "azure.admin", exchangeAdmin)).Must(t, 5)
	if said := receive(t, w, here, clientSecret(t, w, there)).Must(t, 0).Stderr; !strings.Contains(said, "wxmail setup") {
		t.Errorf("it does not say how to go on:\n%s", said)
	}
	secret := document(t, w, here, 0, "summary")["azure"].(map[string]any)["secret"].(map[string]any)
	if secret["stored"] != true || secret["expires"] != nil {
		t.Errorf("the summary says of it: %v", secret)
	}
	p := &patient{World: w, t: t, home: here, args: []string{"--only", "secret-expiry"}}
	if codes := codesOf(p.findings(3), "error", "warning"); !cmp.Equal(codes, []string{"WX-SECRET-END-UNREAD"}) {
		t.Errorf("findings: %v", codes)
	}
	setUpTo(w, here, with(good, "azure.admin", exchangeAdmin)).Must(t, 5) // only the token waits
	p.findings(0)
	secret = document(t, w, here, 0, "summary")["azure"].(map[string]any)["secret"].(map[string]any)
	if secret["expires"] == nil || secret["keyId"] == nil {
		t.Errorf("the summary says of it: %v", secret)
	}
}

// A received secret replaces one that is there as a rotation does: the old one
// stands until Webex Connect has the new one. The same one again is nothing new.
func TestReceivedBesideOurOwn(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	here, there, good := w.Home(), w.Home(), w.Draft().Answers(support)
	setUp(t, w, here, good)
	setUp(t, w, there, good)
	own, theirs := clientSecret(t, w, here), clientSecret(t, w, there)
	p := &patient{World: w, t: t, home: here}
	receive(t, w, here, own).Must(t, 0)
	p.findings(0)
	for range 2 {
		receive(t, w, here, theirs).Must(t, 0)
		if got := clientSecret(t, w, here); got != theirs {
			t.Error("the received one is not kept")
		}
		if codes := codesOf(p.findings(3), "error", "warning"); !cmp.Equal(codes, []string{"WX-ROTATION-OPEN"}) {
			t.Errorf("findings: %v", codes)
		}
	}
	w.Run(here, "azure", "rotate-secret", "--finish", "--no-input", "-y", "--old-secret-replaced").Must(t, 0)
	if left := secrets(ourApplication(t, w)); len(left) != 1 {
		t.Errorf("%d secrets are left", len(left))
	}
	p.findings(0)
}
