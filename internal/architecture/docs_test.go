package architecture

import (
	"go/ast"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"wxmail/internal/advice"
)

// page is one Markdown document.
type page struct {
	path string // from the root, with slashes
	text string
}

// generated pages are checked where they are made.
var generated = []string{"docs/commands.md", "docs/errors.md", "docs/questions.md"}

func pages(t *testing.T) []page {
	t.Helper()
	all := []page{{"README.md", read(t, "README.md")}}
	err := filepath.WalkDir(filepath.Join(root, "docs"), func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(name) != ".md" {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err == nil {
			all = append(all, page{filepath.ToSlash(rel), read(t, filepath.ToSlash(rel))})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func read(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

var (
	link     = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading  = regexp.MustCompile(`(?m)^#+ (.+)$`)
	unslug   = regexp.MustCompile(`[^\p{L}\p{N} -]`)
	quoted   = regexp.MustCompile("`([^`\n]+)`")
	testName = regexp.MustCompile(`^(?:([a-z/]+)\.)?((?:Test|Fuzz)[A-Z][A-Za-z]+)$`)
	anyPath  = regexp.MustCompile(`^(internal|cmd|docs)/[\w./-]+$`)
	errCode  = regexp.MustCompile(`^WX-[A-Z-]+$`)
	fenced   = regexp.MustCompile("(?s)```.*?```|<!--.*?-->")
)

// slugs are the places in a page that a link can lead to.
func slugs(text string) []string {
	var all []string
	for _, h := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		all = append(all, strings.ReplaceAll(unslug.ReplaceAllString(strings.ToLower(h[1]), ""), " ", "-"))
	}
	return all
}

func TestLinksLeadSomewhere(t *testing.T) {
	for _, p := range pages(t) {
		for _, found := range link.FindAllStringSubmatch(fenced.ReplaceAllString(p.text, ""), -1) {
			if strings.HasPrefix(found[1], "https://") {
				continue
			}
			target, place, _ := strings.Cut(found[1], "#")
			file := p.path
			if target != "" {
				file = path.Join(path.Dir(p.path), target)
			}
			if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(file))); err != nil {
				t.Errorf("%s: %s leads nowhere", p.path, found[1])
			} else if place != "" && !slices.Contains(slugs(read(t, file)), place) {
				t.Errorf("%s: %s has no heading for #%s", p.path, file, place)
			}
		}
	}
}

// testsByRoom are all tests, by the folder that they stand in.
func testsByRoom(t *testing.T) map[string][]string {
	tests := map[string][]string{}
	for _, s := range sources(t) {
		for _, decl := range s.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && s.test && testName.MatchString(f.Name.Name) {
				tests[s.room] = append(tests[s.room], f.Name.Name)
				tests[""] = append(tests[""], f.Name.Name)
			}
		}
	}
	return tests
}

// What a document names in the type of code exists: tests, files, errors. The
// table of errors has the rows of advice, the reasons of the guide's things
// and the findings of doctor.
func TestDocumentsNameWhatExists(t *testing.T) {
	tests := testsByRoom(t)
	for _, p := range pages(t) {
		for _, found := range quoted.FindAllStringSubmatch(fenced.ReplaceAllString(p.text, ""), -1) {
			name := found[1]
			switch test := testName.FindStringSubmatch(name); {
			case test != nil:
				if !slices.Contains(tests[test[1]], test[2]) {
					t.Errorf("%s: there is no test %s", p.path, name)
				}
			case anyPath.MatchString(name):
				if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(name))); err != nil {
					t.Errorf("%s: there is no %s", p.path, name)
				}
			case errCode.MatchString(name):
				if _, known := advice.Find(name); !known {
					t.Errorf("%s: there is no error %s", p.path, name)
				}
			}
		}
	}
}

// longestSentence and usualSentence are in words.
const (
	longestSentence = 45
	usualSentence   = 20
)

var (
	sentenceEnd = regexp.MustCompile(`[.!?:;](\s+|$)`)
	markup      = regexp.MustCompile("`[^`]*`|\\]\\([^)]*\\)|[*_\\[\\]]")
)

// Sentences are short: the reader is no expert, and English may be a second
// language.
func TestSentencesAreShort(t *testing.T) {
	for _, p := range pages(t) {
		if slices.Contains(generated, p.path) {
			continue
		}
		var lengths []int
		for line := range strings.Lines(fenced.ReplaceAllString(p.text, "")) {
			if strings.HasPrefix(line, "|") || strings.HasPrefix(line, "#") {
				continue
			}
			for _, sentence := range sentenceEnd.Split(markup.ReplaceAllString(line, " x "), -1) {
				words := len(strings.Fields(sentence))
				if words > longestSentence {
					t.Errorf("%s: %d words: %.60s…", p.path, words, sentence)
				}
				if words > 2 {
					lengths = append(lengths, words)
				}
			}
		}
		slices.Sort(lengths)
		if middle := lengths[len(lengths)/2]; middle > usualSentence {
			t.Errorf("%s: the sentence in the middle has %d words, more than %d", p.path, middle, usualSentence)
		}
	}
}
