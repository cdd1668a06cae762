package handoff

import (
	"fmt"

	"wxmail/internal/guide"
	"wxmail/internal/mailflow"
	"wxmail/internal/step"
)

// edit is a change as the script makes it: it shows what was there before,
// leaves alone what stands as it is wanted already, and waits until the change
// can be read back.
type edit struct {
	key    string
	what   string
	from   section // that is looked at again
	view   view
	wanted []string
	run    []mailflow.Cmdlet
	warn   string // said when the change was made, as PowerShell
}

// edits are the plan's changes, in order. Errors: a change that is not one of
// the Exchange steps, or whose cmdlets were not given.
func (s Script) edits() (all []edit, err error) {
	for _, c := range s.Plan.Changes {
		e, err := s.edit(c)
		if err != nil {
			return nil, err
		}
		e.key = c.Key
		if e.run = s.Cmdlets[c.Key]; len(e.run) == 0 {
			return nil, fmt.Errorf("the plan's change %s has no cmdlets", c.Key)
		}
		all = append(all, e)
	}
	return all, nil
}

func (s Script) edit(c step.Change) (edit, error) {
	switch after := c.After.(type) {
	case guide.SMTPAuth:
		v := valueOf("CASMailbox", "SmtpClientAuthenticationDisabled")
		return s.looks(s.property("SmtpClientAuthenticationDisabled", c.Target), v, yesNo(after != "enabled")), nil
	case guide.SendAs:
		return s.sendAsEdit(after), nil
	case guide.Customization:
		e := s.looks(s.what("organization", "Property", "IsDehydrated"), valueOf("OrganizationConfig", "IsDehydrated"), yesNo(false))
		e.warn = s.quoted(s.say("hydration")) // no property tells when Exchange is ready
		return e, nil
	case guide.OutboundPolicy:
		return s.looks(s.what("mode", "Policy", c.Target), ofPolicy(c.Target), after.AutoForwarding), nil
	case guide.OutboundRule:
		return s.looks(s.what("rule", "Rule", c.Target), ofRule(c.Target, s.ruleComesFirst()), s.ruleAfter()...), nil
	case guide.Forwarding:
		return s.forwardingEdit(after), nil
	}
	return edit{}, fmt.Errorf("the change %s is none of the Exchange steps", c.Key)
}

// looks is an edit that looks again at a section that was seen.
func (s Script) looks(what string, v view, wanted ...string) edit {
	e := edit{what: what, view: v, wanted: wanted}
	for _, section := range sectionsFor(s.Wanted) {
		if section.name == v.section {
			e.from = section
		}
	}
	return e
}

// sendAsEdit asks Exchange for the right of that one account, which it knows by
// any name.
func (s Script) sendAsEdit(after guide.SendAs) edit {
	granted := text("AccessRights", "SendAs")
	e := edit{
		what:   s.what("send-as", "Trustee", after.Trustee, "Mailbox", s.Wanted.Mailbox),
		view:   view{where: []where{{property: "AccessControlType", value: "Allow"}}, show: []string{granted.name}},
		wanted: []string{record(granted)},
	}
	e.from.cmdlet = mailflow.Cmdlet{Name: "Get-RecipientPermission", Parameters: []mailflow.Parameter{
		{Name: "Identity", Value: s.Wanted.Mailbox}, {Name: "Trustee", Value: after.Trustee}, {Name: "AccessRights", Value: "SendAs"},
	}}
	return e
}

func (s Script) forwardingEdit(after guide.Forwarding) edit {
	var wanted []string
	for _, to := range smtpForms(after.ForwardingTo) {
		wanted = append(wanted, record(forwardingProperties(after.ForwardingAddress, to, after.KeepCopy)...))
	}
	return s.looks(s.what("forwarding", "Mailbox", s.Wanted.Mailbox), listOf("Mailbox", forwardingProperties("", "", false)), wanted...)
}

func forwardingProperties(inside, outside string, keepCopy bool) []property {
	return []property{text("ForwardingAddress", inside), text("ForwardingSmtpAddress", outside), yes("DeliverToMailboxAndForward", keepCopy)}
}
