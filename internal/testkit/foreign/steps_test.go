//go:build foreign

package foreign

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// step is one command of a tool that answers in JSON.
type step struct {
	name    string
	command string            // words in braces are what earlier steps keep
	fails   string            // part of what it says then; "" for a command that works
	shows   map[string]string // values in the answer by path, such as web.redirectUris.0
	keeps   map[string]string // path by name, for later steps
}

// tool is a program and what is known of the tenant by name.
type tool struct {
	known map[string]string
	run   func(*testing.T, []string) (exit int, answer, said string)
}

// take takes steps in order; those after one that went wrong would only repeat
// it.
func (c *tool) take(t *testing.T, steps []step) {
	for _, s := range steps {
		if !t.Run(s.name, func(t *testing.T) { c.step(t, s) }) {
			t.FailNow()
		}
	}
}

func (c *tool) step(t *testing.T, s step) {
	exit, answer, said := c.run(t, c.words(t, s.command))
	if s.fails != "" {
		if exit == 0 || !strings.Contains(said, s.fails) {
			t.Errorf("%s\nexit %d, want another and %q\n%s", s.command, exit, s.fails, said)
		}
		return
	}
	if exit != 0 {
		t.Fatalf("%s\nexit %d\n%s", s.command, exit, said)
	}
	var read any
	if err := json.Unmarshal([]byte(answer), &read); err != nil && len(s.shows)+len(s.keeps) > 0 {
		t.Fatalf("%s\nno JSON: %v\n%s", s.command, err, said)
	}
	for _, path := range slices.Sorted(maps.Keys(s.shows)) {
		if got, want := at(read, path), c.fill(t, s.shows[path]); got != want {
			t.Errorf("%s\n%s is %q, want %q", s.command, path, got, want)
		}
	}
	for name, path := range s.keeps {
		if c.known[name] = at(read, path); c.known[name] == "" {
			t.Errorf("%s\nno %s", s.command, path)
		}
	}
}

func (c *tool) words(t *testing.T, command string) []string {
	words := strings.Fields(command)
	for i, word := range words {
		words[i] = c.fill(t, word)
	}
	return words
}

// fill puts what is known in place of names in braces.
func (c *tool) fill(t *testing.T, text string) string {
	for name, value := range c.known {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	if strings.Contains(text, "{") {
		t.Fatalf("nothing is known of %s", text)
	}
	return text
}

// at is the value at a path of names, and of numbers where there is a list;
// "" where there is none.
func at(v any, path string) string {
	if path != "" {
		for part := range strings.SplitSeq(path, ".") {
			switch inner := v.(type) {
			case map[string]any:
				v = inner[part]
			case []any:
				i, err := strconv.Atoi(part)
				if err != nil || i >= len(inner) {
					return ""
				}
				v = inner[i]
			default:
				return ""
			}
		}
	}
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// answers runs a command to its end.
func answers(t *testing.T, cmd *exec.Cmd) (exit int, answer, said string) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

var shownCode = regexp.MustCompile(`enter the code (\S+) to authenticate`)

// signIn runs a tool's own sign-in by device code, as on a computer without a
// browser: somebody enters the code that it shows.
func (w *world) signIn(t *testing.T, cmd *exec.Cmd, as string) {
	t.Helper()
	errs, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := ""
	for lines := bufio.NewScanner(errs); lines.Scan(); {
		said += lines.Text() + "\n"
		if found := shownCode.FindStringSubmatch(lines.Text()); found != nil {
			if err := w.enter(found[1], as); err != nil {
				t.Error(err)
			}
		}
	}
	if err := cmd.Wait(); err != nil || !strings.Contains(out.String(), `"`+as+`"`) {
		t.Fatalf("%s does not sign in as %s: %v\n%s", filepath.Base(cmd.Path), as, err, said)
	}
}
