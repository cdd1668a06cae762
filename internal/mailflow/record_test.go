package mailflow

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// What must be there and is not is a problem, and never taken for nothing.
func TestDecode(t *testing.T) {
	for name, test := range map[string]struct{ raw, problem string }{
		"all":                    {`{"DomainName":"*","AutoForwardEnabled":false,"Name":"Default"}`, ""},
		"what is needed":         {`{"DomainName":"*","AutoForwardEnabled":false}`, ""},
		"more than is known":     {`{"DomainName":"*","AutoForwardEnabled":false,"More":1}`, ""},
		"a property missing":     {`{"DomainName":"*"}`, "a record lacks AutoForwardEnabled"},
		"of another name":        {`{"domain":"*","AutoForwardEnabled":false}`, "a record lacks DomainName"},
		"of another case":        {`{"domainname":"*","autoForwardEnabled":false}`, ""},
		"of no value":            {`{"DomainName":"*","AutoForwardEnabled":""}`, "a record has a property of another type"},
		"a property null":        {`{"DomainName":null,"AutoForwardEnabled":false}`, "DomainName is null"},
		"of another type":        {`{"DomainName":"*","AutoForwardEnabled":"False"}`, "a record has a property of another type"},
		"no object":              {`"*"`, "a record is not an object"},
		"null":                   {`null`, "a record lacks DomainName"},
		"not even JSON":          {`{`, "a record is not an object"},
		"a null that may not be": {`{"DomainName":"*","AutoForwardEnabled":null}`, "AutoForwardEnabled is null"},
	} {
		if got, problem := Decode[RemoteDomain](json.RawMessage(test.raw)); problem != test.problem || problem == "" && got.DomainName != "*" {
			t.Errorf("%s: %+v, %q, want %q", name, got, problem, test.problem)
		}
	}
	got, problem := Decode[CASMailbox](json.RawMessage(`{"SmtpClientAuthenticationDisabled":null}`))
	if problem != "" || got.SMTPAuthDisabled != nil {
		t.Errorf("a null that means something: %+v, %s", got, problem)
	}
	if _, problem := Decode[CASMailbox](json.RawMessage(`{}`)); problem == "" {
		t.Error("a null that means something has to be there")
	}
}

// A rule that shows no condition is not one for everybody: it was not shown as
// it is.
func TestRuleWithoutCondition(t *testing.T) {
	const none = `{"Name":"r","State":"Enabled","Priority":0,"HostedOutboundSpamFilterPolicy":"p","From":null,"FromMemberOf":[],` +
		`"SenderDomainIs":null,"ExceptIfFrom":["a@b.c"],"ExceptIfFromMemberOf":null,"ExceptIfSenderDomainIs":null}`
	const problem = "a record shows none of From, FromMemberOf, SenderDomainIs"
	for raw, want := range map[string]string{
		none: problem,
		strings.Replace(none, `"From":null`, `"From":[]`, 1):                     problem,
		strings.Replace(none, `"From":null`, `"From":""`, 1):                     problem,
		strings.Replace(none, `"From":null`, `"From":["a@b.c"]`, 1):              "",
		strings.Replace(none, `"From":null`, `"From":"a@b.c"`, 1):                "",
		strings.Replace(none, `"FromMemberOf":[]`, `"FromMemberOf":["team"]`, 1): "",
	} {
		if _, got := Decode[OutboundRule](json.RawMessage(raw)); got != want {
			t.Errorf("%s: %q, want %q", raw, got, want)
		}
	}
}

// No property is asked for twice.
func TestShapes(t *testing.T) {
	for _, record := range []Record{Mailbox{}, CASMailbox{}, RecipientPermission{}, OrganizationConfig{}, TransportConfig{},
		Recipient{}, OutboundPolicy{}, OutboundRule{}, RemoteDomain{}, TransportRule{}, InboxRule{}} {
		all := slices.Sorted(slices.Values(record.Shape().All()))
		if len(all) == 0 || len(slices.Compact(slices.Clone(all))) != len(all) {
			t.Errorf("%T: %q", record, all)
		}
	}
}

func TestSendAsTrustees(t *testing.T) {
	got := SendAsTrustees([]RecipientPermission{
		{"a", "Allow", []string{"SendAs"}}, {"b", "Deny", []string{"SendAs"}},
		{"c", "Allow", []string{"Other"}}, {"d", "Allow", []string{"Other", "SendAs"}},
	})
	if !slices.Equal(got, []string{"a", "d"}) {
		t.Errorf("%q", got)
	}
}

// A mailbox is what any of its names says, and what has none is nobody.
func TestNames(t *testing.T) {
	m := &Mailbox{PrimarySMTPAddress: "a@b.c", EmailAddresses: []string{"SMTP:a@b.c", "smtp:d@b.c", "SIP:a@b.c"}, DisplayName: "A"}
	if got := m.Names(); !slices.Equal(got, []string{"a@b.c", "a@b.c", "d@b.c", "A"}) || !m.Is("D@b.c") || m.Is("") || m.Is("SIP:a@b.c") {
		t.Errorf("%q", got)
	}
}

// Mail to another name of a mailbox reaches it, and only its primary address is
// one that it may send as.
func TestAlias(t *testing.T) {
	m := &Mailbox{PrimarySMTPAddress: "a@b.c", UserPrincipalName: "u@b.c", DisplayName: "A",
		EmailAddresses: []string{"SMTP:a@b.c", "smtp:d@b.c"}}
	for address, want := range map[string]bool{"a@b.c": false, "A@B.C": false, "D@b.c": true, "u@b.c": true, "a+x@b.c": true,
		"A+x+y@b.c": true, "d+x@b.c": true, "ax@b.c": false, "+a@b.c": false, "a@b.c+x": false, "A": false, "": false} {
		if m.Alias(address) != want {
			t.Errorf("%q: %v", address, !want)
		}
	}
	if (&Mailbox{PrimarySMTPAddress: "a@b.c"}).Alias("x@b.c") || WithoutTag("a+x@b.c") != "a@b.c" || WithoutTag("a@b.c") != "" {
		t.Error("what is not there is no name")
	}
}
