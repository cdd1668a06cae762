package handoff

import (
	"slices"

	"wxmail/internal/guide"
	"wxmail/internal/mailflow"
)

// comparison is one of the guard: what was looked at is one of these texts, or
// the script changes nothing.
type comparison struct {
	what     string
	view     view
	expected []string
}

// guard compares everything that the judge has made the plan of. What the plan
// changes may stand as it was found, or as it will be: so the script may be run
// again. What leads to the same plan either way is not compared: the tenant's
// switch for SMTP, and the names of a mailbox where no list names anybody.
func (s Script) guard() []comparison {
	return slices.Concat(s.mailboxGuard(), s.forwardingGuard(), s.accountGuard(), s.policyGuard(), s.ruleGuard(), s.routeGuard())
}

func (s Script) mailboxGuard() []comparison {
	m, name := s.Seen.Mailbox, s.Wanted.Mailbox
	all := []comparison{{s.property("PrimarySmtpAddress", name), valueOf("Mailbox", "PrimarySmtpAddress"), []string{m.PrimarySMTPAddress}}}
	all = append(all, s.usable("Mailbox", name, m)...)
	if len(s.Seen.OutboundRules) > 0 {
		all = append(all, s.called("Mailbox", name, m))
	}
	return all
}

// usable is what decides whether a mailbox can be used. Nobody signs in as a
// shared one, so its account may be as it likes.
func (s Script) usable(section, name string, m *mailflow.Mailbox) []comparison {
	all := []comparison{{s.what("kind", "Mailbox", name), valueOf(section, "RecipientTypeDetails"), []string{m.RecipientTypeDetails}}}
	if m.IsShared() {
		return all
	}
	disabled := []string{"", "False"}
	if m.AccountDisabled {
		disabled = []string{"True"}
	}
	return append(all, comparison{s.what("disabled", "Mailbox", name), valueOf(section, "AccountDisabled"), disabled})
}

// called is what a mailbox is called, where a list names people.
func (s Script) called(section, name string, m *mailflow.Mailbox) comparison {
	properties := nameProperties(m)
	return comparison{s.what("names", "Mailbox", name), listOf(section, properties), []string{record(properties...)}}
}

func nameProperties(m *mailflow.Mailbox) []property {
	return []property{
		text("Identity", m.Identity), text("Name", m.Name), text("DisplayName", m.DisplayName), text("UserPrincipalName", m.UserPrincipalName),
		text("ExternalDirectoryObjectId", m.ExternalDirectoryObjectID), texts("EmailAddresses", m.EmailAddresses),
	}
}

// forwardingGuard: whether a copy is kept matters only where nothing of the
// forwarding is to be changed, or where no answer decides it.
func (s Script) forwardingGuard() []comparison {
	have := s.Seen.Mailbox.Forwarding
	if change := s.Plan.Find("mailbox.forwarding"); change != nil && s.Wanted.Open.KeepCopy {
		after, _ := change.After.(guide.Forwarding) // of another kind there is no edit
		return []comparison{s.openCopyGuard(have, after)}
	}
	inside, outside := []string{have.Address}, smtpForms(have.SMTPAddress)
	change := s.Plan.Find("mailbox.forwarding")
	if change != nil {
		after, _ := change.After.(guide.Forwarding) // of another kind there is no edit
		inside, outside = append(inside, after.ForwardingAddress), append(outside, smtpForms(after.ForwardingTo)...)
	}
	all := []comparison{
		{s.property("ForwardingAddress", s.Wanted.Mailbox), valueOf("Mailbox", "ForwardingAddress"), inside},
		{s.property("ForwardingSmtpAddress", s.Wanted.Mailbox), valueOf("Mailbox", "ForwardingSmtpAddress"), outside},
	}
	if change == nil {
		kept := valueOf("Mailbox", "DeliverToMailboxAndForward")
		all = append(all, comparison{s.what("copy", "Mailbox", s.Wanted.Mailbox), kept, []string{yesNo(have.KeepCopy)}})
	}
	return all
}

// openCopyGuard: what forwards as it shall, and keeps another copy than the
// script would have it, was set by somebody.
func (s Script) openCopyGuard(have mailflow.Forwarding, after guide.Forwarding) comparison {
	c := comparison{what: s.what("forwarding-and-copy", "Mailbox", s.Wanted.Mailbox)}
	c.view = listOf("Mailbox", forwardingProperties("", "", false))
	for _, address := range smtpForms(have.SMTPAddress) {
		c.expected = append(c.expected, record(forwardingProperties(have.Address, address, true)...),
			record(forwardingProperties(have.Address, address, false)...))
	}
	for _, address := range smtpForms(after.ForwardingTo) {
		c.expected = append(c.expected, record(forwardingProperties(after.ForwardingAddress, address, after.KeepCopy)...))
	}
	return c
}

// smtpForms are the texts by which Exchange shows a forwarding address.
func smtpForms(address string) []string {
	if address == "" {
		return []string{""}
	}
	return []string{"smtp:" + address, address}
}

func yesNo(is bool) string {
	if is {
		return "True"
	}
	return "False"
}

// accountGuard is about the account that signs in. A right or a switch that is
// to be changed may be as it likes: the change looks itself.
func (s Script) accountGuard() (all []comparison) {
	login := s.Wanted.Login()
	if s.Wanted.Delegate() {
		all = s.usable("SignIn", login, s.Seen.SignIn)
	}
	if !s.Plan.Has("mailbox.smtp-auth") {
		all = append(all, comparison{s.property("SmtpClientAuthenticationDisabled", login),
			valueOf("CASMailbox", "SmtpClientAuthenticationDisabled"), []string{disabledText(s.Seen.SMTPAuthDisabled)}})
	}
	if !s.Wanted.Delegate() || s.Plan.Has("mailbox.send-as") {
		return all
	}
	var trustees []string
	for _, trustee := range s.Seen.SendAs {
		trustees = append(trustees, record(text("Trustee", trustee)))
	}
	allowed := view{section: "RecipientPermission", show: []string{"Trustee"}}
	allowed.where = []where{{property: "AccessControlType", value: "Allow"}, {property: "AccessRights", value: "SendAs"}}
	return append(all, s.called("SignIn", login, s.Seen.SignIn),
		comparison{s.what("senders", "Mailbox", s.Wanted.Mailbox), allowed, []string{together(ordinal(trustees))}})
}

func disabledText(disabled *bool) string {
	if disabled == nil {
		return ""
	}
	return yesNo(*disabled)
}
