//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
	"wxmail/internal/testkit/console"
)

var colours = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// From the first question to the values, on every kind of terminal; then once
// more, when nothing is asked.
func TestWizard(t *testing.T) {
	for _, c := range []struct {
		name     string
		size     console.Config
		env      []string
		coloured bool
		done     string
	}{
		{"80 columns", usual, nil, true, "✓ done"},
		{"40 columns", console.Config{Width: 40, Height: 24}, nil, true, "✓ done"},
		{"NO_COLOR", usual, []string{"NO_COLOR=1"}, false, "✓ done"},
		{"TERM=dumb, ASCII", usual, []string{"TERM=dumb", "LANG=C"}, false, "* done"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := testkit.Start(t, sandbox.Options{})
			home, draft := w.Home(), w.Draft()
			s := sit(t, w, c.size, home, c.env, "setup")
			s.plain = slices.Contains(c.env, "TERM=dumb")
			s.firstRun(draft, finished()[1:])
			s.inOrder(say("question.webex.email-id.help"), say("sign-ins.advice"), "Register the application", "+ create application WebexConnect",
				"Forward mail to Webex Connect", c.done+"change Authenticated SMTP of "+support, "Asset Name", "support",
				"Client Secret", "(set)", "Validity", say("values.then"), say("question.webex.asset-saved.help"),
				c.done+"create forwarding of "+support, say("run.done"))
			if shown := strings.Count(squeeze(s.transcript()), squeeze(say("values.then"))); shown != 1 {
				t.Errorf("the values were shown %d times", shown)
			}
			if got := colours.MatchString(s.Raw()); got != c.coloured {
				t.Errorf("coloured: %v", got)
			}
			if s.plain && strings.ContainsFunc(s.Raw(), func(r rune) bool { return r == '\x1b' || r >= utf8.RuneSelf }) {
				t.Errorf("more than lines of ASCII: %q", s.Raw())
			}
			tidy(t, s, c.size.Width)

			before := len(w.Writes())
			again := sit(t, w, c.size, home, c.env, "setup")
			again.plain = s.plain
			again.answers([]turn{review(), later()})
			again.ends(0)
			again.inOrder("Client ID", say("values.then"))
			for _, turn := range agreed(draft) {
				if turn != review() && turn != later() && strings.Contains(squeeze(again.transcript()), squeeze(turn.question)) {
					t.Errorf("asked again: %s", turn.question)
				}
			}
			if writes := w.Writes()[before:]; len(writes) != 0 {
				t.Errorf("the second run wrote: %v", writes)
			}
		})
	}
}

// firstRun answers all questions, some of them wrong at first, and agrees; then
// it answers those behind the plan.
func (s *sitting) firstRun(d testkit.Draft, behind []turn) {
	s.t.Helper()
	wrong := map[int]struct{ keys, reason string }{
		0: {"support", say("invalid.not-an-address")},
		2: {"elsewhere@contoso.example", "contoso.example: mail would go in circles"},
		3: {"https://contoso.us.webexconnect.io/other", "! "},
	}
	for i, turn := range wizard(d) {
		if slip, ok := wrong[i]; ok {
			s.answer(turn.question, slip.keys)
			s.shows(slip.reason)
		}
		s.answer(turn.question, turn.keys)
	}
	s.asked(agree)
	noWrites(s.t, s.w)
	s.Send("y" + console.Enter)
	s.answers(behind)
	s.ends(0)
}

// tidy fails the test where a line was wider than the terminal though it
// could have been broken between words. A prompt may be.
func tidy(t *testing.T, s *sitting, width int) {
	t.Helper()
	for line := range strings.Lines(s.transcript()) {
		line = strings.Trim(line, "\r\n")
		line = line[strings.LastIndex(line, "\r")+1:] // as it was drawn last
		longest := 0
		for _, word := range strings.Fields(line) {
			longest = max(longest, len([]rune(word)))
		}
		if len([]rune(line)) > width && longest < width-10 && !strings.Contains(line, "? ") {
			t.Errorf("wider than %d: %s", width, line)
		}
	}
}

func TestResultsAloneOnStandardOutput(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	results := filepath.Join(t.TempDir(), "values.txt")
	s := sit(t, w, usual, w.Home(), []string{"RESULTS=" + results}, "setup")
	s.firstRun(w.Draft(), []turn{saved("yes"), later()}) // where results go elsewhere, the form goes there
	raw, err := os.ReadFile(results)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(raw); !strings.Contains(text, "Client Secret") || strings.Contains(text, "?") || strings.Contains(text, "\x1b") {
		t.Errorf("standard output:\n%s", text)
	}
	if strings.Contains(s.transcript(), "Client Secret") {
		t.Error("the values were on the terminal too")
	}
}

func TestDeclinedPlan(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	s := sit(t, w, usual, w.Home(), nil, "setup")
	s.answers(append(wizard(w.Draft()), turn{agree, "n"}))
	s.ends(1)
	s.inOrder(say("error.WX-DECLINED.what"), "fix: ", "more: WX-DECLINED")
	noWrites(t, w)
}

