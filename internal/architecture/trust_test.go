package architecture

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// There is no switch that trusts whoever answers, and where states, keys and
// labels are made no random number that somebody could guess.
func TestNothingInsecure(t *testing.T) {
	secret := []string{"signin", "vault", "setup", "store"}
	for _, s := range product(t) {
		for _, imported := range s.Imports {
			if strings.HasPrefix(imported.Path.Value, `"math/rand`) && slices.Contains(secret, s.room) {
				t.Errorf("%s imports %s", s.path, imported.Path.Value)
			}
		}
		ast.Inspect(s.File, func(n ast.Node) bool {
			if name, ok := n.(*ast.Ident); ok && name.Name == "InsecureSkipVerify" {
				t.Errorf("%s: %s", files.Position(name.Pos()), name.Name)
			}
			return true
		})
	}
}
