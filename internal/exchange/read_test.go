package exchange

import (
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
)

const (
	support = `{"Identity":"support","Name":"support","DisplayName":"Support","PrimarySmtpAddress":"support@contoso.com",
		"UserPrincipalName":"support@contoso.com","RecipientTypeDetails":"UserMailbox","RecipientTypeDetails@data.type":"x",
		"ExternalDirectoryObjectId":"oid","EmailAddresses@odata.type":"#Collection(String)",
		"EmailAddresses":["SMTP:support@contoso.com","smtp:hello@contoso.com","SIP:x@y.z"],"AccountDisabled":false,"IsDirSynced":null,
		"MailboxPlan":null,"ForwardingAddress":null,"ForwardingSmtpAddress":"smtp:x@mail-us.imiconnect.io","DeliverToMailboxAndForward":true}`
	help = `{"Identity":"help","PrimarySmtpAddress":"help@contoso.com","RecipientTypeDetails":"SharedMailbox",
		"EmailAddresses":["SMTP:help@contoso.com"],"ForwardingAddress":"Helpdesk","ForwardingSmtpAddress":"","DeliverToMailboxAndForward":false}`
	rule = `{"Name":"wxmail","State":"Enabled","Priority":0,"HostedOutboundSpamFilterPolicy":"wxmail","From":["support@contoso.com"],
		"FromMemberOf":null,"SenderDomainIs":null,"ExceptIfFrom":null,"ExceptIfFromMemberOf":null,"ExceptIfSenderDomainIs":[],"Comments":null}`
)

// world is an Exchange in which every read succeeds.
func world() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"Get-Mailbox":            value(support),
		"Get-CASMailbox":         value(`{"PrimarySmtpAddress":"support@contoso.com","SmtpClientAuthenticationDisabled":null}`),
		"Get-OrganizationConfig": value(`{"IsDehydrated":true}`),
		"Get-TransportConfig":    value(`{"SmtpClientAuthenticationDisabled":true}`),
		"Get-RemoteDomain":       value(`{"Name":"Default","DomainName":"*","AutoForwardEnabled":true}`),
		"Get-TransportRule": value(`{"Name":"r","State":"Enabled","Mode":"Enforce","Conditions":null,"Actions":[],"Exceptions":null,
			"MessageTypeMatches":null}`),
		"Get-HostedOutboundSpamFilterPolicy": value(`{"Name":"Default","Identity":"Default","Guid":"g","AdminDisplayName":"",
			"IsDefault":true,"AutoForwardingMode":"Automatic"}`),
		"Get-HostedOutboundSpamFilterRule": value(rule),
		"Get-RecipientPermission": value(`{"Trustee":"NT AUTHORITY\\SELF","AccessControlType":"Allow","AccessRights":["SendAs"]},
			{"Trustee":"Support","AccessControlType":"Allow","AccessRights":["SendAs"]},
			{"Trustee":"x@contoso.com","AccessControlType":"Deny","AccessRights":["SendAs"]}`),
	}
}

func supportMailbox() *mailflow.Mailbox {
	return &mailflow.Mailbox{
		Identity: "support", Name: "support", DisplayName: "Support", PrimarySMTPAddress: "support@contoso.com",
		UserPrincipalName: "support@contoso.com", RecipientTypeDetails: "UserMailbox", ExternalDirectoryObjectID: "oid",
		EmailAddresses: []string{"SMTP:support@contoso.com", "smtp:hello@contoso.com", "SIP:x@y.z"},
		Forwarding:     mailflow.Forwarding{SMTPAddress: "x@mail-us.imiconnect.io", KeepCopy: true},
	}
}

