package vault

import (
	"context"
	"errors"
	"os"
	"testing"

	"wxmail/internal/secret"
)

func TestLater(t *testing.T) {
	finish := make(chan struct{})
	l := begin(func() (int, error) { <-finish; return 7, nil })
	ended, end := context.WithCancel(context.Background())
	end()
	if got, err := l.wait(ended); got != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("not made yet: %d, %v", got, err)
	}
	close(finish)
	for range 2 {
		if got, err := l.wait(context.Background()); got != 7 || err != nil {
			t.Errorf("made: %d, %v", got, err)
		}
	}
	if got, err := l.wait(ended); got != 7 || err != nil {
		t.Errorf("made, and nobody waits any more: %d, %v", got, err)
	}
}

// A new vault is open before its key is wrapped, and writes nothing before its
// first change, which waits for the key.
func TestNewVaultWaitsForNothingButItsFirstChange(t *testing.T) {
	dir := t.TempDir()
	v, err := Open(dir, Options{WorkFactor: 1, Passphrase: func(bool) (secret.Value, error) { return secret.New("p"), nil }})
	if err != nil {
		t.Fatal(err)
	}
	finish, wrapped := make(chan struct{}), v.wrapping
	v.wrapping = begin(func() ([]byte, error) { <-finish; return wrapped.wait(context.Background()) })
	if err := v.Ready(context.Background()); err != nil {
		t.Error(err)
	}
	if _, found, err := v.Get("k"); found || err != nil {
		t.Errorf("%t, %v", found, err)
	}
	if keys, err := v.Keys(); len(keys) != 0 || err != nil {
		t.Errorf("%v, %v", keys, err)
	}
	if files, _ := os.ReadDir(dir); len(files) > 0 {
		t.Errorf("written: %v", files)
	}
	put := begin(func() (any, error) { return nil, v.Put("k", secret.New("x")) })
	select {
	case <-put.done:
		t.Error("put without a key")
	default:
	}
	close(finish)
	if _, err := put.wait(context.Background()); err != nil {
		t.Error(err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 2 {
		t.Errorf("written: %v", files)
	}
}

// The passphrase is asked by Open; whether it fits is seen by whoever waits.
func TestOpenDoesNotDerive(t *testing.T) {
	dir := t.TempDir()
	options := Options{WorkFactor: 1, Passphrase: func(bool) (secret.Value, error) { return secret.New("p"), nil }}
	first, err := Open(dir, options)
	if err == nil {
		err = first.Put("k", secret.New("x"))
	}
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	options.Passphrase = func(bool) (secret.Value, error) { asked++; return secret.New("p"), nil }
	v, err := Open(dir, options)
	if err != nil || asked != 1 {
		t.Fatalf("asked %d times, %v", asked, err)
	}
	finish, derived := make(chan struct{}), v.opening
	v.opening = begin(func() (opened, error) { <-finish; return derived.wait(context.Background()) })
	ended, end := context.WithCancel(context.Background())
	end()
	if err := v.Ready(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("while it opens: %v", err)
	}
	close(finish)
	if err := v.Ready(context.Background()); err != nil || asked != 1 {
		t.Errorf("open: %v, asked %d times", err, asked)
	}
}
