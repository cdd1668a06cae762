package mailflow

import (
	"strings"
	"testing"
)

func TestEffectiveSMTPAuth(t *testing.T) {
	on, off := false, true // the property says "disabled"
	for _, test := range []struct {
		tenant  bool
		mailbox *bool
		want    string
	}{
		{false, nil, "inherited-enabled"}, {true, nil, "inherited-disabled"},
		{false, &on, "enabled"}, {true, &on, "enabled"},
		{false, &off, "disabled"}, {true, &off, "disabled"},
	} {
		if got := EffectiveSMTPAuth(test.tenant, test.mailbox); got != test.want {
			t.Errorf("%v %v: %s, want %s", test.tenant, test.mailbox, got, test.want)
		}
	}
}

func TestPolicyInForce(t *testing.T) {
	policies := []OutboundPolicy{
		{Name: "Default", IsDefault: true, AutoForwardingMode: "Automatic"},
		{Name: "A", Identity: "id-a", AutoForwardingMode: "On"}, {Name: "B", AutoForwardingMode: "Off"},
	}
	enabled := func(name, policy string, priority int, set func(*OutboundRule)) OutboundRule {
		r := OutboundRule{Name: name, Policy: policy, Priority: priority, State: "Enabled"}
		set(&r)
		return r
	}
	from := func(senders ...string) func(*OutboundRule) { return func(r *OutboundRule) { r.From = senders } }
	domains := func(domains ...string) func(*OutboundRule) {
		return func(r *OutboundRule) { r.SenderDomainIs = domains }
	}
	for _, test := range []struct {
		name   string
		rules  []OutboundRule
		policy string // "" is none
		rule   string // "" is the default policy
		maybe  int
	}{
		{"no rule", nil, "Default", "", 0},
		{"ours", []OutboundRule{enabled("r", "A", 0, from("Support@contoso.com"))}, "A", "r", 0},
		{"by an alias", []OutboundRule{enabled("r", "A", 0, from("hello@contoso.com"))}, "A", "r", 0},
		{"by a display name", []OutboundRule{enabled("r", "A", 0, from("Support"))}, "A", "r", 0},
		{"by an object id", []OutboundRule{enabled("r", "A", 0, from("OID"))}, "A", "r", 0},
		{"the policy by identity", []OutboundRule{enabled("r", "ID-A", 0, from("support"))}, "A", "r", 0},
		{"somebody else's", []OutboundRule{enabled("r", "A", 0, from("sales@contoso.com"))}, "Default", "", 0},
		{"the lower number first, whatever the order", []OutboundRule{
			enabled("r1", "A", 1, from("support@contoso.com")), enabled("r0", "B", 0, domains("contoso.com"))}, "B", "r0", 0},
		{"disabled", []OutboundRule{{Name: "r0", Policy: "B", State: "Disabled", From: []string{"support"}},
			enabled("r1", "A", 1, from("support"))}, "A", "r1", 0},
		{"a domain", []OutboundRule{enabled("r", "A", 0, domains("CONTOSO.com"))}, "A", "r", 0},
		{"the domain above", []OutboundRule{enabled("r", "A", 0, domains("com"))}, "A", "r", 0},
		{"another domain", []OutboundRule{enabled("r", "A", 0, domains("toso.com"))}, "Default", "", 0},
		{"both conditions must hold", []OutboundRule{enabled("r", "A", 0, func(r *OutboundRule) {
			r.From, r.SenderDomainIs = []string{"support"}, []string{"fabrikam.com"}
		})}, "Default", "", 0},
		{"excepted sender", []OutboundRule{enabled("r", "A", 0, func(r *OutboundRule) {
			r.SenderDomainIs, r.ExceptIfFrom = []string{"contoso.com"}, []string{"support@contoso.com"}
		})}, "Default", "", 0},
		{"excepted domain", []OutboundRule{enabled("r", "A", 0, func(r *OutboundRule) {
			r.From, r.ExceptIfSenderDomainIs = []string{"support"}, []string{"contoso.com"}
		})}, "Default", "", 0},
		{"somebody else excepted", []OutboundRule{enabled("r", "A", 0, func(r *OutboundRule) {
			r.From, r.ExceptIfFrom = []string{"support"}, []string{"sales"}
		})}, "A", "r", 0},
		{"a group before ours", []OutboundRule{
			enabled("g", "B", 0, func(r *OutboundRule) { r.FromMemberOf = []string{"team"} }), enabled("r", "A", 1, from("support"))}, "A", "r", 1},
		{"a group behind ours", []OutboundRule{
			enabled("g", "B", 1, func(r *OutboundRule) { r.FromMemberOf = []string{"team"} }), enabled("r", "A", 0, from("support"))}, "A", "r", 0},
		{"a group and a foreign sender", []OutboundRule{enabled("g", "B", 0, func(r *OutboundRule) {
			r.FromMemberOf, r.From = []string{"team"}, []string{"sales"}
		})}, "Default", "", 0},
		{"an excepted group", []OutboundRule{enabled("g", "B", 0, func(r *OutboundRule) {
			r.From, r.ExceptIfFromMemberOf = []string{"support"}, []string{"team"}
		})}, "Default", "", 1},
		{"a policy that is not listed", []OutboundRule{enabled("r", "gone", 0, from("support"))}, "", "r", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := PolicyInForce(policies, test.rules, supportMailbox())
			policy, rule := "", ""
			if got.Policy != nil {
				policy = got.Policy.Name
			}
			if got.Rule != nil {
				rule = got.Rule.Name
			}
			if policy != test.policy || rule != test.rule || len(got.Maybe) != test.maybe {
				t.Errorf("policy %q, rule %q, %d maybe; want %q, %q, %d", policy, rule, len(got.Maybe), test.policy, test.rule, test.maybe)
			}
		})
	}
}

