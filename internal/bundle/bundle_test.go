package bundle

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/store"
)

var made = time.Date(2026, 11, 27, 10, 30, 15, 123, time.FixedZone("", 3600))

// whole is a profile that was set up and looked at.
func whole() Input {
	return Input{
		Version: "v1", Profile: "default", Cloud: "public", Now: made, Mailbox: "support@contoso.example", Asset: "Support",
		Own:     []string{"support@contoso.example"},
		Summary: map[string]any{"azure": map[string]string{"clientId": "id"}, "admin": "anna@contoso.example"},
		Found:   &store.Found{AsOf: made, Findings: json.RawMessage(`[{"code":"WX-PENDING","object":"anna@contoso.example"}]`)},
		Records: []store.Record{
			{Seq: 1, At: made, Kind: store.Intend, Run: "r", Step: "mailbox.forward", Key: "mailbox.forwarding", Op: "update",
				Target: "support@contoso.example", Before: json.RawMessage(`"anna@contoso.example"`), After: json.RawMessage(`"secret value"`)},
			{Seq: 1, At: made, Kind: store.Done, Made: json.RawMessage(`"made value"`)},
		},
		Trace: []byte(trace),
	}
}

const trace = `# wxmail setup
2026-11-27T09:30:01Z POST https://outlook.office365.com/x cmdlet=Get-Mailbox 200 request-id=a
2026-11-27T09:30:02Z GET https://graph.microsoft.com/v1.0/users/anna@contoso.example 404 request-id=b
2026-11-27T09:30:03Z POST https://outlook.office365.com/x cmdlet=Set-Mailbox 503 request-id=c
2026-11-27T09:30:04Z POST https://login.microsoftonline.com/x failed: dial: anna@contoso.example took 1 ms
`

// written are the files of an archive, by name, and their names in order.
func written(t *testing.T, in Input) (files map[string]string, names []string) {
	t.Helper()
	var archive bytes.Buffer
	if err := Write(&archive, in); err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(archive.Bytes()), int64(archive.Len()))
	if err != nil {
		t.Fatal(err)
	}
	files = map[string]string{}
	for _, f := range r.File {
		content, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(content)
		if err != nil {
			t.Fatal(err)
		}
		if !f.Modified.Equal(made.UTC().Truncate(time.Second)) {
			t.Errorf("%s is of %s", f.Name, f.Modified)
		}
		files[f.Name], names = string(raw), append(names, f.Name)
	}
	return files, names
}

