package near_test

import (
	"strings"
	"testing"

	"wxmail/internal/near"
)

func TestWhatWasMeant(t *testing.T) {
	for typed, want := range map[string]string{
		"seutp":             "setup",
		"set-up":            "setup",
		"SETUP":             "setup",
		"setups":            "setup",
		"mailbox.smpt":      "mailbox.smtp",
		"mailboxsmtp":       "mailbox.smtp",
		"smtp":              "mailbox.smtp",
		"mailbox":           "mailbox.smtp", // the first of several
		"nework":            "network",
		"wx-role-directroy": "WX-ROLE-DIRECTORY",
		"ROLE-DIRECTORY":    "WX-ROLE-DIRECTORY",
		"role":              "WX-ROLE-DIRECTORY",
		"ünod":              "undo",
		"x":                 "",
		"":                  "",
		"everything":        "",
		"se":                "",
	} {
		known := strings.Fields("setup summary undo network mailbox.smtp mailbox.forward WX-ROLE-DIRECTORY")
		if got := near.Word(typed, known); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}

// A mistake in any place of any word leads back to the word, and a word that
// was typed right to itself.
func TestOneMistake(t *testing.T) {
	known := strings.Fields("setup webex azure mailbox token values summary plan doctor verify undo handoff profile demo sandbox version")
	for _, word := range known {
		for i := range word {
			for _, typed := range []string{word[:i] + "ß" + word[i:], word[:i] + word[i+1:], word[:i] + "_" + word[i+1:], swapped(word, i), word} {
				if got := near.Word(typed, known); got != word {
					t.Errorf("%s: %q, want %q", typed, got, word)
				}
			}
		}
	}
}

func swapped(word string, i int) string {
	if i == 0 {
		return word
	}
	return word[:i-1] + word[i:i+1] + word[i-1:i] + word[i+1:]
}
