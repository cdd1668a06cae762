package cli

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"wxmail/internal/advice"
	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/signin"
	"wxmail/internal/wanted"
)

// Texts whose id is put together while the program runs: the catalogue's own
// test sees only ids that stand in the code.
func TestEveryTextThatIsPutTogetherExists(t *testing.T) {
	for family, ids := range map[string][]string{
		"errors": errorTexts(), "exit codes": exitTexts(), "variables": withPrefix("environment.", environment[:]),
		"questions": questionTexts(), "steps": stepTexts(), "changes": changeTexts(),
		"commands": commandTexts(), "heads": withPrefix("head.", headNames(t)),
		"sign-ins": signInTexts(), "refusals": refusalTexts(t), "operations": withPrefix("plan.", []string{"create", "update", "delete"}),
	} {
		t.Run(family, func(t *testing.T) {
			if len(ids) == 0 {
				t.Error("no texts were looked for")
			}
			for _, id := range ids {
				if !msg.New("en").Has(id) {
					t.Errorf("no text %s", id)
				}
			}
		})
	}
}

// The other way round: a text of such a family belongs to a row.
func TestEveryTextOfARowHasItsRow(t *testing.T) {
	for family, ids := range map[string][]string{"error": errorTexts(), "exit": exitTexts(),
		"environment": withPrefix("environment.", environment[:]), "question": questionTexts(),
		"step": stepTexts(), "change": changeTexts(), "command": slices.Concat(commandTexts(), longTexts()), "flag": flagTexts()} {
		raw, err := os.ReadFile(filepath.Join("..", "msg", "en", family+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var all map[string]any
		if err := json.Unmarshal(raw, &all); err != nil {
			t.Fatal(err)
		}
		for id := range all {
			if !slices.Contains(ids, id) {
				t.Errorf("nothing says %s: it belongs to no row", id)
			}
		}
	}
}

// Who lacks an answer is told the question's ID, for a file, and its flag.
func TestWhatNeedsAnAnswerNamesIDAndFlag(t *testing.T) {
	told := func(row advice.Row) bool {
		what, fix := row.Texts()
		text := msg.New("en").Say(what) + " " + msg.New("en").Say(fix)
		return slices.ContainsFunc(wanted.Questions(), func(q wanted.Question) bool {
			return strings.Contains(text, q.ID) && strings.Contains(text, "--"+q.Flag)
		})
	}
	// Those of many questions, or of none.
	others := []string{"WX-ANSWER-NEEDED", "WX-NO-PROFILE", "WX-PASSPHRASE", "WX-PASSPHRASE-FILE", "WX-VAULT-LOCKED"}
	for _, row := range advice.Rows() {
		if row.Exit == advice.Unanswered && !slices.Contains(others, row.Code) && !told(row) {
			t.Errorf("%s does not name its question and flag", row.Code)
		}
	}
}

func errorTexts() (ids []string) {
	for _, row := range advice.Rows() {
		ids = append(ids, "error."+row.Code+".what", "error."+row.Code+".fix")
	}
	return ids
}

// commandTexts are what each command is for, in a line.
func commandTexts() (ids []string) {
	root := commandTree(&program{env: func(string) string { return "" }})
	for _, cmd := range append(commands(root), root) {
		ids = append(ids, "command."+place(cmd)+".short")
	}
	return ids
}

// longTexts are those that a command may have, too.
func longTexts() (ids []string) {
	for _, short := range commandTexts() {
		ids = append(ids, strings.TrimSuffix(short, "short")+"long")
	}
	return ids
}

// flagTexts are those of the flags that answer no question: of one command's,
// or of all of that name.
func flagTexts() (ids []string) {
	root := commandTree(&program{env: func(string) string { return "" }})
	describeAll(root, msg.New("en"))
	flagsOfAll(root, func(cmd *cobra.Command, f *pflag.Flag) {
		ids = append(ids, "flag."+f.Name, "flag."+place(cmd)+"."+f.Name)
	})
	return ids
}

// Every command says in its help what it is for and what each flag does, and
// the same text stands in no two places.
func TestEveryCommandAndFlagIsDescribed(t *testing.T) {
	root := commandTree(&program{env: func(string) string { return "" }})
	describeAll(root, msg.New("en"))
	for _, cmd := range append(commands(root), root) {
		if strings.HasPrefix(cmd.Short, "command.") || cmd.Short == "" {
			t.Errorf("%s is not described: %q", cmd.CommandPath(), cmd.Short)
		}
	}
	flagsOfAll(root, func(cmd *cobra.Command, f *pflag.Flag) {
		if strings.HasPrefix(f.Usage, "flag.") || f.Usage == "" || strings.Contains(f.Usage, "<no value>") {
			t.Errorf("%s --%s is not described: %q", cmd.CommandPath(), f.Name, f.Usage)
		}
	})
}

// headNames are the names given to heads(…).
func headNames(t *testing.T) (names []string) {
	for _, file := range sources(t, "cli") {
		ast.Inspect(file, func(n ast.Node) bool {
			call, is := n.(*ast.CallExpr)
			if !is {
				return true
			}
			if method, is := call.Fun.(*ast.SelectorExpr); is && method.Sel.Name == "heads" {
				for _, arg := range call.Args {
					names = append(names, codeOf(arg, nil))
				}
			}
			return true
		})
	}
	return names
}

func exitTexts() (ids []string) {
	for _, exit := range advice.Exits() {
		ids = append(ids, "exit."+strconv.Itoa(int(exit)))
	}
	return ids
}

func questionTexts() (ids []string) {
	for _, q := range wanted.Questions() {
		ids = append(ids, "question."+q.ID+".prompt", "question."+q.ID+".help", "question."+q.ID+".more")
		if id := "question." + q.ID + ".default"; q.Derived && msg.New("en").Has(id) {
			ids = append(ids, id)
		}
		for _, label := range q.Labels {
			ids = append(ids, label.ID)
		}
	}
	return ids
}

// stepTexts are of the guide's steps, and of the rotation.
func stepTexts() []string {
	return withPrefix("step.", slices.Concat(guide.StepIDs(), guide.Rotation().Steps))
}

// changeTexts are of the things; one of several of a kind goes by its kind.
func changeTexts() (ids []string) {
	for _, t := range guide.Things() {
		ids = append(ids, "change."+t.Key)
	}
	return ids
}

func signInTexts() (ids []string) {
	for _, role := range []signin.Role{signin.Directory, signin.Exchange, signin.Mailbox} {
		ids = append(ids, "role."+string(role), "sign-ins."+string(role))
	}
	return append(ids, "sign-ins.anyone-directory", "sign-ins.anyone-exchange")
}

func withPrefix(prefix string, names []string) (ids []string) {
	for _, name := range names {
		ids = append(ids, prefix+name)
	}
	return ids
}

// refusalTexts are those of refuse(CODE, …) and warn(CODE, …) in the rooms
// that check answers, and of InvalidAnswer{…}.
func refusalTexts(t *testing.T) (ids []string) {
	constants := map[string]string{}
	for _, file := range sources(t, "webex") {
		ast.Inspect(file, func(n ast.Node) bool { collectConstants(n, constants); return true })
	}
	for _, file := range append(sources(t, "webex"), sources(t, "wanted")...) {
		ast.Inspect(file, func(n ast.Node) bool {
			if id := refusalText(n, constants); id != "" {
				ids = append(ids, id)
			}
			return true
		})
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func collectConstants(n ast.Node, into map[string]string) {
	spec, ok := n.(*ast.ValueSpec)
	if !ok {
		return
	}
	for i, value := range spec.Values {
		if lit, ok := value.(*ast.BasicLit); ok && lit.Kind == token.STRING && i < len(spec.Names) {
			into[spec.Names[i].Name], _ = strconv.Unquote(lit.Value)
		}
	}
}

// refusalText is the text that a node will need, "" for none.
func refusalText(n ast.Node, constants map[string]string) string {
	switch n := n.(type) {
	case *ast.CallExpr:
		name, _ := n.Fun.(*ast.Ident)
		prefix := map[string]string{"refuse": "invalid.", "warn": "warning."}[nameOf(name)]
		if prefix != "" {
			return prefix + codeOf(n.Args[0], constants)
		}
	case *ast.CompositeLit:
		if name, _ := n.Type.(*ast.Ident); nameOf(name) == "InvalidAnswer" && len(n.Elts) == 4 {
			if code := codeOf(n.Elts[2], constants); code != "" {
				return "invalid." + code
			}
		}
	}
	return ""
}

func nameOf(name *ast.Ident) string {
	if name == nil {
		return ""
	}
	return name.Name
}

// codeOf is the code that an expression names, "" for one that is worked out.
func codeOf(e ast.Expr, constants map[string]string) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, _ := strconv.Unquote(e.Value)
		return text
	case *ast.Ident:
		return constants[e.Name]
	case *ast.SelectorExpr:
		return constants[e.Sel.Name]
	}
	return ""
}

// sources are the files of a room, without its tests.
func sources(t *testing.T, room string) []*ast.File {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", room, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var out []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, file)
	}
	return out
}
