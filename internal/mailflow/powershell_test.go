package mailflow

import (
	"strings"
	"testing"
)

// Whatever a text holds, PowerShell reads it as one text and expands nothing.
func FuzzPowerShellText(f *testing.F) {
	for _, seed := range []string{"", "plain", "o'brien", "''", "\u2018x\u2019", "$(Remove-Mailbox a)", "a`'b", "\u201b'"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "")
		written := []rune(PowerShell(text))
		if written[0] != '\'' {
			t.Fatalf("%q begins no text", string(written))
		}
		read, rest := readPowerShell(written[1:])
		if read != text || len(rest) > 0 {
			t.Errorf("PowerShell reads %q as %q, and then %q", text, read, string(rest))
		}
	})
}

// readPowerShell reads a text up to the single quote that ends it: any of the
// quotes, unless another follows, of whichever form; of the two the first counts.
func readPowerShell(written []rune) (text string, rest []rune) {
	var out strings.Builder
	for i := 0; i < len(written); i++ {
		if strings.ContainsRune(singleQuotes, written[i]) {
			if i+1 == len(written) || !strings.ContainsRune(singleQuotes, written[i+1]) {
				return out.String(), written[i+1:]
			}
			i++
		}
		out.WriteRune(written[i])
	}
	return "", []rune("no end")
}
