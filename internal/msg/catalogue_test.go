package msg_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template"

	"github.com/google/go-cmp/cmp"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"wxmail/internal/msg"
)

// catalogue is a file of messages: ID → plural form → text.
type catalogue map[string]map[string]string

// read gives everything that is said in a language.
func read(t *testing.T, lang string) catalogue {
	t.Helper()
	out := catalogue{}
	for _, file := range families(t, lang) {
		maps.Copy(out, readFile(t, file))
	}
	return out
}

func readFile(t *testing.T, file string) catalogue {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var messages map[string]json.RawMessage
	if err := json.Unmarshal(raw, &messages); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	out := catalogue{}
	for id, value := range messages {
		forms := map[string]string{}
		if json.Unmarshal(value, &forms) != nil {
			var text string
			if err := json.Unmarshal(value, &text); err != nil {
				t.Errorf("%s: %s: %v", file, id, err)
			}
			forms = map[string]string{"other": text}
		}
		out[id] = forms
	}
	return out
}

// languages are the folders of texts.
func languages(t *testing.T) []string {
	t.Helper()
	folders, _ := filepath.Glob("*/error.json")
	var langs []string
	for _, folder := range folders {
		langs = append(langs, filepath.Dir(folder))
	}
	return langs
}

// families are a language's files.
func families(t *testing.T, lang string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(lang, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: no texts: %v", lang, err)
	}
	return files
}

var field = regexp.MustCompile(`\{\{\.([A-Z][A-Za-z]*)\}\}`)

// placeholders are the names in a text; anything else in braces is an error.
func placeholders(t *testing.T, id, text string) []string {
	t.Helper()
	if _, err := template.New(id).Parse(text); err != nil {
		t.Errorf("%s: %v", id, err)
	}
	if strings.Contains(field.ReplaceAllString(text, ""), "{{") {
		t.Errorf("%s: a placeholder is not of the form {{.Name}}: %s", id, text)
	}
	names := map[string]bool{}
	for _, m := range field.FindAllStringSubmatch(text, -1) {
		names[m[1]] = true
	}
	return slices.Sorted(maps.Keys(names))
}

func TestEveryCatalogueParses(t *testing.T) {
	for _, lang := range languages(t) {
		if !slices.Contains(msg.Languages(), lang) {
			t.Errorf("%s: not a language of --lang", lang)
		}
		for _, file := range families(t, lang) {
			b := i18n.NewBundle(language.English)
			b.RegisterUnmarshalFunc("json", json.Unmarshal)
			raw, err := os.ReadFile(file)
			if _, bad := b.ParseMessageFileBytes(raw, lang+".json"); err != nil || bad != nil {
				t.Errorf("%s: %v, %v", file, err, bad)
			}
		}
		for id, forms := range read(t, lang) {
			if forms["other"] == "" {
				t.Errorf("%s: %s is empty or lacks the form other", lang, id)
			}
			for _, text := range forms {
				placeholders(t, id, text)
			}
		}
	}
}

var flagName = regexp.MustCompile(`--[a-z][a-z-]*`)

// shape is what a text keeps in every language: its flags and its paragraphs.
func shape(text string) string {
	flags := slices.Compact(slices.Sorted(slices.Values(flagName.FindAllString(text, -1))))
	return fmt.Sprintf("%d line ends and the flags %v", strings.Count(text, "\n"), flags)
}

func TestTranslationsSayTheSame(t *testing.T) {
	english := read(t, "en")
	for _, lang := range languages(t) {
		other := read(t, lang)
		if diff := cmp.Diff(slices.Sorted(maps.Keys(english)), slices.Sorted(maps.Keys(other))); diff != "" {
			t.Errorf("%s has other IDs than en:\n%s", lang, diff)
		}
		for id, forms := range other {
			want := placeholders(t, id, english[id]["other"])
			if got := placeholders(t, id, forms["other"]); !slices.Equal(got, want) {
				t.Errorf("%s: %s has %v, English %v", lang, id, got, want)
			}
			if got, want := shape(forms["other"]), shape(english[id]["other"]); got != want {
				t.Errorf("%s: %s has %s, English %s", lang, id, got, want)
			}
		}
	}
}

// One line a message and sorted, so that two people's messages merge; and the
// file is named after the first word of each ID.
func TestLayout(t *testing.T) {
	for _, lang := range languages(t) {
		for _, file := range families(t, lang) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
			family := strings.TrimSuffix(filepath.Base(file), ".json")
			var ids []string
			for _, l := range lines[1 : len(lines)-1] {
				id, _, _ := strings.Cut(strings.TrimPrefix(l, `  "`), `"`)
				ids = append(ids, id)
				if word, _, _ := strings.Cut(id, "."); word != family {
					t.Errorf("%s: %s belongs to %s.json", file, id, word)
				}
			}
			if len(ids) != len(readFile(t, file)) || !slices.IsSorted(ids) {
				t.Errorf("%s: %d lines, sorted: %t", file, len(ids), slices.IsSorted(ids))
			}
		}
	}
}

// source is what the program's code says about messages.
type source struct {
	literals map[string]bool // every string in it
	calls    []call
}

type call struct {
	where, id string
	names     []string // placeholders given
	known     bool     // all of their names are literals
}

func TestCodeAndCatalogueAgree(t *testing.T) {
	english, code := read(t, "en"), scan(t)
	for _, c := range code.calls {
		forms, ok := english[c.id]
		if !ok {
			t.Errorf("%s: no message %q in en", c.where, c.id)
			continue
		}
		if want := placeholders(t, c.id, forms["other"]); c.known && !slices.Equal(want, c.names) {
			t.Errorf("%s: %s gets %v, its text has %v", c.where, c.id, c.names, want)
		}
	}
	for id := range english {
		if !code.uses(id) {
			t.Errorf("no code uses %s", id)
		}
	}
}

// uses says whether the ID stands in the code, or is put together there from
// a literal that ends in a dot: "step." + id.
func (s *source) uses(id string) bool {
	for part := id; ; {
		if s.literals[part] {
			return true
		}
		cut := strings.LastIndexByte(strings.TrimSuffix(part, "."), '.')
		if cut < 0 {
			return false
		}
		part = part[:cut+1]
	}
}

func scan(t *testing.T) *source {
	t.Helper()
	s := &source{literals: map[string]bool{}}
	files := token.NewFileSet()
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() && (entry.Name() == "sandbox" || entry.Name() == "testkit") {
			return errorOr(err, fs.SkipDir)
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool { s.see(files, n); return true })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func errorOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

func (s *source) see(files *token.FileSet, n ast.Node) {
	switch n := n.(type) {
	case *ast.BasicLit:
		if text, ok := literal(n); ok {
			s.literals[text] = true
		}
	case *ast.CallExpr:
		method, ok := n.Fun.(*ast.SelectorExpr)
		if !ok || len(n.Args) == 0 || n.Ellipsis.IsValid() || !speaks(method) {
			return
		}
		if id, ok := literal(n.Args[0]); ok {
			c := call{where: files.Position(n.Pos()).String(), id: id, known: true}
			for i := 1; i < len(n.Args); i += 2 {
				name, ok := literal(n.Args[i])
				c.names, c.known = append(c.names, name), c.known && ok
			}
			slices.Sort(c.names)
			s.calls = append(s.calls, c)
		}
	}
}

// speaks knows msg.M(id, …) and catalogue.Text(id, …).
func speaks(method *ast.SelectorExpr) bool {
	if on, ok := method.X.(*ast.Ident); ok && on.Name == "msg" {
		return method.Sel.Name == "M"
	}
	return method.Sel.Name == "Text"
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}
