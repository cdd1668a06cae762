// Package testkit is for tests only: a sandbox with a robot behind xdg-open,
// and wxmail as its users run it, a process with arguments, streams and a
// home of its own.
package testkit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wxmail/internal/sandbox"
)

// World is a sandbox and a place to run wxmail in. The wxmail that runs is
// the one on PATH: in a test binary, testscript.Main puts it there.
type World struct {
	t   testing.TB
	Dir string // cloud.json and ca.pem, the robot, homes
	// Control is the base URL of the sandbox's control API.
	Control string
}

// Start starts a sandbox in this process, closed at the test's end.
func Start(t testing.TB, o sandbox.Options) *World {
	t.Helper()
	dir := t.TempDir()
	o.Dir = filepath.Join(dir, "sandbox")
	running, err := sandbox.Start(context.WithoutCancel(t.Context()), o) // cleanups still ask it for its secrets
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = running.Close() })
	w := &World{t: t, Dir: dir, Control: running.Control()}
	w.robot("")
	return w
}

// CloudFile is the endpoints file of the sandbox.
func (w *World) CloudFile() string { return filepath.Join(w.Dir, "sandbox", "cloud.json") }

// Endpoints sets keys of the endpoints file, for every wxmail of this world.
func (w *World) Endpoints(keys map[string]any) {
	w.t.Helper()
	raw, err := os.ReadFile(w.CloudFile())
	if err != nil {
		w.t.Fatal(err)
	}
	var file map[string]any
	if err := json.Unmarshal(raw, &file); err != nil {
		w.t.Fatal(err)
	}
	maps.Copy(file, keys)
	if raw, err = json.Marshal(file); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(w.CloudFile(), raw, 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// robot writes the xdg-open that signs in as a person would; as overrides who.
func (w *World) robot(as string) {
	script := "#!/bin/sh\nexec wxmail sandbox browse --dir '" + filepath.Join(w.Dir, "sandbox") + "' " + as + " \"$1\"\n"
	if err := os.MkdirAll(filepath.Join(w.Dir, "bin"), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(w.Dir, "bin", "xdg-open"), []byte(script), 0o755); err != nil {
		w.t.Fatal(err)
	}
}

// SignInsAs makes the robot sign everybody in as one person, whoever the
// login hint names. "" returns to the hint.
func (w *World) SignInsAs(who string) {
	if who != "" {
		who = "--as " + who
	}
	w.robot(who)
}

// SignInsByScope makes the robot choose who signs in by what the URL asks
// for: the first pattern (a fixed text in the URL) that fits.
func (w *World) SignInsByScope(people map[string]string) {
	script := "#!/bin/sh\ncase \"$1\" in\n"
	for text, who := range people {
		script += "*'" + text + "'*) as='--as " + who + "';;\n"
	}
	script += "*) as='';;\nesac\nexec wxmail sandbox browse --dir '" + filepath.Join(w.Dir, "sandbox") + "' $as \"$1\"\n"
	if err := os.WriteFile(filepath.Join(w.Dir, "bin", "xdg-open"), []byte(script), 0o755); err != nil {
		w.t.Fatal(err)
	}
}

// Home makes an empty home. At the test's end no file in it may hold a secret.
func (w *World) Home() string {
	home := w.t.TempDir()
	w.t.Cleanup(func() { w.noSecretsIn(home) })
	return home
}

func (w *World) noSecretsIn(dir string) {
	for _, path := range Files(w.t, dir) {
		raw, err := os.ReadFile(path)
		if err != nil {
			w.t.Error(err)
			continue
		}
		w.NoSecrets(string(raw))
	}
}

// Files are the paths of all files under a folder.
func Files(t testing.TB, dir string) []string {
	t.Helper()
	var paths []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// Passphrase unlocks the vault of every home.
const Passphrase = "a test passphrase"

// Env is the environment of a wxmail in a home: nothing of the developer's. It
// ends soon, so that it need not collect garbage to its last bit.
func (w *World) Env(home string, more ...string) []string {
	return append([]string{
		"PATH=" + filepath.Join(w.Dir, "bin") + string(os.PathListSeparator) + os.Getenv("PATH"),
		"HOME=" + home, "WXMAIL_HOME=" + home, "WXMAIL_CLOUD=" + w.CloudFile(), "WXMAIL_PASSPHRASE=" + Passphrase,
		"LANG=C.UTF-8", "TMPDIR=" + os.TempDir(), "GOGC=400",
	}, more...)
}

// Ran is how a wxmail ended.
type Ran struct {
	Args           []string
	Exit           int
	Stdout, Stderr string
}

// Command is wxmail as a process, not yet started; stdin is empty.
func (w *World) Command(ctx context.Context, home string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "wxmail", args...)
	cmd.Env, cmd.Dir = w.Env(home), w.t.TempDir()
	return cmd
}

// Run runs wxmail to its end.
func (w *World) Run(home string, args ...string) Ran {
	w.t.Helper()
	return w.RunWith(home, nil, args...)
}

// RunWith is Run with more variables of the environment, or others.
func (w *World) RunWith(home string, env []string, args ...string) Ran {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 3*time.Minute)
	defer cancel()
	cmd := w.Command(ctx, home, args...)
	cmd.Env = append(cmd.Env, env...)
	return w.Finish(cmd)
}

// Finish runs a command that may have been changed.
func (w *World) Finish(cmd *exec.Cmd) Ran {
	w.t.Helper()
	ran := w.end(cmd)
	w.NoSecrets(ran.Stdout + ran.Stderr)
	return ran
}

// Reveal runs a wxmail that is asked to show secrets.
func (w *World) Reveal(home string, args ...string) Ran {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 3*time.Minute)
	defer cancel()
	return w.end(w.Command(ctx, home, append(args, "--reveal")...))
}

