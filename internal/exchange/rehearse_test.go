package exchange

import (
	"testing"

	"wxmail/internal/mailflow"
)

func TestPowerShell(t *testing.T) {
	const box = "support@contoso.com"
	disabled, first := false, 0
	for want, run := range map[string]func(a *Admin) error{
		"Set-CASMailbox -Identity 'support@contoso.com' -SmtpClientAuthenticationDisabled $false": func(a *Admin) error {
			return a.SetSMTPAuthDisabled(t.Context(), box, &disabled)
		},
		"Set-CASMailbox -Identity 'support@contoso.com' -SmtpClientAuthenticationDisabled $null": func(a *Admin) error {
			return a.SetSMTPAuthDisabled(t.Context(), box, nil)
		},
		"Add-RecipientPermission -Identity 'support@contoso.com' -AccessRights 'SendAs' -Confirm:$false -Trustee 'o''brien@c.com'": func(
			a *Admin) error {
			return a.GrantSendAs(t.Context(), box, "o'brien@c.com")
		},
		"Set-HostedOutboundSpamFilterRule -Identity 'r' -From 'a@c.com', 'b@c.com' -Priority 0": func(a *Admin) error {
			return a.SetOutboundRule(t.Context(), "r", mailflow.RuleChange{From: []string{"a@c.com", "b@c.com"}, Priority: &first})
		},
	} {
		admin, cmdlets := Rehearsal()
		if err := run(admin); err != nil {
			t.Fatal(err)
		}
		if got := cmdlets(); len(got) != 1 || got[0].PowerShell() != want {
			t.Errorf("got %q\nwant %q", got, want)
		}
	}
}
