package store_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/store"
)

func FuzzProfile(f *testing.F) {
	f.Add("")
	f.Add(`{"version":1,"cloud":{"name":"public"},"answers":{"webex.email-id":"a@b.example"},"seen":{"summary":{}}}`)
	f.Add(`{"version":99}`)
	f.Add(`null`)
	f.Fuzz(func(t *testing.T, text string) {
		p := open(t, t.TempDir(), "default")
		if err := p.Write(store.Data{}); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(p.Dir(), "profile.json"), text)
		data, err := p.Read()
		var damaged *store.Damaged
		var newer *store.NewerVersion
		if err != nil {
			if !errors.As(err, &damaged) && !errors.As(err, &newer) {
				t.Fatalf("got %v", err)
			}
			return
		}
		if err := p.Write(data); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, err := p.Read()
		if diff := cmp.Diff(data.Answers, again.Answers); err != nil || diff != "" {
			t.Fatalf("%v\n%s", err, diff)
		}
	})
}
