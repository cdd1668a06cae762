package store

import (
	"fmt"
	"io"
	"os"
)

// Limits of what is read of wxmail's own files: far more than it ever writes.
// What is larger was written by somebody else, or is damaged.
const (
	maxProfile = 8 << 20
	maxJournal = 3 << 20
	maxSmall   = 1 << 20 // of a trace, and of what helps a person's memory
)

// ReadFile reads a file whole, and refuses one of more than limit bytes with a
// *TooLarge before it is in memory. Errors otherwise are those of package os.
func ReadFile(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > limit {
		return nil, &TooLarge{path, limit}
	}
	raw, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(raw)) > limit {
		return nil, &TooLarge{path, limit}
	}
	return raw, err
}

// TooLarge is a file that has more bytes than wxmail ever writes.
type TooLarge struct {
	Path  string
	Limit int64
}

// Error names the file and the limit.
func (e *TooLarge) Error() string { return fmt.Sprintf("%s: larger than %d bytes", e.Path, e.Limit) }

// Fact is the code of the advice, the file and the limit.
func (e *TooLarge) Fact() (code, object, detail string) {
	return "WX-PROFILE-DAMAGED", e.Path, e.Error()
}