func (w *World) end(cmd *exec.Cmd) Ran {
	w.t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		w.t.Fatal(err)
	}
	return Ran{Args: cmd.Args[1:], Exit: cmd.ProcessState.ExitCode(), Stdout: out.String(), Stderr: errs.String()}
}

// Draft opens a new asset page in the sandbox's Webex Connect.
func (w *World) Draft() Draft {
	w.t.Helper()
	var d Draft
	w.Call("POST", "/webex/drafts", map[string]any{}, &d)
	return d
}

// Draft is an asset page that is not saved yet.
type Draft struct{ ID, ForwardingAddress, CallbackURL string }

// Answers are those of an unattended run for a mailbox, as a map to change.
func (d Draft) Answers(mailbox string) map[string]string {
	return map[string]string{"webex.email-id": mailbox, "webex.forwarding-address": d.ForwardingAddress, "webex.callback-url": d.CallbackURL,
		"azure.admin": "admin@contoso.example"}
}

// AnswersFile writes answers and gives the path.
func (w *World) AnswersFile(answers map[string]string) string {
	w.t.Helper()
	raw, err := json.Marshal(answers) // JSON is YAML
	if err != nil {
		w.t.Fatal(err)
	}
	path := filepath.Join(w.t.TempDir(), "answers.yaml")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		w.t.Fatal(err)
	}
	return path
}

// Call calls the control API; into may be nil.
func (w *World) Call(method, path string, body, into any) {
	w.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	req, err := http.NewRequest(method, w.Control+path, bytes.NewReader(raw))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 400 {
		w.t.Fatalf("%s %s: %d %s %v", method, path, resp.StatusCode, answer, err)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(answer, into); err != nil {
		w.t.Fatalf("%s %s: %v in %.200s", method, path, err, answer)
	}
}

// State is GET /state.
func (w *World) State() map[string]any {
	w.t.Helper()
	var state map[string]any
	w.Call("GET", "/state", nil, &state)
	return state
}

// Request is one row of GET /requests.
type Request struct {
	N                             int
	Client, Service, Method, Path string
	Status                        int
	Write, Altered                bool
	Started                       time.Time
	Ended                         *time.Time
}

// Traffic are all requests, the browser's too, in order.
func (w *World) Traffic() (all []Request) {
	w.t.Helper()
	w.Call("GET", "/requests", nil, &all)
	return all
}

// Requests are those of wxmail, in order.
func (w *World) Requests() []Request {
	w.t.Helper()
	return Own(w.Traffic())
}

// Own are those of the requests that are wxmail's.
func Own(all []Request) (own []Request) {
	for _, r := range all {
		if r.Client == "wxmail" {
			own = append(own, r)
		}
	}
	return own
}

// Writes are the requests of wxmail that changed something, or tried to.
func (w *World) Writes() []Request {
	w.t.Helper()
	var out []Request
	for _, r := range w.Requests() {
		if r.Write {
			out = append(out, r)
		}
	}
	return out
}

// NoSecrets fails the test where a text holds a secret that the sandbox ever
// issued.
func (w *World) NoSecrets(text string) {
	w.t.Helper()
	var issued []struct{ Kind, Value string }
	w.Call("GET", "/secrets", nil, &issued)
	for _, s := range issued {
		if s.Value != "" && strings.Contains(text, s.Value) {
			w.t.Errorf("a %s leaked", s.Kind)
		}
	}
}
