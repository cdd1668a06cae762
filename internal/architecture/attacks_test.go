package architecture

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// tried is a row of the table of attacks in docs/security.md: a surface, how
// often it is attacked, and the tests that do it.
var tried = regexp.MustCompile(`(?m)^\| ([^|]+) \| (\d+) \| ([^|]+) \|$`)

// leastAttacks is how many there are to be in all.
const leastAttacks = 600

// Every number in the table of attacks is counted: the rows of the tables that
// its tests go through, each row one attack.
func TestAttacksAreCounted(t *testing.T) {
	rows := tried.FindAllStringSubmatch(read(t, "docs/security.md"), -1)
	sum := 0
	for _, row := range rows {
		counted := 0
		for _, name := range quoted.FindAllStringSubmatch(row[3], -1) {
			n := attacksOf(t, name[1])
			if n == 0 {
				t.Errorf("%s: %s has no table", row[1], name[1])
			}
			counted += n
		}
		if told, err := strconv.Atoi(row[2]); err != nil || told != counted {
			t.Errorf("| %s | %d | says %s", row[1], counted, row[2])
		}
		sum += counted
	}
	t.Logf("%d surfaces, %d attacks", len(rows), sum)
	if sum < leastAttacks {
		t.Errorf("%d attacks, fewer than %d", sum, leastAttacks)
	}
}

// attacksOf counts the rows of the tables that a test goes through: written in
// it, or in a function of its package's tests that gives them.
func attacksOf(t *testing.T, name string) int {
	t.Helper()
	pkg, test, _ := strings.Cut(name, ".")
	folder := filepath.Join(root, "internal", filepath.FromSlash(pkg))
	if strings.HasPrefix(pkg, "cmd/") {
		folder = filepath.Join(root, filepath.FromSlash(pkg))
	}
	functions := testFunctions(t, folder)
	if functions[test] == nil {
		return 0 // another test says so
	}
	return rowsOf(functions, functions[test])
}

// testFunctions are those of a folder's tests, by name.
func testFunctions(t *testing.T, folder string) map[string]*ast.FuncDecl {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: no tests (%v)", folder, err)
	}
	all := map[string]*ast.FuncDecl{}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, raw, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, is := d.(*ast.FuncDecl); is && f.Recv == nil {
				all[f.Name.Name] = f
			}
		}
	}
	return all
}

// rowsOf are those of the lists and maps that a function's loops go through.
func rowsOf(functions map[string]*ast.FuncDecl, f *ast.FuncDecl) (n int) {
	named := map[string]ast.Expr{}
	ast.Inspect(f, func(node ast.Node) bool {
		if assign, is := node.(*ast.AssignStmt); is && len(assign.Lhs) == 1 && len(assign.Rhs) == 1 {
			if name, is := assign.Lhs[0].(*ast.Ident); is {
				named[name.Name] = assign.Rhs[0]
			}
		}
		if loop, is := node.(*ast.RangeStmt); is {
			n += rows(functions, named, loop.X)
		}
		return true
	})
	return n
}

// rows are those of a list or a map, by whatever name the loop calls it.
func rows(functions map[string]*ast.FuncDecl, named map[string]ast.Expr, x ast.Expr) (n int) {
	switch x := x.(type) {
	case *ast.CompositeLit:
		return len(x.Elts)
	case *ast.Ident:
		if to, is := named[x.Name]; is {
			delete(named, x.Name) // a list is one table, however often it is gone through
			return rows(functions, named, to)
		}
	case *ast.CallExpr:
		name, is := x.Fun.(*ast.Ident)
		if !is || functions[name.Name] == nil {
			return 0
		}
		ast.Inspect(functions[name.Name], func(node ast.Node) bool {
			if given, is := node.(*ast.ReturnStmt); is && len(given.Results) == 1 {
				if list, is := given.Results[0].(*ast.CompositeLit); is {
					n += len(list.Elts)
				}
			}
			return true
		})
	}
	return n
}

func TestRowsAreCounted(t *testing.T) {
	const source = `package p
func F() {
	for _, x := range []string{"a", "b"} { g() }
	list := map[string]int{"a": 1}
	for range list {}
	for range list {}
	for range g() {}
}
func g() []int { return []int{1, 2, 3} }`
	file, err := parser.ParseFile(token.NewFileSet(), "p.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	functions := map[string]*ast.FuncDecl{}
	for _, d := range file.Decls {
		functions[d.(*ast.FuncDecl).Name.Name] = d.(*ast.FuncDecl)
	}
	if got := rowsOf(functions, functions["F"]); got != 6 {
		t.Error(got)
	}
}
