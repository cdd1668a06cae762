// Command snapshot cuts a dated part out of the Go vulnerability database, so
// that govulncheck needs no network: what is known of the modules named on
// standard input, of the standard library and of the toolchain, whole and as
// published (https://go.dev/security/vuln/database, CC BY 4.0).
//
//	go list -m -f '{{.Path}}' all | snapshot -from CHECKOUT -at 2026-01-02T03:04:05Z -to DIR
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"io"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// An entry is what the indexes tell of an advisory
// (https://ossf.github.io/osv-schema/).
type entry struct {
	ID        string
	Withdrawn *time.Time
	Aliases   []string
	Affected  []struct {
		Package struct{ Name string }
		Ranges  []struct{ Events []struct{ Fixed string } }
	}
}

// An advisory is one that an index names. Fixed is the version of the module
// that mends it, empty where none does.
type advisory struct {
	ID       string    `json:"id"`
	Modified time.Time `json:"modified"`
	Aliases  []string  `json:"aliases,omitempty"`
	Fixed    string    `json:"fixed,omitempty"`
}

// A module is a line of the index of modules.

type module struct {
	Path  string     `json:"path"`
	Vulns []advisory `json:"vulns"`
}

func main() {
	log.SetFlags(0)
	from := flag.String("from", "", "a checkout of github.com/golang/vulndb")
	at := flag.String("at", "", "the time of the checkout's commit, RFC 3339")
	to := flag.String("to", "", "the folder to write")
	flag.Parse()
	wanted, err := io.ReadAll(os.Stdin)
	if err != nil || *from == "" || *to == "" {
		log.Fatal("snapshot: -from, -at and -to are needed, and the modules on standard input")
	}
	dated, err := time.Parse(time.RFC3339, *at)
	if err != nil {
		log.Fatal("snapshot: -at: ", err)
	}
	modules := append(strings.Fields(string(wanted)), "stdlib", "toolchain")
	if err := cut(*from, *to, modules, dated); err != nil {
		log.Fatal("snapshot: ", err)
	}
}

// cut writes into to what the database at from knew of the modules at that
// time, instead of what was there before.
func cut(from, to string, modules []string, at time.Time) error {
	files, err := filepath.Glob(filepath.Join(from, "data", "osv", "GO-*.json"))
	if err != nil {
		return err
	}
	for _, folder := range []string{"ID", "index"} {
		if err := os.RemoveAll(filepath.Join(to, folder)); err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Join(to, folder), 0o755); err != nil {
			return err
		}
	}
	kept := []entry{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		var e entry
		if err := json.Unmarshal(text, &e); err != nil {
			return err
		}
		if e.Withdrawn != nil || !concerns(e, modules) {
			continue
		}
		kept = append(kept, e)
		if err := write(filepath.Join(to, "ID", e.ID+".json"), json.RawMessage(text)); err != nil {
			return err
		}
	}
	return index(to, modules, kept, at)
}

func concerns(e entry, modules []string) bool {
	for _, a := range e.Affected {
		if slices.Contains(modules, a.Package.Name) {
			return true
		}
	}
	return false
}

// index writes the three files by which govulncheck finds entries.
func index(to string, modules []string, kept []entry, at time.Time) error {
	vulns, lines := []advisory{}, []module{}
	for _, e := range kept {
		vulns = append(vulns, advisory{ID: e.ID, Modified: at, Aliases: e.Aliases})
	}
	slices.Sort(modules)
	for _, path := range slices.Compact(modules) {
		line := module{Path: path}
		for _, e := range kept {
			if concerns(e, []string{path}) {
				line.Vulns = append(line.Vulns, advisory{ID: e.ID, Modified: at, Fixed: e.fixed(path)})
			}
		}
		if len(line.Vulns) > 0 {
			lines = append(lines, line)
		}
	}
	for name, value := range map[string]any{"db": map[string]any{"modified": at}, "vulns": vulns, "modules": lines} {
		if err := write(filepath.Join(to, "index", name+".json"), value); err != nil {
			return err
		}
	}
	return nil
}

// fixed is the newest version of a module that an advisory says is mended,
// empty where none is.
func (e entry) fixed(path string) string {
	last := ""
	for _, a := range e.Affected {
		if a.Package.Name != path {
			continue
		}
		for _, r := range a.Ranges {
			for _, event := range r.Events {
				last = cmp.Or(event.Fixed, last)
			}
		}
	}
	return last
}

// write puts a value into a file as JSON on one line.
func write(path string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	var line bytes.Buffer
	if err := json.Compact(&line, text); err != nil {
		return err
	}
	line.WriteByte('\n')
	return os.WriteFile(path, line.Bytes(), 0o644)
}
