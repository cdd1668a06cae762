package bundle

import (
	"fmt"
	"net/url"
	"strings"

	"wxmail/internal/pattern"
)

var (
	// failure is a line of a trace with a status of 400 and above, or without one.
	failure = pattern.Of(` (failed: |[45][0-9]{2} request-id=)`)

	// address is one in a trace, where /, =, ? and & are an URL's and an address
	// has them escaped, with the escapes before it, which would be taken for a
	// part of it else. A guest's user principal name has a # in it. What goes on
	// with another @ is one, or its middle would be left as an address.
	address = pattern.Of("(?:%[0-9A-Fa-f]{2})*(?:[\\pL\\pN\\pM._+'’#!$*^~`{|}-]|" +
		"%(?:2[1345-7AaBbDdFf]|3[DdFf]|5[EeFf]|60|7[B-Eb-e]|[89A-Fa-f][0-9A-Fa-f]))+" +
		`(?:(?:@|%40)[\pL\pN-]+(?:\.[\pL\pN-]+)+)+`)

	// inText is one in a text, with every character that one may have.
	// https://www.rfc-editor.org/rfc/rfc5322#section-3.2.3
	inText = pattern.Of("[\\pL\\pN\\pM!#$%&'’*+/=?^_`{|}~.-]+(?:(?:@|%40)[\\pL\\pN-]+(?:\\.[\\pL\\pN-]+)+)+")

	// before is what may stand before an address without being part of it; %40
	// is the @.
	before = pattern.Of(`^(?:%[0-35-7][0-9A-Fa-f]|%4[1-9A-Fa-f]|['’#!$*^~.-])+`)

	// recipient is how Exchange writes a person in a rule: "Name" [SMTP:address]
	// or "Name" [EX:/o=…/cn=…]. In JSON its quotes are escaped.
	recipient = pattern.Of(`\\?"[^"\\]*\\?" \[(SMTP|EX):([^\]]*)\]`)
)

// mask hides who else is there: the same person gets the same name everywhere,
// and the domain stays, since it tells what is inside the tenant.
type mask struct {
	own    map[string]bool
	people map[string]string
	names  map[string]string // of things, by what they are called
}

func newMask(own []string) *mask {
	m := &mask{own: map[string]bool{}, people: map[string]string{}, names: map[string]string{}}
	for _, a := range own {
		m.own[strings.ToLower(a)] = true
	}
	return m
}

func (m *mask) text(text string) string {
	return address().ReplaceAllStringFunc(m.recipients(text), m.person)
}

func (m *mask) recipients(text string) string {
	return recipient().ReplaceAllStringFunc(text, func(found string) string {
		parts := recipient().FindStringSubmatch(found)
		if parts[1] == "EX" {
			return "(a recipient of the organization)"
		}
		return parts[2]
	})
}

// person is the invented name of whom an address belongs to; one of the
// profile's own stays. What stands before an address without being part of it,
// a quote, stays too.
func (m *mask) person(found string) string {
	quote := before().FindString(found)
	bare := found[len(quote):]
	plain, err := url.PathUnescape(bare)
	if err != nil {
		plain = strings.ReplaceAll(bare, "%40", "@")
	}
	plain = strings.ToLower(plain)
	if m.own[plain] || m.own[plain[strings.LastIndexAny(plain, "/=")+1:]] {
		return found
	}
	if m.people[plain] == "" {
		m.people[plain] = fmt.Sprintf("person%d%s", len(m.people)+1, plain[strings.LastIndex(plain, "@"):])
	}
	return quote + m.people[plain]
}
