package exchange

import (
	"strings"
	"unicode/utf8"

	"wxmail/internal/sandbox/tenant"
)

func getPolicy(c *call) ([]any, error) {
	var rows []any
	for _, p := range c.OutboundPolicies.All() {
		if !c.has("Identity") || isPolicy(p, c.text("Identity")) {
			rows = append(rows, p)
		}
	}
	return c.found(rows)
}

// newPolicy makes a policy, which does nothing until a rule points at it.
// https://learn.microsoft.com/powershell/module/exchange/new-hostedoutboundspamfilterpolicy
func newPolicy(c *call) ([]any, error) {
	name := c.text("Name")
	if err := c.hydrated(); err != nil {
		return nil, err
	}
	if err := checkName(name); err != nil {
		return nil, err
	}
	if _, err := c.policy(name); err == nil {
		return nil, alreadyExists("HostedOutboundSpamFilterPolicy", name)
	}
	p := tenant.OutboundPolicy{
		Name: name, Identity: name, GUID: c.IDs.New(), IsValid: true, Enabled: true,
		AutoForwardingMode: "Automatic", ActionWhenThresholdReached: "BlockUserForToday", RecommendedPolicyType: "Custom",
	}
	c.amendPolicy(&p)
	c.OutboundPolicies.Put(p.Name, p)
	return []any{p}, nil
}

func setPolicy(c *call) ([]any, error) {
	if err := c.hydrated(); err != nil {
		return nil, err
	}
	p, err := c.policy(c.text("Identity"))
	if err != nil {
		return nil, err
	}
	c.amendPolicy(&p)
	c.OutboundPolicies.Put(p.Name, p)
	return nil, nil
}

func (c *call) amendPolicy(p *tenant.OutboundPolicy) {
	for name, property := range map[string]*string{
		"AdminDisplayName":           &p.AdminDisplayName,
		"AutoForwardingMode":         &p.AutoForwardingMode,
		"ActionWhenThresholdReached": &p.ActionWhenThresholdReached,
		"RecommendedPolicyType":      &p.RecommendedPolicyType,
	} {
		if c.has(name) {
			*property = c.text(name)
		}
	}
	for name, limit := range map[string]*int{
		"RecipientLimitExternalPerHour": &p.RecipientLimitExternalPerHour,
		"RecipientLimitInternalPerHour": &p.RecipientLimitInternalPerHour,
		"RecipientLimitPerDay":          &p.RecipientLimitPerDay,
	} {
		if value, given := c.arguments[name].(int); given {
			*limit = value
		}
	}
}

func removePolicy(c *call) ([]any, error) {
	p, err := c.policy(c.text("Identity"))
	if err != nil {
		return nil, err
	}
	if p.IsDefault {
		return nil, invalid("The default HostedOutboundSpamFilterPolicy can't be removed.")
	}
	if rule, used := c.ruleOf(p); used {
		return nil, invalid("The policy '" + p.Name + "' can't be removed because the rule '" + rule.Name + "' uses it.")
	}
	c.OutboundPolicies.Delete(p.Name)
	return nil, nil
}

// policy is the newest version of a policy.
func (c *call) policy(identity string) (tenant.OutboundPolicy, error) {
	p, ok := c.OutboundPolicies.FindLatest(func(p tenant.OutboundPolicy) bool { return isPolicy(p, identity) })
	if !ok {
		return p, notFound(identity)
	}
	return p, nil
}

// ruleOf is the rule that points at a policy; there is at most one.
func (c *call) ruleOf(p tenant.OutboundPolicy) (tenant.OutboundRule, bool) {
	return c.OutboundRules.FindLatest(func(r tenant.OutboundRule) bool {
		return isPolicy(p, r.HostedOutboundSpamFilterPolicy)
	})
}

func isPolicy(p tenant.OutboundPolicy, identity string) bool {
	return containsFold([]string{p.Name, p.Identity, p.GUID}, identity)
}

// forbidden are the characters that a rule's name can't have.
// https://learn.microsoft.com/powershell/module/exchange/new-hostedoutboundspamfilterrule
const forbidden = `\%&*+/=?{}|<>();:[],"`

func checkName(name string) error {
	if name == "" || utf8.RuneCountInString(name) > 64 || strings.TrimSpace(name) != name || strings.ContainsAny(name, forbidden) {
		return badRequest("Microsoft.Exchange.Data.DataValidationException",
			"The property Name is invalid: it must have 1 to 64 characters, none of "+forbidden+" and no white space at its ends.")
	}
	return nil
}
