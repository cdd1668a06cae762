package vault

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/zalando/go-keyring"
)

const (
	keyringService = "wxmail"
	keyringLimit   = 3 * time.Second

	// PersonsLimit is time for a person to unlock a keyring in its own window.
	PersonsLimit = time.Minute
)

// Keyring is the system's store of small secrets. A missing item is
// keyring.ErrNotFound of github.com/zalando/go-keyring.
type Keyring interface {
	Get(service, user string) (string, error)
	Set(service, user, secret string) error
	Delete(service, user string) error
}

// SystemKeyring is the keyring of this user's session, nil where there is
// none. On Linux it is only sought where a session bus runs already: the
// library would start one that outlives us.
func SystemKeyring(env func(string) string) Keyring {
	if runtime.GOOS == "linux" && !sessionBus(env) {
		return nil
	}
	return systemKeyring{}
}

func sessionBus(env func(string) string) bool {
	if env("DBUS_SESSION_BUS_ADDRESS") != "" {
		return true
	}
	dir := env("XDG_RUNTIME_DIR")
	if dir == "" {
		return false
	}
	_, err := os.Stat(filepath.Join(dir, "bus"))
	return err == nil
}

type systemKeyring struct{}

func (systemKeyring) Get(service, user string) (string, error) { return keyring.Get(service, user) }
func (systemKeyring) Set(service, user, secret string) error {
	return keyring.Set(service, user, secret)
}
func (systemKeyring) Delete(service, user string) error { return keyring.Delete(service, user) }

// slot is one vault's item in a keyring, where every call has a time limit: a
// bus that does not answer would hang us for ever.
type slot struct {
	keyring Keyring
	user    string
	limit   time.Duration
	slow    func() // told of a call that takes longer than a keyring needs by itself; may be nil
}

// get gives "" where the item is missing.
func (s slot) get() (string, error) {
	text, err := s.call("get", func() (string, error) { return s.keyring.Get(keyringService, s.user) })
	if errors.Is(err, keyring.ErrNotFound) {
		return "", nil
	}
	return text, err
}

func (s slot) set(text string) error {
	_, err := s.call("set", func() (string, error) { return "", s.keyring.Set(keyringService, s.user, text) })
	return err
}

func (s slot) delete() error {
	_, err := s.call("delete", func() (string, error) { return "", s.keyring.Delete(keyringService, s.user) })
	if errors.Is(err, keyring.ErrNotFound) {
		return nil
	}
	return err
}

func (s slot) call(what string, f func() (string, error)) (string, error) {
	type answer struct {
		text string
		err  error
	}
	answered := make(chan answer, 1)
	go func() {
		text, err := f()
		answered <- answer{text, err}
	}()
	late, slow := time.After(s.limit), time.After(min(keyringLimit, s.limit/2))
	for {
		select {
		case a := <-answered:
			return a.text, a.err
		case <-late:
			return "", fmt.Errorf("keyring: no answer to %s within %s", what, s.limit)
		case <-slow:
			if s.slow != nil {
				s.slow()
			}
		}
	}
}
