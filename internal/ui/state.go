package ui

import (
	"charm.land/lipgloss/v2"

	"wxmail/internal/msg"
)

// State is how a piece of work stands.
type State string

// The states, each a glyph, a word and a colour.
const (
	Done    State = "done"
	Changed State = "changed"
	Waiting State = "waiting"
	Skipped State = "skipped"
	Failed  State = "failed"
	Alert   State = "warning"
	Note    State = "note"
)

type look struct {
	glyph, ascii string
	style        lipgloss.Style
}

// The colours, of the fixed part of a terminal's palette. What a theme makes of
// the sixteen in front of it nobody knows, and most of these cannot be read on a
// white screen; each of these can be, on black and on white.
const (
	green  = lipgloss.ANSIColor(29)
	blue   = lipgloss.ANSIColor(63)
	violet = lipgloss.ANSIColor(98)
	brick  = lipgloss.ANSIColor(131)
	red    = lipgloss.ANSIColor(163)
	grey   = lipgloss.ANSIColor(243)
)

func (s State) look() look {
	colour := lipgloss.NewStyle().Foreground
	switch s {
	case Done:
		return look{"✓", "*", colour(green)}
	case Changed:
		return look{"+", "+", colour(green)}
	case Waiting:
		return look{"…", "~", colour(blue)}
	case Failed:
		return look{"✗", "x", colour(red)}
	case Alert:
		return look{"!", "!", colour(brick)}
	case Note:
		return look{"i", "i", colour(violet)}
	default:
		return look{"-", "-", faint()}
	}
}

// Progress writes one line of progress: glyph, word, text. Nothing with JSON;
// with Quiet only what failed or warns.
func (t *Terminal) Progress(s State, text string) {
	loud := s == Failed || s == Alert
	if t.options.JSON || t.options.Quiet && !loud {
		return
	}
	t.line(s, text)
}

func (t *Terminal) line(s State, text string) {
	badge := s.badge(t)
	width := lipgloss.Width(badge) + 2
	block := t.wrap(text, lipgloss.NewStyle().Width(width).Render(""))
	t.print(t.paint(s.look().style, badge) + "  " + block[width:])
}

// badge is the state's glyph and word.
func (s State) badge(t *Terminal) string { return s.glyph(t) + " " + t.text(msg.M("state."+string(s))) }

// glyph is the state's, in the signs that the locale has.
func (s State) glyph(t *Terminal) string {
	if !t.unicode {
		return s.look().ascii
	}
	return s.look().glyph
}
