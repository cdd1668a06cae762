package entra

import (
	"strings"

	"github.com/google/uuid"

	"wxmail/internal/sandbox/pattern"
)

var domainName = pattern.Of(`^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$`)

// realm is the tenant segment of a URL: the one tenant there is, by id or by
// one of its verified domains, or an endpoint for any tenant.
type realm struct {
	name  string
	multi bool // common or organizations
}

// realm reads the tenant segment; the refusal is nil when it is good.
func (c *call) realm() (realm, *refusal) {
	name := c.r.PathValue("tenant")
	switch {
	case name == "common" || name == "organizations":
		return realm{name, true}, nil
	case strings.EqualFold(name, c.tenant.Organization.ID) || c.verified(name):
		return realm{name, false}, nil
	case uuid.Validate(name) != nil && !domainName().MatchString(name):
		return realm{}, refuse(900023, name)
	}
	return realm{}, refuse(90002, name)
}

// verified says that a domain is one of the tenant's.
func (c *call) verified(domain string) bool {
	for _, own := range c.tenant.Organization.VerifiedDomains {
		if strings.EqualFold(own.Name, domain) {
			return true
		}
	}
	return false
}
