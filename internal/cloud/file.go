package cloud

import (
	"encoding/json"
	"errors"
	"maps"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"wxmail/internal/pattern"
)

// file is an endpoints file, checked key by key; zero means not given.
type file struct {
	name, base, caFile      string
	dial                    map[string]string
	timeouts                Timeouts
	retry                   Retry
	pollInterval, clockSkew time.Duration
	clockSkewOff            bool
}

// parseFile reads an endpoints file; its errors are *ConfigError without File.
func parseFile(text []byte) (*file, error) {
	f := &file{dial: map[string]string{}}
	err := object(text, table{
		"name":   asText(&f.name),
		"base":   asText(&f.base),
		"caFile": asText(&f.caFile),
		"dial":   nested(f.dialEntry),
		"timeouts": nested(table{"request": asDuration(&f.timeouts.Request), "signIn": asDuration(&f.timeouts.SignIn),
			"settle": asDuration(&f.timeouts.Settle)}.field),
		"retry":        nested(table{"base": asDuration(&f.retry.Base), "max": asDuration(&f.retry.Max)}.field),
		"pollInterval": asDuration(&f.pollInterval),
		"maxClockSkew": f.decodeClockSkew,
	}.field)
	if err != nil {
		return nil, err
	}
	return f, f.check()
}

func (f *file) decodeClockSkew(raw json.RawMessage) error {
	if f.clockSkewOff = string(raw) == `"off"`; f.clockSkewOff {
		return nil
	}
	return asDuration(&f.clockSkew)(raw)
}

// dialEntry takes any key that is a host:port.
func (f *file) dialEntry(key string) (decode, bool) {
	return func(raw json.RawMessage) error {
		var address string
		if err := asText(&address)(raw); err != nil {
			return err
		}
		if !isHostPort(address) || strings.HasPrefix(address, "*") {
			return &ConfigError{Why: "not-an-address"}
		}
		f.dial[strings.ToLower(key)] = address
		return nil
	}, isHostPort(key)
}

func isHostPort(text string) bool {
	host, port, err := net.SplitHostPort(text)
	number, portErr := strconv.ParseUint(port, 10, 16)
	return err == nil && portErr == nil && number > 0 && host != ""
}

var fileName = pattern.Of(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

func (f *file) check() error {
	switch {
	case !fileName().MatchString(f.name):
		return &ConfigError{Key: "name", Why: "bad-name"}
	case isNamed(f.name):
		return &ConfigError{Key: "name", Why: "taken-name"}
	case !isNamed(f.base):
		return &ConfigError{Key: "base", Why: "bad-base", What: strings.Join(Names(), ", ")}
	case f.retry.Base > 0 && f.retry.Max > 0 && f.retry.Base > f.retry.Max:
		return &ConfigError{Key: "retry.max", Why: "too-short"}
	}
	return f.checkDial()
}

// checkDial refuses a host that the base cloud has not: a slip of the pen
// there would send the request to the real one.
func (f *file) checkDial() error {
	base, _ := named(f.base) // check has looked
	hosts := base.hosts()
	for _, key := range slices.Sorted(maps.Keys(f.dial)) {
		host, _, _ := net.SplitHostPort(key)
		if host != "*" && !slices.Contains(hosts, host) {
			return &ConfigError{Key: "dial." + key, Why: "foreign-host", What: f.base}
		}
	}
	return nil
}

// endpoints turns a checked file into a cloud. path is where it was read.
func (f *file) endpoints(path string) (*Endpoints, error) {
	base, _ := named(f.base) // check has looked
	base.Name, base.FromFile = f.name, true
	e := &Endpoints{Environment: base, Pace: usualPace(), wire: wire{dial: f.dial}}
	override(&e.Timeouts.Request, f.timeouts.Request)
	override(&e.Timeouts.SignIn, f.timeouts.SignIn)
	override(&e.Timeouts.Settle, f.timeouts.Settle)
	override(&e.Retry.Base, f.retry.Base)
	override(&e.Retry.Max, f.retry.Max)
	override(&e.PollInterval, f.pollInterval)
	override(&e.MaxClockSkew, f.clockSkew)
	if f.clockSkewOff {
		e.MaxClockSkew = 0
	}
	return e, f.trust(e, path)
}

// trust reads the CA file that a file at path names.
func (f *file) trust(e *Endpoints, path string) error {
	if f.caFile == "" {
		return nil
	}
	caPath := f.caFile
	if !filepath.IsAbs(caPath) {
		caPath = filepath.Join(filepath.Dir(path), caPath)
	}
	pem, err := readLimited(caPath)
	if read, is := errors.AsType[*ConfigError](err); is {
		return &ConfigError{Key: "caFile", Why: read.Why, What: read.File + ": " + read.What, Err: err}
	}
	if e.wire.dialledCAs, err = poolFrom(nil, pem); err != nil {
		return &ConfigError{Key: "caFile", Why: "no-certificate", Err: err}
	}
	return nil
}

func override(into *time.Duration, value time.Duration) {
	if value > 0 {
		*into = value
	}
}
