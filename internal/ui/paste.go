package ui

import (
	"context"
	"strings"
	"unicode/utf8"
)

// Keys that mean something.
const (
	interrupt  = 0x03 // Ctrl-C
	endOfInput = 0x04 // Ctrl-D, which leaves a question, and ends nothing while a sign-in waits
	eraseLine  = 0x15 // Ctrl-U
	backspace  = 0x08
	rubout     = 0x7f
)

// PasteLine reads lines of any length, unseen, while a sign-in waits: what is
// pasted comes on lines, and the key r with Enter on reopen. Both channels are
// nil where nobody is there, and neither is ever closed. Reading ends with
// ctx, and the terminal is then as it was before the next question is asked.
func (t *Terminal) PasteLine(ctx context.Context) (lines <-chan string, reopen <-chan struct{}) {
	keys := t.keyboard()
	if keys == nil {
		return nil, nil
	}
	pasted, again := make(chan string), make(chan struct{})
	s, err := keys.begin(ctx)
	if err != nil {
		return nil, nil
	}
	restore, err := byKey(s.fd, true)
	if err != nil {
		s.end()
		return nil, nil
	}
	go func() {
		defer s.end()
		defer restore()
		s.readLines(pasted, again)
	}()
	return pasted, again
}

func (s *session) readLines(pasted chan<- string, again chan<- struct{}) {
	for {
		line, err := s.readLine()
		if err != nil {
			return
		}
		switch text := strings.TrimSpace(line); {
		case text == "":
		case strings.EqualFold(text, "r"):
			select {
			case again <- struct{}{}:
			case <-s.ctx.Done():
			}
		default:
			select {
			case pasted <- text:
			case <-s.ctx.Done():
			}
		}
	}
}

// readLine reads up to the next line end, with the editing that the terminal
// would have done.
func (s *session) readLine() (string, error) {
	var line []byte
	buf := make([]byte, 4096)
	for {
		n, err := s.Read(buf)
		if err != nil {
			return "", err
		}
		for _, b := range buf[:n] {
			switch b {
			case '\r', '\n': // always the last byte that Read gives
				return string(line), nil
			case backspace, rubout:
				_, size := utf8.DecodeLastRune(line)
				line = line[:len(line)-size]
			case eraseLine:
				line = nil
			case endOfInput:
			default:
				line = append(line, b)
			}
		}
	}
}
