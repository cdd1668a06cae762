package scenario

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/mail"
	"slices"
	"strings"

	"wxmail/internal/sandbox/pattern"
	"wxmail/internal/sandbox/tenant"
)

// defaults is a tenant as Microsoft sets one up today: SMTP AUTH is off for
// the tenant, forwarding is left to Microsoft, and so is user consent.
const defaults = `{"smtpAuthDisabled":true,"securityDefaults":false,"userConsent":"microsoft","secretPolicy":"none","redirectPolicy":"none",
"organizationDehydrated":false,"hydrationDelay":"0s","defaultAutoForwarding":"Automatic","remoteDomainAutoForward":true,
"replicationLag":"0s","conditionalAccess":"none","exchangeProvisioned":true,"extraPrincipals":0,
"usersCreateApps":true,"cloudInstance":"microsoftonline.com","canonicalPages":false,"purgedNamesReserved":false,
"blockedSenders":[],"exhaustedSenders":[],"fullMailboxes":[]}`

// setting checks one setting and stores it where Microsoft stores it.
type setting struct {
	check func(s tenant.Settings) error
	store func(t *tenant.Tenant)
}

var settings = map[string]setting{
	"smtpAuthDisabled": {store: func(t *tenant.Tenant) {
		t.TransportConfig.SMTPClientAuthenticationDisabled = t.Settings.SMTPAuthDisabled
	}},
	"securityDefaults": {store: func(t *tenant.Tenant) {
		t.Policies.SecurityDefaults.IsEnabled = t.Settings.SecurityDefaults
	}},
	"userConsent":    {checkUserConsent, storeUserConsent},
	"secretPolicy":   {checkSecretPolicy, storeSecretPolicy},
	"redirectPolicy": {check: func(s tenant.Settings) error { return oneOf(s.RedirectPolicy, "none", "https") }},
	"organizationDehydrated": {store: func(t *tenant.Tenant) {
		t.OrganizationConfig.IsDehydrated = t.Settings.OrganizationDehydrated
		t.OrganizationConfig.HydrationEffectiveAt = nil
	}},
	"hydrationDelay": {check: func(s tenant.Settings) error { return notNegative(int(s.HydrationDelay)) }},
	"replicationLag": {check: func(s tenant.Settings) error { return notNegative(int(s.ReplicationLag)) }},
	"defaultAutoForwarding": {
		check: func(s tenant.Settings) error { return oneOf(s.DefaultAutoForwarding, "Automatic", "On", "Off") },
		store: storeDefaultAutoForwarding,
	},
	"remoteDomainAutoForward": {store: storeRemoteDomainAutoForward},
	"conditionalAccess": {check: func(s tenant.Settings) error {
		return oneOf(s.ConditionalAccess, "none", "block-device-code", "block", "block-webex", "mfa")
	}},
	"cloudInstance": {check: func(s tenant.Settings) error {
		return oneOf(s.CloudInstance, "microsoftonline.com", "microsoftonline.us", "partner.microsoftonline.cn")
	}},
	"usersCreateApps": {store: func(t *tenant.Tenant) {
		t.Policies.AuthorizationPolicy.DefaultUserRolePermissions.AllowedToCreateApps = t.Settings.UsersCreateApps
	}},
	"canonicalPages":      {},
	"purgedNamesReserved": {},
	"exchangeProvisioned": {store: storeExchangeProvisioned},
	"blockedSenders":      {check: func(s tenant.Settings) error { return addresses(s.BlockedSenders) }},
	"exhaustedSenders":    {check: func(s tenant.Settings) error { return addresses(s.ExhaustedSenders) }},
	"fullMailboxes":       {check: func(s tenant.Settings) error { return addresses(s.FullMailboxes) }},
	"extraPrincipals": {
		check: func(s tenant.Settings) error { return notNegative(s.ExtraPrincipals) },
		store: storeExtraPrincipals,
	},
}

// Apply merges settings, a JSON object of the names of tenant.Settings, and
// changes the objects behind the ones that it names. An unknown name, a null
// or a bad value is an error, and then nothing has changed. It may be
// repeated. The caller holds the tenant's lock.
func Apply(t *tenant.Tenant, patch json.RawMessage) error {
	var named map[string]json.RawMessage
	if err := json.Unmarshal(patch, &named); err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	merged := Observe(t)
	decoder := json.NewDecoder(bytes.NewReader(patch))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&merged); err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	for name, value := range named {
		if err := check(name, value, merged); err != nil {
			return err
		}
	}
	t.Settings = merged
	for _, name := range slices.Sorted(maps.Keys(named)) { // in one order, so that ids follow from the seed
		if store := settings[name].store; store != nil {
			store(t)
		}
	}
	return nil
}

func check(name string, value json.RawMessage, merged tenant.Settings) error {
	known, ok := settings[name]
	if !ok {
		return fmt.Errorf("settings: unknown setting %q", name)
	}
	if string(value) == "null" {
		return fmt.Errorf("settings: %s: null is no value", name)
	}
	if known.check == nil {
		return nil
	}
	if err := known.check(merged); err != nil {
		return fmt.Errorf("settings: %s: %w", name, err)
	}
	return nil
}

