package scenario

import (
	"strings"

	"wxmail/internal/sandbox/tenant"
)

// Domain is the tenant's default domain, and initialDomain the one it was
// born with.
const (
	Domain        = "contoso.example"
	initialDomain = "contoso.onmicrosoft.com"
	password      = "sandbox"
)

// Service plans of Exchange Online; the second is no mailbox, but is listed
// as service "exchange" all the same.
// https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference
const (
	exchangePlan2      = "efb87545-963c-4e0d-99df-69c6916d9eb0"
	exchangeFoundation = "113feb6c-3fe4-4440-bddc-54d774bf0318"
)

// organization comes first: the tenant's id is the first id of the seed.
func organization(t *tenant.Tenant) {
	t.Organization = tenant.Organization{
		ID:          t.IDs.New(),
		DisplayName: "Contoso",
		VerifiedDomains: []tenant.VerifiedDomain{
			{Name: Domain, IsDefault: true, Type: "Managed"},
			{Name: initialDomain, IsInitial: true, Type: "Managed"},
		},
	}
	t.Policies = tenant.Policies{
		AuthorizationPolicy: tenant.AuthorizationPolicy{
			ID: "authorizationPolicy",
			DefaultUserRolePermissions: tenant.DefaultUserRolePermissions{
				AllowedToCreateApps: true, PermissionGrantPoliciesAssigned: []string{}},
		},
		SecurityDefaults: tenant.SecurityDefaults{ID: "00000000-0000-0000-0000-000000000005"},
		DefaultAppManagementPolicy: tenant.DefaultAppManagementPolicy{
			ID: "00000000-0000-0000-0000-000000000000",
			ApplicationRestrictions: tenant.ApplicationRestrictions{
				PasswordCredentials: []tenant.PasswordRestriction{}},
		},
	}
}

// people are those of the contract and, to be refused, one of each kind that
// is not a mailbox somebody can sign in to.
func people(t *tenant.Tenant) {
	user(t, "admin", "Admin", "Global Administrator")
	user(t, "entra", "Entra Admin", "Cloud Application Administrator")
	user(t, "exchange", "Exchange Admin", "Exchange Administrator")
	mailbox(t, licensed(t, user(t, "support", "Support")), "UserMailbox")
	mailbox(t, licensed(t, user(t, "sales", "Sales")), "UserMailbox")
	mailbox(t, disabled(t, user(t, "help", "Help")), "SharedMailbox")

	mailbox(t, disabled(t, user(t, "room", "Meeting Room")), "RoomMailbox")
	mailbox(t, disabled(t, licensed(t, user(t, "former", "Former Colleague"))), "UserMailbox")
	unlicensed(t, user(t, "unlicensed", "No Licence"))
	hybrid(t, licensed(t, user(t, "hybrid", "Still On Premises")))
	recipient(t, "team@"+Domain, "Team", "MailUniversalDistributionGroup", "MailUniversalDistributionGroup")
	recipient(t, "partner@fabrikam.example", "Partner", "MailContact", "MailContact")
}

func user(t *tenant.Tenant, local, name string, roles ...string) tenant.User {
	u := tenant.User{
		ID:                      t.IDs.New(),
		UserPrincipalName:       local + "@" + Domain,
		DisplayName:             name,
		AccountEnabled:          true,
		UserType:                "Member",
		AssignedPlans:           []tenant.AssignedPlan{},
		ProxyAddresses:          []string{},
		DirectoryRoles:          append([]string{}, roles...),
		SignInSessionsValidFrom: t.Clock.Now().AddDate(0, -1, 0),
		Password:                password,
	}
	t.Users.Put(u.ID, u)
	return u
}

func licensed(t *tenant.Tenant, u tenant.User) tenant.User {
	u.AssignedPlans = []tenant.AssignedPlan{{Service: "exchange", ServicePlanID: exchangePlan2, CapabilityStatus: "Enabled"}}
	t.Users.Put(u.ID, u)
	return u
}

func unlicensed(t *tenant.Tenant, u tenant.User) {
	u.AssignedPlans = []tenant.AssignedPlan{{Service: "exchange", ServicePlanID: exchangeFoundation, CapabilityStatus: "Enabled"}}
	t.Users.Put(u.ID, u)
}

