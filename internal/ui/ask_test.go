//go:build unix

package ui_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"golang.org/x/term"

	"wxmail/internal/msg"
	"wxmail/internal/testkit/console"
	"wxmail/internal/ui"
)

var sizes = []console.Config{{Width: 80, Height: 24}, {Width: 40, Height: 24}}

// utf8 is a plain modern environment.
func utf8(name string) string {
	return map[string]string{"LANG": "en_US.UTF-8", "TERM": "xterm-256color"}[name]
}

type sitting struct {
	*console.Console
	ui  *ui.Terminal
	tty *os.File
	out strings.Builder
}

// sit is a person in front of a Terminal.
func sit(t *testing.T, c console.Config, change ...func(*ui.Options)) *sitting {
	t.Helper()
	s := &sitting{}
	s.Console, s.tty = console.Open(t, c)
	o := ui.Options{Out: &s.out, Err: s.tty, TTY: s.tty, Catalogue: msg.New("en"), Env: utf8}
	for _, f := range change {
		f(&o)
	}
	s.ui = ui.New(o)
	t.Cleanup(s.ui.Close)
	return s
}

type reply struct {
	text string
	err  error
}

// ask asks in the background: the test answers.
func (s *sitting) ask(ctx context.Context, q ui.Question) <-chan reply {
	replies := make(chan reply, 1)
	go func() {
		text, err := s.ui.Ask(ctx, q)
		replies <- reply{text, err}
	}()
	return replies
}

func want(t *testing.T, s *sitting, replies <-chan reply, text string) {
	t.Helper()
	got := <-replies
	if got.err != nil || got.text != text {
		t.Errorf("got %q, %v, want %q\n%s", got.text, got.err, text, s.Screen())
	}
}

var (
	email = ui.Question{
		ID:     "webex.email-id",
		Kind:   ui.Text,
		Prompt: msg.M("question.webex.email-id.prompt"),
		Help:   msg.M("question.webex.email-id.help"),
	}
	keep    = ui.Question{ID: "mailbox.keep-copy", Kind: ui.Confirm, Default: "true", Prompt: msg.M("question.mailbox.keep-copy.prompt")}
	hidden  = ui.Question{ID: "s", Kind: ui.Password, Prompt: msg.M("passphrase.prompt")}
	choices = ui.Question{ID: "azure.permissions", Kind: ui.Select, Default: "least", Prompt: msg.M("question.azure.permissions.prompt"),
		Choices: []ui.Choice{{Value: "guide"}, {Value: "least"}}}
)

func withDefault(q ui.Question, text string) ui.Question { q.Default = text; return q }

func TestAsk(t *testing.T) {
	refuse := email
	refuse.Validate = func(text string) error {
		if !strings.Contains(text, "@") {
			return errors.New("no @ in it")
		}
		return nil
	}
	deliberate := withDefault(keep, "")
	long := strings.Repeat("long-address-", 8) + "@contoso.example"
	for _, c := range []struct {
		name   string
		q      ui.Question
		steps  []string // expect, send, expect, send …
		want   string
		screen string // on it afterwards
	}{
		{"text", email, []string{"E-mail ID", " support@contoso.example \r"}, "support@contoso.example", "support@contoso.example"},
		{"help", email, []string{"The support mailbox", "x\r"}, "x", ""},
		{"default", withDefault(email, "a@b.example"), []string{"(a@b.example)", "\r"}, "a@b.example", "a@b.example"},
		{"long", email, []string{"E-mail ID", long + "\r"}, long, ""},
		{"edit", email, []string{"E-mail ID", "ab\x7fc\x1b[Dx\r"}, "axc", ""},
		{"wide", email, []string{"E-mail ID", "サポート\r"}, "サポート", "サポート"},
		{"wide edit", email, []string{"E-mail ID", "営業\x7f\x7f사서업함\x1b[D\x7f\r"}, "사서함", "사서함"},
		{"wide insert", email, []string{"E-mail ID", "業サ\x1b[D\x1b[D営\x1b[C\x1b[3~\r"}, "営業", "営業"},
		{"refused", refuse, []string{"E-mail ID", "nonsense\r", "! no @ in it", "a@b\r"}, "a@b", "a@b"},
		{"alt", email, []string{"E-mail ID", console.AltX, "! That key means", "a@b\r"}, "a@b", ""},
		{"yes", keep, []string{"(Y/n)", "\r"}, "true", "Yes"},
		{"no", keep, []string{"(Y/n)", "n\r"}, "false", "No"},
		{"deliberate", deliberate, []string{"(y/n)", "\r", "Please answer yes or no.", "yes\r"}, "true", ""},
		{"deliberate no", deliberate, []string{"(y/n)", "N\r"}, "false", ""},
		{"select", choices, []string{"> least", console.Up, "> guide", "\r"}, "guide", "guide"},
		{"select default", choices, []string{"> least", "\r"}, "least", "least"},
		{"select filter", choices, []string{"type to filter", "gu", "> guide", "\r"}, "guide", ""},
		{"password", hidden, []string{"Passphrase", " canary-1 \r"}, " canary-1 ", "*"},
	} {
		for _, size := range sizes {
			t.Run(c.name, func(t *testing.T) {
				s := sit(t, size)
				replies := s.ask(t.Context(), c.q)
				for i := 0; i < len(c.steps); i += 2 {
					s.Expect(c.steps[i])
					s.Send(c.steps[i+1])
				}
				want(t, s, replies, c.want)
				s.Until("the answer is shown", func(screen string) bool {
					return strings.Contains(strings.ReplaceAll(screen, "\n", ""), c.screen)
				})
				if strings.Contains(s.Raw(), "canary-1") {
					t.Errorf("a password was shown:\n%s", s.Screen())
				}
				wantRestored(t, s)
			})
		}
	}
}

