package exchange

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"unicode/utf8"

	"wxmail/internal/sandbox/tenant"
)

func getRule(c *call) ([]any, error) {
	rules := c.OutboundRules.All()
	slices.SortStableFunc(rules, byPriority)
	var rows []any
	for _, r := range rules {
		if c.has("Identity") && !isRule(r, c.text("Identity")) || c.has("State") && c.text("State") != r.State {
			continue
		}
		rows = append(rows, r)
	}
	return c.found(rows)
}

// newRule makes a rule at its priority; the ones from there on move down.
// https://learn.microsoft.com/powershell/module/exchange/new-hostedoutboundspamfilterrule
func newRule(c *call) ([]any, error) {
	name := c.text("Name")
	if err := c.hydrated(); err != nil {
		return nil, err
	}
	if err := checkName(name); err != nil {
		return nil, err
	}
	if _, err := c.rule(name); err == nil {
		return nil, alreadyExists("HostedOutboundSpamFilterRule", name)
	}
	r := tenant.OutboundRule{Name: name, Identity: name, GUID: c.IDs.New(), State: "Enabled", Priority: len(c.ranked(""))}
	if enabled, given := c.arguments["Enabled"].(bool); given && !enabled {
		r.State = "Disabled"
	}
	return c.putRule(r)
}

func setRule(c *call) ([]any, error) {
	if err := c.hydrated(); err != nil {
		return nil, err
	}
	r, err := c.rule(c.text("Identity"))
	if err != nil {
		return nil, err
	}
	_, err = c.putRule(r)
	return nil, err
}

// putRule applies the arguments that New- and Set- share, and stores.
func (c *call) putRule(r tenant.OutboundRule) ([]any, error) {
	for _, amend := range []func(*tenant.OutboundRule) error{c.amendPolicyOf, c.amendComments, c.amendConditions} {
		if err := amend(&r); err != nil {
			return nil, err
		}
	}
	others := c.ranked(r.Name)
	at := min(r.Priority, len(others))
	if wanted, given := c.arguments["Priority"].(int); given {
		if at = wanted; at > len(others) {
			return nil, invalid("The priority must be between 0 and " + strconv.Itoa(len(others)) + ".")
		}
	}
	r.Priority = at
	c.rank(slices.Insert(others, at, r))
	c.OutboundRules.Put(r.Name, r)
	return []any{r}, nil
}

// amendPolicyOf points the rule at a policy: not the default one, and not
// one that another rule uses.
func (c *call) amendPolicyOf(r *tenant.OutboundRule) error {
	if !c.has("HostedOutboundSpamFilterPolicy") {
		return nil
	}
	p, err := c.policy(c.text("HostedOutboundSpamFilterPolicy"))
	if err != nil {
		return err
	}
	if p.IsDefault {
		return invalid("The default HostedOutboundSpamFilterPolicy can't be used in a rule.")
	}
	if other, used := c.ruleOf(p); used && other.Name != r.Name {
		return invalid("The policy '" + p.Name + "' is already used by the rule '" + other.Name + "'. A policy can have only one rule.")
	}
	r.HostedOutboundSpamFilterPolicy = p.Name
	return nil
}

func (c *call) amendComments(r *tenant.OutboundRule) error {
	if !c.has("Comments") {
		return nil
	}
	r.Comments = nil
	if comments, given := c.arguments["Comments"].(string); given {
		if utf8.RuneCountInString(comments) > 1024 {
			return badRequest("Microsoft.Exchange.Data.DataValidationException", "The property Comments has more than 1024 characters.")
		}
		r.Comments = &comments
	}
	return nil
}

// amendConditions resolves people to addresses and wants at least one
// condition to remain.
func (c *call) amendConditions(r *tenant.OutboundRule) error {
	conditions := []struct {
		name    string
		values  *[]string
		resolve func(string) (string, error)
	}{
		{"From", &r.From, c.sender},
		{"FromMemberOf", &r.FromMemberOf, c.group},
		{"SenderDomainIs", &r.SenderDomainIs, asIs},
		{"ExceptIfFrom", &r.ExceptIfFrom, c.sender},
		{"ExceptIfFromMemberOf", &r.ExceptIfFromMemberOf, c.group},
		{"ExceptIfSenderDomainIs", &r.ExceptIfSenderDomainIs, asIs},
	}
	for _, condition := range conditions {
		if !c.has(condition.name) {
			continue
		}
		given, _ := c.arguments[condition.name].(list)
		resolved := []string{}
		for _, value := range given.apply(*condition.values) {
			name, err := condition.resolve(value)
			if err != nil {
				return err
			}
			resolved = append(resolved, name)
		}
		*condition.values = resolved
	}
	if len(r.From)+len(r.FromMemberOf)+len(r.SenderDomainIs) == 0 {
		return invalid("The rule must have at least one condition: From, FromMemberOf or SenderDomainIs.")
	}
	return nil
}

func asIs(value string) (string, error) { return value, nil }

func (c *call) sender(identity string) (string, error) {
	if m, err := c.mailbox(identity); err == nil {
		return m.PrimarySMTPAddress, nil
	}
	return c.group(identity)
}

func (c *call) group(identity string) (string, error) {
	r, ok := c.Recipients.FindLatest(func(r tenant.Recipient) bool { return isRecipient(r, identity) })
	if !ok {
		return "", notFound(identity)
	}
	return r.PrimarySMTPAddress, nil
}

func removeRule(c *call) ([]any, error) {
	r, err := c.rule(c.text("Identity"))
	if err != nil {
		return nil, err
	}
	c.OutboundRules.Delete(r.Name)
	c.rank(c.ranked(r.Name))
	return nil, nil
}

func enableRule(c *call) ([]any, error)  { return c.switchRule("Enabled") }
func disableRule(c *call) ([]any, error) { return c.switchRule("Disabled") }

func (c *call) switchRule(state string) ([]any, error) {
	r, err := c.rule(c.text("Identity"))
	if err != nil {
		return nil, err
	}
	r.State = state
	c.OutboundRules.Put(r.Name, r)
	return nil, nil
}

// ranked is the newest version of all rules but one, in order of priority.
func (c *call) ranked(but string) []tenant.OutboundRule {
	rules := slices.DeleteFunc(c.OutboundRules.AllLatest(), func(r tenant.OutboundRule) bool { return r.Name == but })
	slices.SortStableFunc(rules, byPriority)
	return rules
}

// rank numbers the rules from 0 without a gap and stores those that moved.
func (c *call) rank(rules []tenant.OutboundRule) {
	for i, r := range rules {
		before := r
		if r.Priority = i; !reflect.DeepEqual(before, r) {
			c.OutboundRules.Put(r.Name, r)
		}
	}
}

// rule is the newest version of a rule.
func (c *call) rule(identity string) (tenant.OutboundRule, error) {
	r, ok := c.OutboundRules.FindLatest(func(r tenant.OutboundRule) bool { return isRule(r, identity) })
	if !ok {
		return r, notFound(identity)
	}
	return r, nil
}

func isRule(r tenant.OutboundRule, identity string) bool {
	return containsFold([]string{r.Name, r.Identity, r.GUID}, identity)
}

func byPriority(a, b tenant.OutboundRule) int { return cmp.Compare(a.Priority, b.Priority) }
