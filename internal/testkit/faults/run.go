package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"wxmail/internal/testkit"
)

// Longest is how long a run may take, whatever it meets.
const Longest = 90 * time.Second

// Run is how one wxmail ended.
type Run struct {
	Exit   int
	Code   string // WX-…, "" for none
	Output string // standard output and standard error
	Took   time.Duration
	Hung   bool          // it had to be killed
	Mute   time.Duration // the longest time without a word of what is waited for
}

// launch is how a wxmail is started: all but its home and arguments.
type launch struct {
	cloud   string            // the endpoints file
	onWait  func()            // called on each event `wait`
	started func(*os.Process) // called once it runs
}

// run runs wxmail to its end.
func (o launch) run(w *testkit.World, home string, args ...string) (Run, error) {
	ctx, cancel := context.WithTimeout(context.Background(), Longest)
	defer cancel()
	cmd := exec.CommandContext(ctx, "wxmail", args...)
	cmd.Env, cmd.Dir = append(w.Env(home), "WXMAIL_CLOUD="+filepath.Join(w.Dir, "sandbox", o.cloud)), home
	said := &events{onWait: o.onWait, last: now()}
	var errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = said, &errs
	began := now()
	if err := cmd.Start(); err != nil {
		return Run{}, err
	}
	if o.started != nil {
		o.started(cmd.Process)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
		return Run{}, err
	}
	said.silence()
	return Run{Exit: cmd.ProcessState.ExitCode(), Code: said.code, Output: said.all.String() + errs.String(),
		Took: since(began), Hung: ctx.Err() != nil, Mute: said.mute}, nil
}

// events reads standard output as it comes.
type events struct {
	onWait  func()
	all     bytes.Buffer
	line    []byte
	code    string
	last    time.Time
	waiting bool // the last event says what is waited for
	mute    time.Duration
}

// Write implements io.Writer.
func (e *events) Write(data []byte) (int, error) {
	e.all.Write(data)
	e.line = append(e.line, data...)
	for {
		line, rest, whole := bytes.Cut(e.line, []byte("\n"))
		if !whole {
			return len(data), nil
		}
		e.take(line)
		e.line = rest
	}
}

func (e *events) take(line []byte) {
	e.silence()
	var event struct {
		Event string
		Error *struct{ Code string }
	}
	if json.Unmarshal(line, &event) != nil {
		return
	}
	e.waiting = e.waiting && event.Event == "change" || event.Event == "wait" || event.Event == "sign-in"
	if event.Event == "wait" && e.onWait != nil {
		e.onWait()
	}
	if event.Event == "result" && event.Error != nil {
		e.code = event.Error.Code
	}
}

func (e *events) silence() {
	if !e.waiting {
		e.mute = max(e.mute, since(e.last))
	}
	e.last = now()
}

// Endpoints files with other times than the sandbox's own, beside it.
const (
	quick   = "quick.json"
	patient = "patient.json"
)

// retime writes an endpoints file in which a request may take so long.
func retime(w *testkit.World, name string, request time.Duration) error {
	raw, err := os.ReadFile(w.CloudFile())
	if err != nil {
		return err
	}
	var file map[string]any
	if err := json.Unmarshal(raw, &file); err != nil {
		return err
	}
	file["timeouts"] = map[string]string{"request": request.String(), "signIn": "20s"}
	file["retry"] = map[string]string{"base": "20ms", "max": "5s"}
	if raw, err = json.Marshal(file); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(w.Dir, "sandbox", name), raw, 0o600)
}

// secretsIn counts the secrets that the sandbox issued and a text holds.
func secretsIn(w *testkit.World, text string) int {
	var issued []struct{ Kind, Value string }
	w.Call("GET", "/secrets", nil, &issued)
	found := 0
	for _, s := range issued {
		if s.Value != "" && strings.Contains(text, s.Value) {
			found++
		}
	}
	return found
}

func (r Run) String() string {
	if r.Code == "" {
		return strconv.Itoa(r.Exit)
	}
	return strconv.Itoa(r.Exit) + " " + r.Code
}
