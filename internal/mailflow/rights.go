package mailflow

import "strings"

// Rights are the cmdlets that an administrator may run. The zero value knows
// nothing: then only trying tells.
type Rights struct {
	cmdlets map[string]bool // lower case; nil: not known
}

// NewRights are the rights to run these cmdlets and no others.
func NewRights(cmdlets ...string) Rights {
	r := Rights{cmdlets: map[string]bool{}}
	for _, cmdlet := range cmdlets {
		r.cmdlets[strings.ToLower(cmdlet)] = true
	}
	return r
}

// Known is false when Exchange would not tell.
func (r Rights) Known() bool { return r.cmdlets != nil }

// May says whether a cmdlet is allowed, as far as is known: what is unknown
// is not denied.
func (r Rights) May(cmdlet string) bool {
	return r.cmdlets == nil || r.cmdlets[strings.ToLower(cmdlet)]
}
