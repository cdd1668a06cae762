package bundle

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	// failure is a line of a trace with a status of 400 and above, or without one.
	failure = regexp.MustCompile(` (failed: |[45][0-9]{2} request-id=)`)

	address = regexp.MustCompile(`[\pL\pN._+'’-]+(@|%40)([\pL\pN-]+(?:\.[\pL\pN-]+)+)`)

	// recipient is how Exchange writes a person in a rule: "Name" [SMTP:address]
	// or "Name" [EX:/o=…/cn=…]. In JSON its quotes are escaped.
	recipient = regexp.MustCompile(`\\?"[^"\\]*\\?" \[(SMTP|EX):([^\]]*)\]`)
)

// mask hides who else is there: the same person gets the same name everywhere,
// and the domain stays, since it tells what is inside the tenant.
type mask struct {
	own    map[string]bool
	people map[string]string
}

func newMask(own []string) *mask {
	m := &mask{own: map[string]bool{}, people: map[string]string{}}
	for _, a := range own {
		m.own[strings.ToLower(a)] = true
	}
	return m
}

func (m *mask) text(text string) string {
	text = recipient.ReplaceAllStringFunc(text, func(found string) string {
		parts := recipient.FindStringSubmatch(found)
		if parts[1] == "EX" {
			return "(a recipient of the organization)"
		}
		return parts[2]
	})
	return address.ReplaceAllStringFunc(text, func(found string) string {
		plain := strings.ToLower(strings.Replace(found, "%40", "@", 1))
		if m.own[plain] {
			return found
		}
		if m.people[plain] == "" {
			_, domain, _ := strings.Cut(plain, "@")
			m.people[plain] = fmt.Sprintf("person%d@%s", len(m.people)+1, domain)
		}
		return m.people[plain]
	})
}
