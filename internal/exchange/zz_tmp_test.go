package exchange

import (
	"net/http"
	"testing"
	"time"

	sbx "wxmail/internal/sandbox/exchange"
	"wxmail/internal/sandbox/tenant"
	"github.com/google/go-cmp/cmp"
)

func TestTmp(t *testing.T) {
	tn := tenant.New(&tenant.Clock{}, 1)
	tn.Organization.ID = tenantID
	put := func(upn, kind string) {
		tn.Mailboxes.Put(upn, tenant.Mailbox{Identity: upn, Name: upn, DisplayName: upn, PrimarySMTPAddress: upn, UserPrincipalName: upn, RecipientTypeDetails: kind, ExchangeGUID: upn, EmailAddresses: []string{"SMTP:" + upn}, IsMailboxEnabled: true})
	}
	put("support@contoso.com", "UserMailbox")
	put("help@contoso.com", "SharedMailbox")
	h := sbx.New(tn, func(string) (tenant.Token, error) {
		return tenant.Token{Audience: "https://outlook.office365.com", TenantID: tenantID, Scopes: []string{"AdminApi.AccessAsUser.All"}, DirectoryRoles: []string{"Exchange Administrator"}, Expires: time.Now().Add(time.Hour)}, nil
	})
	a, f := start(t, nil)
	_ = f
	tmpHandler = h
	defer func() { tmpHandler = nil }()
	r, err := a.Rights(t.Context())
	t.Log(r, err)
	ctx := t.Context()
	q := ReadQuery{Mailbox: "help@contoso.com", SignInAs: "support@contoso.com"}
	s, err := a.Read(ctx, q)
	if err != nil { t.Fatal(err) }
	t.Logf("%+v", s)
	on := false
	p := 0
	name := ObjectName("help@contoso.com")
	for _, err := range []error{
		a.SetSMTPAuthDisabled(ctx, "support@contoso.com", &on),
		a.GrantSendAs(ctx, "help@contoso.com", "support@contoso.com"),
		a.EnableCustomization(ctx),
		a.CreateOutboundPolicy(ctx, name, "c"),
		a.CreateOutboundRule(ctx, NewRule{Name: name, Policy: name, From: []string{"help@contoso.com"}, Priority: &p, Comment: "x"}),
		a.SetForwarding(ctx, "help@contoso.com", Forwarding{SMTPAddress: "x@mail-us.imiconnect.io", KeepCopy: true}),
	} {
		t.Log(err, IsDehydrated(err), IsExists(err))
	}
	t.Log(a.CreateOutboundPolicy(ctx, name, "c"))
	q.Before = s
	s, err = a.Read(ctx, q)
	if err != nil { t.Fatal(err) }
	t.Log(cmp.Diff(&Snapshot{}, s), s.MaySendAs(), s.SMTPAuth())
	inf := PolicyInForce(s.OutboundPolicies, s.OutboundRules, s.Mailbox)
	t.Log(inf.Policy, inf.Rule, AutoForwarding(inf.Policy))
	for _, err := range []error{
		a.SetForwarding(ctx, "help@contoso.com", Forwarding{}),
		a.SetOutboundRule(ctx, name, RuleChange{Priority: &p}),
		a.EnableOutboundRule(ctx, name),
		a.RemoveOutboundRule(ctx, name), a.RemoveOutboundPolicy(ctx, name),
		a.RevokeSendAs(ctx, "help@contoso.com", "support@contoso.com"), a.SetSMTPAuthDisabled(ctx, "support@contoso.com", nil),
	} { t.Log(err) }
	tr, err := a.Trace(ctx, TraceQuery{MessageID: "<x@y>"})
	t.Log(tr, err)
	s, err = a.Read(ctx, ReadQuery{Mailbox: "nobody@contoso.com"})
	t.Logf("%+v %v", s, err)
}
var tmpHandler http.Handler