// wantRestored proves that the terminal works by line again: a key alone is
// echoed and a line's end is the terminal's to see.
func wantRestored(t *testing.T, s *sitting) {
	t.Helper()
	s.Send("echoed")
	s.Expect("echoed")
}

// What was typed before a question about consent stood on the screen is no
// answer to it, be it a line, the beginning of one, or a key that a list takes.
func TestConsentIsNotTypedAhead(t *testing.T) {
	agree := keep
	agree.Consent = true
	saved := choices
	saved.Consent = true
	for _, c := range []struct {
		name, early string
		q           ui.Question
		at, keys    string
		want        string
	}{
		{"Enter", "\r", agree, "(Y/n)", "n\r", "false"},
		{"yes and Enter", "y\r", withDefault(agree, ""), "(y/n)", "n\r", "false"},
		{"half a line", "y", agree, "(Y/n)", "n\r", "false"},
		{"Ctrl-D", console.CtrlD, agree, "(Y/n)", "n\r", "false"},
		{"a list", console.Up + "\r", saved, "> least", "\r", "least"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := sit(t, sizes[0])
			first := s.ask(t.Context(), email) // reads ahead from now on
			s.Expect("E-mail ID")
			s.Send("first\r" + c.early)
			want(t, s, first, "first")
			replies := s.ask(t.Context(), c.q)
			s.Expect(c.at)
			s.Send(c.keys)
			want(t, s, replies, c.want)
		})
	}
}

// Ctrl-D leaves like Ctrl-C, whatever Enter would answer.
func TestCtrlDLeaves(t *testing.T) {
	for _, c := range []struct {
		q  ui.Question
		at string
	}{{email, "E-mail ID"}, {withDefault(email, "a@b.example"), "(a@b.example)"},
		{keep, "(Y/n)"}, {choices, "> least"}, {hidden, "Passphrase"}} {
		s := sit(t, sizes[0])
		replies := s.ask(t.Context(), c.q)
		s.Expect(c.at)
		s.Send(console.CtrlD)
		if got := <-replies; !errors.Is(got.err, ui.ErrInterrupted) {
			t.Errorf("%s: %q, %v", c.q.ID, got.text, got.err)
		}
		wantRestored(t, s)
	}
}

func TestGoingBack(t *testing.T) {
	for _, c := range []struct {
		q        ui.Question
		at, keys string
	}{{email, "E-mail ID", "<\r"}, {keep, "(Y/n)", "<\r"}, {choices, "> least", "<"}} {
		c.q.Back = true
		s := sit(t, sizes[0])
		replies := s.ask(t.Context(), c.q)
		s.Expect(c.at)
		s.Send(c.keys)
		if got := <-replies; !errors.Is(got.err, ui.ErrBack) {
			t.Errorf("%s: %q, %v", c.q.ID, got.text, got.err)
		}
		wantRestored(t, s)
	}
	s := sit(t, sizes[0])
	replies := s.ask(t.Context(), email)
	s.Expect("E-mail ID")
	s.Send("<\r")
	want(t, s, replies, "<") // where there is nothing to go back to
}

