package store

import (
	"errors"
	"os"
	"sync"
)

const (
	traceFile    = "trace.log"
	traceOldFile = "trace.old.log"
	traceLimit   = 256 << 10 // bytes, of each of the two
)

// Trace is a profile's log of its newest requests: two files, of which the
// older goes when the newer is full. It is a convenience for support, so it
// never fails: what cannot be written is dropped. What comes before the profile
// was first written waits for it, and is dropped where it never is. What is
// written is not durable. Many goroutines and many runs may write at once,
// whole lines each.
type Trace struct {
	profile *Profile

	mu    sync.Mutex
	early []byte // before there was a profile
	file  *os.File
}

// Trace gives the profile's log. Nothing is made before the first line.
func (p *Profile) Trace() *Trace { return &Trace{profile: p} }

// Write appends whole lines. Its error is always nil.
func (t *Trace) Write(lines []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.file == nil && t.profile.Exists() {
		t.file, _ = os.OpenFile(t.profile.path(traceFile), os.O_CREATE|os.O_WRONLY|os.O_APPEND, fileMode)
	}
	if t.file == nil {
		if len(t.early) < traceLimit {
			t.early = append(t.early, lines...)
		}
		return len(lines), nil
	}
	_, _ = t.file.Write(append(t.early, lines...))
	t.early = nil
	if info, err := t.file.Stat(); err != nil || info.Size() >= traceLimit {
		_ = t.file.Close()
		t.file = nil
		_ = os.Rename(t.profile.path(traceFile), t.profile.path(traceOldFile))
	}
	return len(lines), nil
}

// Close ends the log; it may be repeated.
func (t *Trace) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.file == nil {
		return nil
	}
	err := t.file.Close()
	t.file = nil
	return err
}

// LastTrace is what the log holds, the oldest line first; empty where there is
// none.
func (p *Profile) LastTrace() ([]byte, error) {
	var all []byte
	for _, name := range []string{traceOldFile, traceFile} {
		raw, err := ReadFile(p.path(name), maxSmall)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		all = append(all, raw...)
	}
	return all, nil
}
