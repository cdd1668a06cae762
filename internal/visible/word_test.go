//go:build unix

package visible

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// What is printed as a word of a command arrives as that word, and nothing of
// it is run.
func TestWordsInAShell(t *testing.T) {
	for _, text := range []string{"support@contoso.example", "o'brien@contoso.example", "a`touch pwned`@x.example", "a$(touch pwned)b",
		"a|touch pwned|b@x.example", "a&touch pwned&b", "a;touch pwned", "a{b,c}@x.example", "~root", "#x", "a*?[b]", "a!b!!", "a\\b", `a"b"c`,
		"a b", "a\nb", "", "'", "''", "$HOME", "<x>", "-rf", "営業@contoso.example", "C:/a~1", "a=b%c"} {
		sh := exec.CommandContext(t.Context(), "sh", "-c", "printf '%s' "+Word(text))
		sh.Dir = t.TempDir()
		out, err := sh.CombinedOutput()
		if entries, _ := os.ReadDir(sh.Dir); err != nil || string(out) != text || len(entries) > 0 {
			t.Errorf("%q becomes %s, which is %q: %v, %v", text, Word(text), out, err, entries)
		}
	}
	if got := Word("support+x@contoso.example"); strings.Contains(got, "'") {
		t.Errorf("an address is %s", got)
	}
}
