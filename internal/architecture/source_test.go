package architecture

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const root = "../.."

// source is one Go file of the module.
type source struct {
	path string // from the root, with slashes
	room string // the package's folder: below internal/, or cmd/…
	test bool
	*ast.File
}

var files = token.NewFileSet()

// module parses every Go file once.
var module = sync.OnceValues(func() ([]*source, error) {
	var all []*source
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() && path != root && (name == "testdata" || name[0] == '.') {
			return fs.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		parsed, err := parser.ParseFile(files, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		folder := strings.TrimPrefix(rel[:strings.LastIndex("/"+rel, "/")], "internal/")
		all = append(all, &source{rel, strings.TrimSuffix(folder, "/"), strings.HasSuffix(name, "_test.go"), parsed})
		return nil
	})
	return all, err
})

func sources(t *testing.T) []*source {
	t.Helper()
	all, err := module()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 100 {
		t.Fatalf("only %d files: is the root right?", len(all))
	}
	return all
}

// product are the files that are no tests.
func product(t *testing.T) []*source {
	t.Helper()
	var own []*source
	for _, s := range sources(t) {
		if !s.test {
			own = append(own, s)
		}
	}
	return own
}

// imported are a file's imports: rooms of ours, and paths of others.
func (s *source) imported() (rooms, libraries []string) {
	for _, spec := range s.Imports {
		path, _ := strconv.Unquote(spec.Path.Value) // it has parsed
		switch room, ours := strings.CutPrefix(path, "wxmail/internal/"); {
		case ours:
			rooms = append(rooms, room)
		case strings.Contains(strings.Split(path, "/")[0], "."):
			libraries = append(libraries, path)
		}
	}
	return rooms, libraries
}

func where(n ast.Node) string {
	at := files.Position(n.Pos())
	path, err := filepath.Rel(root, at.Filename)
	if err != nil {
		path = at.Filename
	}
	return filepath.ToSlash(path) + ":" + strconv.Itoa(at.Line)
}
