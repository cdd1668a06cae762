package store_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/store"
)

func clock() time.Time { return noon }

func journal(t *testing.T, home string) (*store.Journal, string) {
	t.Helper()
	p := open(t, home, "default")
	return p.Journal(clock), filepath.Join(p.Dir(), "journal.jsonl")
}

func intend(t *testing.T, j *store.Journal, key string) int64 {
	t.Helper()
	seq, err := j.Intend(store.Record{Run: "r", Step: "token", Key: key})
	if err != nil {
		t.Fatal(err)
	}
	return seq
}

func keys(t *testing.T, j *store.Journal) []string {
	t.Helper()
	records, err := j.Records()
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, r := range records {
		keys = append(keys, r.Key)
	}
	return keys
}

func TestJournalTellsTheStoryInOrder(t *testing.T) {
	home := t.TempDir()
	j, _ := journal(t, home)
	if records, err := j.Records(); err != nil || len(records) != 0 {
		t.Fatalf("before the first: %v, %v", records, err)
	}
	seq, err := j.Intend(store.Record{Run: "r", Step: "azure.register", Key: "secret", Op: "create",
		Target: "<app>", Before: json.RawMessage(`null`), After: json.RawMessage(`{"label":"a & b"}`)})
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Done(seq, json.RawMessage(`{"keyId":"k"}`)); err != nil {
		t.Fatal(err)
	}
	second := intend(t, j, "x")
	if err := j.Failed(second, json.RawMessage(`"refused"`)); err != nil {
		t.Fatal(err)
	}

	later, _ := journal(t, home)
	if _, err := later.Note(store.Record{Key: "n"}); err != nil {
		t.Fatal(err)
	}
	got, err := later.Records()
	want := []store.Record{
		{Seq: 1, At: noon, Kind: store.Intend, Run: "r", Step: "azure.register", Key: "secret", Op: "create",
			Target: "<app>", Before: json.RawMessage(`null`), After: json.RawMessage(`{"label":"a \u0026 b"}`)},
		{Seq: 1, At: noon, Kind: store.Done, Made: json.RawMessage(`{"keyId":"k"}`)},
		{Seq: 2, At: noon, Kind: store.Intend, Run: "r", Step: "token", Key: "x"},
		{Seq: 2, At: noon, Kind: store.Failed, Made: json.RawMessage(`"refused"`)},
		{Seq: 3, At: noon, Kind: store.Note, Key: "n"},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

// A crash may cut the file at any byte: what was whole stays, what was torn
// goes, and writing goes on.
func TestTornTailAtEveryByte(t *testing.T) {
	home := t.TempDir()
	j, path := journal(t, home)
	intend(t, j, "a")
	first, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	intend(t, j, "b")
	both, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := len(first); cut < len(both); cut++ {
		write(t, path, string(both[:cut]))
		j, _ := journal(t, home)
		if got := keys(t, j); !cmp.Equal(got, []string{"a"}) {
			t.Fatalf("cut at %d: %v", cut, got)
		}
		if seq := intend(t, j, "c"); seq != 2 {
			t.Fatalf("cut at %d: seq %d", cut, seq)
		}
		if got := keys(t, j); !cmp.Equal(got, []string{"a", "c"}) {
			t.Fatalf("cut at %d, then appended: %v", cut, got)
		}
	}
}

// Some file systems leave zeros after a power failure, some editors a line end:
// there is no record in either. Between records they are damage.
func TestNothingAtTheEndIsNoRecord(t *testing.T) {
	home := t.TempDir()
	j, path := journal(t, home)
	intend(t, j, "a")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, end := range []string{"\n", "\r\n\n", "\x00\x00\x00\n", "\x00\n\x00\n\n", "  \n\x00"} {
		write(t, path, string(raw)+end)
		j, _ := journal(t, home)
		if seq := intend(t, j, "b"); seq != 2 {
			t.Errorf("after %q: seq %d", end, seq)
		}
		if got := keys(t, j); !cmp.Equal(got, []string{"a", "b"}) {
			t.Errorf("after %q: %v", end, got)
		}
		write(t, path, string(raw)+end+string(raw))
		var damaged *store.Damaged
		if _, err := j.Records(); !errors.As(err, &damaged) {
			t.Errorf("%q between records: %v", end, err)
		}
	}
}

func TestDamagedLineIsNamed(t *testing.T) {
	home := t.TempDir()
	j, path := journal(t, home)
	for _, key := range []string{"a", "bbbb", "c"} {
		intend(t, j, key)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"flipped": strings.Replace(string(raw), "bbbb", "bbxb", 1),
		"no JSON": strings.Replace(string(raw), `{"sum"`, `{"sum`, 2),
	} {
		write(t, path, text)
		j, _ := journal(t, home)
		var damaged *store.Damaged
		if _, err := j.Records(); !errors.As(err, &damaged) {
			t.Fatalf("%s: %v", name, err)
		}
		if name == "flipped" && damaged.Line != 2 {
			t.Errorf("%s: line %d", name, damaged.Line)
		}
		if _, err := j.Intend(store.Record{}); !errors.As(err, &damaged) {
			t.Errorf("%s: wrote behind a damaged line: %v", name, err)
		}
	}
}

func TestFailedAppendIsNoRecord(t *testing.T) {
	home := t.TempDir()
	s, _ := store.OpenOn(home, store.Disk{Faults: &failAt{left: 2}}) // the first append and its folder
	p, _ := s.Profile("default")
	j := p.Journal(clock)
	intend(t, j, "a")
	if _, err := j.Intend(store.Record{Key: "b"}); !errors.Is(err, errPower) {
		t.Fatalf("want the fault, got %v", err)
	}
	j, _ = journal(t, home)
	if seq := intend(t, j, "c"); seq != 2 {
		t.Errorf("seq %d", seq)
	}
	if got := keys(t, j); !cmp.Equal(got, []string{"a", "c"}) {
		t.Error(got)
	}
}

func TestJournalFromManyGoroutines(t *testing.T) {
	j, _ := journal(t, t.TempDir())
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			seq, err := j.Intend(store.Record{Key: "k"})
			if err == nil {
				err = j.Done(seq, nil)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	records, err := j.Records()
	seen := map[int64]int{}
	for _, r := range records {
		seen[r.Seq]++
	}
	if err != nil || len(records) != 40 || len(seen) != 20 {
		t.Errorf("%d records, %d numbers, %v", len(records), len(seen), err)
	}
}

func FuzzJournal(f *testing.F) {
	f.Add("")
	f.Add(`{"sum":"00000000","record":{}}` + "\n")
	f.Add("null\n{}\n\x00\x00")
	f.Fuzz(func(t *testing.T, text string) {
		home := t.TempDir()
		p := open(t, home, "default")
		if err := p.Write(store.Data{}); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(p.Dir(), "journal.jsonl"), text)
		records, err := p.Journal(clock).Records()
		if err != nil {
			return
		}
		j := p.Journal(clock)
		if _, err := j.Intend(store.Record{Key: "k"}); err != nil {
			t.Fatal(err)
		}
		if after := keys(t, j); len(after) != len(records)+1 {
			t.Errorf("%d records became %d", len(records), len(after))
		}
	})
}
