package architecture

import (
	"go/ast"
	"slices"
	"testing"
)

// What a reader can hold in mind: https://github.com/zitadel/oidc and
// https://github.com/restic/restic, measured, have 6 and 9 lines in the
// middle and 33 and 54 at the 95th percentile.
const (
	longestFunction = 64
	usualFunction   = 25
	middleFunction  = 10
	longestFile     = 450
)

func TestFunctionsAreShort(t *testing.T) {
	var lengths []int
	for _, s := range sources(t) {
		for _, decl := range s.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			lines := files.Position(f.End()).Line - files.Position(f.Pos()).Line + 1
			if !s.test {
				lengths = append(lengths, lines)
			}
			if lines -= tables(f); lines > longestFunction {
				t.Errorf("%s: %s has %d lines besides its tables, more than %d", where(f), f.Name.Name, lines, longestFunction)
			}
		}
	}
	slices.Sort(lengths)
	middle, usual := lengths[len(lengths)/2], lengths[len(lengths)*95/100]
	t.Logf("%d functions: median %d lines, 95th percentile %d, longest %d", len(lengths), middle, usual, lengths[len(lengths)-1])
	if middle > middleFunction || usual > usualFunction {
		t.Errorf("median %d lines, 95th percentile %d: at most %d and %d", middle, usual, middleFunction, usualFunction)
	}
}

// tables are the lines of a function's literals: data is read, not followed.
func tables(f *ast.FuncDecl) int {
	lines := 0
	ast.Inspect(f, func(n ast.Node) bool {
		table, ok := n.(*ast.CompositeLit)
		if ok {
			lines += files.Position(table.End()).Line - files.Position(table.Pos()).Line
		}
		return !ok
	})
	return lines
}

func TestFilesAreShort(t *testing.T) {
	for _, s := range sources(t) {
		if lines := files.Position(s.FileEnd).Line; lines > longestFile {
			t.Errorf("%s has %d lines, more than %d", s.path, lines, longestFile)
		}
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	said := map[string]bool{}
	for _, s := range product(t) {
		said[s.room] = said[s.room] || s.Doc != nil
	}
	for room, ok := range said {
		if !ok {
			t.Errorf("the package in %s has no doc comment", room)
		}
	}
}

// What others use is explained where it stands. Methods that satisfy an
// interface of the standard library explain themselves.
func TestExportedNamesAreExplained(t *testing.T) {
	obvious := []string{"Error", "Unwrap", "Is", "String", "ServeHTTP", "MarshalJSON", "UnmarshalJSON", "RoundTrip"}
	for _, s := range product(t) {
		for _, decl := range s.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Doc == nil && !slices.Contains(obvious, d.Name.Name) && reachable(d) {
					t.Errorf("%s: %s is not explained", where(d), d.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if typ, ok := spec.(*ast.TypeSpec); ok && typ.Name.IsExported() && d.Doc == nil && typ.Doc == nil {
						t.Errorf("%s: %s is not explained", where(typ), typ.Name.Name)
					}
				}
			}
		}
	}
}

// reachable is a function, or a method of an exported type.
func reachable(f *ast.FuncDecl) bool { return f.Recv == nil || ast.IsExported(receiver(f)) }

// receiver is the name of the type that a method is of.
func receiver(f *ast.FuncDecl) string {
	typ := f.Recv.List[0].Type
	for {
		switch part := typ.(type) {
		case *ast.StarExpr:
			typ = part.X
		case *ast.IndexExpr:
			typ = part.X
		case *ast.IndexListExpr:
			typ = part.X
		case *ast.Ident:
			return part.Name
		default:
			return ""
		}
	}
}
