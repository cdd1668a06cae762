//go:build unix && pictures

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
	"wxmail/internal/testkit/console"
)

// TestPictures draws docs/pictures as `make pictures` does: what a person sees
// of a setup in the sandbox, for light pages and for dark ones.
func TestPictures(t *testing.T) {
	w := testkit.Start(t, sandbox.Options{})
	newBoard(t, w)
	at := &sitting{Console: console.Start(t, console.Config{Width: 84, Height: 46}, w.Command(t.Context(), w.Home(), "setup")), t: t, w: w}
	questions := wizard(w.Draft())
	at.asked(questions[0].question)
	draw(t, at, "first", "wxmail setup begins: what it does, what has to be at hand, and that nothing changes before the plan")
	at.answers(questions)
	at.asked(agree)
	draw(t, at, "plan", "wxmail setup shows what it will change, and asks")
	at.answers([]turn{{agree, "y"}, pasted("")})
	for _, number := range strings.Fields("1 2 3 4 5 6") {
		at.next(number)
		at.Send(console.Enter)
	}
	at.next("7")
	draw(t, at, "paste", "wxmail setup copies the form's values one by one, the client secret unseen")
}

func draw(t *testing.T, at *sitting, name, title string) {
	t.Helper()
	dir := filepath.Join("..", "..", "docs", "pictures")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for page, dark := range map[string]bool{"light": false, "dark": true} {
		if err := os.WriteFile(filepath.Join(dir, name+"-"+page+".svg"), []byte(at.Picture(title, dark)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
