//go:build pages

package pages

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"wxmail/internal/msg"
	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

const (
	mailbox = "support@contoso.example"
	limit   = 2 * time.Minute
)

// found is what pages.mjs tells.
type found struct {
	Values               map[string]string // as they were in the clipboard, by label
	Violations, Problems []string
	Passed               int
}

// The paste sheet in a browser: by keyboard alone, by strangers, on a small
// screen and on paper. What it copies, Webex Connect saves.
func TestThePasteSheet(t *testing.T) {
	w := testkit.Start(t, sandbox.Options{})
	home, draft := w.Home(), w.Draft()
	w.Run(home, "setup", "--no-input", "-y", "--answers", w.AnswersFile(draft.Answers(mailbox))).Must(t, 0)
	told := opener(t, w)
	one, two := open(t, w, home, "--no-browser"), open(t, w, home)
	address := one.shown(`http://127\.0\.0\.1:\d+/\S{20,}`)
	two.shown(`http://127\.0\.0\.1:\d+/\S{20,}`)
	code := two.shown(`\d{4} \d{4}`)
	front := strings.TrimSpace(told(t))
	if !regexp.MustCompile(`^http://127\.0\.0\.1:\d+/$`).MatchString(front) {
		t.Errorf("the browser was told %s", front)
	}

	got := browse(t, address, front, code, "en")
	got.well(t, 50)
	one.ends()
	two.ends()
	save(t, w, draft, got.Values)
	again := w.Run(home, "values").Must(t, 0).Stdout
	w.NoSecrets(one.said.String() + two.said.String() + again)
}

// Each page in each language: axe-core finds nothing, and on a small screen
// nothing is cut off.
func TestThePagesOfEachLanguage(t *testing.T) {
	w := testkit.Start(t, sandbox.Options{})
	home, draft := w.Home(), w.Draft()
	answers := w.AnswersFile(draft.Answers(mailbox))
	w.Run(home, "setup", "--no-input", "-y", "--answers", answers).Must(t, 0)
	opener(t, w)
	for _, lang := range msg.Languages() {
		if lang == "en" {
			continue // TestThePasteSheet has it
		}
		t.Run(lang, func(t *testing.T) {
			one, two := open(t, w, home, "--no-browser", "--lang", lang), open(t, w, home, "--lang", lang)
			address := one.shown(`http://127\.0\.0\.1:\d+/\S{20,}`)
			front := two.shown(`http://127\.0\.0\.1:\d+/`)
			code := two.shown(`\d{4} \d{4}`)
			waits := start(t, w, w.Home(), "setup", "--no-input", "-y", "--no-browser", "--answers", answers, "--lang", lang)
			callback, _ := url.QueryUnescape(waits.shown(`http%3A%2F%2Flocalhost%3A\d+`))
			browse(t, address, front, code, lang, callback).well(t, 25)
			one.ends()
			two.ends()
			_ = waits.cmd.Process.Kill()
			_ = waits.cmd.Wait()
		})
	}
}

func (f found) well(t *testing.T, least int) {
	t.Helper()
	for _, problem := range append(f.Problems, f.Violations...) {
		t.Error(problem)
	}
	if f.Passed < least {
		t.Errorf("only %d things were right", f.Passed)
	}
}

// save fills the form with what was copied, and with what the page tells to
// choose, to tick and to leave empty.
func save(t *testing.T, w *testkit.World, draft testkit.Draft, copied map[string]string) {
	t.Helper()
	fields := map[string]any{
		"Use different email address than the asset email ID for generating tokens":     "off",
		"I would like to explicitly review before providing consent for authentication": "off",
		"Login ID For Generating Token":                                                 nil,
	}
	for label, value := range copied {
		fields[label] = value
	}
	var asset struct{ ID string }
	w.Call("POST", "/webex/assets", map[string]any{"draft": draft.ID, "fields": fields}, &asset)
	var token struct {
		OK    bool
		Error string
	}
	w.Call("POST", "/webex/assets/"+asset.ID+"/token", map[string]any{}, &token)
	if !token.OK {
		t.Errorf("Generate Token: %s", token.Error)
	}
}

// sheet is a wxmail that shows the page, and waits for its end.
type sheet struct {
	t     *testing.T
	cmd   *exec.Cmd
	lines *bufio.Reader
	said  bytes.Buffer
}

func open(t *testing.T, w *testkit.World, home string, args ...string) *sheet {
	t.Helper()
	return start(t, w, home, append([]string{"values", "--web"}, args...)...)
}

func start(t *testing.T, w *testkit.World, home string, args ...string) *sheet {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	s := &sheet{t: t, cmd: w.Command(ctx, home, args...)}
	errs, err := s.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.lines = bufio.NewReader(errs)
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return s
}

// shown reads on until a line holds what is looked for.
func (s *sheet) shown(pattern string) string {
	s.t.Helper()
	wanted := regexp.MustCompile(pattern)
	for {
		line, err := s.lines.ReadString('\n')
		s.said.WriteString(line)
		if match := wanted.FindString(line); match != "" {
			return match
		}
		if err != nil {
			s.t.Fatalf("nothing like %s: %s", pattern, &s.said)
		}
	}
}

// ends waits for the end of wxmail, which Done on the page brings.
func (s *sheet) ends() {
	s.t.Helper()
	_, _ = s.said.ReadFrom(s.lines)
	if err := s.cmd.Wait(); err != nil {
		s.t.Errorf("wxmail values --web: %v\n%s", err, &s.said)
	}
}

// opener is another xdg-open: it notes what it was told, which all see.
func opener(t *testing.T, w *testkit.World) (told func(*testing.T) string) {
	t.Helper()
	note := filepath.Join(t.TempDir(), "told")
	script := "#!/bin/sh\necho \"$*\" >'" + note + ".new' && mv '" + note + ".new' '" + note + "'\n"
	if err := os.WriteFile(filepath.Join(w.Dir, "bin", "xdg-open"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return func(t *testing.T) string {
		t.Helper()
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for range tick.C {
			if raw, err := os.ReadFile(note); err == nil {
				return string(raw)
			}
			if t.Context().Err() != nil {
				break
			}
		}
		return ""
	}
}

func browse(t *testing.T, args ...string) found {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", append([]string{"pages.mjs"}, args...)...)
	cmd.Dir, cmd.Stderr = filepath.Join("testdata", "browser"), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("pages.mjs: %v", err)
	}
	var got found
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("pages.mjs: %v in %s", err, out)
	}
	return got
}