func TestRead(t *testing.T) {
	admin, fake := start(t, world())
	got, err := admin.Read(t.Context(), ReadQuery{Mailbox: "support@contoso.com", SignInAs: "Support@contoso.com"})
	if err != nil {
		t.Fatal(err)
	}
	want := &mailflow.Snapshot{
		Mailbox: supportMailbox(), SignIn: supportMailbox(),
		OutboundPolicies: []mailflow.OutboundPolicy{{Name: "Default", Identity: "Default", GUID: "g",
			AutoForwardingMode: "Automatic", IsDefault: true}},
		OutboundRules: []mailflow.OutboundRule{{
			Name: "wxmail", Policy: "wxmail", State: "Enabled", From: []string{"support@contoso.com"}, ExceptIfSenderDomainIs: []string{},
		}},
		Dehydrated: true, TenantSMTPAuthDisabled: true,
		RemoteDomains:  []mailflow.RemoteDomain{{Name: "Default", DomainName: "*", AutoForwardEnabled: true}},
		TransportRules: []mailflow.TransportRule{{Name: "r", State: "Enabled", Mode: "Enforce", Actions: []string{}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.SMTPAuth() != "inherited-disabled" || !got.MaySendAs() {
		t.Errorf("SMTP %s, send as %v", got.SMTPAuth(), got.MaySendAs())
	}
	sent := fake.sent()
	if len(fake.requests) != 8 || sent["Get-RecipientPermission"] != 0 {
		t.Errorf("%v", sent)
	}
}

// byIdentity answers Get-Mailbox by the address in its anchor.
func byIdentity(answers map[string]http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		address := strings.TrimPrefix(r.Header.Get("X-AnchorMailbox"), "SMTP:")
		answer, ok := answers[address]
		if !ok {
			answer = notFound()
		}
		answer(w, r)
	}
}

// twoMailboxes is a world with a shared mailbox beside the other.
func twoMailboxes() map[string]http.HandlerFunc {
	answers := world()
	answers["Get-Mailbox"] = byIdentity(map[string]http.HandlerFunc{"help@contoso.com": value(help), "support@contoso.com": value(support)})
	return answers
}

func TestReadOfASharedMailbox(t *testing.T) {
	admin, fake := start(t, twoMailboxes())
	got, err := admin.Read(t.Context(), ReadQuery{Mailbox: "help@contoso.com", SignInAs: "support@contoso.com"})
	if err != nil {
		t.Fatal(err)
	}
	if !got.Mailbox.IsShared() || got.SignIn.IsShared() || got.Mailbox.Forwarding != (mailflow.Forwarding{Address: "Helpdesk"}) {
		t.Errorf("%+v, %+v", got.Mailbox, got.SignIn)
	}
	if diff := cmp.Diff([]string{`NT AUTHORITY\SELF`, "Support"}, got.SendAs); diff != "" {
		t.Error(diff)
	}
	if !got.MaySendAs() {
		t.Error("the display name of the trustee is not recognized")
	}
	if n := len(fake.requests); n != 10 {
		t.Errorf("%d requests", n)
	}
}

func TestReadAgain(t *testing.T) {
	admin, fake := start(t, world())
	before := &mailflow.Snapshot{TenantSMTPAuthDisabled: true, RemoteDomains: []mailflow.RemoteDomain{{DomainName: "*"}},
		TransportRules: []mailflow.TransportRule{{Name: "r"}}}
	got, err := admin.Read(t.Context(), ReadQuery{Mailbox: "support@contoso.com", Before: before})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"Get-CASMailbox", "Get-HostedOutboundSpamFilterPolicy", "Get-HostedOutboundSpamFilterRule", "Get-Mailbox"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(fake.sent()))); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	if !got.TenantSMTPAuthDisabled || len(got.RemoteDomains) != 1 || len(got.TransportRules) != 1 {
		t.Errorf("not taken over: %+v", got)
	}
	before.Dehydrated = true
	_, err = admin.Read(t.Context(), ReadQuery{Mailbox: "support@contoso.com", Before: before})
	if err != nil || fake.sent()["Get-OrganizationConfig"] != 1 {
		t.Errorf("dehydration is not read again: %v", err)
	}
}