func TestAutoForwarding(t *testing.T) {
	for mode, want := range map[string]string{"On": "on", "Off": "off", "Automatic": "automatic"} {
		if got := AutoForwarding(&OutboundPolicy{AutoForwardingMode: mode}); got != want {
			t.Errorf("%s: %s", mode, got)
		}
	}
	if AutoForwarding(nil) != "" {
		t.Error("no policy says something")
	}
}

func TestRemoteDomainFor(t *testing.T) {
	domains := []RemoteDomain{{DomainName: "*"}, {DomainName: "*.io"}, {DomainName: "*.imiconnect.io"}, {DomainName: "mail-us.Imiconnect.io"}}
	for domain, want := range map[string]string{
		"fabrikam.com": "*", "x.io": "*.io", "mail-eu.imiconnect.io": "*.imiconnect.io", "imiconnect.io": "*.imiconnect.io",
		"MAIL-US.imiconnect.io": "mail-us.Imiconnect.io", "evilimiconnect.io": "*.io",
	} {
		if got := RemoteDomainFor(domains, domain); got == nil || got.DomainName != want {
			t.Errorf("%s: %+v, want %s", domain, got, want)
		}
	}
	if got := RemoteDomainFor(domains[3:], "fabrikam.com"); got != nil {
		t.Errorf("no entry fits, got %+v", got)
	}
}

