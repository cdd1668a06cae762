// Package pattern compiles a regular expression when the sandbox first uses it: a
// start of wxmail that has no sandbox compiles none of its.
package pattern

import (
	"regexp"
	"sync"
)

// Of gives a pattern by its expression, which must be one.
func Of(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
