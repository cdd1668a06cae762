package mail

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox/tenant"
)

// forwardTo makes support forward and keep a copy.
func forwardTo(t *tenant.Tenant, address string) {
	setMailbox(t, support, func(m *tenant.Mailbox) {
		target := "smtp:" + address
		m.ForwardingSMTPAddress, m.DeliverToMailboxAndForward = &target, true
	})
}

// allow puts a policy that is On, with a rule, before all others.
func allow(t *tenant.Tenant, rule tenant.OutboundRule) {
	rule.Name, rule.State, rule.HostedOutboundSpamFilterPolicy = "ours", "Enabled", "ours"
	t.OutboundPolicies.Put("ours", tenant.OutboundPolicy{Name: "ours", AutoForwardingMode: "On"})
	t.OutboundRules.Put("ours", rule)
}

func text(s string) *string { return &s }

const refusal = "rejected: 550 5.7.520 Access denied, Your organization does not allow external forwarding. " +
	"Please contact your administrator for further assistance. AS(7555)"

func TestRoute(t *testing.T) {
	autoForward := text("AutoForward")
	tests := []struct {
		name string
		to   string
		set  func(*tenant.Tenant)
		want []string // "recipient: status" of every leg
	}{
		{"to a mailbox", support, nil, []string{support + ": delivered"}},
		{"to an alias", "alias-" + support, nil, []string{"alias-" + support + ": delivered"}},
		{"to a plus address", "support+a+b@contoso.example", nil, []string{"support+a+b@contoso.example: delivered"}},
		{"to a plus address of nobody", "nobody+a@contoso.example", nil, []string{
			"nobody+a@contoso.example: failed: 550 5.1.10 RESOLVER.ADR.RecipientNotFound; " +
				"Recipient nobody+a@contoso.example not found by SMTP address lookup",
			customer + ": delivered",
		}},
		{"to a group", "team@contoso.example", nil, []string{"team@contoso.example: delivered"}},
		{"to nobody here", "nobody@contoso.example", nil, []string{
			"nobody@contoso.example: failed: 550 5.1.10 RESOLVER.ADR.RecipientNotFound; " +
				"Recipient nobody@contoso.example not found by SMTP address lookup",
			customer + ": delivered",
		}},
		{"default policy Automatic", support, func(t *tenant.Tenant) { forwardTo(t, agent) }, []string{
			support + ": delivered", agent + ": " + refusal, customer + ": delivered",
		}},
		{"default policy On", support, func(t *tenant.Tenant) {
			forwardTo(t, agent)
			t.OutboundPolicies.Put("Default", tenant.OutboundPolicy{Name: "Default", IsDefault: true, AutoForwardingMode: "On"})
		}, []string{support + ": delivered",
			agent + ": forwarded: envelope sender <support+SRS=sbx00=AA=fabrikam.example=customer@contoso.example>"}},
		{"own policy", support, func(t *tenant.Tenant) {
			forwardTo(t, agent)
			allow(t, tenant.OutboundRule{From: []string{support}})
		}, []string{support + ": delivered", agent + ": forwarded"}},
		{"no copy kept", support, func(t *tenant.Tenant) {
			forwardTo(t, agent)
			setMailbox(t, support, func(m *tenant.Mailbox) { m.DeliverToMailboxAndForward = false })
			allow(t, tenant.OutboundRule{From: []string{support}})
		}, []string{support + ": forwarded: no copy kept", agent + ": forwarded"}},
		{"own policy shadowed by an earlier rule", support, func(t *tenant.Tenant) {
			forwardTo(t, agent)
			allow(t, tenant.OutboundRule{From: []string{support}, Priority: 1})
			t.OutboundPolicies.Put("strict", tenant.OutboundPolicy{Name: "strict", AutoForwardingMode: "Off"})
			t.OutboundRules.Put("strict", tenant.OutboundRule{
				Name:                           "strict",
				State:                          "Enabled",
				HostedOutboundSpamFilterPolicy: "strict",
				SenderDomainIs:                 []string{"contoso.example"},
			})
		}, []string{support + ": delivered", agent + ": " + refusal, customer + ": delivered"}},
		{"own policy excepts the mailbox", support, func(t *tenant.Tenant) {
			forwardTo(t, agent)
			allow(t, tenant.OutboundRule{SenderDomainIs: []string{"contoso.example"}, ExceptIfFrom: []string{support}})
		}, []string{support + ": delivered", agent + ": " + refusal, customer + ": delivered"}},
		{"own policy for a group without members", support, func(t *tenant.Tenant) {
			forwardTo(t, agent)
			allow(t, tenant.OutboundRule{FromMemberOf: []string{"team"}})
		}, []string{support + ": delivered", agent + ": " + refusal, customer + ": delivered"}},
		{"remote domain forbids", support, func(t *tenant.Tenant) {
			forwardTo(t, agent)
			allow(t, tenant.OutboundRule{From: []string{support}})
			t.RemoteDomains.Put("Default", tenant.RemoteDomain{Identity: "Default", DomainName: "*"})
		}, []string{support + ": delivered",
			agent + ": dropped: 250 2.1.5 RESOLVER.MSGTYPE.AF; handled AutoForward addressed to external recipient"}},
		{"a closer remote domain allows", support, func(t *tenant.Tenant) {
			forwardTo(t, agent)
			allow(t, tenant.OutboundRule{From: []string{support}})
			t.RemoteDomains.Put("Default", tenant.RemoteDomain{Identity: "Default", DomainName: "*"})
			t.RemoteDomains.Put("Webex", tenant.RemoteDomain{Identity: "Webex", DomainName: "mail-us.imiconnect.io", AutoForwardEnabled: true})
		}, []string{support + ": delivered", agent + ": forwarded"}},
		{"mail flow rule rejects forwarding", support, func(t *tenant.Tenant) {
			forwardTo(t, agent)
			allow(t, tenant.OutboundRule{From: []string{support}})
			t.TransportRules.Put("no", tenant.TransportRule{
				Name:                    "no",
				State:                   "Enabled",
				Mode:                    "Enforce",
				MessageTypeMatches:      autoForward,
				RejectMessageReasonText: text("not here"),
			})
		}, []string{support + ": delivered", agent + ": rejected: 550 5.7.1 TRANSPORT.RULES.RejectMessage; not here", customer + ": delivered"}},
		{"mail flow rule excepts the domain", support, func(t *tenant.Tenant) {
			forwardTo(t, agent)
			allow(t, tenant.OutboundRule{From: []string{support}})
			t.TransportRules.Put("no", tenant.TransportRule{Name: "no", State: "Enabled", Mode: "Enforce", MessageTypeMatches: autoForward,
				ExceptIfRecipientDomainIs: []string{"imiconnect.io"}, DeleteMessage: true})
		}, []string{support + ": delivered", agent + ": forwarded"}},
		{"mail flow rule only audits", support, func(t *tenant.Tenant) {
			forwardTo(t, agent)
			allow(t, tenant.OutboundRule{From: []string{support}})
			t.TransportRules.Put("no", tenant.TransportRule{Name: "no", State: "Enabled", Mode: "AuditAndNotify", DeleteMessage: true})
		}, []string{support + ": delivered", agent + ": forwarded"}},
		{"mail flow rule on the loop header", support, func(t *tenant.Tenant) {
			forwardTo(t, agent)
			t.TransportRules.Put("no", tenant.TransportRule{Name: "no", State: "Enabled", Mode: "Enforce", SentToScope: text("NotInOrganization"),
				HeaderMatchesMessageHeader: text("X-MS-Exchange-Inbox-Rules-Loop"), HeaderMatchesPatterns: []string{"."}, Quarantine: true})
		}, []string{support + ": delivered", agent + ": dropped: quarantined by the mail flow rule no"}},
		{"ForwardingAddress wins", support, func(t *tenant.Tenant) {
			forwardTo(t, agent)
			setMailbox(t, support, func(m *tenant.Mailbox) { m.ForwardingAddress = text(sales) })
		}, []string{support + ": delivered", sales + ": delivered"}},
		{"a loop", support, func(t *tenant.Tenant) {
			forwardTo(t, sales)
			setMailbox(t, sales, func(m *tenant.Mailbox) { m.ForwardingSMTPAddress = text("smtp:" + support) })
		}, []string{
			support + ": delivered", sales + ": forwarded: no copy kept", support + ": delivered",
			support + ": failed: 554 5.4.14 Hop count exceeded - possible mail loop", customer + ": delivered",
		}},
		{"to a mailbox for those who sign in", support, func(t *tenant.Tenant) {
			forwardTo(t, agent)
			setMailbox(t, support, func(m *tenant.Mailbox) { m.RequireSenderAuthenticationEnabled = true })
		}, []string{support + ": rejected: " + notSignedIn, customer + ": delivered"}},
		{"to a mailbox for others", support, func(t *tenant.Tenant) {
			setMailbox(t, support, func(m *tenant.Mailbox) { m.AcceptMessagesOnlyFromSendersOrMembers = []string{sales} })
		}, []string{support + ": rejected: " + notListed, customer + ": delivered"}},
		{"to a mailbox for this sender", support, func(t *tenant.Tenant) {
			setMailbox(t, support, func(m *tenant.Mailbox) { m.AcceptMessagesOnlyFromSendersOrMembers = []string{sales, customer} })
		}, []string{support + ": delivered"}},
		{"to a moderated mailbox", support, func(t *tenant.Tenant) {
			forwardTo(t, agent)
			setMailbox(t, support, func(m *tenant.Mailbox) { m.ModerationEnabled = true })
		}, []string{support + ": held: a moderator has to approve it"}},
		{"to a full mailbox", support, func(t *tenant.Tenant) { t.Settings.FullMailboxes = []string{"alias-" + support} },
			[]string{support + ": rejected: " + noRoom, customer + ": delivered"}},
		{"to outside", customer, nil, []string{customer + ": delivered"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			model := newTenant()
			if test.set != nil {
				test.set(model)
			}
			legs, err := New(model, verifyNames).Send(customer, test.to, "Hi", "hello")
			if err != nil {
				t.Fatal(err)
			}
			got := []string{}
			for _, leg := range legs {
				got = append(got, leg.To+": "+leg.Status)
			}
			// Where the envelope is not the point it is left out.
			for i, want := range test.want {
				if strings.HasSuffix(want, ": forwarded") && i < len(got) {
					got[i], _, _ = strings.Cut(got[i], ": envelope sender")
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("legs (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(legs, model.Messages); diff != "" {
				t.Errorf("recorded (-returned +recorded):\n%s", diff)
			}
		})
	}
}

func TestReportNamesTheReason(t *testing.T) {
	model := newTenant()
	forwardTo(model, agent)
	legs, err := New(model, verifyNames).Send(customer, support, "Hi", "hello")
	if err != nil {
		t.Fatal(err)
	}
	report := legs[len(legs)-1]
	if report.From != "postmaster@contoso.example" || report.Subject != "Undeliverable: Hi" || !strings.Contains(report.Text, "AS(7555)") {
		t.Errorf("report %+v", report)
	}
}

func TestDeliver(t *testing.T) {
	for _, test := range []struct {
		name   string
		err    error
		status string
	}{
		{"taken", nil, "forwarded: envelope sender <support+SRS=sbx00=AA=fabrikam.example=customer@contoso.example>"},
		{"refused", errors.New("nobody home"), "dropped: nobody home"},
	} {
		t.Run(test.name, func(t *testing.T) {
			model := newTenant()
			forwardTo(model, agent)
			allow(model, tenant.OutboundRule{From: []string{support}})
			s := New(model, verifyNames)
			var got []Inbound
			s.SetDeliver(func(in Inbound) error {
				model.Lock() // the lock is free for who takes the mail
				defer model.Unlock()
				got = append(got, in)
				return test.err
			})
			legs, err := s.Send(customer, support, "Hi", "hello")
			if err != nil {
				t.Fatal(err)
			}
			want := []Inbound{{customer, support, "Hi", "hello", legs[0].MessageID, agent}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("inbound (-want +got):\n%s", diff)
			}
			if legs[1].Status != test.status {
				t.Errorf("status %q, want %q", legs[1].Status, test.status)
			}
		})
	}
}

func TestSendRefusesBadAddresses(t *testing.T) {
	s := New(newTenant(), verifyNames)
	for _, bad := range [][2]string{{"", support}, {customer, "nobody"}, {customer, "Support <" + support + ">"}} {
		if _, err := s.Send(bad[0], bad[1], "x", "y"); err == nil {
			t.Errorf("%q to %q was accepted", bad[0], bad[1])
		}
	}
}
