package architecture

import (
	"go/ast"
	"go/token"
	"testing"
)

// What a reader can hold in mind of a type, and of a function's ways.
const (
	mostMethods  = 45
	mostFields   = 15
	mostBranches = 10
	branchyShare = 100 // one function in so many may have more
)

// manyMethods are the types with more methods than that, and why.
var manyMethods = map[string]string{
	"sandbox/entra.call":   "a method for each route and rule of Entra ID; all that it holds is one request",
	"sandbox/msgraph.call": "a method for each route and rule of Graph; all that it holds is one request",
}

// manyFields are the types with more fields than that, and why: each is a
// table of data.
var manyFields = map[string]string{
	"wanted.Wanted":                "a field for each question",
	"mailflow.TransportRule":       "a record of Exchange",
	"sandbox/tenant.Tenant":        "all that the sandbox knows",
	"sandbox/tenant.Application":   "an object of Graph",
	"sandbox/tenant.Mailbox":       "a record of Exchange",
	"sandbox/tenant.InboxRule":     "a record of Exchange",
	"sandbox/tenant.TransportRule": "a record of Exchange",
	"sandbox/tenant.Settings":      "the settings of the control API",
	"sandbox/control.state":        "the document that shows a whole tenant",
}

func TestTypesAreSmall(t *testing.T) {
	methods, fields := map[string]int{}, map[string]int{}
	for _, s := range product(t) {
		ast.Inspect(s.File, func(n ast.Node) bool {
			switch d := n.(type) {
			case *ast.FuncDecl:
				if d.Recv != nil {
					methods[s.room+"."+receiver(d)]++
				}
				return false
			case *ast.TypeSpec:
				if table, ok := d.Type.(*ast.StructType); ok {
					fields[s.room+"."+d.Name.Name] = width(table)
				}
			}
			return true
		})
	}
	few(t, "methods", methods, mostMethods, manyMethods)
	few(t, "fields", fields, mostFields, manyFields)
}

// width is the number of a struct's fields; what is embedded is one.
func width(table *ast.StructType) (fields int) {
	for _, f := range table.Fields.List {
		fields += max(1, len(f.Names))
	}
	return fields
}

// few holds types to a limit, and the exceptions to being needed.
func few(t *testing.T, what string, counts map[string]int, most int, exceptions map[string]string) {
	t.Helper()
	for name, count := range counts {
		if exceptions[name] == "" && count > most {
			t.Errorf("%s has %d %s, more than %d", name, count, what, most)
		}
	}
	for name := range exceptions {
		if counts[name] <= most {
			t.Errorf("%s has %d %s: it is no exception", name, counts[name], what)
		}
	}
}

func TestFewFunctionsBranchMuch(t *testing.T) {
	functions, most := 0, 0
	var branchy []string
	for _, s := range product(t) {
		for _, decl := range s.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			functions++
			if ways := complexity(f); ways > mostBranches {
				branchy = append(branchy, where(f)+" "+f.Name.Name)
				most = max(most, ways)
			}
		}
	}
	t.Logf("%d of %d functions have a cyclomatic complexity over %d, at most %d", len(branchy), functions, mostBranches, most)
	if len(branchy)*branchyShare >= functions {
		t.Errorf("one in %d may be over %d: %v", branchyShare, mostBranches, branchy)
	}
}

// complexity is McCabe's: one, and one more for each branch and each && and
// ||. Function literals count as a part of their function.
func complexity(f *ast.FuncDecl) int {
	ways := 1
	ast.Inspect(f.Body, func(n ast.Node) bool {
		switch s := n.(type) {
		case *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt:
			ways++
		case *ast.CaseClause:
			if s.List != nil { // else it is the default
				ways++
			}
		case *ast.CommClause:
			if s.Comm != nil {
				ways++
			}
		case *ast.BinaryExpr:
			if s.Op == token.LAND || s.Op == token.LOR {
				ways++
			}
		}
		return true
	})
	return ways
}
