//go:build unix

package main

import (
	"encoding/base64"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
	"wxmail/internal/testkit/console"
)

// board is the clipboard of a computer: an xclip that keeps it in a file, and
// what that was called with.
type board struct {
	t          testing.TB
	file, args string
}

func newBoard(t testing.TB, w *testkit.World) *board {
	t.Helper()
	dir := t.TempDir()
	b := &board{t, filepath.Join(dir, "clipboard"), filepath.Join(dir, "args")}
	script := "#!/bin/sh\necho \"$*\" >>'" + b.args + "'\ncase \"$1\" in\n-in) cat >'" + b.file + "';;\n-out) cat '" + b.file + "';;\nesac\n"
	if err := os.WriteFile(filepath.Join(w.Dir, "bin", "xclip"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *board) holds() string { return b.read(b.file) }

func (b *board) read(file string) string {
	b.t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		b.t.Fatal(err)
	}
	return string(raw)
}

// stop is the prompt of a walk, as the screen ends with it.
var stop = regexp.MustCompile(`(\d+) of (\d+) · ([^·]+) · ([^;]+); Enter next, b back, s show, q leave$`)

// next waits for the prompt of the nth field, and gives its label and where the
// value is.
func (s *sitting) next(number string) (label, state string) {
	s.t.Helper()
	s.Until("field "+number, func(screen string) bool {
		at := stop.FindStringSubmatch(strings.Join(strings.Fields(screen), " "))
		if at != nil && at[1] == number {
			label, state = at[3], at[4]
		}
		return label != ""
	})
	return label, state
}

// mostWork is how many answers and keys a person gives from the first wxmail
// setup to an agent's reply, the command itself included. The guide has 51
// clicks, and 17 fields that are typed or pasted.
const mostWork = 25

// A person sets up and fills the form field by field, and an agent's reply
// reaches a customer: with little work, no value is retyped, and the secret is
// nowhere in what the terminal was sent.
func TestTheFormIsFilledFieldByField(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	draft, clip := w.Draft(), newBoard(t, w)
	home := w.Home()
	s := sit(t, w, usual, home, nil, "setup")
	s.answers(append(wizard(draft), turn{agree, "y"}, pasted("clipboard")))
	copied := map[string]any{
		"Forwarding Address": draft.ForwardingAddress, "Call Back URL": draft.CallbackURL,
		"Authentication Type": "OAuth 2.0", "Security": "STARTTLS",
		"Use different email address than the asset email ID for generating tokens": "off", "Login ID For Generating Token": nil,
		"I would like to explicitly review before providing consent for authentication": "off",
	}
	for _, number := range strings.Fields("1 2 3 4 5 6 7 8 9 10 11") {
		label, state := s.next(number)
		if state != "copied" {
			t.Errorf("%s was %s", label, state)
		}
		copied[label] = clip.holds()
		s.Send(console.Enter)
	}
	s.asked(saved("").question)
	asset := w.SaveForm(draft, support, copied)
	asset.GenerateToken()
	s.answers([]turn{saved("yes"), later()})
	s.ends(0)
	asset.Correspond("Order 12")
	if work := 1 + s.given; work > mostWork {
		t.Errorf("a person gave %d answers and keys", work)
	} else {
		t.Logf("a person gave %d answers and keys", work)
	}
	s.inOrder("Forwarding Address: the page shows it already", "Authentication Type: choose OAuth 2.0.", "Security: choose STARTTLS.",
		"leave this box without a tick", "Login ID For Generating Token: leave it empty.", say("values.then"), say("run.done"))
	var hunt testkit.Hunt
	hunt.Search(w, "the terminal", s.Raw(), s.transcript(), clip.read(clip.args))
	if found := hunt.Found("the terminal"); len(found) > 0 {
		t.Errorf("the terminal was sent, or a program was given: %v", found)
	}
}

// What was done is remembered; what Webex Connect shows is compared; the person
// goes back, sees a value, and leaves.
func TestAWalkIsTakenUpAgain(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home, clip := w.Home(), newBoard(t, w)
	w.Run(home, "setup", "--no-input", "-y", "--answers", w.AnswersFile(w.Draft().Answers(support))).Must(t, 0)
	s := sit(t, w, usual, home, nil, "values", "--copy")
	for _, number := range []string{"1", "2"} {
		s.next(number)
		s.Send(console.Enter)
	}
	s.next("3")
	s.Send("smtp.office365.com " + console.Enter)
	s.shows("SMTP Server: a space, or a mark that is not seen, is too much or missing at character 19.")
	s.next("3")
	s.Send("s" + console.Enter)
	s.shows("SMTP Server: smtp.office365.com")
	s.Send("b" + console.Enter)
	if label, _ := s.next("2"); label != "Email ID" {
		t.Errorf("one back is %s", label)
	}
	s.Send("q" + console.Enter)
	s.ends(0)

	again := sit(t, w, usual, home, nil, "values", "--copy")
	again.shows("It goes on at SMTP Server")
	again.next("3")
	if clip.holds() != "smtp.office365.com" {
		t.Errorf("the clipboard holds %q", clip.holds())
	}
	again.Send(console.CtrlC)
	again.ends(130)
}

// A secret that was copied does not outlive the program.
func TestACopiedSecretIsTakenBack(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home, clip := w.Home(), newBoard(t, w)
	w.Run(home, "setup", "--no-input", "-y", "--answers", w.AnswersFile(w.Draft().Answers(support))).Must(t, 0)
	secret := strings.TrimSpace(w.Reveal(home, "values", "client-secret").Must(t, 0).Stdout)
	s := sit(t, w, usual, home, nil, "values", "--copy", "client-secret")
	s.shows("It is taken out again after 60 s, or when you press Ctrl-C.")
	if clip.holds() != secret {
		t.Error("it was not copied")
	}
	s.Send(console.CtrlC)
	s.ends(130)
	if clip.holds() != "" {
		t.Error("it was not taken back")
	}
	w.Run(home, "values", "--copy", "Client ID").Must(t, 0)
	if clip.holds() != strings.TrimSpace(w.Run(home, "values", "Client ID").Must(t, 0).Stdout) {
		t.Errorf("the client ID was not copied: %q", clip.holds())
	}
}

// Over SSH the clipboard is the terminal's. Nothing of it is on the screen, and
// nothing else that the terminal is sent holds the secret.
func TestTheClipboardOverSSH(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	w.Run(home, "setup", "--no-input", "-y", "--answers", w.AnswersFile(w.Draft().Answers(support))).Must(t, 0)
	secret := strings.TrimSpace(w.Reveal(home, "values", "client-secret").Must(t, 0).Stdout)
	s := sit(t, w, usual, home, []string{"SSH_CONNECTION=192.0.2.1 50000 192.0.2.2 22"}, "values", "--copy", "client-secret")
	s.ends(0)
	s.inOrder("Client Secret was sent to the clipboard of your terminal.")
	sequence := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(secret)) + "\a"
	if !strings.Contains(s.Raw(), sequence) {
		t.Error("the terminal was not told")
	}
	var hunt testkit.Hunt
	hunt.Search(w, "the rest", strings.ReplaceAll(s.Raw(), sequence, ""), s.Screen())
	if found := hunt.Found("the rest"); len(found) > 0 {
		t.Errorf("it is elsewhere, too: %v", found)
	}
	dumb := sit(t, w, usual, home, []string{"SSH_CONNECTION=192.0.2.1 50000 192.0.2.2 22", "TERM=dumb"}, "values", "--copy", "client-secret")
	dumb.ends(1)
	dumb.inOrder("Client Secret could not be copied")
}

