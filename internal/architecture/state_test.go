package architecture

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// clocks are the only places that ask what time it is; everything else is
// given a time, so that a laptop's wrong clock decides nothing.
var clocks = map[string]string{
	"internal/cloud/clock.go":               "the product's clock, and how long it has waited",
	"internal/cloud/transport.go":           "how long a request took, for the trace",
	"internal/cloud/cloudtest/cloudtest.go": "certificates for tests",
	"internal/sandbox/tenant/clock.go":      "the sandbox's clock",
	"internal/testkit/faults/clock.go":      "how long people wait",
	"internal/cli/profile.go":               "told to others in the lock of a profile that no service is asked about",
}

// call names a function of the standard library and where it may stand.
type call struct {
	name  string
	where func(*source) bool
	why   string
}

func nowhere(*source) bool { return false }

func inTests(s *source) bool { return s.test }

// inMain is the end of a process: main, or the TestMain of tests.
func inMain(s *source) bool { return s.test || s.Name.Name == "main" }

func onClocks(s *source) bool { return s.test || clocks[s.path] != "" }

var calls = []call{
	{"os.Exit", inMain, "deferred work must run, and tests must see the code"},
	{"log.Fatal", inMain, "os.Exit by another name"},
	{"time.Now", onClocks, "decisions use the service's time"},
	{"time.Since", onClocks, "the same"},
	{"time.Until", onClocks, "the same"},
	{"time.Sleep", nowhere, "a wait ends with its context, a test waits for what it wants"},
	{"http.Get", inTests, "every connection starts in cloud"},
	{"t.Skip", nowhere, "a test that does not run proves nothing"},
}

func TestForbiddenCalls(t *testing.T) {
	for _, s := range sources(t) {
		ast.Inspect(s.File, func(n ast.Node) bool {
			on, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, ok := on.X.(*ast.Ident)
			if !ok {
				return true
			}
			for _, c := range calls {
				if pkg.Name+"."+on.Sel.Name == c.name && !c.where(s) {
					t.Errorf("%s: %s: %s", where(n), c.name, c.why)
				}
			}
			return true
		})
	}
}

// The product never panics; net/http's own way to cut a connection is one.
func TestNoPanics(t *testing.T) {
	for _, s := range product(t) {
		ast.Inspect(s.File, func(n ast.Node) bool {
			c, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if name, ok := c.Fun.(*ast.Ident); ok && name.Name == "panic" && s.path != "internal/sandbox/front/front.go" {
				t.Errorf("%s: panic", where(n))
			}
			return true
		})
	}
}

func TestNoUnfinishedWork(t *testing.T) {
	for _, s := range sources(t) {
		for _, group := range s.Comments {
			for _, mark := range []string{"TO" + "DO", "FIX" + "ME", "XX" + "X", "for " + "now"} {
				if strings.Contains(group.Text(), mark) {
					t.Errorf("%s: %s", where(group), mark)
				}
			}
		}
	}
}

// A start that matches nothing and shows no page compiles neither, and there
// are dozens.
func TestNoPatternOrPageIsCompiledAtTheStart(t *testing.T) {
	for _, s := range product(t) {
		for _, decl := range s.Decls {
			if general, ok := decl.(*ast.GenDecl); ok {
				compilesNone(t, general)
			}
		}
	}
}

func compilesNone(t *testing.T, decl ast.Node) {
	ast.Inspect(decl, func(n ast.Node) bool {
		if on, ok := n.(*ast.SelectorExpr); ok && (on.Sel.Name == "MustCompile" || on.Sel.Name == "Must") {
			t.Errorf("%s: is compiled at the start: pattern.Of or sync.OnceValue does it when it is first used", where(n))
		}
		_, later := n.(*ast.FuncLit)
		return !later
	})
}

// changeable are the package variables that do change, with the reason.
var changeable = map[string]string{
	"cloud.Version": "set by the linker, or once before main",
	"ui.surveying":  "the prompt library keeps its texts in variables of its own: one prompt at a time",
}

// A package variable is a constant that Go cannot say: a table, a pattern, an
// error. Nothing assigns to one, and none is made to be changed.
func TestNoMutablePackageVariables(t *testing.T) {
	byRoom := map[string][]*source{}
	for _, s := range product(t) {
		byRoom[s.room] = append(byRoom[s.room], s)
	}
	for room, own := range byRoom {
		vars := packageVars(t, room, own)
		for _, s := range own {
			ast.Inspect(s.File, func(n ast.Node) bool {
				for _, target := range changed(n) {
					if name := vars.named(target); name != "" && changeable[room+"."+name] == "" {
						t.Errorf("%s: changes the package variable %s", where(n), name)
					}
				}
				return true
			})
		}
	}
}

// variables are the package variables of a room by name.
type variables map[string]*ast.ValueSpec

func packageVars(t *testing.T, room string, own []*source) variables {
	vars := variables{}
	for _, s := range own {
		for _, decl := range s.Decls {
			general, ok := decl.(*ast.GenDecl)
			if !ok || general.Tok != token.VAR {
				continue
			}
			for _, spec := range general.Specs {
				value := spec.(*ast.ValueSpec) // a var declaration holds no other
				for _, name := range value.Names {
					if name.Name == "_" {
						continue
					}
					vars[name.Name] = value
					embedded := general.Doc != nil && strings.Contains(docText(general.Doc), "//go:embed")
					if value.Values == nil && !embedded && changeable[room+"."+name.Name] == "" {
						t.Errorf("%s: %s has no value, so it is made to be changed", where(value), name.Name)
					}
				}
			}
		}
	}
	return vars
}

func docText(group *ast.CommentGroup) string {
	var lines []string
	for _, c := range group.List {
		lines = append(lines, c.Text)
	}
	return strings.Join(lines, "\n")
}

// changed are the expressions that a node assigns to, or whose address it
// hands out.
func changed(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			return n.Lhs
		}
	case *ast.IncDecStmt:
		return []ast.Expr{n.X}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			return []ast.Expr{n.X}
		}
	case *ast.CallExpr:
		if name, ok := n.Fun.(*ast.Ident); ok && slices.Contains([]string{"delete", "clear", "copy"}, name.Name) {
			return n.Args[:1]
		}
	}
	return nil
}

// named is the package variable that an expression is, or is a part of.
func (v variables) named(e ast.Expr) string {
	for {
		switch part := e.(type) {
		case *ast.IndexExpr:
			e = part.X
		case *ast.SelectorExpr:
			e = part.X
		case *ast.ParenExpr:
			e = part.X
		case *ast.StarExpr:
			e = part.X
		case *ast.Ident:
			spec, ok := v[part.Name]
			if !ok || part.Obj != nil && part.Obj.Decl != spec {
				return "" // a local one of the same name
			}
			return part.Name
		default:
			return ""
		}
	}
}
