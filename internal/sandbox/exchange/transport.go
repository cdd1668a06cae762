package exchange

import (
	"cmp"
	"slices"
	"strings"

	"wxmail/internal/sandbox/tenant"
)

func getRemoteDomain(c *call) ([]any, error) {
	var rows []any
	for _, d := range c.RemoteDomains.All() {
		if !c.has("Identity") || isRemoteDomain(d, c.text("Identity")) {
			rows = append(rows, d)
		}
	}
	return c.found(rows)
}

func newRemoteDomain(c *call) ([]any, error) {
	name, domain := c.text("Name"), c.text("DomainName")
	if err := checkName(name); err != nil {
		return nil, err
	}
	if strings.ContainsAny(domain, " @") || !strings.Contains(domain, ".") {
		return nil, transformation("DomainName", `"`+domain+`"`, "The domain isn't a valid SMTP domain.")
	}
	_, taken := c.RemoteDomains.FindLatest(func(d tenant.RemoteDomain) bool {
		return strings.EqualFold(d.Name, name) || strings.EqualFold(d.DomainName, domain)
	})
	if taken {
		return nil, alreadyExists("RemoteDomain", name)
	}
	d := tenant.RemoteDomain{
		Name: name, Identity: name, DomainName: domain,
		AutoForwardEnabled: true, AutoReplyEnabled: true, NDREnabled: true, AllowedOOFType: "External",
	}
	c.RemoteDomains.Put(d.Identity, d)
	return []any{d}, nil
}

func setRemoteDomain(c *call) ([]any, error) {
	d, err := c.remoteDomain(c.text("Identity"))
	if err != nil {
		return nil, err
	}
	for name, property := range map[string]*bool{
		"AutoForwardEnabled": &d.AutoForwardEnabled,
		"AutoReplyEnabled":   &d.AutoReplyEnabled,
		"NDREnabled":         &d.NDREnabled,
	} {
		if value, given := c.arguments[name].(bool); given {
			*property = value
		}
	}
	if c.has("AllowedOOFType") {
		d.AllowedOOFType = c.text("AllowedOOFType")
	}
	c.RemoteDomains.Put(d.Identity, d)
	return nil, nil
}

func removeRemoteDomain(c *call) ([]any, error) {
	d, err := c.remoteDomain(c.text("Identity"))
	if err != nil {
		return nil, err
	}
	if d.DomainName == "*" {
		return nil, invalid("The default remote domain can't be removed.")
	}
	c.RemoteDomains.Delete(d.Identity)
	return nil, nil
}

// remoteDomain is the newest version of a remote domain.
func (c *call) remoteDomain(identity string) (tenant.RemoteDomain, error) {
	d, ok := c.RemoteDomains.FindLatest(func(d tenant.RemoteDomain) bool { return isRemoteDomain(d, identity) })
	if !ok {
		return d, notFound(identity)
	}
	return d, nil
}

func isRemoteDomain(d tenant.RemoteDomain, identity string) bool {
	return containsFold([]string{d.Name, d.Identity}, identity)
}

func getTransportRule(c *call) ([]any, error) {
	rules := c.TransportRules.All()
	slices.SortStableFunc(rules, func(a, b tenant.TransportRule) int { return cmp.Compare(a.Priority, b.Priority) })
	var rows []any
	for _, r := range rules {
		named := !c.has("Identity") || containsFold([]string{r.Name, r.Identity, r.GUID}, c.text("Identity"))
		if named && (!c.has("State") || c.text("State") == r.State) {
			rows = append(rows, r)
		}
	}
	return c.found(rows)
}
