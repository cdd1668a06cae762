package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/gofrs/flock"
)

const (
	lockFile   = "lock"
	holderFile = "lock.json"
)

// Holder is who is at work on a profile.
type Holder struct {
	PID   int       `json:"pid"`
	Host  string    `json:"host"`
	Since time.Time `json:"since"`
}

// Locked is a profile that another run holds.
type Locked struct {
	Profile string
	Holder  Holder // zero where the holder did not tell
}

// Error names the profile and the holder.
func (e *Locked) Error() string {
	return fmt.Sprintf("profile %s is held by process %d on %s since %s",
		e.Profile, e.Holder.PID, e.Holder.Host, e.Holder.Since.UTC().Format(time.RFC3339))
}

// Words name the text that says who holds it, and its values.
func (e *Locked) Words() (id string, values []any) {
	if e.Holder.PID <= 0 || e.Holder.Host == "" {
		return "detail.locked-unknown", nil
	}
	return "detail.locked", []any{"PID", strconv.Itoa(e.Holder.PID), "Host", e.Holder.Host, "Since", e.Holder.Since.UTC().Format(time.RFC3339)}
}

// Fact gives the code of the advice, the profile and who holds it.
func (e *Locked) Fact() (code, object, detail string) { return "WX-LOCKED", e.Profile, e.Error() }

// Lock is a held profile. The system releases it when the process ends,
// however it ends.
type Lock struct {
	profile *Profile
	flock   *flock.Flock
}

// Lock takes the profile for this run, without waiting; *Locked where another
// run, of this process too, has it. Now is only told to others.
func (p *Profile) Lock(now time.Time) (*Lock, error) {
	if err := p.makeDir(); err != nil {
		return nil, err
	}
	l := flock.New(p.path(lockFile), flock.SetPermissions(fileMode))
	held, err := l.TryLock()
	if err != nil {
		return nil, err
	}
	if !held {
		return nil, &Locked{Profile: p.name, Holder: p.holder()}
	}
	lock := &Lock{profile: p, flock: l}
	if err := lock.tell(now); err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	return lock, nil
}

// Unlock gives the profile back. It may be repeated.
func (l *Lock) Unlock() error {
	if !l.flock.Locked() {
		return nil
	}
	err := os.Remove(l.profile.path(holderFile))
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, l.flock.Unlock())
}

// Remove deletes everything the profile keeps, journal and vault files too,
// and gives the lock back. It may be repeated.
func (l *Lock) Remove() error {
	dir := l.profile.dir
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if e.Name() == lockFile {
			continue // held open: Windows deletes it only after Unlock
		}
		if err := os.RemoveAll(l.profile.path(e.Name())); err != nil {
			return err
		}
	}
	if err := l.Unlock(); err != nil {
		return err
	}
	return os.RemoveAll(dir)
}

// tell says who we are in a file of its own: Windows lets nobody read a
// locked one.
func (l *Lock) tell(now time.Time) error {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	raw, err := json.Marshal(Holder{PID: os.Getpid(), Host: host, Since: now.UTC()})
	if err != nil {
		return err
	}
	return os.WriteFile(l.profile.path(holderFile), raw, fileMode)
}

// holder reads who has the lock; a courtesy, so any failure is "unknown".
func (p *Profile) holder() Holder {
	var h Holder
	raw, err := ReadFile(p.path(holderFile), maxSmall)
	if err != nil || json.Unmarshal(raw, &h) != nil {
		return Holder{}
	}
	return h
}