func TestTellMore(t *testing.T) {
	refuse := func(string) error { return errors.New("refused") }
	for _, c := range []struct {
		q        ui.Question
		at, keys string
		answer   string
		want     string
	}{{email, "E-mail ID", "?\r", "a@b.example\r", "a@b.example"}, {keep, "(Y/n)", "?\r", "n\r", "false"},
		{choices, "? tells more", "?", "\r", "least"}} {
		c.q.More = []msg.Message{msg.M("state.changed"), msg.M("state.failed")}
		if c.q.Kind == ui.Text {
			c.q.Validate = func(text string) error {
				if text == "?" {
					return refuse(text)
				}
				return nil
			}
		}
		s := sit(t, sizes[0])
		replies := s.ask(t.Context(), c.q)
		s.Expect(c.at)
		s.Send(c.keys)
		s.Expect("changed\nfailed")
		s.Send(c.answer)
		want(t, s, replies, c.want)
	}
}

// A Confirm may take letters beside y and n, and Enter alone means nothing
// where there is no default.
func TestKeysOfAConfirm(t *testing.T) {
	q := withDefault(keep, "")
	q.Keys = "dc"
	s := sit(t, sizes[0])
	for _, c := range []struct{ keys, want string }{{"\rD\r", "d"}, {"c\r", "c"}, {"x\ry\r", "true"}, {"N\r", "false"}} {
		replies := s.ask(t.Context(), q)
		s.Expect("(y/n/d/c)")
		s.Send(c.keys)
		want(t, s, replies, c.want)
	}
}

// A prompt that is as wide as the screen is drawn once, and so is one whose hint
// would not fit behind it.
func TestAPromptThatFillsItsLine(t *testing.T) {
	s := sit(t, sizes[0])
	long := func(end string) msg.Message { return msg.M(strings.Repeat("word ", 15) + end) }
	for _, c := range []struct {
		q               ui.Question
		end, keys, want string
	}{{ui.Question{ID: "a", Kind: ui.Text, Prompt: long("end")}, "end", "\r", ""},
		{ui.Question{ID: "b", Kind: ui.Confirm, Prompt: long("stop")}, "stop", "y\r", "true"}} {
		replies := s.ask(t.Context(), c.q)
		s.Expect(c.end)
		s.Send(c.keys)
		want(t, s, replies, c.want)
	}
	s.Expect("Yes")
	if shown := s.Screen(); strings.Count(shown, "end")+strings.Count(shown, "stop") != 2 || strings.Contains(shown, "\n\n") {
		t.Errorf("%s", shown)
	}
}

// A row of a table is pasted with the tabs between its columns.
func TestTabsArePastedAsSpaces(t *testing.T) {
	s := sit(t, sizes[0])
	replies := s.ask(t.Context(), email)
	s.Expect("E-mail ID")
	s.Send("Email ID\ta@b.example\r")
	want(t, s, replies, "Email ID a@b.example")
}

func TestTypedAhead(t *testing.T) {
	s := sit(t, sizes[0])
	s.Send("first\rsecond\rn\r")
	for _, c := range []struct {
		q    ui.Question
		want string
	}{{email, "first"}, {hidden, "second"}, {keep, "false"}} {
		want(t, s, s.ask(t.Context(), c.q), c.want)
	}
}

// The prompt library panics where 4,096 bytes came before the question.
func TestMuchTypedAhead(t *testing.T) {
	s := sit(t, sizes[0])
	replies := s.ask(t.Context(), email)
	s.Expect("E-mail ID")
	paste := strings.Repeat("x", 20_000)
	s.Send(paste)
	s.Send("\r")
	want(t, s, replies, paste)
}

// It hangs for ever where the terminal does not say where its cursor is.
func TestMuteTerminal(t *testing.T) {
	for _, size := range sizes {
		size.Mute = true
		s := sit(t, size)
		for _, q := range []ui.Question{email, hidden} {
			replies := s.ask(t.Context(), q)
			s.Expect(msg.New("en").Say(q.Prompt))
			s.Send("answer\r")
			want(t, s, replies, "answer")
		}
	}
}

