package crash

import (
	"os"
	"strconv"
	"sync/atomic"

	"wxmail/internal/store"
)

// dieAt names, in the environment of a wxmail, the durable change before
// which it dies: 1 is the first.
const dieAt = "WXMAIL_CRASH_AT"

// Disk is the disk of a wxmail that may be told to die: before the durable
// change whose number the environment names, it kills itself as SIGKILL
// would. Without that number it is a plain disk.
func Disk() store.Disk {
	n, err := strconv.ParseInt(os.Getenv(dieAt), 10, 64)
	if err != nil {
		return store.Disk{}
	}
	d := &deadly{}
	d.left.Store(n)
	return store.Disk{Faults: d}
}

// deadly is a store.Faults that counts down.
type deadly struct{ left atomic.Int64 }

// Before implements store.Faults.
func (d *deadly) Before(store.Op, string) error {
	if d.left.Add(-1) != 0 {
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
