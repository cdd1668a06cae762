package ui

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/term"

	"wxmail/internal/pattern"
)

// reportLimit is how long a terminal may take to say where its cursor is.
const reportLimit = 400 * time.Millisecond

var (
	cursorQuery  = []byte("\x1b[6n")
	cornerMove   = []byte("\x1b[999;999f")
	cursorReport = pattern.Of(`\x1b\[\d+;\d+R`)
	begunReport  = pattern.Of(`\x1b(\[\d*(;\d*)?)?$`)
)

// keyboard is the one reader of a terminal. It stands between the terminal
// and the prompt library, which asks where the cursor is and takes the next
// bytes for the answer: input that was typed before would make it panic, and
// a terminal that does not answer would make it wait for ever. Here the
// answer is pulled out of the input and served first, or made up after a
// while, and what was typed waits behind.
type keyboard struct {
	file *os.File
	fd   int
	turn chan struct{} // held by the one question or paste that is going on
	open context.Context
	shut context.CancelFunc

	mu      sync.Mutex
	reading bool
	typed   []byte        // not taken yet
	err     error         // why reading ended
	asked   bool          // the program waits for a cursor report
	corner  bool          // … of the far corner: the terminal's size
	late    int           // reports that were made up, and may come yet
	spare   string        // a report that came while one was waited for, and was taken for a late one
	arrived chan struct{} // poked when typed or err changed
}

// openKeyboard is nil where there is no terminal.
func openKeyboard(file *os.File) *keyboard {
	if file == nil {
		var err error
		if file, err = openTTY(); err != nil {
			return nil
		}
	}
	fd := descriptor(file)
	if !term.IsTerminal(fd) {
		return nil
	}
	k := &keyboard{file: file, fd: fd, turn: make(chan struct{}, 1), arrived: make(chan struct{}, 1)}
	k.open, k.shut = context.WithCancel(context.Background())
	return k
}

// close ends whatever waits for input, lets it restore the terminal, and
// waits for that.
func (k *keyboard) close() {
	if k.open.Err() != nil {
		return
	}
	k.shut()
	k.turn <- struct{}{}
	_ = k.file.Close()
}

// session is one turn at the keyboard: the stream that a prompt reads and
// writes. It ends with its context.
type session struct {
	*keyboard
	ctx    context.Context
	cancel context.CancelFunc

	q        *Question // that is being asked; nil: a paste
	unheard  bool      // what was typed before q stood on the screen is thrown away
	wentBack bool      // the person wants the question before q
}

// asking begins to ask q. Where it is asked once more, it was seen before.
func (s *session) asking(q *Question) {
	s.unheard, s.wentBack = s.q == nil && q.Consent, false
	s.q = q
}

// begin waits for its turn. The caller ends the session.
func (k *keyboard) begin(ctx context.Context) (*session, error) {
	select {
	case k.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-k.open.Done():
		return nil, os.ErrClosed
	}
	ctx, cancel := context.WithCancel(ctx)
	context.AfterFunc(k.open, cancel)
	k.start()
	return &session{keyboard: k, ctx: ctx, cancel: cancel}, nil
}

func (s *session) end() {
	s.cancel()
	<-s.turn
}

// start begins to read, again where an end of input stopped it.
func (k *keyboard) start() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.reading {
		return
	}
	k.reading, k.err = true, nil
	go k.loop()
}

func (k *keyboard) loop() {
	buf := make([]byte, 4096)
	for {
		n, err := k.file.Read(buf)
		k.mu.Lock()
		k.typed = append(k.typed, buf[:n]...)
		k.err, k.reading = err, err == nil
		k.mu.Unlock()
		k.poke()
		if err != nil {
			return
		}
	}
}

func (k *keyboard) poke() {
	select {
	case k.arrived <- struct{}{}:
	default:
	}
}

// Fd is the terminal's, for its size and modes.
func (s *session) Fd() uintptr { return uintptr(s.fd) }

