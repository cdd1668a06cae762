package exchange

import (
	"slices"
	"strings"

	"wxmail/internal/sandbox/tenant"
)

// permission is one row of Get-RecipientPermission.
// https://learn.microsoft.com/powershell/module/exchange/get-recipientpermission
type permission struct {
	Identity          string
	Trustee           string
	AccessControlType string
	AccessRights      []string
	IsInherited       bool
	InheritanceType   string
}

// self is the trustee that every mailbox has.
const self = `NT AUTHORITY\SELF`

func sendAs(m tenant.Mailbox, trustee string) permission {
	return permission{m.Identity, trustee, "Allow", []string{"SendAs"}, false, "None"}
}

func getRecipientPermission(c *call) ([]any, error) {
	var rows []any
	known := false
	for _, m := range c.Mailboxes.All() {
		if !c.asked(m) {
			continue
		}
		known = true
		for _, trustee := range append([]string{self}, m.SendAs...) {
			if !c.has("Trustee") || c.isTrustee(trustee, c.text("Trustee")) {
				rows = append(rows, sendAs(m, trustee))
			}
		}
	}
	if !known {
		return c.found(rows)
	}
	return rows, nil
}

// isTrustee tells whether an identity names a trustee that is stored as a
// user principal name.
func (c *call) isTrustee(stored, identity string) bool {
	m, err := c.mailbox(identity)
	return strings.EqualFold(stored, identity) || err == nil && strings.EqualFold(stored, m.UserPrincipalName)
}

func addRecipientPermission(c *call) ([]any, error) {
	m, trustee, err := c.sendAsPair()
	if err != nil {
		return nil, err
	}
	if containsFold(m.SendAs, trustee) {
		c.warn("The appropriate access control entry is already present on the object %q for account %q.", m.Identity, trustee)
		return []any{sendAs(m, trustee)}, nil
	}
	m.SendAs = append(slices.Clone(m.SendAs), trustee)
	c.Mailboxes.Put(m.ExchangeGUID, m)
	return []any{sendAs(m, trustee)}, nil
}

func removeRecipientPermission(c *call) ([]any, error) {
	m, trustee, err := c.sendAsPair()
	if err != nil {
		return nil, err
	}
	if !containsFold(m.SendAs, trustee) {
		c.warn("Can't remove the access control entry on the object %q for account %q because the ACE isn't present.", m.Identity, trustee)
		return nil, nil
	}
	m.SendAs = slices.DeleteFunc(slices.Clone(m.SendAs), func(name string) bool { return strings.EqualFold(name, trustee) })
	c.Mailboxes.Put(m.ExchangeGUID, m)
	return nil, nil
}

// sendAsPair is the mailbox and the trustee of Add- and Remove-.
func (c *call) sendAsPair() (tenant.Mailbox, string, error) {
	rights := c.arguments["AccessRights"].(list)
	if !slices.Equal(rights.Replace, []string{"SendAs"}) {
		return tenant.Mailbox{}, "", transformation("AccessRights", "", "Specify one of the following enumerator names and try again: SendAs")
	}
	m, err := c.mailbox(c.text("Identity"))
	if err != nil {
		return m, "", err
	}
	trustee, err := c.mailbox(c.text("Trustee"))
	return m, trustee.UserPrincipalName, err
}
