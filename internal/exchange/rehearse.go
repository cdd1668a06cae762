package exchange

import (
	"maps"
	"slices"

	"wxmail/internal/mailflow"
)

// Rehearsal is an Admin that runs nothing. Its writes succeed, and cmdlets
// tells what they would have run, in order. It is for one goroutine, and must
// not be asked to read.
func Rehearsal() (admin *Admin, cmdlets func() []mailflow.Cmdlet) {
	var noted []mailflow.Cmdlet
	admin = &Admin{rehearse: func(c command) { noted = append(noted, c.cmdletOf()) }}
	return admin, func() []mailflow.Cmdlet { return noted }
}

func (c command) cmdletOf() mailflow.Cmdlet {
	out := mailflow.Cmdlet{Name: c.cmdlet}
	names := slices.SortedFunc(maps.Keys(c.params), func(a, b string) int { return order(a, b) })
	for _, name := range names {
		out.Parameters = append(out.Parameters, mailflow.Parameter{Name: name, Value: plain(c.params[name])})
	}
	return out
}

// order puts what names the object first.
func order(a, b string) int {
	object := func(name string) bool { return name == "Identity" || name == "Name" }
	switch {
	case object(a) != object(b) && object(a):
		return -1
	case object(a) != object(b):
		return 1
	case a < b:
		return -1
	}
	return 1
}

// plain is a parameter's value without pointers.
func plain(value any) any {
	if flag, is := value.(*bool); is {
		if flag == nil {
			return nil
		}
		return *flag
	}
	return value
}
