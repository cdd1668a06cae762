package clipboard

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"wxmail/internal/secret"
)

// board is a clipboard that a test looks into.
type board struct {
	mu     sync.Mutex
	held   string
	broken error
	silent chan struct{} // it answers once this is closed
}

func (b *board) system() System {
	return System{
		Write: func(text string) error {
			if b.silent != nil {
				<-b.silent
			}
			if b.broken == nil {
				b.put(text)
			}
			return b.broken
		},
		Read: func() (string, error) { return b.text(), b.broken },
	}
}

func (b *board) put(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held = text
}

func (b *board) text() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.held
}

var canary = secret.New("canary~secret")

func TestASecretIsTakenBackAfterAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &board{}
		c := &Clipboard{System: b.system()}
		if way := c.Copy(t.Context(), canary, true); way != Here || b.text() != "canary~secret" {
			t.Fatalf("%s, %q", way, b.text())
		}
		<-time.After(Stay - time.Second)
		synctest.Wait()
		if b.text() == "" {
			t.Error("it is gone too early")
		}
		<-time.After(2 * time.Second)
		synctest.Wait()
		if b.text() != "" {
			t.Errorf("after %s it holds %q", Stay, b.text())
		}
		if c.Clear() {
			t.Error("it was taken back twice")
		}
	})
}

func TestWhatSomebodyCopiedSinceStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &board{}
		c := &Clipboard{System: b.system()}
		c.Copy(t.Context(), canary, true)
		b.put("a letter to a friend")
		<-time.After(Stay + time.Second)
		synctest.Wait()
		if b.text() != "a letter to a friend" {
			t.Errorf("it holds %q", b.text())
		}
	})
}

func TestWhatIsNoSecretStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &board{}
		c := &Clipboard{System: b.system()}
		c.Copy(t.Context(), secret.New("587"), false)
		<-time.After(Stay + time.Second)
		synctest.Wait()
		if b.text() != "587" || c.Clear() {
			t.Errorf("it holds %q", b.text())
		}
	})
}

// A browser has copied it: it is taken back all the same.
func TestASecretThatABrowserCopied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &board{held: "canary~secret"}
		c := &Clipboard{System: b.system()}
		c.Hold(canary)
		if !c.Clear() || b.text() != "" {
			t.Errorf("it holds %q", b.text())
		}
		b.put("canary~secret")
		remote := &Clipboard{System: b.system(), Remote: true}
		remote.Hold(canary)
		if remote.Clear() {
			t.Error("the clipboard of another computer was cleared")
		}
	})
}

func TestWaysOfCopying(t *testing.T) {
	var sent []string
	terminal := func(takes bool) func(secret.Value) bool {
		return func(v secret.Value) bool { sent = append(sent, v.Reveal()); return takes }
	}
	broken := errors.New("no display")
	for name, test := range map[string]struct {
		broken   error
		remote   bool
		terminal func(secret.Value) bool
		want     Way
		sent     int
	}{
		"this computer's":             {nil, false, terminal(true), Here, 0},
		"none, but the terminal's":    {broken, false, terminal(true), Terminal, 1},
		"over SSH":                    {nil, true, terminal(true), Terminal, 1},
		"over SSH in a dumb terminal": {nil, true, terminal(false), Nowhere, 1},
		"none, and no terminal":       {broken, false, nil, Nowhere, 0},
	} {
		sent = nil
		b := &board{broken: test.broken}
		c := &Clipboard{System: b.system(), Remote: test.remote, Terminal: test.terminal}
		if way := c.Copy(t.Context(), canary, true); way != test.want || len(sent) != test.sent {
			t.Errorf("%s: %s, sent %d times", name, way, len(sent))
		}
		if test.remote && b.text() != "" {
			t.Errorf("%s: it was also put into this computer's", name)
		}
	}
}

// A display that went away holds nobody up.
func TestAClipboardThatDoesNotAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &board{silent: make(chan struct{})}
		defer close(b.silent)
		c := &Clipboard{System: b.system()}
		if way := c.Copy(context.Background(), canary, true); way != Nowhere {
			t.Errorf("%s", way)
		}
	})
}
