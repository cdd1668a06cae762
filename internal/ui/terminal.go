package ui

import (
	"encoding/json"
	"io"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"charm.land/lipgloss/v2"
	"golang.org/x/term"

	"wxmail/internal/msg"
	"wxmail/internal/visible"
)

const (
	minWidth     = 40
	maxProse     = 100 // what is read as sentences is never wider
	defaultWidth = 80  // where standard error is no terminal
)

// Options say where a Terminal speaks and how.
type Options struct {
	Out, Err  io.Writer
	TTY       *os.File      // where questions are asked; nil: the controlling terminal, opened for the first of them
	NoInput   bool          // nobody is there to answer
	Plain     bool          // no colour, and no sequence that moves the cursor
	JSON      bool          // events on Out instead of words on Err
	Quiet     bool          // no progress and no notes
	Verbose   bool          // details too
	Second    time.Duration // how long one takes on the live line; 0: a second
	Catalogue *msg.Catalogue
	Env       func(string) string // NO_COLOR, CLICOLOR_FORCE, WXMAIL_PLAIN, TERM, LC_ALL, LC_CTYPE, LANG
}

// Terminal talks to the person in front of it. Its methods may be called from
// many goroutines; one question is asked at a time.
type Terminal struct {
	options Options
	plain   bool // Options.Plain, or the environment says so
	rich    bool // the cursor may be moved on the screen of the conversation
	colour  bool
	colours bool // of results
	unicode bool

	exit exit
	life // Busy, Idle and Tick

	mu      sync.Mutex
	waiting string // what the last wait line said

	opening sync.Once
	keys    *keyboard // nil where nobody is there
}

// New makes a Terminal. Close it before the process ends.
func New(options Options) *Terminal {
	env := options.Env
	t := &Terminal{
		options: options,
		plain:   options.Plain || isSet(env("WXMAIL_PLAIN")) || env("TERM") == "dumb",
		unicode: SpeaksUTF8(env),
	}
	t.exit.screen, t.life.t = options.Err, t
	t.rich = !t.plain && isTerminal(options.Err)
	colourful := func(w io.Writer) bool {
		return !t.plain && env("NO_COLOR") == "" && (isSet(env("CLICOLOR_FORCE")) || isTerminal(w))
	}
	t.colour, t.colours = colourful(options.Err), colourful(options.Err) && colourful(options.Out)
	if t.colour {
		t.exit.colours = coloursOf(styles())
	}
	return t
}

// isSet reads a variable that switches something on.
// https://bixense.com/clicolors/
func isSet(value string) bool { return value != "" && value != "0" && value != "false" }

// Close gives the terminal back as it was, whatever still waits for input. It
// may be repeated.
func (t *Terminal) Close() {
	t.life.close()
	t.opening.Do(func() {}) // none will be opened any more
	if t.keys != nil {
		t.keys.close()
	}
}

// JSON says whether this run speaks in events.
func (t *Terminal) JSON() bool { return t.options.JSON }

// Interactive says whether somebody can be asked.
func (t *Terminal) Interactive() bool { return t.keyboard() != nil }

// Catalogue is the language that the Terminal speaks.
func (t *Terminal) Catalogue() *msg.Catalogue { return t.options.Catalogue }

// Say writes a sentence of the conversation; nothing with JSON or Quiet.
func (t *Terminal) Say(m msg.Message) {
	if t.talks() {
		lead, text := "", t.text(m)
		if item, ok := strings.CutPrefix(text, bullet); ok {
			lead, text = bullet, item
		}
		t.print(hang(lead, text, prose(t.options.Err, defaultWidth)))
	}
}

// bullet begins an item of a list.
const bullet = "- "

// Heading begins a part of the conversation, as a step of the guide is.
func (t *Terminal) Heading(m msg.Message) {
	if t.talks() {
		t.print("\n" + t.paint(bold(), t.wrap(t.text(m), "")))
	}
}

// Detail writes what only Verbose wants to see, English facts.
func (t *Terminal) Detail(text string) {
	if t.options.Verbose && t.talks() {
		t.print(t.paint(faint(), t.wrap(visible.Line(text), "  ")))
	}
}

// Warn warns: a warning event with JSON, else a line even where Quiet.
func (t *Terminal) Warn(m msg.Message) { t.Event(Warning{Code: msg.Nullable(m.ID), Message: m}) }

// Print writes lines to standard output, with a line end. Somebody else's
// words among them were made visible before: a line end of theirs is none of
// ours.
func (t *Terminal) Print(text string) { t.exit.words(t.options.Out, text) }

// Document writes the one JSON document of a query, indented where a person
// reads it.
func (t *Terminal) Document(v any) error {
	marshal := json.Marshal
	if isTerminal(t.options.Out) {
		marshal = func(v any) ([]byte, error) { return json.MarshalIndent(v, "", "  ") }
	}
	raw, err := marshal(v)
	if err == nil {
		t.exit.document(t.options.Out, raw)
	}
	return err
}

func (t *Terminal) talks() bool { return !t.options.JSON && !t.options.Quiet }

// text is a message in the language of the Terminal, in signs that it has.
func (t *Terminal) text(m msg.Message) string {
	text := t.options.Catalogue.Say(m)
	if !t.unicode {
		text = strings.ReplaceAll(text, "·", "-")
	}
	return text
}

// print writes a block of the conversation.
func (t *Terminal) print(block string) { t.exit.words(t.options.Err, block) }

func (t *Terminal) keyboard() *keyboard {
	t.opening.Do(func() {
		if !t.options.NoInput {
			t.keys = openKeyboard(t.options.TTY)
		}
	})
	return t.keys
}

// wrap breaks text at words to the width of standard error, each line after
// indent.
func (t *Terminal) wrap(text, indent string) string {
	return wrap(text, indent, prose(t.options.Err, defaultWidth))
}

// paint colours text line by line: the library would fill a block of lines up
// to its widest.
func (t *Terminal) paint(style lipgloss.Style, text string) string {
	if !t.colour {
		return text
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = style.Render(line)
	}
	return strings.Join(lines, "\n")
}

func bold() lipgloss.Style  { return lipgloss.NewStyle().Bold(true) }
func faint() lipgloss.Style { return lipgloss.NewStyle().Foreground(grey) }

// prose is how wide sentences may be on w.
func prose(w io.Writer, otherwise int) int { return min(columns(w, otherwise), maxProse) }

// columns is the width of the terminal behind w, otherwise where w is none.
func columns(w io.Writer, otherwise int) int {
	c, ok := w.(syscall.Conn)
	if !ok {
		return otherwise
	}
	return columnsOf(descriptor(c), otherwise)
}

func columnsOf(fd, otherwise int) int {
	width, _, err := term.GetSize(fd)
	if err != nil || width <= 0 {
		return otherwise
	}
	return max(width, minWidth)
}

// descriptor is that of a file without the side effect of Fd, which would make
// reads of a terminal impossible to cancel.
func descriptor(c syscall.Conn) int {
	fd := -1
	if conn, err := c.SyscallConn(); err == nil {
		_ = conn.Control(func(open uintptr) { fd = int(open) })
	}
	return fd
}

func isTerminal(w io.Writer) bool {
	c, ok := w.(syscall.Conn)
	return ok && term.IsTerminal(descriptor(c))
}

// SpeaksUTF8 follows the locale as POSIX ranks its variables; without any it
// is a Windows or a bare environment, and those speak UTF-8 today.
func SpeaksUTF8(env func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := strings.ToUpper(env(name)); locale != "" {
			return strings.Contains(locale, "UTF-8") || strings.Contains(locale, "UTF8")
		}
	}
	return true
}
