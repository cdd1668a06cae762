package advice

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"wxmail/internal/microsoft"
)

// Every exit is documented, and every one but success has its place among
// those that apply at once.
func TestExitCodesAreComplete(t *testing.T) {
	all := Exits()
	for _, row := range Rows() {
		if row.Exit == OK || !slices.Contains(all, row.Exit) {
			t.Errorf("%s ends with %d", row.Code, row.Exit)
		}
	}
	for _, exit := range all {
		if (exit == OK) != (exit.rank() < 0) {
			t.Errorf("%d has the place %d", exit, exit.rank())
		}
	}
	if len(precedence) != len(all)-1 {
		t.Errorf("%d codes have precedence, %d exist besides success", len(precedence), len(all)-1)
	}
}

func TestNoCodeStandsTwice(t *testing.T) {
	seen := map[string]Exit{}
	for _, row := range Rows() {
		if exit, twice := seen[row.Code]; twice {
			t.Errorf("%s ends with %d and with %d", row.Code, exit, row.Exit)
		}
		seen[row.Code] = row.Exit
	}
}

// What brings its exit along from where it is found stands there alone.
func TestFindingsBringTheirExitAlong(t *testing.T) {
	own := slices.Concat(local, obstacles, signIns, submission, services)
	for _, row := range found() {
		if slices.ContainsFunc(own, func(r Row) bool { return r.Code == row.Code }) {
			t.Errorf("%s stands here too", row.Code)
		}
	}
}

func TestFind(t *testing.T) {
	if row, known := Find("WX-LOCKED"); !known || row.Exit != Locked {
		t.Errorf("%+v", row)
	}
	if row, known := Find("WX-NO-SUCH"); known || row != (Row{}) {
		t.Errorf("%+v", row)
	}
}

// texts are the catalogue's texts of errors: code → what or fix → text.
func texts(t *testing.T) map[string]map[string]string {
	t.Helper()
	raw, err := os.ReadFile("../msg/en/error.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	codes := map[string]map[string]string{}
	for id, value := range all {
		rest, is := strings.CutPrefix(id, "error.")
		if !is {
			continue
		}
		code, part, _ := strings.Cut(rest, ".")
		if codes[code] == nil {
			codes[code] = map[string]string{}
		}
		var text string
		if err := json.Unmarshal(value, &text); err != nil {
			t.Errorf("%s: %v", id, err)
		}
		codes[code][part] = text
	}
	return codes
}

var placeholder = regexp.MustCompile(`\{\{\.([A-Za-z]+)\}\}`)

// Every code has both its texts, and every text its code. A text names nothing
// that is not filled in, and what may be empty stands at its end.
func TestEveryCodeHasItsTexts(t *testing.T) {
	all := texts(t)
	for _, row := range Rows() {
		for _, part := range []string{"what", "fix"} {
			if all[row.Code][part] == "" {
				t.Errorf("no text error.%s.%s", row.Code, part)
			}
		}
	}
	for code, parts := range all {
		if _, known := Find(code); !known || len(parts) != 2 {
			t.Errorf("error.%s.*: %d texts, a row: %t", code, len(parts), known)
		}
		for part, text := range parts {
			for _, match := range placeholder.FindAllStringSubmatch(text, -1) {
				if !slices.Contains([]string{"Object", "Detail", "Error", "Link", "Proposal"}, match[1]) {
					t.Errorf("error.%s.%s names %s", code, part, match[1])
				}
			}
			if before, after, has := strings.Cut(text, "{{.Link}}"); has && (after != "" || !strings.HasSuffix(before, ". ")) {
				t.Errorf("error.%s.%s: a link stands alone, at the end", code, part)
			}
		}
	}
}

func TestTextsOfARow(t *testing.T) {
	what, fix := Row{"WX-OUTBOUND-OFF", Failure}.Texts()
	if text := say(what); !strings.Contains(text, `"…" forbids … to`) {
		t.Error(text)
	}
	if text := say(fix); !strings.HasSuffix(text, " …") {
		t.Error(text)
	}
}

// Every code that stands anywhere in the program has a row.
func TestEveryCodeHasARow(t *testing.T) {
	codes := map[string]string{}
	for _, root := range []string{"..", "../../cmd"} {
		collect(t, root, codes)
	}
	for code, where := range codes {
		if _, known := Find(code); !known {
			t.Errorf("%s: %s has no row", where, code)
		}
	}
	if len(codes) < 150 {
		t.Errorf("only %d codes were found", len(codes))
	}
}

var codeText = regexp.MustCompile(`^"(WX-[A-Z-]*[A-Z])"$`)

// collect finds the codes that stand in source files, and where.
func collect(t *testing.T, root string, codes map[string]string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, is := n.(*ast.BasicLit); is {
				if match := codeText.FindStringSubmatch(lit.Value); match != nil {
					codes[match[1]] = path
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What people have met in other programs that do the same job says what it
// means, whoever asked.
func TestKnownRefusalsAreNeverVague(t *testing.T) {
	vague := []string{"WX-SIGN-IN-REFUSED", "WX-REFUSED", "WX-FAILED", "WX-INTERNAL"}
	const met = "50132 50133 50097 50131 53002 53004 53011 530034 70044 50078 5000225 50105 50034 50076 700016 7000112 500011"
	for _, asked := range []microsoft.Asked{microsoft.DirectorySignIn, microsoft.ExchangeSignIn, microsoft.MailboxSignIn,
		microsoft.Redemption, microsoft.Refresh, microsoft.SecretProof} {
		for number := range strings.FieldsSeq(met) {
			for _, status := range []int{0, 400} {
				if got := Explain(entra(asked, status, "AADSTS"+number)); slices.Contains(vague, got.Code) {
					t.Errorf("%s, AADSTS%s: %s", asked, number, got.Code)
				}
			}
		}
	}
}