// Observe is the settings, each switch as the tenant's objects have it now,
// whoever changed it; userConsent and secretPolicy are as they were last set. The caller holds the tenant's lock.
func Observe(t *tenant.Tenant) tenant.Settings {
	s := t.Settings
	for _, list := range []*[]string{&s.BlockedSenders, &s.ExhaustedSenders, &s.FullMailboxes} {
		*list = slices.Clone(*list) // what is decoded into it must not reach the tenant's
	}
	s.SMTPAuthDisabled = t.TransportConfig.SMTPClientAuthenticationDisabled
	s.SecurityDefaults = t.Policies.SecurityDefaults.IsEnabled
	s.UsersCreateApps = t.Policies.AuthorizationPolicy.DefaultUserRolePermissions.AllowedToCreateApps
	s.OrganizationDehydrated = t.OrganizationConfig.IsDehydrated
	if policy, ok := t.OutboundPolicies.Latest("Default"); ok {
		s.DefaultAutoForwarding = policy.AutoForwardingMode
	}
	if domain, ok := t.RemoteDomains.Latest("Default"); ok {
		s.RemoteDomainAutoForward = domain.AutoForwardEnabled
	}
	return s
}

func oneOf(value string, allowed ...string) error {
	if !slices.Contains(allowed, value) {
		return fmt.Errorf("%q is not one of %s", value, strings.Join(allowed, ", "))
	}
	return nil
}

func addresses(list []string) error {
	for _, address := range list {
		if parsed, err := mail.ParseAddress(address); err != nil || parsed.Address != address {
			return fmt.Errorf("%q is no bare address", address)
		}
	}
	return nil
}

func notNegative(value int) error {
	if value < 0 {
		return fmt.Errorf("is negative")
	}
	return nil
}

// consentPolicies are the entries of permissionGrantPoliciesAssigned.
// https://learn.microsoft.com/entra/identity/enterprise-apps/configure-user-consent
var consentPolicies = map[string][]string{
	"all":       {"ManagePermissionGrantsForSelf.microsoft-user-default-legacy"},
	"low":       {"ManagePermissionGrantsForSelf.microsoft-user-default-low"},
	"microsoft": {"ManagePermissionGrantsForSelf.microsoft-user-default-recommended"},
	"none":      {},
}

func checkUserConsent(s tenant.Settings) error {
	return oneOf(s.UserConsent, "all", "low", "none", "microsoft")
}

func storeUserConsent(t *tenant.Tenant) {
	t.Policies.AuthorizationPolicy.DefaultUserRolePermissions.PermissionGrantPoliciesAssigned =
		append([]string{}, consentPolicies[t.Settings.UserConsent]...)
}

var isoDuration = pattern.Of(`^P(\d+[YMWD])+$`)

func checkSecretPolicy(s tenant.Settings) error {
	if s.SecretPolicy == "none" || s.SecretPolicy == "blocked" || isoDuration().MatchString(s.SecretPolicy) {
		return nil
	}
	return fmt.Errorf("%q is not none, blocked or an ISO 8601 duration in years, months, weeks or days", s.SecretPolicy)
}

func storeSecretPolicy(t *tenant.Tenant) {
	policy := &t.Policies.DefaultAppManagementPolicy
	policy.IsEnabled = t.Settings.SecretPolicy != "none"
	restrictions := []tenant.PasswordRestriction{}
	switch maximum := t.Settings.SecretPolicy; maximum {
	case "none":
	case "blocked":
		restrictions = append(restrictions, tenant.PasswordRestriction{RestrictionType: "passwordAddition", State: "enabled"})
	default:
		restrictions = append(restrictions, tenant.PasswordRestriction{
			RestrictionType: "passwordLifetime", State: "enabled", MaxLifetime: &maximum})
	}
	policy.ApplicationRestrictions.PasswordCredentials = restrictions
}

func storeDefaultAutoForwarding(t *tenant.Tenant) {
	policy, _ := t.OutboundPolicies.Latest("Default")
	policy.AutoForwardingMode = t.Settings.DefaultAutoForwarding
	t.OutboundPolicies.Put("Default", policy)
}

func storeRemoteDomainAutoForward(t *tenant.Tenant) {
	domain, _ := t.RemoteDomains.Latest("Default")
	domain.AutoForwardEnabled = t.Settings.RemoteDomainAutoForward
	t.RemoteDomains.Put("Default", domain)
}

func storeExchangeProvisioned(t *tenant.Tenant) {
	sp, exists := t.ServicePrincipals.FindLatest(func(sp tenant.ServicePrincipal) bool { return sp.AppID == exchangeAppID })
	switch {
	case exists && !t.Settings.ExchangeProvisioned:
		t.ServicePrincipals.Delete(sp.ID)
	case !exists && t.Settings.ExchangeProvisioned:
		put(t, exchangePrincipal(t))
	}
}

// extraTag marks the service principals that only make the directory big.
const extraTag = "sandbox-extra"

// storeExtraPrincipals keeps the extras that are there and adds or removes
// the rest.
func storeExtraPrincipals(t *tenant.Tenant) {
	extras := []tenant.ServicePrincipal{}
	for _, sp := range t.ServicePrincipals.AllLatest() {
		if slices.Contains(sp.Tags, extraTag) {
			extras = append(extras, sp)
		}
	}
	for i := t.Settings.ExtraPrincipals; i < len(extras); i++ {
		t.ServicePrincipals.Delete(extras[i].ID)
	}
	for i := len(extras); i < t.Settings.ExtraPrincipals; i++ {
		sp := principal(t, t.IDs.New(), fmt.Sprintf("Business App %05d", i+1))
		sp.AppOwnerOrganizationID = t.Organization.ID
		sp.Tags = []string{extraTag}
		put(t, sp)
	}
}
