package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"sync"
	"time"

	"wxmail/internal/visible"
)

const journalFile = "journal.jsonl"

// Kind says what a journal record is about.
type Kind string

// The kinds of record.
const (
	Intend Kind = "intend" // about to change something
	Done   Kind = "done"   // the change with this Seq was made
	Failed Kind = "failed" // the change with this Seq was refused
	Note   Kind = "note"   // something worth remembering
)

// Record is one line of the journal. Intend and Note get a new Seq; Done and
// Failed carry the Seq of their intent. An intent with neither was
// interrupted: information, never a decision. A record holds no secret.
type Record struct {
	Seq  int64     `json:"seq"`
	At   time.Time `json:"at"`
	Kind Kind      `json:"kind"`
	Run  string    `json:"run,omitempty"`
	// Mailbox is the one that the run was for; older versions kept none.
	Mailbox string `json:"mailbox,omitempty"`
	// Application is the one that the run was for; older versions kept none.
	Application string          `json:"application,omitempty"`
	Step        string          `json:"step,omitempty"`
	Key         string          `json:"key,omitempty"`
	Op          string          `json:"op,omitempty"`
	Target      string          `json:"target,omitempty"`
	Before      json.RawMessage `json:"before,omitempty"`
	After       json.RawMessage `json:"after,omitempty"`
	Made        json.RawMessage `json:"made,omitempty"`
}

// line is a record on disk: Sum is the CRC-32C of Record's bytes, in hex.
type line struct {
	Sum    string          `json:"sum"`
	Record json.RawMessage `json:"record"`
}

// Journal is a profile's memory of what was intended and done. Its methods
// may be called from many goroutines; the writing run holds the profile's
// lock.
type Journal struct {
	profile *Profile
	now     func() time.Time

	mu     sync.Mutex
	opened bool  // seq and size are known
	seq    int64 // the last one given out
	size   int64 // the bytes that hold whole records
}

// Journal gives the profile's journal, existing or not; now stamps records.
func (p *Profile) Journal(now func() time.Time) *Journal {
	return &Journal{profile: p, now: now}
}

// Records reads the whole journal in order. A journal that does not exist is
// empty; what a crash leaves at its end is dropped, be it a torn line or one of
// nothing but zeros; any other bad line is *Damaged.
func (j *Journal) Records() ([]Record, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	records, _, err := j.read()
	return records, err
}

// Intend writes what is about to be changed and gives its Seq. When it has
// returned, the record outlives a power failure.
func (j *Journal) Intend(r Record) (int64, error) {
	r.Kind = Intend
	return j.append(r, true)
}

// Note writes something to remember and gives its Seq.
func (j *Journal) Note(r Record) (int64, error) {
	r.Kind = Note
	return j.append(r, true)
}

// Done says that the change intended under seq was made, and what came of it.
func (j *Journal) Done(seq int64, made json.RawMessage) error {
	_, err := j.append(Record{Kind: Done, Seq: seq, Made: made}, false)
	return err
}

// Failed says that the change intended under seq was refused: it was not made.
func (j *Journal) Failed(seq int64, why json.RawMessage) error {
	_, err := j.append(Record{Kind: Failed, Seq: seq, Made: why}, false)
	return err
}

func (j *Journal) append(r Record, newSeq bool) (int64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.open(); err != nil {
		return 0, err
	}
	if newSeq {
		r.Seq = j.seq + 1
	}
	r.At = j.now().UTC()
	raw, err := encode(r)
	if err != nil {
		return 0, err
	}
	if err := j.write(raw); err != nil {
		return 0, err
	}
	j.size += int64(len(raw))
	j.seq = max(j.seq, r.Seq)
	return r.Seq, nil
}

// open learns where the journal ends.
func (j *Journal) open() error {
	if j.opened {
		return nil
	}
	records, size, err := j.read()
	if err != nil {
		return err
	}
	for _, r := range records {
		j.seq = max(j.seq, r.Seq)
	}
	j.size, j.opened = size, true
	return j.profile.makeDir()
}

// write puts raw behind the last whole record and waits for the disk. What an
// earlier crash or a failed write left behind is cut off first.
func (j *Journal) write(raw []byte) error {
	path := j.profile.path(journalFile)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, fileMode)
	if err != nil {
		return err
	}
	return errors.Join(j.writeTo(f, raw), f.Close())
}

func (j *Journal) writeTo(f *os.File, raw []byte) error {
	disk := j.profile.disk
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() > j.size {
		if err := disk.before(OpTruncate, f.Name()); err != nil {
			return err
		}
		if err := f.Truncate(j.size); err != nil {
			return err
		}
	}
	if err := disk.before(OpAppend, f.Name()); err != nil {
		return err
	}
	if _, err := f.WriteAt(raw, j.size); err != nil {
		return err
	}
	if err := f.Sync(); err != nil || j.size > 0 {
		return err
	}
	return disk.syncFolder(j.profile.dir) // the file's own name is new
}

// read gives the records and the number of bytes they take.
func (j *Journal) read() ([]Record, int64, error) {
	path := j.profile.path(journalFile)
	raw, err := ReadFile(path, maxJournal)
	if errors.Is(err, os.ErrNotExist) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	var records []Record
	var size int64
	for n := 1; ; n++ {
		text, rest, whole := bytes.Cut(raw, []byte("\n"))
		if !whole {
			return records, size, nil // the torn tail, or nothing
		}
		r, err := decode(text)
		if err != nil && nothing(raw) {
			return records, size, nil
		}
		if err != nil {
			return nil, 0, &Damaged{Path: path, Line: n, Err: err}
		}
		records, size, raw = append(records, r), size+int64(len(text))+1, rest
	}
}

// nothing says whether bytes hold no text: some file systems give a file its
// length before its content, and zeros are left after a power failure.
func nothing(raw []byte) bool { return len(bytes.Trim(raw, "\x00 \r\n")) == 0 }

func encode(r Record) ([]byte, error) {
	raw, err := json.Marshal(r)
	raw = visible.JSON(raw)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(line{Sum: checksum(raw), Record: raw})
	return append(text, '\n'), err
}

func decode(text []byte) (Record, error) {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return Record{}, err
	}
	if sum := checksum(l.Record); sum != l.Sum {
		return Record{}, fmt.Errorf("checksum %s, want %s", sum, l.Sum)
	}
	var r Record
	err := json.Unmarshal(l.Record, &r)
	return r, err
}

func checksum(raw []byte) string {
	return fmt.Sprintf("%08x", crc32.Checksum(raw, crc32.MakeTable(crc32.Castagnoli)))
}