func disabled(t *tenant.Tenant, u tenant.User) tenant.User {
	u.AccountEnabled = false
	t.Users.Put(u.ID, u)
	return u
}

// mailbox gives a user one, and the user its addresses.
func mailbox(t *tenant.Tenant, u tenant.User, kind string) {
	local, _, _ := strings.Cut(u.UserPrincipalName, "@")
	addresses := []string{"SMTP:" + u.UserPrincipalName, "smtp:" + local + "@" + initialDomain}
	u.Mail, u.ProxyAddresses = &u.UserPrincipalName, addresses
	t.Users.Put(u.ID, u)
	box := tenant.Mailbox{
		Identity: local, Name: local, DisplayName: u.DisplayName,
		PrimarySMTPAddress:        u.UserPrincipalName,
		UserPrincipalName:         u.UserPrincipalName,
		RecipientTypeDetails:      kind,
		ExternalDirectoryObjectID: u.ID,
		ExchangeGUID:              t.IDs.New(),
		AccountDisabled:           !u.AccountEnabled,
		IsMailboxEnabled:          true,
		EmailAddresses:            addresses,
		SendAs:                    []string{},

		AcceptMessagesOnlyFromSendersOrMembers: []string{},
	}
	if len(u.AssignedPlans) > 0 {
		plan := "ExchangeOnlineEnterprise"
		box.MailboxPlan = &plan
	}
	t.Mailboxes.Put(box.ExchangeGUID, box)
}

// hybrid is a user whose mailbox is still on premises: a mail user here.
func hybrid(t *tenant.Tenant, u tenant.User) {
	synced := true
	u.OnPremisesSyncEnabled = &synced
	u.Mail, u.ProxyAddresses = &u.UserPrincipalName, []string{"SMTP:" + u.UserPrincipalName}
	t.Users.Put(u.ID, u)
	r := recipient(t, u.UserPrincipalName, u.DisplayName, "MailUser", "MailUser")
	r.ExternalDirectoryObjectID = u.ID
	t.Recipients.Put(r.Identity, r)
}

func recipient(t *tenant.Tenant, address, name, kind, details string) tenant.Recipient {
	r := tenant.Recipient{
		Identity: name, Name: name, DisplayName: name,
		PrimarySMTPAddress:        address,
		RecipientType:             kind,
		RecipientTypeDetails:      details,
		ExternalDirectoryObjectID: t.IDs.New(),
		EmailAddresses:            []string{"SMTP:" + address},
	}
	t.Recipients.Put(r.Identity, r)
	return r
}

// exchangeDefaults is what every organization is born with.
func exchangeDefaults(t *tenant.Tenant) {
	t.OrganizationConfig.Name, t.OrganizationConfig.Identity = initialDomain, initialDomain
	policy := outboundPolicy(t, "Default", "Automatic")
	// The working default says false here, as Microsoft's does.
	policy.IsDefault, policy.Enabled = true, false
	t.OutboundPolicies.Put(policy.Name, policy)
	t.RemoteDomains.Put("Default", tenant.RemoteDomain{
		Name: "Default", Identity: "Default", DomainName: "*",
		AutoForwardEnabled: true, AutoReplyEnabled: true, NDREnabled: true, AllowedOOFType: "External",
	})
}

func outboundPolicy(t *tenant.Tenant, name, mode string) tenant.OutboundPolicy {
	policy := tenant.OutboundPolicy{
		Name: name, Identity: name, GUID: t.IDs.New(),
		Enabled: true, IsValid: true,
		AutoForwardingMode:         mode,
		ActionWhenThresholdReached: "BlockUserForToday",
		RecommendedPolicyType:      "Custom",
	}
	t.OutboundPolicies.Put(name, policy)
	return policy
}

func outboundRule(t *tenant.Tenant, name string, priority int, from, domains []string) {
	t.OutboundRules.Put(name, tenant.OutboundRule{
		Name: name, Identity: name, GUID: t.IDs.New(),
		HostedOutboundSpamFilterPolicy: name,
		State:                          "Enabled", Priority: priority,
		From: from, FromMemberOf: []string{}, SenderDomainIs: domains,
		ExceptIfFrom: []string{}, ExceptIfFromMemberOf: []string{}, ExceptIfSenderDomainIs: []string{},
	})
}
