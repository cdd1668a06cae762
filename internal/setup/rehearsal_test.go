package setup_test

import (
	"testing"

	"wxmail/internal/setup"
	"wxmail/internal/step"
)

// rehearsed are the lines that a change would run.
func rehearsed(t *testing.T, c step.Change) (lines []string) {
	t.Helper()
	cmdlets, err := setup.Rehearse(t.Context(), c)
	must(t, err)
	for _, cmdlet := range cmdlets {
		lines = append(lines, cmdlet.PowerShell())
	}
	return lines
}

func TestEachChangeOfExchangeIsRehearsed(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	o.Call("POST", "/tenant", map[string]any{"organizationDehydrated": true}, nil)
	o.answers = o.draft.Answers(shared)
	o.answers["mailbox.sign-in-as"], o.answers["exchange.enable-customization"] = colleague, "yes"
	result := o.plans(o.nobody(), only("mailbox.smtp", "mailbox.forward"))
	well(t, result)
	before := len(o.Requests())
	var lines []string
	for _, c := range result.Plan.Changes {
		lines = append(lines, rehearsed(t, c)...)
	}
	is(t, "lines", lines, []string{
		"Set-CASMailbox -Identity 'sales@contoso.example' -SmtpClientAuthenticationDisabled $false",
		"Add-RecipientPermission -Identity 'help@contoso.example' -AccessRights 'SendAs' -Confirm:$false -Trustee 'sales@contoso.example'",
		"Enable-OrganizationCustomization",
		"New-HostedOutboundSpamFilterPolicy -Name 'wxmail help@contoso.example' " +
			"-AdminDisplayName 'wxmail: lets help@contoso.example forward to Webex Connect' -AutoForwardingMode 'On'",
		"New-HostedOutboundSpamFilterRule -Name 'wxmail help@contoso.example' " +
			"-Comments 'wxmail: lets help@contoso.example forward to Webex Connect' -Enabled $true -From 'help@contoso.example' " +
			"-HostedOutboundSpamFilterPolicy 'wxmail help@contoso.example'",
		"Set-Mailbox -Identity 'help@contoso.example' -DeliverToMailboxAndForward $true -ForwardingAddress $null " +
			"-ForwardingSmtpAddress '" + o.draft.ForwardingAddress + "'",
	})
	is(t, "requests", len(o.Requests()), before)
}

func TestAChangeOfNothingThatIsKnownCannotBeRehearsed(t *testing.T) {
	t.Parallel()
	_, err := setup.Rehearse(t.Context(), step.Change{Key: "mailbox.colour"})
	is(t, "refusal", codeOf(err), "WX-INTERNAL")
}
