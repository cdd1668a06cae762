//go:build unix

package ui_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"wxmail/internal/msg"
	"wxmail/internal/testkit/console"
	"wxmail/internal/ui"
)

// TestMain lets a test run itself as a program of its own.
func TestMain(m *testing.M) {
	if os.Getenv("WXMAIL_UI_CHILD") != "" {
		child()
		return
	}
	os.Exit(m.Run())
}

// child asks a question while its streams are pipes.
func child() {
	terminal := ui.New(ui.Options{Out: os.Stdout, Err: os.Stderr, Catalogue: msg.New("en"), Env: os.Getenv})
	defer terminal.Close()
	answer, err := terminal.Ask(context.Background(), email)
	fmt.Println(answer, err)
}

func TestQuestionsGoToTheControllingTerminal(t *testing.T) {
	var out, errs strings.Builder
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "WXMAIL_UI_CHILD=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(""), &out, &errs
	con := console.Start(t, console.Config{Width: 80, Height: 24}, cmd)
	con.Expect("E-mail ID")
	con.Send("a@b\r")
	if code := con.Wait(); code != 0 || out.String() != "a@b <nil>\n" || errs.Len() > 0 {
		t.Errorf("exit %d, stdout %q, stderr %q", code, &out, &errs)
	}
}

func TestScreenFitsItsWidth(t *testing.T) {
	for _, size := range sizes {
		s := sit(t, size, func(o *ui.Options) { o.Out = o.TTY })
		s.ui.Say(msg.M("risk.forwarding.no-copy", "Address", "a@b.example"))
		s.ui.Warn(msg.M("risk.mail-send"))
		s.ui.Event(ui.Plan{Changes: []ui.Change{forwarding}})
		s.ui.Table([]string{"ID", "Detail"}, [][]string{{"azure.register", strings.Repeat("word ", 12)}})
		s.Expect("azure.register")
		for _, word := range []string{"Forwarding", "permissions", "forwards to: x@y.example", "cannot", "Detail"} {
			s.Expect(word)
		}
		if !strings.Contains(s.Raw(), "\x1b[38;5;131m! warning") {
			t.Error("no colour on a terminal")
		}
	}
}

func TestNoColour(t *testing.T) {
	for _, off := range []string{"NO_COLOR=1", "TERM=dumb"} {
		s := sit(t, sizes[0], func(o *ui.Options) {
			o.Env = func(name string) string {
				if value, ok := strings.CutPrefix(off, name+"="); ok {
					return value
				}
				return ""
			}
		})
		s.ui.Warn(msg.M("plan.empty"))
		s.Expect("! warning  Nothing to change.")
		if strings.Contains(s.Raw(), "\x1b[") {
			t.Errorf("%s: %q", off, s.Raw())
		}
	}
}
