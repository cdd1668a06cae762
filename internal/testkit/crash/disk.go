package crash

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"

	"wxmail/internal/store"
)

// What a test tells the wxmail that is to die, by its environment.
const (
	// dieAt is the durable change before which it dies: "append:3" is the
	// third that appends to the journal, ":3" the third of any kind.
	dieAt = "WXMAIL_CRASH_AT"
	// tellIn is a file that gets a line for every durable change.
	tellIn = "WXMAIL_CRASH_LOG"
)

// Disk is the disk of a wxmail that may be told to die: before a certain
// durable change it kills itself, as SIGKILL would. Told nothing, it is a
// plain disk.
func Disk() store.Disk {
	if path := os.Getenv(tellIn); path != "" {
		return store.Disk{Faults: teller(path)}
	}
	op, number, _ := strings.Cut(os.Getenv(dieAt), ":")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return store.Disk{}
	}
	d := &deadly{op: store.Op(op)}
	d.left.Store(n)
	return store.Disk{Faults: d}
}

// deadly is a store.Faults that counts down.
type deadly struct {
	op   store.Op // "" for any
	left atomic.Int64
}

// Before implements store.Faults.
func (d *deadly) Before(op store.Op, _ string) error {
	if d.op != "" && d.op != op || d.left.Add(-1) != 0 {
		return nil
	}
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		return err
	}
	if err := self.Kill(); err != nil {
		return err
	}
	select {} // until the signal comes
}

// teller is a store.Faults that lets everything through and writes it down.
type teller string

// Before implements store.Faults.
func (t teller) Before(op store.Op, path string) error {
	f, err := os.OpenFile(string(t), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = fmt.Fprintln(f, op, filepath.Base(path))
	return err
}