func TestReadOfWhatIsNoMailbox(t *testing.T) {
	for _, test := range []struct {
		name      string
		recipient http.HandlerFunc
		want      *mailflow.Recipient
	}{
		{"a group", value(`{"Identity":"team","DisplayName":"Team","RecipientType":"MailUniversalDistributionGroup",
			"RecipientTypeDetails":"MailUniversalDistributionGroup"}`),
			&mailflow.Recipient{Identity: "team", DisplayName: "Team", RecipientType: "MailUniversalDistributionGroup",
				RecipientTypeDetails: "MailUniversalDistributionGroup"}},
		{"nothing", notFound(), nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			answers := world()
			answers["Get-Mailbox"], answers["Get-CASMailbox"], answers["Get-Recipient"] = notFound(), notFound(), test.recipient
			admin, _ := start(t, answers)
			got, err := admin.Read(t.Context(), ReadQuery{Mailbox: "team@contoso.com"})
			if err != nil {
				t.Fatal(err)
			}
			if got.Mailbox != nil || got.SignIn != nil || got.MaySendAs() {
				t.Errorf("%+v", got)
			}
			if diff := cmp.Diff(test.want, got.NotMailbox); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// An address with a plus that is nobody's own belongs to the one without.
func TestReadOfAPlusAddress(t *testing.T) {
	answers := world()
	answers["Get-Mailbox"] = byIdentity(map[string]http.HandlerFunc{"support@contoso.com": value(support)})
	answers["Get-CASMailbox"], answers["Get-Recipient"] = notFound(), notFound()
	admin, _ := start(t, answers)
	got, err := admin.Read(t.Context(), ReadQuery{Mailbox: "support+webex@contoso.com"})
	if err != nil || got.Mailbox != nil || got.Untagged == nil || got.Untagged.PrimarySMTPAddress != "support@contoso.com" {
		t.Errorf("%+v, %v", got, err)
	}
	answers["Get-Mailbox"] = byIdentity(map[string]http.HandlerFunc{"support@contoso.com": status(http.StatusForbidden, "")})
	admin, _ = start(t, answers)
	got, err = admin.Read(t.Context(), ReadQuery{Mailbox: "support+webex@contoso.com"})
	if err != nil || got.Untagged != nil || got.Blind("", "Get-Mailbox") == nil {
		t.Errorf("a failed read means absent: %+v, %v", got, err)
	}
}

// To sign in by another name of the mailbox is to sign in as the mailbox.
func TestReadByTwoNamesOfOneMailbox(t *testing.T) {
	answers := world()
	answers["Get-Mailbox"] = value(strings.Replace(support, "smtp:hello@contoso.com", "smtp:cc.support@contoso.onmicrosoft.com", 1))
	admin, _ := start(t, answers)
	got, err := admin.Read(t.Context(), ReadQuery{Mailbox: "support@contoso.com", SignInAs: "cc.support@contoso.onmicrosoft.com"})
	if err != nil || got.SignIn != got.Mailbox || got.Delegate() || !got.MaySendAs() {
		t.Errorf("%+v, %v", got, err)
	}
}

// A failed read never means absent: every read, every way to fail. What
// Exchange refuses is a gap; where it does not answer well, nothing is said.
func TestReadFails(t *testing.T) {
	failures := map[string]http.HandlerFunc{
		"unavailable": status(503, ""), "garbage": status(200, "}{"), "somebody else's JSON": status(200, `{"portal":"sign in"}`),
		"busy":    refused(400, "Microsoft.Exchange.Data.Directory.ADTransientException", "Later."),
		"cut off": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	}
	for cmdlet := range world() {
		for name, failure := range failures {
			t.Run(cmdlet+" "+name, func(t *testing.T) {
				answers := twoMailboxes()
				answers[cmdlet] = failure
				admin, _ := start(t, answers)
				got, err := admin.Read(t.Context(), ReadQuery{Mailbox: "help@contoso.com", SignInAs: "support@contoso.com"})
				if err == nil || got != nil || microsoft.IsNotFound(err) {
					t.Errorf("%v, %v", got != nil, err)
				}
			})
		}
	}
}

// One refused read stops nothing but what needs it, and its cmdlet is named.
func TestRefusedReadIsAGap(t *testing.T) {
	for name, refusal := range map[string]http.HandlerFunc{
		"forbidden": status(403, "\x00\x00"), "unauthorized": status(401, ""), "404 of something else": status(404, "no such route"),
		"no list": status(200, `{"@odata.context":"x"}`), "a list that is a text": status(200, `{"value":"x"}`),
		"in a success": status(200, `{"value":[],"@adminapi.errors":["|Microsoft.Exchange.Configuration.Tasks.RecipientTaskException|No."]}`),
	} {
		for cmdlet := range world() {
			t.Run(cmdlet+" "+name, func(t *testing.T) {
				answers := twoMailboxes()
				answers[cmdlet] = refusal
				admin, _ := start(t, answers)
				got, err := admin.Read(t.Context(), ReadQuery{Mailbox: "help@contoso.com", SignInAs: "support@contoso.com"})
				if err != nil {
					t.Fatal(err)
				}
				gap := got.Blind("any name", cmdlet)
				if gap == nil || !strings.Contains(gap.Err.Error(), cmdlet+" on ") ||
					strings.HasPrefix(name, "forb") != gap.Refused() && name != "unauthorized" {
					t.Errorf("%+v", got.Gaps)
				}
				if cmdlet == "Get-Mailbox" && (got.Mailbox != nil || got.NotMailbox != nil) {
					t.Errorf("it is said to be %+v, %+v", got.Mailbox, got.NotMailbox)
				}
			})
		}
	}
}

func TestReadFindsAMailboxWithoutItsSettings(t *testing.T) {
	for _, cmdlet := range []string{"Get-CASMailbox", "Get-RecipientPermission"} {
		answers := twoMailboxes()
		answers[cmdlet] = notFound()
		admin, _ := start(t, answers)
		if got, err := admin.Read(t.Context(), ReadQuery{Mailbox: "help@contoso.com", SignInAs: "support@contoso.com"}); err == nil {
			t.Errorf("%s: %+v", cmdlet, got)
		}
	}
}

func TestReadNamesTheFirstFailureInOrder(t *testing.T) {
	answers := world()
	answers["Get-TransportRule"], answers["Get-Mailbox"] = status(503, ""), status(503, "")
	admin, _ := start(t, answers)
	_, err := admin.Read(t.Context(), ReadQuery{Mailbox: "support@contoso.com"})
	if err == nil || !strings.Contains(err.Error(), "Get-Mailbox on support@contoso.com") {
		t.Errorf("%v", err)
	}
}

func TestTrace(t *testing.T) {
	record := `{"MessageTraceId":"t","MessageId":"<m@x>","Received":"2026-07-28T10:00:00.1234567Z",` +
		`"SenderAddress":"a@b.c","RecipientAddress":"d@e.f","Status":"Delivered"}`
	admin, fake := start(t, map[string]http.HandlerFunc{"Get-MessageTraceV2": value(record)})
	start := time.Date(2026, 7, 28, 12, 0, 0, 0, time.FixedZone("", 7200))
	got, err := admin.Trace(t.Context(), TraceQuery{Start: start, End: start.Add(time.Hour), MessageID: "<m@x>"})
	received := time.Date(2026, 7, 28, 10, 0, 0, 123456700, time.UTC)
	if err != nil || len(got) != 1 || got[0].Status != "Delivered" || !got[0].Received.Equal(received) {
		t.Fatalf("%+v, %v", got, err)
	}
	want := map[string]any{
		"ResultSize": 1000.0, "StartDate": "2026-07-28T10:00:00.0000000Z", "EndDate": "2026-07-28T11:00:00.0000000Z", "MessageId": []any{"<m@x>"},
	}
	if diff := cmp.Diff(want, fake.last().params); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	fake.answers["Get-MessageTraceV2"] = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"value":[`+strings.Repeat(record+",", traceLimit-1)+record+`]}`)
	}
	if got, err := admin.Trace(t.Context(), TraceQuery{}); err == nil {
		t.Errorf("%d records pass for all", len(got))
	}
}
