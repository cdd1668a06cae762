// Package clipboard puts a value where the next paste takes it: into the
// clipboard of this computer, or, where there is none or the person sits at
// another one, into that of the terminal. A secret does not stay there.
package clipboard

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/atotto/clipboard"

	"wxmail/internal/secret"
)

// Stay is how long a secret stays in the clipboard.
const Stay = time.Minute

// patience is how long a program that owns the clipboard may take.
const patience = 3 * time.Second

// Way is where a value has gone.
type Way string

// The ways.
const (
	Here     Way = "here"     // the clipboard of this computer
	Terminal Way = "terminal" // sent to the terminal, which does not say whether it took it
	Nowhere  Way = "nowhere"
)

// System reads and writes the clipboard of this computer.
type System struct {
	Write func(text string) error
	Read  func() (string, error)
}

// Platform is the system's own: on Linux by xclip, xsel, wl-clipboard, Termux or
// Windows' own below it, which get the value on their standard input.
func Platform() System { return System{clipboard.WriteAll, clipboard.ReadAll} }

// Clipboard copies values, one after the other, and takes secrets back. Its
// methods may be called from many goroutines.
type Clipboard struct {
	System   System
	Terminal func(secret.Value) bool // sends to the terminal's clipboard; false where that cannot be
	Remote   bool                    // the person sits at another computer: its clipboard is the terminal's

	mu    sync.Mutex
	held  secret.Value // what is to be taken back
	timer *time.Timer
}

// Copy puts a value into the clipboard. One that is secret, where it is this
// computer's clipboard, is taken back after Stay, or by Clear.
func (c *Clipboard) Copy(ctx context.Context, value secret.Value, isSecret bool) Way {
	if !c.Remote && c.write(ctx, value.Reveal()) == nil {
		if isSecret {
			c.hold(value)
		}
		return Here
	}
	if c.Terminal != nil && c.Terminal(value) {
		return Terminal
	}
	return Nowhere
}

// Hold takes a value back after Stay that something else, such as a browser,
// has put into this computer's clipboard.
func (c *Clipboard) Hold(value secret.Value) {
	if !c.Remote {
		c.hold(value)
	}
}

func (c *Clipboard) hold(value secret.Value) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.timer != nil {
		c.timer.Stop()
	}
	c.held = value
	c.timer = time.AfterFunc(Stay, func() { c.Clear() })
}

// Clear takes back the secret that was copied last, if the clipboard still
// holds it, and says whether it did. What somebody has copied since stays.
func (c *Clipboard) Clear() bool {
	c.mu.Lock()
	value := c.held
	c.held = secret.Value{}
	if c.timer != nil {
		c.timer.Stop()
	}
	c.mu.Unlock()
	if !value.IsSet() {
		return false
	}
	ctx := context.Background() // a run that was interrupted takes it back, too
	found, err := within(ctx, c.System.Read)
	return err == nil && found == value.Reveal() && c.write(ctx, "") == nil
}

func (c *Clipboard) write(ctx context.Context, text string) error {
	_, err := within(ctx, func() (struct{}, error) { return struct{}{}, c.System.Write(text) })
	return err
}

var errSlow = errors.New("the clipboard does not answer")

// within gives what f gives, unless that takes too long: a display that went
// away leaves its programs waiting.
func within[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		value, err := f()
		answers <- answer{value, err}
	}()
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errSlow)
	defer cancel()
	select {
	case a := <-answers:
		return a.value, a.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}
