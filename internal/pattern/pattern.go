// Package pattern compiles a regular expression when it is first used. There
// are dozens; a start that matches nothing compiles none.
package pattern

import (
	"regexp"
	"sync"
)

// Of gives a pattern by its expression, which must be one.
func Of(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
