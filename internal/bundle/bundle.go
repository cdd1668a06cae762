// Package bundle gathers what a support engineer needs into one archive that
// may be handed on: what was seen, found and done, and nothing that opens a
// door or tells who else is there.
package bundle

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"encoding/json"
	"io"
	"runtime"
	"strings"
	"text/template"
	"time"

	"wxmail/internal/store"
	"wxmail/internal/visible"
)

// Input is what a bundle is made of. None of it may hold a secret.
type Input struct {
	Version  string // of wxmail
	Profile  string
	Cloud    string
	Now      time.Time
	Mailbox  string       // "" where none is known
	Asset    string       // the name of the Webex Connect asset, "" likewise
	Own      []string     // e-mail addresses of the profile itself: shown as they are
	Summary  any          // as summary --json
	Found    *store.Found // nil where doctor never ran
	Records  []store.Record
	Trace    []byte
	Problems []string // what could not be read, and why
}

// About is about.json.
type About struct {
	Version  string    `json:"version"`
	Go       string    `json:"go"`
	OS       string    `json:"os"`
	Arch     string    `json:"arch"`
	Profile  string    `json:"profile"`
	Cloud    string    `json:"cloud"`
	Made     time.Time `json:"made"`
	Problems []string  `json:"problems"`
}

// deed is a line of journal.jsonl: a record without the values that changed.
type deed struct {
	Seq    int64      `json:"seq"`
	At     time.Time  `json:"at"`
	Kind   store.Kind `json:"kind"`
	Run    string     `json:"run,omitempty"`
	Step   string     `json:"step,omitempty"`
	Key    string     `json:"key,omitempty"`
	Op     string     `json:"op,omitempty"`
	Target string     `json:"target,omitempty"`
}

//go:embed readme.txt.tmpl
var readme string

// Write writes the archive, a zip. Every time in it is UTC. E-mail addresses
// that are not the profile's own get the same invented name wherever they
// stand. Errors: those of w.
func Write(w io.Writer, in Input) error {
	files, err := contents(in)
	if err != nil {
		return err
	}
	archive := zip.NewWriter(w)
	mask := newMask(in.Own)
	for _, f := range files {
		entry, err := archive.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: in.Now.UTC()})
		if err != nil {
			return err
		}
		if _, err := io.WriteString(entry, mask.text(f.text)); err != nil {
			return err
		}
	}
	return archive.Close()
}

type file struct{ name, text string }

func contents(in Input) ([]file, error) {
	about := About{Version: in.Version, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH, Profile: in.Profile, Cloud: in.Cloud,
		Made: in.Now.UTC().Truncate(time.Second), Problems: append([]string{}, in.Problems...)}
	var text bytes.Buffer
	if err := template.Must(template.New("readme").Parse(readme)).Execute(&text, in); err != nil {
		return nil, err
	}
	files := []file{{"README.txt", text.String()}}
	for _, doc := range []struct {
		name string
		what any
	}{{"about.json", about}, {"summary.json", in.Summary}, {"findings.json", in.Found}} {
		raw, err := json.MarshalIndent(doc.what, "", "  ")
		if err != nil {
			return nil, err
		}
		files = append(files, file{doc.name, string(visible.JSON(raw)) + "\n"})
	}
	journal, err := deeds(in.Records)
	if err != nil {
		return nil, err
	}
	trace := string(in.Trace)
	return append(files, file{"journal.jsonl", journal}, file{"trace.log", trace}, file{"failed-requests.log", failed(trace)}), nil
}

func deeds(records []store.Record) (string, error) {
	var out strings.Builder
	for _, r := range records {
		raw, err := json.Marshal(deed{r.Seq, r.At.UTC(), r.Kind, r.Run, r.Step, r.Key, r.Op, r.Target})
		if err != nil {
			return "", err
		}
		out.Write(append(visible.JSON(raw), '\n'))
	}
	return out.String(), nil
}

// failed are the lines of a trace that tell of a failure: with their request
// ids Microsoft finds them again.
func failed(trace string) string {
	var out strings.Builder
	for line := range strings.Lines(trace) {
		if failure.MatchString(line) {
			out.WriteString(line)
		}
	}
	return out.String()
}
