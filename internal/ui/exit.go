package ui

import (
	"io"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"charm.land/lipgloss/v2"

	"wxmail/internal/visible"
)

// exit is where everything leaves: words and documents here, what the prompt
// library draws by drawn. What somebody else wrote was made visible where it
// entered a text of ours (msg for values, and below for what stands alone);
// here it is seen to that nothing gets by.
type exit struct {
	colours *regexp.Regexp // the sequences of our styles; nil where none are used
	screen  io.Writer      // where the line at the foot stands

	mu   sync.Mutex // one block at a time
	live string     // the line at the foot, "" for none
	held bool       // a question is being asked
	kept []kept     // what is written once it has ended
}

// words writes a block of lines of ours. Of what steers a terminal only our own
// colours pass. A terminal that went away is no reason to stop the work.
func (e *exit) words(w io.Writer, block string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	block = e.guarded(strings.TrimSuffix(block, "\n")) + "\n"
	if e.held {
		e.kept = append(e.kept, kept{w, block})
		return
	}
	line := e.live
	e.lift()
	_, _ = io.WriteString(w, block)
	if e.live = line; line != "" {
		e.lay()
	}
}

// document writes a line of JSON, or a whole document.
func (e *exit) document(w io.Writer, raw []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, _ = io.WriteString(w, strings.TrimSuffix(string(visible.JSON(raw)), "\n")+"\n")
}

func (e *exit) guarded(block string) string {
	if e.colours == nil {
		return visible.Block(block)
	}
	var out strings.Builder
	at := 0
	for _, ours := range e.colours.FindAllStringIndex(block, -1) {
		out.WriteString(visible.Block(block[at:ours[0]]))
		out.WriteString(block[ours[0]:ours[1]])
		at = ours[1]
	}
	out.WriteString(visible.Block(block[at:]))
	return out.String()
}

// coloursOf finds what our styles put around a text, and nothing else.
func coloursOf(styles []lipgloss.Style) *regexp.Regexp {
	var all []string
	for _, style := range styles {
		before, after, _ := strings.Cut(style.Render("x"), "x")
		for _, sequence := range []string{before, after} {
			if sequence != "" {
				all = append(all, regexp.QuoteMeta(sequence))
			}
		}
	}
	return regexp.MustCompile(strings.Join(all, "|"))
}

func styles() []lipgloss.Style {
	all := []lipgloss.Style{bold(), faint()}
	for _, s := range []State{Done, Changed, Waiting, Skipped, Failed, Alert, Note} {
		all = append(all, s.look().style)
	}
	return all
}

// drawn is what the prompt library draws: it moves the cursor, and shows what
// is typed and pasted as it is. What is not seen is left out, for the library
// counts it as of no width.
func drawn(p []byte) []byte {
	var out []byte
	for len(p) > 0 {
		r, size := utf8.DecodeRune(p)
		if r < utf8.RuneSelf && r != 0x7f || !visible.Hidden(r) && (r != utf8.RuneError || size > 1) {
			out = append(out, p[:size]...)
		}
		p = p[size:]
	}
	return out
}

// maxName is how much of a name is shown where one line is to name a thing,
// and maxEvidence of what was read. A form shows its values whole, to be copied.
const (
	maxName     = 100
	maxEvidence = 1000
)

func name(text string) string { return visible.Line(visible.Short(text, maxName)) }
