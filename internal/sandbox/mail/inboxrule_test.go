package mail

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox/tenant"
)

// addRule gives a mailbox an enabled rule, the last one so far.
func addRule(t *tenant.Tenant, owner string, rule tenant.InboxRule) {
	rule.MailboxOwnerID, rule.Identity, rule.Enabled = owner, owner+`\`+rule.Name, true
	rule.Priority = len(t.InboxRules.AllLatest()) + 1
	t.InboxRules.Put(rule.Identity, rule)
}

func to(address string) []string { return []string{tenant.OutsideRecipient(address)} }

func TestInboxRules(t *testing.T) {
	const (
		delivered = support + ": delivered"
		deleted   = support + ": dropped: deleted by the inbox rule hide"
		forwarded = agent + ": forwarded"
	)
	hide := tenant.InboxRule{Name: "hide", DeleteMessage: true}
	allowed := func(t *tenant.Tenant) { allow(t, tenant.OutboundRule{From: []string{support}}) }
	tests := []struct {
		name string
		set  func(*tenant.Tenant)
		want []string // "recipient: status" of every leg of a letter to support
	}{
		{"none", func(*tenant.Tenant) {}, []string{delivered}},
		{"of somebody else", func(t *tenant.Tenant) { addRule(t, sales, hide) }, []string{delivered}},
		{"deletes", func(t *tenant.Tenant) { addRule(t, support, hide) }, []string{deleted}},
		{"deletes, hidden", func(t *tenant.Tenant) {
			rule := hide
			rule.Hidden = true
			addRule(t, support, rule)
		}, []string{deleted}},
		{"disabled", func(t *tenant.Tenant) {
			addRule(t, support, hide)
			rule, _ := t.InboxRules.Latest(support + `\hide`)
			rule.Enabled = false
			t.InboxRules.Put(rule.Identity, rule)
		}, []string{delivered}},
		{"moves", func(t *tenant.Tenant) {
			addRule(t, support, tenant.InboxRule{Name: "move", MoveToFolder: text(`support:\RSS Feeds`)})
		}, []string{delivered}},
		{"redirects", func(t *tenant.Tenant) {
			allowed(t)
			addRule(t, support, tenant.InboxRule{Name: "copy", RedirectTo: to(agent)})
		}, []string{delivered, forwarded}},
		{"forwards in three ways and deletes", func(t *tenant.Tenant) {
			allowed(t)
			addRule(t, support, tenant.InboxRule{
				Name: "hide", ForwardTo: to(agent), ForwardAsAttachmentTo: []string{tenant.InsideRecipient("Sales", sales)},
				RedirectTo: []string{tenant.InsideRecipient("team", "team")}, DeleteMessage: true,
			})
		}, []string{deleted, forwarded, sales + ": delivered", "team@contoso.example: delivered"}},
		{"forwards through a contact", func(t *tenant.Tenant) {
			allowed(t)
			t.Recipients.Put("Kim", tenant.Recipient{Identity: "Kim", PrimarySMTPAddress: agent})
			addRule(t, support, tenant.InboxRule{Name: "copy", ForwardTo: []string{tenant.InsideRecipient("Kim", "Kim")}})
		}, []string{delivered, forwarded}},
		{"outbound policy forbids", func(t *tenant.Tenant) {
			addRule(t, support, tenant.InboxRule{Name: "copy", ForwardTo: to(agent)})
		}, []string{delivered, agent + ": " + refusal, customer + ": delivered"}},
		{"remote domain forbids", func(t *tenant.Tenant) {
			allowed(t)
			t.RemoteDomains.Put("Default", tenant.RemoteDomain{Identity: "Default", DomainName: "*"})
			addRule(t, support, tenant.InboxRule{Name: "copy", ForwardAsAttachmentTo: to(agent)})
		}, []string{delivered, agent + ": dropped: 250 2.1.5 RESOLVER.MSGTYPE.AF; handled AutoForward addressed to external recipient"}},
		{"mail flow rule forbids", func(t *tenant.Tenant) {
			allowed(t)
			t.TransportRules.Put("no", tenant.TransportRule{Name: "no", MessageTypeMatches: text("AutoForward"), DeleteMessage: true})
			addRule(t, support, tenant.InboxRule{Name: "copy", RedirectTo: to(agent)})
		}, []string{delivered, agent + ": dropped: deleted by the mail flow rule no"}},
		{"mailbox forwarding goes on though the copy is deleted", func(t *tenant.Tenant) {
			allowed(t)
			forwardTo(t, agent)
			addRule(t, support, hide)
		}, []string{deleted, forwarded}},
		{"no copy is kept to act on", func(t *tenant.Tenant) {
			allowed(t)
			forwardTo(t, agent)
			setMailbox(t, support, func(m *tenant.Mailbox) { m.DeliverToMailboxAndForward = false })
			addRule(t, support, tenant.InboxRule{Name: "hide", DeleteMessage: true, RedirectTo: to(customer)})
		}, []string{support + ": forwarded: no copy kept", forwarded}},
		{"conditions hold", func(t *tenant.Tenant) {
			addRule(t, support, tenant.InboxRule{Name: "hide", DeleteMessage: true,
				From:                 []string{tenant.InsideRecipient("team", "team"), tenant.OutsideRecipient("Customer@fabrikam.example")},
				SubjectContainsWords: []string{"refund", "INVOICE"}})
		}, []string{deleted}},
		{"another sender", func(t *tenant.Tenant) {
			addRule(t, support, tenant.InboxRule{Name: "hide", DeleteMessage: true, From: to(agent), SubjectContainsWords: []string{"invoice"}})
		}, []string{delivered}},
		{"another subject", func(t *tenant.Tenant) {
			addRule(t, support, tenant.InboxRule{Name: "hide", DeleteMessage: true, From: to(customer), SubjectContainsWords: []string{"refund"}})
		}, []string{delivered}},
		{"an earlier rule stops", func(t *tenant.Tenant) {
			addRule(t, support, tenant.InboxRule{Name: "stop", StopProcessingRules: true})
			addRule(t, support, hide)
		}, []string{delivered}},
		{"a rule that does not hold stops nothing", func(t *tenant.Tenant) {
			addRule(t, support, tenant.InboxRule{Name: "stop", StopProcessingRules: true, From: to(agent)})
			addRule(t, support, hide)
		}, []string{deleted}},
		{"a later rule acts on what is deleted, the first name stays", func(t *tenant.Tenant) {
			addRule(t, support, hide)
			addRule(t, support, tenant.InboxRule{Name: "again", DeleteMessage: true, RedirectTo: to(sales)})
		}, []string{deleted, sales + ": delivered"}},
		{"two mailboxes redirect to each other", func(t *tenant.Tenant) {
			addRule(t, support, tenant.InboxRule{Name: "there", RedirectTo: to(sales)})
			addRule(t, sales, tenant.InboxRule{Name: "back", RedirectTo: to(support)})
		}, []string{delivered, sales + ": delivered", delivered}},
		{"a mailbox redirects to itself", func(t *tenant.Tenant) {
			addRule(t, support, tenant.InboxRule{Name: "copy", RedirectTo: to(support)})
		}, []string{delivered, delivered}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			model := newTenant()
			test.set(model)
			legs, err := New(model, verifyNames).Send(customer, support, "Your invoice", "hello")
			if err != nil {
				t.Fatal(err)
			}
			got := []string{}
			for _, leg := range legs {
				status, _, _ := strings.Cut(leg.Status, ": envelope sender")
				got = append(got, leg.To+": "+status)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("legs (-want +got):\n%s", diff)
			}
		})
	}
}
