package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wxmail/internal/advice"
	"wxmail/internal/msg"
	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// failing is a command that failed in a state of the world; doctor's findings are
// ailments.
type failing struct {
	code  string
	fresh bool           // nothing was set up before
	box   string         // help: the shared mailbox, signed in for by support
	harm  func(*patient) // nil: nothing
	run   string         // the command that ends with the code
	first func(*patient) // what a person does before the commands of the fix
	again string         // what then ends without it; "" is run
	still int            // how that ends, where it is not well
}

// Every command that an error's fix names works in the very state that raised
// it, and clears it.
func TestEveryFixOfAnErrorClearsIt(t *testing.T) {
	t.Parallel()
	for _, e := range failings() {
		t.Run(e.code, func(t *testing.T) {
			t.Parallel()
			p := inState(t, e)
			failed := p.fails(e.run)
			if failed["code"] != e.code {
				t.Fatalf("%s: %v", e.run, failed)
			}
			found := []map[string]any{{"severity": "error", "fix": failed["fix"]}}
			p.looks(found)
			if e.first != nil {
				e.first(p)
			}
			if p.applyFixes(found) == 0 && !slices.ContainsFunc(named(failed["fix"].(string)), looks) {
				t.Errorf("no command in its fix: %v", failed)
			}
			again := e.again
			if again == "" {
				again = e.run
			}
			p.Run(p.home, p.typed(again)...).Must(t, e.still)
		})
	}
}

func inState(t *testing.T, e failing) *patient {
	t.Helper()
	w := testkit.Start(t, sandbox.Options{})
	w.Endpoints(map[string]any{"maxClockSkew": "off", "retry": map[string]string{"base": "5ms", "max": "1s"},
		"timeouts": map[string]string{"request": "5s", "signIn": "4s"}})
	p := &patient{World: w, t: t, home: w.Home()}
	p.answers = w.Draft().Answers(support)
	if e.box == help {
		p.answers = with(p.answers, "webex.email-id", help, "mailbox.sign-in-as", support)
	}
	if !e.fresh {
		setUp(t, w, p.home, p.answers)
	}
	if e.harm != nil {
		e.harm(p)
	}
	return p
}

// typed is a command as somebody types it: setup has its answers from a file.
func (p *patient) typed(command string) []string {
	args := append(strings.Fields(strings.ReplaceAll(command, "KEYID", p.key)), "--no-input")
	if command == "mailbox forward" {
		args = append(args, p.more...)
	}
	if args[0] == "setup" {
		args = append(args, "--answers", p.AnswersFile(p.answers))
	}
	if !looks(command) {
		args = append(args, "-y")
	}
	return args
}

// fails runs a command and gives its error.
func (p *patient) fails(command string) map[string]any {
	p.t.Helper()
	ran := p.RunWith(p.home, p.env, append(p.typed(command), "--json")...)
	events := ran.Events(p.t)
	failed, _ := events[len(events)-1]["error"].(map[string]any)
	if failed == nil {
		p.t.Fatalf("%s ends with %d: %s%s", command, ran.Exit, ran.Stdout, ran.Stderr)
	}
	return failed
}

// once makes the nth answer to some requests another one.
func (p *patient) once(nth int, service, path string, body any) {
	p.t.Helper()
	p.call("POST", "/faults", []map[string]any{{"service": service, "method": "POST", "path": path, "nth": nth, "count": 1,
		"action": "status:400", "headers": map[string]string{"Content-Type": "application/json"}, "body": body}})
}

func entraSays(code int, name string) map[string]any {
	return map[string]any{"error": name, "error_description": "AADSTS" + itoa(code) + ": a reason.", "error_codes": []int{code}}
}

