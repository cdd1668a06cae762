package ui

import (
	"context"
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

// TypedLines reads lines of any length, unseen, while a sign-in waits. The
// channel is nil where nobody is there, and is never closed. Reading ends with
// ctx, and the terminal is then as it was before the next question is asked.
func (t *Terminal) TypedLines(ctx context.Context) <-chan string {
	keys := t.keyboard()
	if keys == nil {
		return nil
	}
	s, err := keys.begin(ctx)
	if err != nil {
		return nil
	}
	restore, err := byKey(s.fd, true)
	if err != nil {
		s.end()
		return nil
	}
	lines := make(chan string)
	go func() {
		defer s.end()
		defer restore()
		s.readLines(lines)
	}()
	return lines
}

func (s *session) readLines(lines chan<- string) {
	for {
		line, err := s.readLine()
		if err != nil {
			return
		}
		select {
		case lines <- line:
		case <-s.ctx.Done():
			return
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
