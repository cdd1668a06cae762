package cloud

import (
	"errors"
	"os"
	"strconv"
	"strings"

	"wxmail/internal/near"
)

const maxFile = 1 << 20 // an endpoints or CA file that is larger is none

// ConfigError is a fault in what the operator wrote: an unknown cloud, an
// endpoints file, a CA file.
type ConfigError struct {
	File string // as it was given
	Key  string // the key at fault, "" for the file as a whole
	Why  string // a key of the texts cloud.<why>
	What string // what the words need besides
	Near string // the name that was meant, "" where none is near
	Err  error  // the cause below, if any
}

func (c *ConfigError) Error() string {
	return strings.TrimSuffix(c.place()+": "+c.Why+": "+c.What, ": ")
}

// place is the file, and the key in it.
func (c *ConfigError) place() string {
	if c.Key == "" {
		return c.File
	}
	return c.File + ": " + c.Key
}

// Words name the text that says what is wrong, and its values.
func (c *ConfigError) Words() (id string, values []any) {
	return "cloud." + c.Why, []any{"Place", c.place(), "Detail", c.What, "Near", c.Near}
}

// Unwrap gives the cause.
func (c *ConfigError) Unwrap() error { return c.Err }

// Fact gives the code of the advice, the file and the fault in it.
func (c *ConfigError) Fact() (code, object, detail string) { return "WX-CLOUD-FILE", c.File, c.Error() }

// Load gives the cloud of that name ("" is public) or the one that an
// endpoints file describes. extraCAFile, if any, is a PEM file of
// authorities trusted beside the system's. Every error is a *ConfigError.
// Nothing is contacted.
func Load(nameOrFile, extraCAFile string) (*Endpoints, error) {
	if err := checkProxies(); err != nil {
		return nil, err
	}
	e, err := describe(nameOrFile)
	if err != nil {
		return nil, err
	}
	if extraCAFile == "" {
		return e, nil
	}
	extra, err := readLimited(extraCAFile)
	if err != nil {
		return nil, err
	}
	if e.wire.systemCAs, err = poolFrom(systemPool(), extra); err != nil {
		return nil, &ConfigError{File: extraCAFile, Why: "no-certificate", Err: err}
	}
	return e, nil
}

func describe(nameOrFile string) (*Endpoints, error) {
	if nameOrFile == "" {
		nameOrFile = DefaultName
	}
	if e, known := named(nameOrFile); known {
		return &Endpoints{Environment: e, Pace: usualPace()}, nil
	}
	text, err := readLimited(nameOrFile)
	if errors.Is(err, os.ErrNotExist) {
		unknown := &ConfigError{File: nameOrFile, Why: "unknown", What: strings.Join(Names(), ", "), Err: err}
		if unknown.Near = near.Word(nameOrFile, Names()); unknown.Near != "" {
			unknown.Why = "unknown-near"
		}
		return nil, unknown
	}
	if err != nil {
		return nil, err
	}
	file, err := parseFile(text)
	if err != nil {
		return nil, in(nameOrFile, err)
	}
	e, err := file.endpoints(nameOrFile)
	if err != nil {
		return nil, in(nameOrFile, err)
	}
	return e, nil
}

// readLimited reads a regular file of reasonable size.
func readLimited(path string) ([]byte, error) {
	fail := func(why, what string, err error) ([]byte, error) {
		return nil, &ConfigError{File: path, Why: why, What: what, Err: err}
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return fail("unreadable", plain(err), err)
	case !info.Mode().IsRegular():
		return fail("not-a-file", "", nil)
	case info.Size() > maxFile:
		return fail("too-large", strconv.Itoa(maxFile), nil)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return fail("unreadable", plain(err), err)
	}
	return text, nil
}

// plain is an error of package os without operation and path.
func plain(err error) string {
	if pathErr := (*os.PathError)(nil); errors.As(err, &pathErr) {
		return pathErr.Err.Error()
	}
	return err.Error()
}

// in names the file of an error that was found in its text.
func in(path string, err error) error {
	if c := (*ConfigError)(nil); errors.As(err, &c) {
		c.File = path
	}
	return err
}