func failings() []failing {
	const tokens = "oauth2/v2.0/token"
	firstKey := func(p *patient) { p.key = secrets(p.application())[0].(map[string]any)["keyId"].(string) }
	forgets := func(p *patient) { p.Run(p.home, "token", "--forget").Must(p.t, 0) }
	wakes := func(p *patient) { p.SignInsAs("") }
	theirs := func(p *patient) {
		p.call("DELETE", "/outboundRules/"+p.our(), nil)
		p.call("POST", "/outboundRules", map[string]any{"Name": "Theirs", "HostedOutboundSpamFilterPolicy": p.our(), "From": []string{sales}})
	}
	return []failing{
		{code: "WX-STEP-FIRST", fresh: true, run: "azure consent", harm: func(p *patient) {
			p.Run(p.home, "webex", "collect", "--no-input", "--answers", p.AnswersFile(p.answers)).Must(p.t, 0)
		}},
		{code: "WX-REFUSED", fresh: true, run: "setup", harm: func(p *patient) {
			p.once(1, "graph", "addPassword", map[string]any{"error": map[string]any{"code": "Request_BadRequest", "message": "No."}})
		}},
		{code: "WX-FORWARDING-KEPT", fresh: true, run: "setup --replace-forwarding=false", again: "setup", harm: func(p *patient) {
			p.mailbox(map[string]any{"ForwardingSmtpAddress": "smtp:archive@fabrikam.example"})
		}},
		{code: "WX-FORWARDING-TAKEN", run: "setup --profile second", harm: func(p *patient) {
			p.answers = with(p.Draft().Answers(sales), "webex.forwarding-address", p.answers["webex.forwarding-address"])
		}},
		{code: "WX-LOCALHOST-REFUSED", fresh: true, run: "setup", again: "mailbox forward",
			harm: func(p *patient) { p.call("POST", "/tenant", map[string]any{"redirectPolicy": "https"}) }},
		{code: "WX-POLICY-USED", harm: theirs, run: "setup", first: func(p *patient) { p.call("DELETE", "/outboundRules/Theirs", nil) }},
		{code: "WX-CUSTOMIZATION-DECLINED", harm: func(p *patient) { p.dehydrate("0s") },
			run: "mailbox forward --enable-customization=false", again: "setup"},
		{code: "WX-VAULT-DAMAGED", run: "setup", harm: func(p *patient) { p.vault(func(file string) { p.damage(file) }) },
			first: func(p *patient) { p.vault(p.remove) }},
		{code: "WX-PROFILE-DAMAGED", run: "setup", harm: func(p *patient) { p.damage(p.file("profile.json")) },
			first: func(p *patient) {
				if err := os.Rename(filepath.Dir(p.file("profile.json")), filepath.Join(p.t.TempDir(), "away")); err != nil {
					p.t.Fatal(err)
				}
			}},
		{code: "WX-PASSPHRASE", run: "setup", harm: func(p *patient) { p.env = []string{"WXMAIL_PASSPHRASE=another"} },
			first: func(p *patient) { p.env = nil }},
		{code: "WX-EXCHANGE-CLIENT-BLOCKED", fresh: true, run: "setup",
			harm: func(p *patient) { p.once(2, "entra", tokens, entraSays(7000112, "unauthorized_client")) }},
		{code: "WX-EXCHANGE-SILENT", fresh: true, run: "mailbox smtp",
			harm: func(p *patient) {
				p.Run(p.home, "webex", "collect", "--no-input", "--answers", p.AnswersFile(p.answers)).Must(p.t, 0)
				p.NobodySignsIn("outlook.office365.com")
			}, first: wakes},
		{code: "WX-MAILBOX-SILENT", run: "token", harm: func(p *patient) { forgets(p); p.NobodySignsIn(mailboxScope) }, first: wakes},
		{code: "WX-REDIRECT-URI-UNSEEN", run: "token",
			harm: func(p *patient) { forgets(p); p.once(2, "entra", tokens, entraSays(50011, "invalid_request")) }},
		{code: "WX-FORWARDING-REFUSED", run: "verify --to " + testkit.Customer, again: "setup",
			harm: func(p *patient) {
				p.smtp("DATA", 550, "5.7.520 Access denied, Your organization does not allow external forwarding.")
			}},
		{code: "WX-SEND-AS-DENIED", box: help, run: "verify --to " + testkit.Customer, again: "setup",
			harm: func(p *patient) {
				p.smtp("DATA", 550, "5.7.60 SMTP; Client does not have permissions to send as this sender")
			}},
		{code: "WX-SECRET-HELD", again: "setup", harm: firstKey, run: "azure rotate-secret --finish --old-secret-replaced --secret KEYID"},
		{code: "WX-SECRET-LAST", harm: func(p *patient) { firstKey(p); p.vault(p.remove) },
			run: "azure rotate-secret --finish --old-secret-replaced --secret KEYID"},
		{code: "WX-NO-REFRESH-TOKEN", run: "token", harm: func(p *patient) {
			forgets(p)
			p.call("POST", "/faults", []map[string]any{{"service": "entra", "method": "POST", "path": tokens, "nth": 2,
				"action": "alter", "json": "refresh_token", "value": ""}})
		}},
		{code: "WX-FORWARDING-DOMAIN-REFUSED", fresh: true, again: "mailbox forward",
			run:   "setup --forwarding-address x@mail.elsewhere.example --forwarding-domain-known=false",
			first: func(p *patient) { p.more = []string{"--forwarding-address", p.answers["webex.forwarding-address"]} }},
	}
}

