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
	"strconv"
	"strings"
	"text/template"
	"time"
	"unicode"

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

	// What only Webex Connect shows, as the operator gives it; "" is not yet.
	AssetID, TransactionID string
	Attached               []Attachment
}

// Attachment is a file of the operator's. It goes in as it is: nothing is
// hidden in it.
type Attachment struct {
	Name string // without folders; two of one name get different ones
	Data []byte
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

	AssetID       *string  `json:"assetId"` // null where it was not given, as below
	TransactionID *string  `json:"transactionId"`
	Attached      []string `json:"attached"` // files of the operator's
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
// that are not the profile's own, and names that others gave, get the same
// invented name wherever they stand; attached files stay as they are. Errors:
// those of w.
func Write(w io.Writer, in Input) error {
	files, err := contents(in)
	if err != nil {
		return err
	}
	archive := zip.NewWriter(w)
	for _, f := range files {
		if err := add(archive, f.name, []byte(f.text), in.Now); err != nil {
			return err
		}
	}
	for i, name := range attachedNames(in.Attached) {
		if err := add(archive, name, in.Attached[i].Data, in.Now); err != nil {
			return err
		}
	}
	return archive.Close()
}

func add(archive *zip.Writer, name string, data []byte, at time.Time) error {
	entry, err := archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: at.UTC()})
	if err == nil {
		_, err = entry.Write(data)
	}
	return err
}

// attachedNames are the names that attached files get in the archive, all of
// them different, in any letters, for any system that unpacks it.
func attachedNames(files []Attachment) (names []string) {
	taken := map[string]bool{}
	for _, f := range files {
		name := strings.Map(func(r rune) rune {
			if unicode.IsControl(r) || strings.ContainsRune(`/\:*?"<>|`, r) {
				return '_'
			}
			return r
		}, f.Name)
		unique := name
		for n := 2; taken[strings.ToLower(unique)]; n++ {
			unique = strconv.Itoa(n) + "-" + name
		}
		taken[strings.ToLower(unique)] = true
		names = append(names, "attached/"+unique)
	}
	return names
}

type file struct{ name, text string }

// contents are the files. The documents are masked while they are values: in
// a text nobody knows where a name begins and ends.
func contents(in Input) ([]file, error) {
	about := About{Version: in.Version, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH, Profile: in.Profile, Cloud: in.Cloud,
		Made: in.Now.UTC().Truncate(time.Second), Problems: append([]string{}, in.Problems...),
		AssetID: given(in.AssetID), TransactionID: given(in.TransactionID), Attached: append([]string{}, attachedNames(in.Attached)...)}
	var text bytes.Buffer
	if err := template.Must(template.New("readme").Parse(readme)).Execute(&text, in); err != nil {
		return nil, err
	}
	var deeds []any
	for _, r := range in.Records {
		deeds = append(deeds, deed{r.Seq, r.At.UTC(), r.Kind, r.Run, r.Step, r.Key, r.Op, r.Target})
	}
	m := newMask(in.Own)
	docs, err := masked(m, append([]any{about, in.Summary, in.Found}, deeds...))
	if err != nil {
		return nil, err
	}
	trace := m.text(string(in.Trace))
	files := []file{{"README.txt", text.String()}}
	for i, name := range []string{"about.json", "summary.json", "findings.json"} {
		var indented bytes.Buffer
		if err := json.Indent(&indented, []byte(docs[i]), "", "  "); err != nil {
			return nil, err
		}
		files = append(files, file{name, indented.String() + "\n"})
	}
	journal := strings.Join(append(docs[3:], ""), "\n")
	return append(files, file{"journal.jsonl", journal}, file{"trace.log", trace}, file{"failed-requests.log", failed(trace)}), nil
}

func given(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// masked are documents as JSON with nobody in them: what is learned in one
// counts for all.
func masked(m *mask, docs []any) ([]string, error) {
	var raws [][]byte
	for _, doc := range docs {
		raw, err := json.Marshal(doc)
		if err != nil {
			return nil, err
		}
		if _, err := rewritten(raw, m.learn); err != nil {
			return nil, err
		}
		raws = append(raws, raw)
	}
	var texts []string
	for _, raw := range raws {
		text, err := rewritten(raw, m.member)
		if err != nil {
			return nil, err
		}
		texts = append(texts, string(visible.JSON(text)))
	}
	return texts, nil
}

// failed are the lines of a trace that tell of a failure: with their request
// ids Microsoft finds them again.
func failed(trace string) string {
	var out strings.Builder
	for line := range strings.Lines(trace) {
		if failure().MatchString(line) {
			out.WriteString(line)
		}
	}
	return out.String()
}