func TestBlockingTransportRules(t *testing.T) {
	const tasks = "Microsoft.Exchange.MessagingPolicies.Rules.Tasks."
	base := func(set func(*TransportRule)) TransportRule {
		r := TransportRule{Name: "r", State: "Enabled", Mode: "Enforce", MessageTypeMatches: "AutoForward", RejectMessageReasonText: "no"}
		set(&r)
		return r
	}
	for _, test := range []struct {
		name string
		set  func(*TransportRule)
		want string
	}{
		{"rejects what is forwarded", func(r *TransportRule) {}, "certain"},
		{"deletes", func(r *TransportRule) { r.RejectMessageReasonText, r.DeleteMessage = "", true }, "certain"},
		{"quarantines", func(r *TransportRule) { r.RejectMessageReasonText, r.Quarantine = "", true }, "certain"},
		{"diverts, told by the action's class", func(r *TransportRule) {
			r.RejectMessageReasonText, r.Actions = "", []string{tasks + "RedirectMessageAction"}
		}, "certain"},
		{"only prepends", func(r *TransportRule) {
			r.RejectMessageReasonText, r.Actions = "", []string{tasks + "PrependSubjectAction"}
		}, ""},
		{"disabled", func(r *TransportRule) { r.State = "Disabled" }, ""},
		{"audit only", func(r *TransportRule) { r.Mode = "Audit" }, ""},
		{"by the inbox rules header", func(r *TransportRule) {
			r.MessageTypeMatches, r.HeaderMatchesMessageHeader = "", "x-ms-exchange-inbox-rules-loop"
		}, "certain"},
		{"by another header", func(r *TransportRule) {
			r.MessageTypeMatches, r.HeaderMatchesMessageHeader = "", "X-Spam"
		}, ""},
		{"another message type", func(r *TransportRule) { r.MessageTypeMatches = "OOF" }, ""},
		{"all mail to outside", func(r *TransportRule) {
			r.MessageTypeMatches, r.SentToScope, r.Conditions = "", "NotInOrganization", []string{tasks + "SentToScopePredicate"}
		}, "certain"},
		{"mail inside", func(r *TransportRule) { r.SentToScope = "InOrganization" }, ""},
		{"mail from inside", func(r *TransportRule) { r.FromScope = "InOrganization" }, ""},
		{"for this domain", func(r *TransportRule) { r.RecipientDomainIs = []string{"imiconnect.io"} }, "certain"},
		{"for another domain", func(r *TransportRule) { r.RecipientDomainIs = []string{"fabrikam.com"} }, ""},
		{"this domain excepted", func(r *TransportRule) { r.ExceptIfRecipientDomainIs = []string{"Mail-US.imiconnect.io"} }, ""},
		{"another domain excepted", func(r *TransportRule) {
			r.ExceptIfRecipientDomainIs, r.Exceptions = []string{"fabrikam.com"}, []string{tasks + "RecipientDomainIsPredicate"}
		}, "certain"},
		{"a condition that cannot be judged", func(r *TransportRule) {
			r.Conditions = []string{tasks + "MessageTypePredicate", tasks + "FromMemberOfPredicate"}
		}, "perhaps"},
		{"an exception that cannot be judged", func(r *TransportRule) { r.Exceptions = []string{tasks + "SentToPredicate"} }, "perhaps"},
		{"nothing to do with forwarding", func(r *TransportRule) {
			r.MessageTypeMatches, r.Conditions = "", []string{tasks + "AttachmentSizeOverPredicate"}
		}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			for _, found := range BlockingTransportRules([]TransportRule{base(test.set)}, "x@mail-us.imiconnect.io") {
				got = map[bool]string{true: "certain", false: "perhaps"}[found.Certain]
			}
			if got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestObjectName(t *testing.T) {
	for mailbox, want := range map[string]string{
		"support@contoso.example": "wxmail support@contoso.example",
		"Support@Contoso.example": "wxmail support@contoso.example",
		"o'brien@contoso.example": "wxmail o'brien@contoso.example",
	} {
		if got := ObjectName(mailbox); got != want {
			t.Errorf("%s: %s", mailbox, got)
		}
	}
	seen := map[string]string{}
	for _, mailbox := range []string{
		"a+b@contoso.example", "a-b@contoso.example", "a&b@contoso.example", "a=b@contoso.example",
		strings.Repeat("a", 60) + "@contoso.example", strings.Repeat("a", 60) + "@contoso.com", strings.Repeat("a", 50) + "+@contoso.com",
	} {
		name := ObjectName(mailbox)
		if strings.ContainsAny(name, forbiddenNames) || len(name) > maxName || !strings.HasPrefix(name, "wxmail a") {
			t.Errorf("%s: %q", mailbox, name)
		}
		if seen[name] != "" {
			t.Errorf("%s and %s share %q", mailbox, seen[name], name)
		}
		seen[name] = mailbox
	}
	longest := strings.Repeat("a", 45) + "@contoso.com"
	if len("wxmail "+longest) != maxName || ObjectName(longest) != "wxmail "+longest {
		t.Error("64 characters are allowed")
	}
}

func supportMailbox() *Mailbox {
	return &Mailbox{
		Identity: "support", Name: "support", DisplayName: "Support", PrimarySMTPAddress: "support@contoso.com",
		UserPrincipalName: "support@contoso.com", RecipientTypeDetails: "UserMailbox", ExternalDirectoryObjectID: "oid",
		EmailAddresses: []string{"SMTP:support@contoso.com", "smtp:hello@contoso.com", "SIP:x@y.z"},
		Forwarding:     Forwarding{SMTPAddress: "x@mail-us.imiconnect.io", KeepCopy: true},
	}
}