// Write passes on what the program shows, and notes when it asks for the
// cursor.
func (s *session) Write(p []byte) (int, error) {
	s.mu.Lock()
	switch {
	case bytes.Contains(p, cursorQuery):
		s.asked, s.spare = true, ""
	case bytes.Contains(p, cornerMove):
		s.corner = true
	}
	s.mu.Unlock()
	shown := drawn(p)
	if last := lastSeen(shown); s.unheard && last >= 0 {
		if _, err := s.file.Write(shown[:last]); err != nil {
			return 0, err
		}
		s.forget()
		shown = shown[last:]
	}
	if _, err := s.file.Write(shown); err != nil {
		return 0, err
	}
	return len(p), nil
}

// forget throws away what was typed and not taken.
func (k *keyboard) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.typed = nil
	flushInput(k.fd)
}

// unseen are the parts of what is written that a person does not see.
var unseen = pattern.Of(`\x1b(\[[0-?]*[ -/]*[@-~]|.)|[\x00-\x20\x7f]`)

// lastSeen is where the last character that a person sees begins, or -1.
func lastSeen(p []byte) int {
	seen := unseen().ReplaceAllFunc(p, func(part []byte) []byte { return bytes.Repeat([]byte{0}, len(part)) })
	for at := len(seen) - 1; at >= 0; at-- {
		if seen[at] != 0 && utf8.RuneStart(seen[at]) {
			return at
		}
	}
	return -1
}

// Read serves a cursor report if one was asked for, else what was typed, at
// most one line: the prompt library forgets what it has read beyond that.
func (s *session) Read(p []byte) (int, error) {
	limit := time.NewTimer(reportLimit)
	defer limit.Stop()
	for {
		if err := s.ctx.Err(); err != nil {
			return 0, err
		}
		if n, err := s.take(p); n > 0 || err != nil {
			s.hear(p[:n])
			return n, err
		}
		select {
		case <-s.arrived:
		case <-limit.C:
			if report := s.pretend(); report != "" {
				return copy(p, report), nil
			}
		case <-s.ctx.Done():
		}
	}
}

// hear gives keys the meaning that they have at a question: Ctrl-D leaves like
// Ctrl-C, a tab between the columns of a pasted table is a space, and in a list
// one key goes back, for a list takes no line.
func (s *session) hear(typed []byte) {
	if s.q == nil || cursorReport().Match(typed) {
		return
	}
	s.unheard = false
	for i, key := range typed {
		switch {
		case key == endOfInput:
			typed[i] = interrupt
		case key == '\t' && s.q.Kind == Text:
			typed[i] = ' '
		case key == back[0] && s.q.Kind == Select && s.q.Back:
			s.wentBack, typed[i] = true, interrupt
		}
	}
}

func (k *keyboard) take(p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if report := k.report(); report != "" {
		return copy(p, report), nil
	}
	line := k.typed
	if begun := begunReport().FindIndex(line); begun != nil && k.late > 0 && k.err == nil {
		line = line[:begun[0]]
	}
	if k.asked && k.err == nil || len(line) == 0 {
		return 0, k.err
	}
	if end := bytes.IndexAny(line, "\r\n"); end >= 0 {
		line = line[:end+1]
	}
	n := copy(p, line)
	k.typed = k.typed[n:]
	return n, nil
}

// report pulls the cursor report that was asked for out of the input, ""
// where it is not there. One that comes after it was made up is dropped:
// nobody typed it.
func (k *keyboard) report() string {
	for {
		at := cursorReport().FindIndex(k.typed)
		if at == nil {
			return ""
		}
		report := string(k.typed[at[0]:at[1]])
		k.typed = append(k.typed[:at[0]:at[0]], k.typed[at[1]:]...)
		switch {
		case k.late > 0:
			k.late, k.spare = k.late-1, report
		case k.asked:
			k.asked, k.corner = false, false
			return report
		}
	}
}

// pretend answers for a terminal that stays silent: the far corner from the
// system, any other place as the first; "" where nothing was asked.
func (k *keyboard) pretend() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.asked {
		return ""
	}
	corner := k.corner
	k.asked, k.corner = false, false
	k.late++
	if k.spare != "" { // perhaps it was not late, and an earlier one got lost
		return k.spare
	}
	width, height := 1, 1
	if corner {
		if w, h, err := term.GetSize(k.fd); err == nil && w > 0 && h > 0 {
			width, height = w, h
		}
	}
	return fmt.Sprintf("\x1b[%d;%dR", height, width)
}