func TestInterrupt(t *testing.T) {
	for _, q := range []ui.Question{email, keep, hidden, choices} {
		s := sit(t, sizes[0])
		replies := s.ask(t.Context(), q)
		s.Expect(msg.New("en").Say(q.Prompt))
		s.Send(console.CtrlC)
		if got := <-replies; !errors.Is(got.err, ui.ErrInterrupted) {
			t.Errorf("%s: %v", q.ID, got.err)
		}
		wantRestored(t, s)
	}
}

func TestCancelledQuestion(t *testing.T) {
	for _, q := range []ui.Question{email, hidden, choices} {
		s := sit(t, sizes[0])
		ctx, cancel := context.WithCancel(t.Context())
		replies := s.ask(ctx, q)
		s.Expect(msg.New("en").Say(q.Prompt))
		cancel()
		if got := <-replies; !errors.Is(got.err, context.Canceled) {
			t.Errorf("%s: %v", q.ID, got.err)
		}
		wantRestored(t, s)
	}
}

func TestCloseEndsAQuestion(t *testing.T) {
	s := sit(t, sizes[0])
	before := mode(t, s)
	replies := s.ask(t.Context(), email)
	s.Expect("E-mail ID")
	s.ui.Close()
	if got := <-replies; got.err == nil {
		t.Error("answered")
	}
	s.ui.Close()
	if after := mode(t, s); *after != *before {
		t.Error("the terminal was not restored")
	}
}

func mode(t *testing.T, s *sitting) *term.State {
	t.Helper()
	tty, err := os.OpenFile(s.tty.Name(), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	state, err := term.GetState(int(tty.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	return state
}

func TestNobodyThere(t *testing.T) {
	pipe, _, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	for name, o := range map[string]ui.Options{
		"told so": {NoInput: true},
		"a pipe":  {TTY: pipe},
	} {
		var out strings.Builder
		o.Out, o.Err, o.JSON, o.Catalogue, o.Env = &out, &out, true, msg.New("en"), utf8
		terminal := ui.New(o)
		_, err := terminal.Ask(t.Context(), email)
		var unanswered *ui.Unanswered
		if !errors.As(err, &unanswered) || unanswered.ID != email.ID {
			t.Errorf("%s: %v", name, err)
		}
		if lines := terminal.TypedLines(t.Context()); lines != nil || terminal.Interactive() {
			t.Errorf("%s: reads", name)
		}
		if out.Len() > 0 {
			t.Errorf("%s: said %s", name, out.String())
		}
		terminal.Close()
	}
}

func TestPassphrase(t *testing.T) {
	s := sit(t, sizes[1])
	replies := make(chan reply, 1)
	go func() {
		got, err := s.ui.Passphrase(t.Context(), true)
		replies <- reply{got.Reveal(), err}
	}()
	s.Expect("Passphrase of the vault")
	s.Send("\r")
	s.Expect("cannot be empty")
	s.Send("canary-2\r")
	s.Expect("The same passphrase again")
	s.Send("other\r")
	for _, prompt := range []string{"Passphrase of the vault", "The same passphrase again"} { // both anew
		s.Until(prompt, func(screen string) bool { return strings.HasSuffix(strings.TrimSpace(screen), "? "+prompt) })
		s.Send("canary-2\r")
	}
	want(t, s, replies, "canary-2")
	if strings.Contains(s.Raw(), "canary-2") {
		t.Error("shown")
	}
}

func TestQuestionEvent(t *testing.T) {
	s := sit(t, sizes[0], func(o *ui.Options) { o.JSON = true })
	replies := s.ask(t.Context(), withDefault(choices, "guide"))
	s.Expect("> guide")
	s.Send("\r")
	want(t, s, replies, "guide")
	const event = `{"event":"question","id":"azure.permissions","kind":"select",` +
		`"prompt":"Permissions of the application","help":null,"default":"guide","choices":[{"value":"guide","label":null},` +
		`{"value":"least","label":null}]}`
	if got := strings.TrimSpace(s.out.String()); got != event {
		t.Errorf("got  %s\nwant %s", got, event)
	}
}
