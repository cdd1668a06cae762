package doctor

import "wxmail/internal/step"

// evidence is what setup read when it met an obstacle, in Microsoft's names.
var evidence = map[string]string{
	"WX-APPLICATION-UNKNOWN": "applications: none with that appId",
	"WX-SECRETS-BLOCKED":     "defaultAppManagementPolicy: passwordAddition is restricted",
	"WX-NO-EXCHANGE":         "servicePrincipals: none with appId 00000002-0000-0ff1-ce00-000000000000",
	"WX-PERMISSION-UNKNOWN":  "servicePrincipal: neither appRoles nor oauth2PermissionScopes have it",
	"WX-DOMAIN-FOREIGN":      "organization: verifiedDomains lacks its domain",
	"WX-MAILBOX-UNKNOWN":     "Get-Mailbox, Get-Recipient: not found",
	"WX-MAILBOX-DISABLED":    "user: accountEnabled = false",
	"WX-MAILBOX-UNLICENSED":  "user: no plan among assignedPlans holds a mailbox",
	"WX-SHARED-MAILBOX":      "Get-Mailbox: RecipientTypeDetails = SharedMailbox",
	"WX-SHARED-SIGN-IN":      "Get-Mailbox: RecipientTypeDetails = SharedMailbox",
	"WX-REMOTE-DOMAIN":       "Get-RemoteDomain: AutoForwardEnabled = false",
	"WX-TRANSPORT-RULE":      "Get-TransportRule: State = Enabled, and its actions stop what is forwarded",
	"WX-POLICY-OFF":          "Get-HostedOutboundSpamFilterPolicy: AutoForwardingMode is not On",
	"WX-DEHYDRATED":          "Get-OrganizationConfig: IsDehydrated = true",
	"WX-NOT-A-MAILBOX":       "Get-Mailbox: RecipientTypeDetails",
	"WX-MAILBOX-HYBRID":      "Get-Recipient: RecipientTypeDetails",
	"WX-ROLE-EXCHANGE":       "EXOModuleFile: not among the cmdlets of this account",
	"WX-TOKEN-SCOPE":         "token answer: scope",
}

// read is the evidence of an obstacle.
func read(o *step.Obstacle) string {
	text := evidence[o.Code]
	switch {
	case text == "":
		return o.Detail
	case o.Detail == "":
		return text
	}
	return text + " (" + o.Detail + ")"
}
