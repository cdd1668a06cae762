package visible

import (
	"runtime"
	"strings"
	"unicode"
)

// Word is a text as one word of a command that a person pastes into a shell: as
// it is where every shell takes it so, else between quotes. It is for values
// that stand in a command of ours, such as an address: it may hold an
// apostrophe, and even what a shell would run.
func Word(text string) string {
	if text == "" || strings.ContainsFunc(text, special) || strings.ContainsRune("~#", rune(text[0])) {
		return Quoted(text)
	}
	return text
}

// Quoted is a text between the quotes in which the shell of this system takes
// everything as it is: PowerShell's on Windows.
func Quoted(text string) string {
	within := `'\''`
	if runtime.GOOS == "windows" {
		within = "''"
	}
	return "'" + strings.ReplaceAll(text, "'", within) + "'"
}

// special says whether some shell may make something of a character.
func special(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("@%+=:,./_~#-", r)
}