func TestCtrlC(t *testing.T) {
	waiting := say("sign-in.paste")
	for _, c := range []struct {
		name     string
		answered int
		at       string
	}{
		{"at the first question", 0, prompt("webex.email-id")},
		{"at a later question", 3, prompt("webex.callback-url")},
		{"at the review", 5, say("review.prompt")},
		{"at a choice that the tenant raises", 6, "(Y/n)"},
		{"at the plan", 7, agree},
		{"during a sign-in", 6, waiting},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := testkit.Start(t, sandbox.Options{})
			var env []string
			if c.at == waiting {
				env = []string{"PATH=" + withoutOpener(t)}
			}
			s := sit(t, w, usual, w.Home(), env, "setup")
			s.answers(wizard(w.Draft())[:c.answered])
			s.shows(c.at)
			s.Send(console.CtrlC)
			s.ends(130)
			s.inOrder(say("error.WX-INTERRUPTED.what"))
			noWrites(t, w)
		})
	}
}

// withoutOpener is a PATH on which no browser can be found.
func withoutOpener(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, tool := range []string{"wxmail", "stty"} {
		path, err := exec.LookPath(tool)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(path, filepath.Join(dir, tool)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// The mailbox user is asked last: what was made stays, what was temporary
// does not.
func TestCtrlCWhileTheMailboxUserSignsIn(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	w.NobodySignsIn("SMTP.Send")
	home := w.Home()
	s := sit(t, w, usual, home, nil, "setup")
	s.answers(append(wizard(w.Draft()), turn{agree, "y"}))
	s.shows("Sign-in 3 of 3 · " + say("role.mailbox") + " · as " + support)
	s.shows(say("sign-in.mailbox"))
	s.Send(console.CtrlC)
	s.ends(130)
	if uris := redirectURIs(ourApplication(t, w)); slices.Contains(uris, any("http://localhost")) {
		t.Errorf("the temporary redirect URI stayed: %v", uris)
	}
	w.SignInsAs("")
	again := sit(t, w, usual, home, nil, "setup")
	again.answers(append([]turn{review()}, finished()...))
	again.ends(0)
}

var authorizeURL = regexp.MustCompile(`http://localhost:\d+/\S+/authorize\?\S+`)

// A browser on another computer cannot open the page at the end: its address
// is pasted, however long it is.
func TestPastedRedirectURL(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{CodeLength: 6000})
	s := sit(t, w, usual, w.Home(), nil, "setup", "--no-browser")
	turns := wizard(w.Draft())
	s.answers(turns[:6])
	s.paste(1, "directory")
	s.paste(2, "exchange")
	s.answers(append(turns[6:], turn{agree, "y"}))
	s.paste(3, "mailbox")
	s.answers(finished()[1:])
	s.ends(0)
	s.inOrder(say("values.then"))
}

// paste signs in for the nth URL shown; at first what is pasted is nothing,
// then cut short.
func (s *sitting) paste(nth int, role string) {
	s.t.Helper()
	s.Until("it waits", func(string) bool {
		return strings.Count(squeeze(s.transcript()), squeeze(say("sign-in.paste"))) == nth
	})
	s.shows(fmt.Sprintf("Sign-in %d of 3 · %s", nth, say("role."+role)))
	s.Send("u" + console.Enter)
	var shown []string
	s.Until("the whole address is shown", func(string) bool {
		shown = authorizeURL.FindAllString(s.transcript(), -1)
		return len(shown) == nth
	})
	redirect := s.w.RedirectURL(shown[nth-1])
	if len(redirect) <= 4096 {
		s.t.Fatalf("the redirect URL has %d characters only", len(redirect))
	}
	s.Send("https://example.com/" + console.Enter)
	s.shows(say("warning.paste-no-url"))
	s.Send(redirect[:4096] + console.Enter)
	s.shows(say("warning.paste-cut-short"))
	s.Send(redirect + console.Enter)
}

func TestReopenedBrowser(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	idle := w.SignsInWhenReopened()
	s := sit(t, w, usual, w.Home(), nil, "setup")
	turns := wizard(w.Draft())
	s.answers(turns[:6])
	s.shows(say("sign-in.paste"))
	idle()
	s.Send("r" + console.Enter)
	s.answers(append(turns[6:], finished()...))
	s.ends(0)
}

// Nobody is asked to agree to a plan that was not shown, however quiet wxmail
// shall be.
func TestQuietShowsWhatIsAgreedTo(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	s := sit(t, w, usual, w.Home(), nil, "setup", "-q")
	s.answers(agreed(w.Draft()))
	s.ends(0)
	s.inOrder("create application WebexConnect", "leaves the tenant for", "Make these")
}

// Without a keyring and a passphrase in the environment the person gives one:
// twice for a new vault, once for an old one.
func TestPassphraseIsAsked(t *testing.T) {
	t.Parallel()
	const canary = "canary passphrase"
	w := testkit.Start(t, sandbox.Options{})
	home, none := w.Home(), []string{"WXMAIL_PASSPHRASE="}
	s := sit(t, w, usual, home, none, "setup")
	s.answer("? "+say("passphrase.prompt"), canary)
	s.answer("? "+say("passphrase.again"), "mistyped canary")
	s.shows(say("passphrase.differs"))
	s.answer("? "+say("passphrase.prompt"), canary)
	s.answer("? "+say("passphrase.again"), canary)
	s.answers(agreed(w.Draft()))
	s.ends(0)

	again := sit(t, w, usual, home, none, "setup")
	again.answer("? "+say("passphrase.prompt"), canary)
	again.answers([]turn{review(), later()})
	again.ends(0)

	wrong := sit(t, w, usual, home, none, "setup")
	for i := range 3 {
		wrong.Until("it asks again", func(screen string) bool {
			refused := strings.Count(squeeze(wrong.transcript()), squeeze(say("warning.passphrase-wrong")))
			return refused == i && strings.HasSuffix(squeeze(screen), squeeze("? "+say("passphrase.prompt")))
		})
		wrong.Send("mistyped canary" + console.Enter)
	}
	wrong.ends(9)
	wrong.inOrder("more: WX-PASSPHRASE")

	interrupted := sit(t, w, usual, home, none, "setup")
	interrupted.asked("? " + say("passphrase.prompt"))
	interrupted.Send(canary + console.CtrlC)
	interrupted.ends(130)
	for _, s := range []*sitting{s, again, wrong, interrupted} {
		if strings.Contains(s.Raw(), "canary") {
			t.Error("a passphrase was shown")
		}
	}
	if strings.Contains(squeeze(again.transcript()), squeeze(say("passphrase.again"))) {
		t.Error("asked twice for a vault that exists")
	}
}

// What only the tenant shows is asked before the plan.
func TestQuestionsThatTheTenantRaises(t *testing.T) {
	deliberate := func(id string) string { return prompt(id) + " (y/n)" }
	for _, c := range []struct {
		name, scenario, mailbox string
		turns                   []turn
		exit                    int
	}{
		{"shared mailbox", "shared-mailbox", help, append([]turn{{prompt("mailbox.sign-in-as"), support}}, finished()...), 0},
		{"replace forwarding", "by-hand", sales, []turn{
			{deliberate("mailbox.replace-forwarding"), ""}, {deliberate("mailbox.replace-forwarding"), "y"}, {agree, "y"},
			pasted("print"), saved("yes"), later(),
		}, 0},
		{"keep forwarding", "by-hand", sales, []turn{{deliberate("mailbox.replace-forwarding"), "n"}, {agree, "maybe"}, {agree, "y"}}, 1},
		{"enable customization", "dehydrated", support, []turn{{deliberate("exchange.enable-customization"), "yes"}, {agree, "y"}}, 10},
		{"no customization", "dehydrated", support, []turn{{deliberate("exchange.enable-customization"), "no"}, {agree, "y"}}, 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := testkit.Start(t, sandbox.Options{Scenario: c.scenario})
			answers := with(w.Draft().Answers(c.mailbox), "webex.asset-name", "Asset", "mailbox.keep-copy", "true",
				"azure.application", "new")
			s := sit(t, w, usual, w.Home(), nil, "setup", "--answers", w.AnswersFile(answers))
			s.answers(append([]turn{review()}, c.turns...))
			s.ends(c.exit)
		})
	}
}

// The demo's sandbox is its own; the person copies from the page that the
// demo shows in Webex Connect's place.
func TestDemoWithAPerson(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	w.SignsInToDemo()
	temporary := t.TempDir()
	s := sit(t, w, usual, w.Home(), []string{"TMPDIR=" + temporary}, "demo")
	s.asked(prompt("webex.email-id"))
	draft := testkit.Draft{
		ForwardingAddress: regexp.MustCompile(`[0-9a-f]{32}@\S+`).FindString(s.transcript()),
		CallbackURL:       regexp.MustCompile(`https://\S+/callback`).FindString(s.transcript()),
	}
	s.answers(append(wizard(draft), turn{agree, "y"}, saved("yes")))
	s.ends(0)
	s.inOrder(say("demo.pasted"), say("demo.generate-token")+": done",
		say("demo.agent-received")+": done", say("demo.customer-received")+": done")
	if left, err := os.ReadDir(temporary); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// At the end of a setup a person may go on to verify, with v.
func TestSetupGoesOnToVerify(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	draft, home := w.Draft(), w.Home()
	s := sit(t, w, usual, home, nil, "setup")
	s.answers(append(wizard(draft), turn{agree, "y"}, pasted("print")))
	s.asked(saved("").question)
	w.Save(home, draft)
	s.answers([]turn{saved("yes"), {later().question, "v"}, {prompt("verify.recipient"), testkit.Customer}})
	s.shows(say("verify.answer", "Mailbox", support))
	w.Call("POST", "/mail", map[string]string{"from": testkit.Customer, "to": support, "subject": "Order 7", "text": "Where is it?"}, nil)
	s.answers([]turn{{say("checklist.prompt"), ""}})
	s.ends(0)
	s.inOrder(say("verify.person"), "[x] Write to the mailbox from an outside address")
}
