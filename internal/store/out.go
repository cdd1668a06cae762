package store

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
)

// Unwritable is a path that the operator has named, and that nothing can be
// written to.
type Unwritable struct {
	Path string
	Why  string // a key of the texts output.<why>
}

// Error names the path and the reason.
func (e *Unwritable) Error() string { return e.Path + ": " + e.Why }

// Words name the text that says why, and its values.
func (e *Unwritable) Words() (id string, values []any) {
	return "output." + e.Why, []any{"Folder", filepath.Dir(e.Path)}
}

// Fact gives the code of the advice, the path and the reason.
func (e *Unwritable) Fact() (code, object, detail string) { return "WX-USAGE", e.Path, e.Why }

// Proposal is the command that shows what makes sense.
func (e *Unwritable) Proposal() string { return "wxmail help" }

// WriteOut writes a file for the operator. A regular file is replaced as Write
// does it, and is nobody else's to read from its first byte on, whatever the
// mode of the older one. What is no regular file is never replaced: a device, a
// pipe and whatever a symbolic link leads to are written through. It may be
// repeated. Errors: *Unwritable where the path makes no sense.
func (d Disk) WriteOut(path string, data []byte) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		if dir := filepath.Dir(path); !exists(dir) {
			return &Unwritable{path, "no-folder"}
		}
	case errors.Is(err, syscall.ENOTDIR):
		return &Unwritable{path, "not-a-folder"}
	case err != nil:
		return err
	case info.IsDir():
		return &Unwritable{path, "a-folder"}
	case !info.Mode().IsRegular():
		return d.writeThrough(path, data)
	}
	return d.Write(path, data)
}

func (d Disk) writeThrough(path string, data []byte) error {
	if err := d.before(OpWrite, path); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return &Unwritable{path, "leads-nowhere"}
	case errors.Is(err, syscall.EISDIR):
		return &Unwritable{path, "leads-to-a-folder"}
	case err != nil:
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}
