package ui

import (
	"github.com/charmbracelet/x/ansi"

	"wxmail/internal/secret"
)

// Clip sends a value to the clipboard of a terminal, wherever the person at
// it sits, and says whether there is one that might take it: no terminal
// answers to this. Nothing of it is seen, but who records what a terminal is
// sent has it: https://invisible-island.net/xterm/ctlseqs/ctlseqs.html (OSC 52).
func Clip(t *Terminal, value secret.Value) bool {
	keys := t.keyboard()
	term := t.options.Env("TERM")
	if keys == nil || t.plain || term == "" {
		return false
	}
	t.exit.mu.Lock()
	defer t.exit.mu.Unlock()
	_, err := keys.file.WriteString(ansi.SetSystemClipboard(value.Reveal()))
	return err == nil
}
