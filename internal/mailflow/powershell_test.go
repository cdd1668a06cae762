package mailflow

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

func TestPowerShellValues(t *testing.T) {
	for _, test := range []struct {
		value any
		want  string
	}{
		{nil, "$null"},
		{true, "$true"},
		{7, "7"},
		{"o'brien", "'o''brien'"},
		{"$(Remove-Mailbox a); `", "'$(Remove-Mailbox a); `'"},
		{[]string{"a", "Grüße"}, "'a', ('Gr' + [char]0xFC + [char]0xDF + 'e')"},
		{"’; Remove-Mailbox", "('' + [char]0x2019 + '; Remove-Mailbox')"},
		{"a\r\nb", "('a' + [char]0xD + [char]0xA + 'b')"},
		{"😀", "('' + [char]0xD83D + [char]0xDE00)"},
	} {
		if got := PowerShell(test.value); got != test.want {
			t.Errorf("%v: %s, want %s", test.value, got, test.want)
		}
	}
	c := Cmdlet{"Add-RecipientPermission", []Parameter{{"Identity", "a"}, {"Confirm", false}}}
	if got := c.PowerShell(); got != "Add-RecipientPermission -Identity 'a' -Confirm:$false" {
		t.Error(got)
	}
}

// Whatever a text holds, PowerShell reads it as one text and expands nothing,
// in whatever code page it takes the script to be.
func FuzzPowerShellText(f *testing.F) {
	for _, seed := range []string{"", "plain", "o'brien", "''", "\u2018x\u2019", "$(Remove-Mailbox a)", "a`'b", "\u201b'",
		"\u0451; Remove-Mailbox", "\n", "\U0001F600"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "")
		written := PowerShell(text)
		if strings.ContainsFunc(written, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Fatalf("%q is not printable ASCII", written)
		}
		if read, rest := readPowerShell(written); read != text || rest != "" {
			t.Errorf("PowerShell reads %q as %q, and then %q", written, read, rest)
		}
	})
}

var (
	plainText = regexp.MustCompile(`^'((?:[^']|'')*)'`)
	numbered  = regexp.MustCompile(`^\[char\]0x([0-9A-F]+)`)
)

// readPowerShell reads a text, or a sum of texts and characters in brackets.
func readPowerShell(written string) (text, rest string) {
	rest, bracket := strings.CutPrefix(written, "(")
	var units []uint16
	for first := true; first || bracket && strings.HasPrefix(rest, " + "); first = false {
		rest = strings.TrimPrefix(rest, " + ")
		if m := plainText.FindStringSubmatch(rest); m != nil {
			units = append(units, utf16.Encode([]rune(strings.ReplaceAll(m[1], "''", "'")))...)
			rest = rest[len(m[0]):]
		} else if m := numbered.FindStringSubmatch(rest); m != nil && !first {
			unit, _ := strconv.ParseUint(m[1], 16, 16) // the pattern is its syntax
			units, rest = append(units, uint16(unit)), rest[len(m[0]):]
		} else {
			return "", "no text: " + rest
		}
	}
	if bracket {
		rest = strings.TrimPrefix(rest, ")")
	}
	return string(utf16.Decode(units)), rest
}
