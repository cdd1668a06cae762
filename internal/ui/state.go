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

func (s State) look() look {
	colour := lipgloss.NewStyle().Foreground
	switch s {
	case Done:
		return look{"✓", "*", colour(lipgloss.Green)}
	case Changed:
		return look{"+", "+", colour(lipgloss.Green)}
	case Waiting:
		return look{"…", "~", colour(lipgloss.Cyan)}
	case Failed:
		return look{"✗", "x", colour(lipgloss.Red)}
	case Alert:
		return look{"!", "!", colour(lipgloss.Yellow)}
	case Note:
		return look{"i", "i", colour(lipgloss.Blue)}
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
	badge := t.badge(s)
	width := lipgloss.Width(badge) + 2
	block := t.wrap(text, lipgloss.NewStyle().Width(width).Render(""))
	t.print(t.paint(s.look().style, badge) + "  " + block[width:])
}

// badge is the state's glyph and word.
func (t *Terminal) badge(s State) string {
	return s.glyph(t.unicode) + " " + t.text(msg.M("state."+string(s)))
}

func (s State) glyph(unicode bool) string {
	if unicode {
		return s.look().glyph
	}
	return s.look().ascii
}