// The page ends by its button, or by Enter in the terminal; in the middle of a
// setup the run then goes on.
func TestThePageOfTheForm(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	w.NobodySignsIn("127.0.0.1") // the browser that opens by itself has nobody in front
	home, draft := w.Home(), w.Draft()
	s := sit(t, w, usual, home, nil, "setup")
	s.answers(append(wizard(draft), turn{agree, "y"}, pasted("page")))
	s.asked(say("web.wait"))
	code := regexp.MustCompile(`code: (\d{4} \d{4})`).FindStringSubmatch(s.transcript())
	if code == nil {
		t.Errorf("no code was shown:\n%s", s.transcript())
	}
	s.Send(console.Enter)
	s.answers([]turn{saved("yes"), later()})
	s.ends(0)

	page := sit(t, w, usual, home, nil, "values", "--web", "--no-browser")
	page.asked(say("web.wait"))
	visitor := enter(t, regexp.MustCompile(`http://127\.0\.0\.1:\d+/\S{20,}`).FindString(page.transcript()))
	visitor.do("tick", `{"line":"Client ID","on":true}`)
	visitor.do("done", `{}`)
	page.ends(0)

	again := sit(t, w, usual, home, nil, "values", "--copy")
	again.next("1")
	again.Send("q" + console.Enter)
	again.ends(0)
	kept, err := os.ReadFile(filepath.Join(home, "profiles", "default", "pasted.json"))
	if err != nil || !strings.Contains(string(kept), "Client ID") {
		t.Errorf("kept: %s %v", kept, err)
	}
}

// visitor is a browser that the page has let in.
type visitor struct {
	t      testing.TB
	client *http.Client
	page   *url.URL
}

func enter(t testing.TB, address string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{t, &http.Client{Jar: jar}, nil}
	resp, err := v.client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	v.page = resp.Request.URL
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", address, resp.Status)
	}
	return v
}

// do asks the page for one thing, as its script does.
func (v *visitor) do(what, body string) {
	v.t.Helper()
	req, err := http.NewRequest(http.MethodPost, v.page.JoinPath(what).String(), strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("Origin", "http://"+v.page.Host)
	resp, err := v.client.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		v.t.Errorf("%s: %s", what, resp.Status)
	}
}