func TestContents(t *testing.T) {
	files, names := written(t, whole())
	want := []string{"README.txt", "about.json", "summary.json", "findings.json", "journal.jsonl", "trace.log", "failed-requests.log"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	for name, wants := range map[string][]string{
		"README.txt":    {"wxmail v1, profile default, made 2026-11-27 09:30:15 UTC", "Mailbox: support@contoso.example", `asset "Support"`},
		"about.json":    {`"version": "v1"`, `"cloud": "public"`, `"made": "2026-11-27T09:30:15Z"`, `"problems": []`},
		"summary.json":  {`"clientId": "id"`},
		"findings.json": {"WX-PENDING", `"asOf"`},
		"journal.jsonl": {`{"seq":1,"at":"2026-11-27T09:30:15.000000123Z","kind":"intend","run":"r","step":"mailbox.forward"`, `"kind":"done"`},
		"trace.log":     {"# wxmail setup", "request-id=a"},
	} {
		for _, text := range wants {
			if !strings.Contains(files[name], text) {
				t.Errorf("%s has no %s:\n%s", name, text, files[name])
			}
		}
	}
	for name, text := range files {
		if strings.Contains(text, "anna@") || strings.Contains(text, "value") && name == "journal.jsonl" {
			t.Errorf("%s tells too much:\n%s", name, text)
		}
	}
}

// The same person is the same in every file.
func TestOneNameInAllFiles(t *testing.T) {
	files, _ := written(t, whole())
	for _, name := range []string{"summary.json", "findings.json", "trace.log", "failed-requests.log"} {
		if !strings.Contains(files[name], "person1@contoso.example") || strings.Contains(files[name], "person2") {
			t.Errorf("%s:\n%s", name, files[name])
		}
	}
}

// Requests that failed are those with a status of 400 or above, and those that
// had no answer.
func TestFailedRequests(t *testing.T) {
	files, _ := written(t, whole())
	var ids []string
	for line := range strings.Lines(files["failed-requests.log"]) {
		ids = append(ids, strings.Fields(line)[0])
	}
	if want := []string{"2026-11-27T09:30:02Z", "2026-11-27T09:30:03Z", "2026-11-27T09:30:04Z"}; !slices.Equal(ids, want) {
		t.Errorf("failed: %q", ids)
	}
	in := whole()
	in.Trace = nil
	if files, _ := written(t, in); files["trace.log"] != "" || files["failed-requests.log"] != "" {
		t.Error("requests are made up")
	}
}

// Of a profile that is damaged there is what could be read, and what could not
// be is said; so of one in which nothing was done.
func TestDamagedProfile(t *testing.T) {
	files, names := written(t, Input{Version: "v1", Profile: "default", Now: made, Problems: []string{"journal.jsonl: line 3 is damaged"}})
	if len(names) != 7 {
		t.Errorf("files: %q", names)
	}
	for name, text := range map[string]string{
		"README.txt": "it never ran", "about.json": `"journal.jsonl: line 3 is damaged"`, "summary.json": "null", "findings.json": "null",
	} {
		if !strings.Contains(files[name], text) {
			t.Errorf("%s has no %s:\n%s", name, text, files[name])
		}
	}
	if readme := files["README.txt"]; strings.Contains(readme, "Mailbox:") || strings.Contains(readme, "Asset in") ||
		!strings.Contains(readme, "the mailbox address. Search") {
		t.Errorf("the README names what is unknown:\n%s", readme)
	}
	if files["journal.jsonl"] != "" {
		t.Error("a journal is made up")
	}
}

// full fails once so many bytes are written.
type full struct{ left int }

var errFull = errors.New("no space")

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestArchiveThatCannotBeWritten(t *testing.T) {
	var archive bytes.Buffer
	in := whole()
	in.Trace = bytes.Repeat([]byte("0123456789"), 10_000) // more than a writer holds back
	for i := range in.Trace {
		in.Trace[i] ^= byte(i*i>>8) & 7
	}
	if err := Write(&archive, in); err != nil {
		t.Fatal(err)
	}
	for _, left := range []int{0, archive.Len() / 2, archive.Len() - 1} {
		if err := Write(&full{left}, in); !errors.Is(err, errFull) {
			t.Errorf("with room for %d bytes: %v", left, err)
		}
	}
}

func TestWhatHasNoJSON(t *testing.T) {
	for name, spoil := range map[string]func(*Input){
		"a summary": func(in *Input) { in.Summary = func() {} },
		"a finding": func(in *Input) { in.Found = &store.Found{Findings: json.RawMessage("{")} },
		"a record":  func(in *Input) { in.Records[0].At = made.AddDate(9000, 0, 0) },
	} {
		in := whole()
		spoil(&in)
		if err := Write(io.Discard, in); err == nil {
			t.Errorf("%s is written", name)
		}
	}
}

// What only Webex Connect shows goes in as it is given, and README.txt says so.
func TestWhatTACAsksFor(t *testing.T) {
	in := whole()
	in.AssetID, in.TransactionID = "4711", "tx-0815"
	in.Attached = []Attachment{{"shot.png", []byte("\x89PNG anna@contoso.example")}, {"SHOT.png", []byte("another")}, {"a:b\\c.txt", nil}}
	files, _ := written(t, in)
	for name, want := range map[string]string{"attached/shot.png": "\x89PNG anna@contoso.example", "attached/2-SHOT.png": "another",
		"attached/a_b_c.txt": ""} {
		if got, is := files[name]; !is || got != want {
			t.Errorf("%s: %q, %t", name, got, is)
		}
	}
	for name, wants := range map[string][]string{
		"README.txt": {"e-mail channel: 4711\n", "that failed: tx-0815\n", "failure: in the folder attached.", "nothing in it was looked at"},
		"about.json": {`"assetId": "4711"`, `"transactionId": "tx-0815"`, `"attached/2-SHOT.png"`},
	} {
		for _, want := range wants {
			if !strings.Contains(files[name], want) {
				t.Errorf("%s has no %q:\n%s", name, want, files[name])
			}
		}
	}
	if strings.Contains(files["README.txt"], "Please add") {
		t.Errorf("it asks for what is there:\n%s", files["README.txt"])
	}
	files, _ = written(t, whole())
	if strings.Count(files["README.txt"], "Please add") != 3 || strings.Contains(files["README.txt"], "attached") {
		t.Errorf("without anything:\n%s", files["README.txt"])
	}
}
