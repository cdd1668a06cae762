package ui

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"charm.land/lipgloss/v2"

	"wxmail/internal/msg"
)

const (
	second    = time.Second // between two signs of life on the live line
	firstLine = 2           // beats until the first line where there is no live line, on a terminal
	nextLine  = 10          // beats between two such lines, at least
)

// Work is something that takes time.
type Work struct {
	Text          msg.Message
	Limit         time.Duration // how long it is waited for; 0: not known
	Number, Count int           // of several; Count 0: it is one
}

// going is work that goes on.
type going struct {
	key string
	Work
	beats int // seconds since it began
	lines int // that told of it
}

// life tells that something goes on: a line at the foot of the screen that is
// drawn anew each second, or, where no cursor may be moved, a line now and then.
type life struct {
	t *Terminal

	mu    sync.Mutex
	going []*going // the one that began last is told of
	quiet int      // beats since the last line was written
	stop  chan struct{}
}

// Busy says that work goes on until Idle is called with its key. It may be
// called again while it does, as the work gets on. With JSON and where Quiet
// nothing is shown.
func (l *life) Busy(key string, w Work) {
	if !l.t.talks() {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if at := l.find(key); at >= 0 {
		l.going[at].Work = w
	} else {
		l.going = append(l.going, &going{key: key, Work: w})
	}
	if l.stop == nil {
		l.stop, l.quiet = make(chan struct{}), nextLine
		go l.run(l.stop)
	}
}

// Idle says that work has ended, if it was going on.
func (l *life) Idle(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if at := l.find(key); at >= 0 {
		l.going = slices.Delete(l.going, at, at+1)
	}
	if len(l.going) == 0 {
		l.end()
	}
}

func (l *life) find(key string) int {
	return slices.IndexFunc(l.going, func(g *going) bool { return g.key == key })
}

// end stops the clock and clears the line. l.mu is held.
func (l *life) end() {
	if l.stop != nil {
		close(l.stop)
		l.stop = nil
		l.t.exit.foot("")
	}
}

// close ends all work.
func (l *life) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.going = nil
	l.end()
}

func (l *life) run(stop chan struct{}) {
	clock := time.NewTicker(cmp.Or(l.t.options.Second, second))
	defer clock.Stop()
	for {
		select {
		case <-clock.C:
			l.tick(stop)
		case <-stop:
			return
		}
	}
}

// tick is a second. A clock that was stopped meanwhile is another's.
func (l *life) tick(stop chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stop != stop {
		return
	}
	l.quiet++
	for _, g := range l.going {
		g.beats++
	}
	now := l.going[len(l.going)-1]
	switch {
	case l.t.rich:
		l.t.exit.foot(l.drawn(now))
	case l.quiet >= nextLine && now.beats >= l.patience(now):
		l.quiet = 0
		now.lines++
		l.t.line(Waiting, l.line(now, 0))
	}
}

// patience is after how many beats of a work its next line is written. One
// that waits for a person tells of itself less and less often.
func (l *life) patience(g *going) int {
	switch {
	case g.Limit > 0:
		return nextLine << g.lines
	case isTerminal(l.t.options.Err):
		return firstLine + g.lines*nextLine
	}
	return (g.lines + 1) * nextLine
}

// line is a work with its time, "Reading Exchange (0:07)", in so much room
// that its time is seen; 0 is endless.
func (l *life) line(g *going, room int) string {
	t := l.t
	text, passed := t.text(g.Text), clockTime(g.beats)
	if g.Count > 0 {
		text = t.text(msg.M("work.counted", "Work", text, "Number", g.Number, "Count", g.Count))
	}
	with := func(text string) string {
		if g.Limit > 0 {
			return t.text(msg.M("work.limited", "Work", text, "Passed", passed, "Limit", clockTime(int(g.Limit.Seconds()))))
		}
		return t.text(msg.M("work.timed", "Work", text, "Passed", passed))
	}
	if whole := with(text); room == 0 || lipgloss.Width(whole) <= room {
		return whole
	}
	dots := "…"
	if !t.unicode {
		dots = "..."
	}
	return cut(with(cut(text, room-lipgloss.Width(with(dots)))+dots), room)
}

// drawn is line as it stands at the foot, no wider than the screen.
func (l *life) drawn(g *going) string {
	lead := State(Waiting).glyph(l.t) + " "
	room := columns(l.t.options.Err, defaultWidth) - 1 - lipgloss.Width(lead)
	return l.t.paint(State(Waiting).look().style, lead+l.line(g, room))
}

// cut is as much of a text as there is room for.
func cut(text string, room int) string {
	for text != "" && lipgloss.Width(text) > room {
		runes := []rune(text)
		text = string(runes[:len(runes)-1])
	}
	return text
}

// clockTime is 1:05 for 65 seconds.
func clockTime(seconds int) string { return fmt.Sprintf("%d:%02d", seconds/60, seconds%60) }

// foot draws the line at the foot of the screen, "" for none. While a question
// is asked there is none.
func (e *exit) foot(line string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.held || line == "" {
		e.lift()
		return
	}
	e.lift()
	e.live = line
	e.lay()
}

// lift takes the line at the foot away, and lay puts it back. e.mu is held.
func (e *exit) lift() {
	if e.live != "" {
		_, _ = io.WriteString(e.screen, "\r\x1b[K")
	}
	e.live = ""
}

func (e *exit) lay() { _, _ = io.WriteString(e.screen, e.guarded(e.live)) }

// hold keeps what would be written until release is called: a question stands
// on the screen, and nothing may come between it and its answer.
func (e *exit) hold() (release func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.lift()
	e.held = true
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.held = false
		for _, k := range e.kept {
			_, _ = io.WriteString(k.to, k.block)
		}
		e.kept = nil
	}
}

// kept is a block that waits for a question to end.
type kept struct {
	to    io.Writer
	block string
}

// Tick writes one line that says what has come to a good end. Nothing with
// JSON, nor where Quiet.
func (l *life) Tick(m msg.Message) {
	t := l.t
	if !t.talks() {
		return
	}
	glyph := State(Done).glyph(t)
	text := hang(glyph+" ", t.text(m), prose(t.options.Err, defaultWidth))
	t.print(t.paint(State(Done).look().style, glyph) + strings.TrimPrefix(text, glyph))
}
