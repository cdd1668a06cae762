//go:build unix && pictures

package main

import (
	"os"
	"path/filepath"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
	"wxmail/internal/testkit/console"
)

// TestPictures draws docs/pictures as `make pictures` does: what a person sees
// of a setup in the sandbox, and of doctor once somebody has changed something.
func TestPictures(t *testing.T) {
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	at := seen(t, w, home, "setup")
	questions := wizard(w.Draft())
	at.answers(questions)
	at.asked(agree)
	draw(t, at, "plan", "wxmail setup shows what it will change, and asks")
	at.answers(finished())
	at.Wait()
	draw(t, at, "end", "wxmail setup has ended: forwarding is live, and what is left to do is listed")

	w.Call("PATCH", "/mailboxes/"+support, map[string]any{"SmtpClientAuthenticationDisabled": true, "DeliverToMailboxAndForward": false}, nil)
	doctor := seen(t, w, home, "doctor")
	doctor.Wait()
	draw(t, doctor, "doctor", "wxmail doctor names what is wrong, why, and what mends it")
}

// seen is a sitting without the shell that shows nothing of its own.
func seen(t *testing.T, w *testkit.World, home string, args ...string) *sitting {
	t.Helper()
	return &sitting{Console: console.Start(t, console.Config{Width: 84, Height: 40}, w.Command(t.Context(), home, args...)), t: t, w: w}
}

func draw(t *testing.T, at *sitting, name, title string) {
	t.Helper()
	path := filepath.Join("..", "..", "docs", "pictures", name+".svg")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(at.Picture(title)), 0o644); err != nil {
		t.Fatal(err)
	}
}
