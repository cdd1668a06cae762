package store

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"

	"github.com/natefinch/atomic"
)

const (
	folderMode = 0o700
	fileMode   = 0o600
)

// Op names a kind of durable change, as Faults sees it.
type Op string

// The durable changes.
const (
	OpWrite    Op = "write"    // replace a file
	OpSync     Op = "sync"     // make a replaced file's name durable
	OpAppend   Op = "append"   // add a journal line
	OpTruncate Op = "truncate" // cut a torn journal tail
)

// Faults is asked before every durable change; an error stops the change, as
// a full disk or a crash would. Nil Faults let everything through.
type Faults interface {
	Before(op Op, path string) error
}

// Disk does the durable writes. The zero value is ready.
type Disk struct{ Faults Faults }

// Write replaces the file at path by data, mode 0600 from the first byte on and
// whatever the mode of the older one: after a crash the file holds the old or
// the new bytes, never a mixture, and once Write has returned nil it holds the
// new ones. It may be repeated.
func (d Disk) Write(path string, data []byte) error {
	if err := d.before(OpWrite, path); err != nil {
		return err
	}
	if err := replace(path, data); err != nil {
		return err
	}
	return d.syncFolder(filepath.Dir(path))
}

// replace writes data beside path and renames it there. The library's own way
// would give the new file the older one's mode, and hide the type of errors.
func replace(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)) // fileMode, by its documentation
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = atomic.ReplaceFile(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // the failure itself is what the operator must see
	}
	return err
}

// syncFolder makes renames in dir durable. Windows cannot open a folder for
// that and writes names through by itself.
func (d Disk) syncFolder(dir string) error {
	if err := d.before(OpSync, dir); err != nil || runtime.GOOS == "windows" {
		return err
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func (d Disk) before(op Op, path string) error {
	if d.Faults == nil {
		return nil
	}
	return d.Faults.Before(op, path)
}
