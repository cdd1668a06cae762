package setup

import (
	"cmp"
	"strings"

	"wxmail/internal/cloud"
	"wxmail/internal/exchange"
	"wxmail/internal/signin"
	"wxmail/internal/step"
)

// Template ids of the Entra roles that can do the directory's part.
// https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
const (
	globalAdministrator           = "62e90394-69f5-4237-9190-012177145e10"
	cloudApplicationAdministrator = "158c047a-c907-4556-b7ef-446551a6b5f7"
	applicationAdministrator      = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"
	applicationDeveloper          = "cf1c38e5-3621-4004-a7cb-879624dced7c"
)

// checkDirectoryRole looks at the roles in the token, where it names any: a
// token without them says nothing, and then only trying tells.
func (r *Run) checkDirectoryRole() error {
	who := r.admins[signin.Directory]
	if len(who.Roles) == 0 {
		return nil
	}
	enough := []string{globalAdministrator, cloudApplicationAdministrator, applicationAdministrator}
	if !r.runs("azure.consent") {
		enough = append(enough, applicationDeveloper)
	}
	for _, role := range enough {
		if containsFold(who.Roles, role) {
			return nil
		}
	}
	return &step.Obstacle{Code: "WX-ROLE-DIRECTORY", Object: who.UPN, Detail: "Cloud Application Administrator", Stops: true}
}

// mayNotConsent knows Entra's refusal to let an account consent to what the
// client of the directory sign-in asks for. It does not say who signed in: the
// account asked for lacks the role, or somebody else came.
// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
func mayNotConsent(err error) error {
	if !hasCode(err, "AADSTS90094", "AADSTS90095") {
		return err
	}
	e := cloudError(err)
	return &step.Obstacle{Code: "WX-ROLE-CONSENT", Object: cmp.Or(e.Object, "the directory"), Detail: e.Code + " " + e.Message, Stops: true, Err: err}
}

// checkExchangeRights looks at the cmdlets that this admin may run.
func (r *Run) checkExchangeRights(rights *exchange.Rights) error {
	wanted := []string{"Get-Mailbox", "Get-CASMailbox"}
	if r.Options.Write && r.runs("mailbox.smtp") {
		wanted = append(wanted, "Set-CASMailbox")
	}
	if r.Options.Write && r.runs("mailbox.forward") {
		wanted = append(wanted, "Set-Mailbox", "New-HostedOutboundSpamFilterPolicy", "New-HostedOutboundSpamFilterRule")
	}
	var lacking []string
	for _, cmdlet := range wanted {
		if !rights.May(cmdlet) {
			lacking = append(lacking, cmdlet)
		}
	}
	if lacking == nil {
		return nil
	}
	return r.exchangeRole(strings.Join(lacking, ", "), nil)
}

// noRights: Exchange refuses to say what an account may do that has no role.
func (r *Run) noRights(err error) error {
	if e := cloudError(err); e != nil && e.Service == cloud.Exchange {
		return r.exchangeRole(e.Operation, err)
	}
	return err
}

func (r *Run) exchangeRole(detail string, err error) error {
	return &step.Obstacle{Code: "WX-ROLE-EXCHANGE", Object: r.admins[signin.Exchange].UPN, Detail: detail, Stops: true, Err: err}
}