// file is the only file of that name in the home.
func (p *patient) file(name string) string {
	p.t.Helper()
	for _, file := range testkit.Files(p.t, p.home) {
		if filepath.Base(file) == name {
			return file
		}
	}
	p.t.Fatalf("no file %s", name)
	return ""
}

func (p *patient) damage(file string) {
	p.t.Helper()
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// vault does something to each file of the vault.
func (p *patient) vault(do func(file string)) {
	for _, file := range testkit.Files(p.t, p.home) {
		if strings.HasPrefix(filepath.Base(file), "vault.") {
			do(file)
		}
	}
}

// Every code whose fix names a command is raised by a test that runs it: by an
// ailment, by an end of this table, or by a story that shows both.
func TestEveryFixThatNamesACommandIsRun(t *testing.T) {
	run := map[string]bool{}
	for _, a := range ailments() {
		for _, code := range a.finds {
			run[code] = true
		}
	}
	for _, e := range failings() {
		run[e.code] = true
	}
	stories := storiesTold(t)
	for _, row := range advice.Rows() {
		commands := named(msg.New("en").Text("error."+row.Code+".fix", "Object", "X", "Detail", "X", "Error", "X", "Link", "", "Proposal", "X"))
		// Who takes an application over is asked for its secret.
		commands = slices.DeleteFunc(commands, func(c string) bool { return looks(c) || strings.HasSuffix(c, "--application X") })
		if len(commands) == 0 || run[row.Code] ||
			slices.ContainsFunc(stories, func(story string) bool { return tells(story, row.Code, commands) }) {
			continue
		}
		if why := unraised()[row.Code]; why == "" {
			t.Errorf("%s: nobody runs %q", row.Code, commands)
		}
	}
}

// unraised are the codes whose commands another test runs, and which.
func unraised() map[string]string {
	return map[string]string{
		"WX-DEMO-LEFT":           "cmd/wxmail.TestDemoPrintsTheValuesAndWhatWebexConnectDidWithThem: a demo begins anew each time",
		"WX-ASSET-UNSAVED":       "the story no-copy-waits-for-the-asset: the same command, where a copy is kept",
		"WX-APPLICATION-UNSEEN":  "cmd/wxmail.TestHandOffEntra: setup, then the secret that was received",
		"WX-SECRET-END-UNREAD":   "cmd/wxmail.TestHandOffEntra: the setup after it",
		"WX-VERIFY-SILENT":       "cmd/wxmail.TestVerify: the second time somebody answers",
		"WX-APPLICATION-BY-HAND": "setup.TestAPersonTakesOverWhatIsThere, and TestAPersonWantsAnApplicationOfTheirOwn for another",
		"WX-SECRET-UNKNOWN":      "the story secret-by-hand-rotated: the same command with another key ID",
	}
}

func storiesTold(t *testing.T) (stories []string) {
	t.Helper()
	files, _ := filepath.Glob("testdata/stories/*.txtar")
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		stories = append(stories, string(raw))
	}
	return stories
}

// tells says whether a story meets the code and runs one of the commands.
func tells(story, code string, commands []string) bool {
	_, after, met := strings.Cut(story, code)
	return met && slices.ContainsFunc(commands, func(c string) bool { return typedIn(after, strings.Fields(c)) })
}

// typedIn says whether a line of a story has the words of a command: a value
// such as X is another one there.
func typedIn(story string, words []string) bool {
	for line := range strings.Lines(story) {
		typed := strings.Fields(line)
		lacks := func(w string) bool { return strings.ToUpper(w) != w && w != "with" && !slices.Contains(typed, w) }
		if !slices.ContainsFunc(words, lacks) {
			return true
		}
	}
	return false
}

// What a fix says to look at can be looked at, before anything is set up and
// afterwards.
func TestWhatFixesShowCanBeLookedAt(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{}
	for _, row := range advice.Rows() {
		for _, c := range named(msg.New("en").Text("error." + row.Code + ".fix")) {
			if looks(c) {
				shown[c] = true
			}
		}
	}
	p := inState(t, failing{fresh: true})
	for _, when := range []string{"fresh", "set up"} {
		for c := range shown {
			if when == "fresh" && (strings.HasPrefix(c, "doctor") || strings.HasPrefix(c, "plan") || strings.HasPrefix(c, "handoff")) {
				continue // they need a profile, and say so: WX-NO-PROFILE
			}
			p.look(c)
		}
		if when == "fresh" {
			setUp(t, p.World, p.home, p.answers)
		}
	}
	t.Logf("%d commands", len(shown))
}
