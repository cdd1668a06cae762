package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/adrg/xdg"

	"wxmail/internal/pattern"
)

// Home is the folder of all of wxmail's files: WXMAIL_HOME, else the
// platform's folder for a user's settings ($XDG_CONFIG_HOME/wxmail,
// ~/Library/Application Support/wxmail, %LocalAppData%\wxmail); "" where nothing
// says where that is.
func Home(env func(string) string) string {
	if home := env("WXMAIL_HOME"); home != "" {
		return home
	}
	if runtime.GOOS != "windows" && env("HOME") == "" && env("XDG_CONFIG_HOME") == "" {
		return ""
	}
	return filepath.Join(xdg.ConfigHome, "wxmail")
}

// Store is the folder of all profiles.
type Store struct {
	root string
	disk Disk
}

// Open finds the store below home, which need not exist yet; nothing is
// created. Where others may change the home or enter the profiles it is a
// *PermissionError, where these are another user's an *OwnerError, and without
// a home HomeUnknown.
func Open(home string) (*Store, error) { return OpenOn(home, Disk{}) }

// OpenOn is Open with a disk that may fail on purpose.
func OpenOn(home string, disk Disk) (*Store, error) {
	if home == "" {
		return nil, HomeUnknown{}
	}
	abs, err := filepath.Abs(home)
	if err != nil {
		return nil, err
	}
	if err := closed(abs); err != nil {
		return nil, err
	}
	root := filepath.Join(abs, "profiles")
	if err := private(root); err != nil {
		return nil, err
	}
	return &Store{root: root, disk: disk}, nil
}

// NameError is a profile name that no profile can have.
type NameError struct{ Name string }

// Error quotes the name.
func (e *NameError) Error() string { return fmt.Sprintf("invalid profile name %q", e.Name) }

// Fact gives the code of the advice and the name.
func (e *NameError) Fact() (code, object, detail string) { return "WX-PROFILE-NAME", e.Name, "" }

const maxName = 60 // room for a number behind it

var profileName = pattern.Of(`^[a-z0-9][a-z0-9._-]{0,63}$`)

// Profile gives the profile of that name, existing or not; nothing is created
// before its first write. Names are case-folded: 1 to 64 of a-z 0-9 . _ -,
// beginning with a letter or digit; any other is a *NameError. A file or
// folder of the profile that others may enter is a *PermissionError.
func (s *Store) Profile(name string) (*Profile, error) {
	folded := strings.ToLower(name)
	if !profileName().MatchString(folded) {
		return nil, &NameError{Name: name}
	}
	p := &Profile{name: folded, dir: filepath.Join(s.root, folded), disk: s.disk}
	if err := privateTree(p.dir); err != nil {
		return nil, err
	}
	return p, nil
}

// List names the profiles that exist, sorted.
func (s *Store) List() ([]string, error) {
	entries, err := os.ReadDir(s.root)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && profileName().MatchString(e.Name()) && exists(filepath.Join(s.root, e.Name(), profileFile)) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// NameFrom makes a name that a profile can have of any text.
func NameFrom(text string) string {
	name := strings.Map(func(r rune) rune {
		if profileName().MatchString("a" + string(r)) {
			return r
		}
		return '-'
	}, strings.ToLower(text))
	name = strings.TrimLeft(name[:min(len(name), maxName)], "._-")
	if name == "" {
		return "mailbox"
	}
	return name
}

// Neighbour is another profile of this computer, as it stands.
type Neighbour struct {
	Name string
	Data Data
	Err  error // why it could not be read; then nothing is known of it
}

// Neighbours are all profiles but the one of that name.
func (s *Store) Neighbours(name string) (all []Neighbour, err error) {
	names, err := s.List()
	for _, other := range names {
		if strings.EqualFold(other, name) {
			continue
		}
		n := Neighbour{Name: other}
		var p *Profile
		if p, n.Err = s.Profile(other); n.Err == nil {
			n.Data, n.Err = p.Read()
		}
		all = append(all, n)
	}
	return all, err
}

// privateTree checks dir and the files in it.
func privateTree(dir string) error {
	if err := private(dir); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if err := private(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
