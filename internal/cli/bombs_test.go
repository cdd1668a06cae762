package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// An answers file travels between people. Whatever it is made of, it is refused
// before it takes memory.
func TestAnswersFilesThatAreBombs(t *testing.T) {
	var aliases strings.Builder
	aliases.WriteString("a0: &a0 [x]\n")
	for i := range 20 {
		fmt.Fprintf(&aliases, "a%d: &a%d [*a%d,*a%d,*a%d]\n", i+1, i+1, i, i, i)
	}
	var deep strings.Builder
	for i := range 170 {
		deep.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	const full = maxAnswersFile - 10
	for name, text := range map[string]string{
		"lists in a line": "a: " + strings.Repeat("[", full),
		"maps in a line":  strings.Repeat("{b: ", full/4),
		"dashes":          strings.Repeat("- ", full/2),
		"questions":       strings.Repeat("? ", full/2), "colons": strings.Repeat(": ", full/2), "keys": strings.Repeat("a: ", full/3),
		"tags": "a: " + strings.Repeat("!!x ", full/4), "anchors": "a: " + strings.Repeat("&a ", full/3), "aliases": aliases.String(),
		"deep": deep.String(), "documents": strings.Repeat("---\n", full/4),
		"quotes":   strings.Repeat("'", full),
		"lines":    strings.Repeat("\n", full),
		"comments": strings.Repeat("#", full), "a long key": strings.Repeat("k", full), "tabs": strings.Repeat("\t", full),
		"blocks":         strings.Repeat("|\n ", full/3),
		"lists on lines": strings.Repeat("[\n", full/2), "dashes on lines": strings.Repeat("-\n", full/2),
		"merges":     strings.Repeat("<<: *a\n", full/7),
		"directives": strings.Repeat("%YAML 1.2\n", full/10), "too large": strings.Repeat("a: b\n", full),
	} {
		path := filepath.Join(t.TempDir(), "answers.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		answers, err := readAnswers(path)
		runtime.ReadMemStats(&after)
		took := (after.TotalAlloc - before.TotalAlloc) >> 20
		t.Logf("%-16s %3d MiB  %.90v", name, took, err)
		if took > 64 {
			t.Errorf("%s: %d MiB", name, took)
		}
		if err == nil && len(answers) > 0 {
			t.Errorf("%s: taken", name)
		}
	}
}
