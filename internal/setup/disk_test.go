package setup_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"wxmail/internal/store"
)

var errFull = errors.New("the disk is full")

// full is a disk that takes some durable changes of a file, and no more until
// it is freed.
type full struct {
	file  string
	takes int

	mu    sync.Mutex
	freed bool
}

// Before implements store.Faults.
func (f *full) Before(op store.Op, path string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.freed || filepath.Base(path) != f.file {
		return nil
	}
	f.takes--
	if f.takes < 0 {
		return errFull
	}
	return nil
}

func (f *full) free() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.freed = true
}

// Wherever it happens, the run says so and nothing else, and the next one ends
// well: with one secret, and without a redirect URI of wxmail's own.
func TestAFullDiskIsSaidAndTheNextRunEndsWell(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	for _, disk := range []*full{
		{file: "profile.json"}, {file: "profile.json", takes: 1}, {file: "profile.json", takes: 2},
		{file: "journal.jsonl"}, {file: "journal.jsonl", takes: 4}, {file: "journal.jsonl", takes: 12}, {file: "journal.jsonl", takes: 24},
		{file: "vault.age"}, {file: "vault.age", takes: 1}, {file: "vault.age", takes: 2},
	} {
		at := fmt.Sprint(disk.file, " after ", disk.takes)
		o.disk = store.Disk{Faults: disk}
		o.afresh().locked("a passphrase")
		result := o.goes(o.nobody(), whole())
		is(t, at+": it fails", len(result.Problems) > 0, true)
		for _, err := range result.Problems {
			is(t, at+": what is said", errors.Is(err, errFull), true)
		}
		disk.free()
		well(t, o.goes(o.nobody(), whole()))
		is(t, at+": secrets", len(o.application().PasswordCredentials), 1)
		is(t, at+": redirect URIs", o.application().Web.RedirectURIs, []string{o.draft.CallbackURL})
		is(t, at+": forwarding", o.forwardsTo(mailbox), "smtp:"+o.draft.ForwardingAddress)
	}
}
