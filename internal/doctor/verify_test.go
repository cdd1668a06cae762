package doctor

import (
	"slices"
	"testing"

	"wxmail/internal/step"
	"wxmail/internal/world"
)

const customer = "customer@fabrikam.example"

// verifying is what a verification looks at.
func verifying() *patient {
	p := healthy()
	p.areas = []Area{Exchange, Token}
	return p
}

func names(findings []Finding) (codes []string) {
	for _, f := range findings {
		codes = append(codes, f.Code)
	}
	return codes
}

func (p *patient) moderate() { p.exchange.Mailbox.Moderated = true }

func TestRecipient(t *testing.T) {
	p := verifying()
	f, _ := p.facts(t)
	unread := f
	unread.Seen = world.Seen{}
	for address, own := range map[string]bool{support: true, "SUPPORT@contoso.example": true, asset: true, customer: false} {
		if got := JudgeRecipient(unread, address); (len(got) > 0) != own {
			t.Errorf("%s: %+v", address, got)
		}
	}
	const alias = "support@contoso.onmicrosoft.com"
	if JudgeRecipient(unread, alias) != nil || len(JudgeRecipient(f, alias)) != 1 {
		t.Error("an alias is known where Exchange was read, and only there")
	}
}

func TestHindering(t *testing.T) {
	for name, test := range map[string]struct {
		harm func(*patient)
		want []string
	}{
		"nothing":                     {func(*patient) {}, nil},
		"only a warning":              {func(p *patient) { p.exchange.Mailbox.Forwarding.KeepCopy = false }, nil},
		"no token":                    {(*patient).noToken, []string{"WX-TOKEN-MISSING"}},
		"a policy forbids forwarding": {(*patient).policyOff, []string{"WX-OUTBOUND-OFF"}},
		"a remote domain drops it":    {(*patient).domainOff, []string{"WX-REMOTE-DOMAIN"}},
		"customers cannot write": {func(p *patient) { p.exchange.Mailbox.RequireSenderAuthentication = true },
			[]string{"WX-MAILBOX-CLOSED"}},
		"a moderator may take long": {(*patient).moderate, nil},
		"no role, and no token": {func(p *patient) {
			p.exchange, p.exchangeErr = nil, &step.Obstacle{Code: "WX-ROLE-EXCHANGE", Object: "admin", Detail: "Get-Mailbox", Waiting: true}
			p.noToken()
		}, []string{"WX-ROLE-EXCHANGE"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := verifying()
			test.harm(p)
			findings, _ := p.judge(t)
			f, _ := p.facts(t)
			if got := names(Hindering(f, findings)); !slices.Equal(got, test.want) {
				t.Errorf("hindered by %v", got)
			}
		})
	}
}

func TestRefusedMessage(t *testing.T) {
	f, _ := verifying().facts(t)
	o := Options{Code: explained}
	for code, err := range map[string]error{
		"WX-SEND-AS-DENIED": smtp(554, "5.2.252", "SendAsDenied"),
		"WX-SMTP-AUTH-WAIT": smtp(535, "5.7.139", "SmtpClientAuthentication is disabled for the Tenant."),
	} {
		if got, is := Refused(f, err, o); !is || got.Code != code || got.Object != support {
			t.Errorf("%v: %+v", err, got)
		}
	}
	if _, is := Refused(f, errUnknown, o); is {
		t.Error("an interruption is no refusal")
	}
}

func TestVerification(t *testing.T) {
	sent := world.Sent{To: customer, MessageID: "<out>", State: world.Submitted}
	came := world.Received{MessageID: "<in>", State: "Delivered", ForwardedTo: asset}
	off := (*patient).policyOff
	stuck := world.Received{MessageID: "<in>", State: "Failed"}
	bounced := world.Received{MessageID: "<in>", State: "Failed", ForwardedTo: asset}
	for name, test := range map[string]struct {
		harm func(*patient)
		out  string
		in   world.Received
		want []string
	}{
		"both ways":                {nil, "Delivered", came, nil},
		"to a group":               {nil, "Expanded", came, nil},
		"the trace does not say":   {nil, world.Submitted, came, nil},
		"the trace is not sure":    {nil, "Pending", came, nil},
		"the recipient is not":     {nil, "Failed", came, []string{"WX-VERIFY-UNDELIVERED"}},
		"nobody answers":           {nil, "Delivered", world.Received{}, []string{"WX-VERIFY-SILENT"}},
		"it is not forwarded":      {nil, "Resolved", stuck, []string{"WX-VERIFY-LOST"}},
		"it is refused on the way": {nil, "Delivered", bounced, []string{"WX-VERIFY-LOST"}},
		"the reason is known":      {off, "Delivered", stuck, []string{"WX-OUTBOUND-OFF"}},
		"a moderator has it":       {(*patient).moderate, "Delivered", world.Received{}, []string{"WX-MAILBOX-MODERATED"}},
		"a moderator has it, seen": {(*patient).moderate, "Delivered", world.Received{MessageID: "<in>", State: "Pending"},
			[]string{"WX-MAILBOX-MODERATED"}},
		"nothing goes, either way": {nil, "FilteredAsSpam", world.Received{}, []string{"WX-VERIFY-UNDELIVERED", "WX-VERIFY-SILENT"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := verifying()
			if test.harm != nil {
				test.harm(p)
			}
			findings, _ := p.judge(t)
			f, _ := p.facts(t)
			out := sent
			out.State = test.out
			if got := names(JudgeVerification(f, findings, world.Verification{Out: out, In: test.in})); !slices.Equal(got, test.want) {
				t.Errorf("found %v", got)
			}
		})
	}
}
