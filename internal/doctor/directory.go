package doctor

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"wxmail/internal/directory"
	"wxmail/internal/setup"
)

// directoryChecks are what can be wrong in Entra ID.
func directoryChecks() []check {
	return []check{
		{"WX-APPLICATION-MISSING", Error, "azure.register", []string{"azure."}, findNoApplication},
		{"WX-APPLICATION-DELETED", Error, "azure.register", []string{"azure."}, findDeleted},
		{"WX-SERVICE-PRINCIPAL-MISSING", Error, "azure.register", []string{"azure.service-principal", "azure.app-role.", "azure.grant."}, findNoPrincipal},
		{"WX-SERVICE-PRINCIPAL-DISABLED", Error, "azure.register", nil, findDisabledPrincipal},
		{"WX-NOT-ASSIGNED", Warning, "azure.register", nil, findAssignment},
		{"WX-REDIRECT-URI-MISSING", Error, "azure.register", []string{"azure.application"}, findNoRedirect},
		{"WX-REDIRECT-URI-LEFT", Warning, "token", []string{"token.redirect-uri"}, findRedirectLeft},
		{"WX-IMPLICIT-GRANT", Warning, "azure.register", []string{"azure.application"}, findImplicitGrant},
		{"WX-PERMISSION-UNDECLARED", Warning, "azure.register", []string{"azure.application"}, findUndeclared},
		{"WX-CONSENT-MISSING", Error, "azure.consent", []string{"azure.grant."}, findNoGrant},
		{"WX-MAIL-SEND-MISSING", Warning, "azure.consent", []string{"azure.app-role."}, findNoMailSend},
		{"WX-SECRET-GONE", Error, "azure.register", []string{"azure.secret"}, findSecretGone},
		{"WX-ROTATION-OPEN", Warning, "azure.register", nil, findOpenRotation},
		{"WX-ROTATION-BLOCKED", Info, "azure.register", nil, findBlockedRotation},
		{"WX-SECRET-UNKNOWN", Info, "azure.register", nil, findUnknownSecrets},
		{"WX-MAIL-SEND-WIDE", Info, "azure.consent", nil, findMailSend},
		{"WX-CONSENT-POLICY", Info, "azure.consent", nil, findConsentPolicy},
		{"WX-SECURITY-DEFAULTS", Info, "token", nil, findSecurityDefaults},
	}
}

// application is ours, where the directory was read and it lives.
func (s *subject) application() *directory.Application {
	if s.Directory == nil {
		return nil
	}
	return s.Directory.Application
}

// principal is its service principal, or nil.
func (s *subject) principal() *directory.ServicePrincipal {
	if s.application() == nil {
		return nil
	}
	return s.Directory.ServicePrincipal
}

func (s *subject) registrationPage(blade string) string {
	return s.run.Cloud.RegistrationPage(blade, s.application().AppID)
}

func (s *subject) enterprisePage(blade string) string {
	return s.run.Cloud.EnterprisePage(blade, s.principal().ID, s.application().AppID)
}

func findNoApplication(s *subject) []Finding {
	missing := s.Directory != nil && s.Observed.Application() == nil && s.wanted.Application == ""
	return one(missing, Finding{Object: s.wanted.Mailbox, Evidence: "applications: none with uniqueName " + s.wanted.UniqueName() + s.deed("azure.application")})
}

func findDeleted(s *subject) []Finding {
	return one(s.Restoring(), Finding{Object: s.wanted.Mailbox, Evidence: "directory/deletedItems: uniqueName " + s.wanted.UniqueName(),
		Link: s.run.Cloud.DeletedPage()})
}

func findNoPrincipal(s *subject) []Finding {
	if s.application() == nil || s.principal() != nil {
		return nil
	}
	return one(true, Finding{Object: s.application().DisplayName, Evidence: "servicePrincipals: none with appId " + s.application().AppID + s.deed("azure.service-principal")})
}

func findDisabledPrincipal(s *subject) []Finding {
	if s.principal() == nil || !s.principal().Disabled {
		return nil
	}
	return one(true, Finding{Object: s.application().DisplayName, Evidence: "servicePrincipal: accountEnabled = false", Link: s.enterprisePage("Properties")})
}

// findAssignment: whether the mailbox user is assigned is not read; a token
// that refreshes says that they are.
func findAssignment(s *subject) []Finding {
	if s.principal() == nil || !s.principal().AssignmentRequired || s.Vault.Refreshed {
		return nil
	}
	return one(true, Finding{Object: s.wanted.Login(), Detail: s.application().DisplayName, Evidence: "servicePrincipal: appRoleAssignmentRequired = true",
		Link: s.enterprisePage("Users")})
}

func findNoRedirect(s *subject) []Finding {
	app := s.application()
	if app == nil || slices.Contains(app.RedirectURIs, s.wanted.CallbackURL) {
		return nil
	}
	evidence := "web.redirectUris = " + list(app.RedirectURIs)
	for platform, uris := range map[string][]string{"spa": app.SPARedirects, "publicClient": app.PublicRedirects} {
		if slices.Contains(uris, s.wanted.CallbackURL) {
			evidence += "; it is a redirect URI of the platform " + platform
		}
	}
	return one(true, Finding{Object: s.wanted.CallbackURL, Detail: app.DisplayName, Evidence: evidence + s.deed("azure.application"), Link: s.registrationPage("Authentication")})
}

func findRedirectLeft(s *subject) []Finding {
	app := s.application()
	left := app != nil && s.Memory.TemporaryRedirect && slices.Contains(app.RedirectURIs, setup.TemporaryRedirect)
	return one(left, Finding{Object: setup.TemporaryRedirect, Evidence: "web.redirectUris holds it, and the journal says that wxmail added it"})
}

func findImplicitGrant(s *subject) []Finding {
	app := s.application()
	if app == nil || app.ImplicitAccessTokens == s.wanted.ImplicitGrant {
		return nil
	}
	return one(true, Finding{Object: app.DisplayName, Evidence: fmt.Sprintf("implicitGrantSettings.enableAccessTokenIssuance = %t", app.ImplicitAccessTokens) + s.deed("azure.application")})
}

// permissions are those that the answers ask for, once there is something
// that can hold them.
func (s *subject) permissions() []setup.Permission {
	if s.principal() == nil || s.Directory.Exchange == nil || s.Directory.MicrosoftGraph == nil {
		return nil
	}
	return s.run.Permissions()
}

func findUndeclared(s *subject) []Finding {
	var names []string
	for _, p := range s.permissions() {
		if !p.Declared {
			names = append(names, p.Value)
		}
	}
	if names == nil {
		return nil
	}
	return one(true, Finding{Object: list(names), Detail: s.application().DisplayName, Evidence: "requiredResourceAccess lacks " + list(names) + s.deed("azure.application"),
		Link: s.registrationPage("CallAnAPI")})
}

// findNoGrant finds what is not granted to all users, once a resource.
func findNoGrant(s *subject) []Finding {
	missing, resources := map[string][]string{}, []string{}
	for _, p := range s.permissions() {
		if p.Application || p.Granted {
			continue
		}
		if missing[p.Resource] == nil {
			resources = append(resources, p.Resource)
		}
		missing[p.Resource] = append(missing[p.Resource], p.Value)
	}
	var all []Finding
	for _, resource := range resources {
		key := "azure.grant." + strings.ReplaceAll(resource, " ", "-")
		all = append(all, Finding{Object: strings.Join(missing[resource], " ") + " of " + resource,
			Detail: "no tenant-wide grant", Evidence: "oauth2PermissionGrants (AllPrincipals): " + list(missing[resource]) + " missing" + s.deed(key), Link: s.enterprisePage("Permissions")})
	}
	return all
}

func findNoMailSend(s *subject) []Finding {
	for _, p := range s.permissions() {
		if p.Application && !p.Granted {
			return one(true, Finding{Object: p.Value, Detail: p.Resource, Evidence: "appRoleAssignments: none for " + p.Value + s.deed("azure.app-role."+p.Value)})
		}
	}
	return nil
}

func findMailSend(s *subject) []Finding {
	for _, p := range s.permissions() {
		if p.Application && p.Granted {
			return one(true, Finding{Object: s.application().DisplayName, Detail: p.Value, Evidence: "appRoleAssignments: " + p.Value + " of " + p.Resource})
		}
	}
	return nil
}

// findSecretGone: the vault's secret is not listed any more.
func findSecretGone(s *subject) []Finding {
	app, held := s.application(), s.Vault.Secret
	if app == nil || held == nil || held.ClientID != app.AppID || s.listed(held) != nil {
		return nil
	}
	return one(true, Finding{Object: held.Label, Detail: app.DisplayName, Evidence: "passwordCredentials: none with keyId " + held.KeyID, Link: s.registrationPage("Credentials")})
}

// listed is a secret of the vault as the application lists it, or nil.
func (s *subject) listed(held *setup.HeldSecret) *directory.SecretInfo {
	app := s.application()
	if app == nil || held == nil {
		return nil
	}
	if i := slices.IndexFunc(app.Secrets, held.Is); i >= 0 {
		return &app.Secrets[i]
	}
	return nil
}

func findOpenRotation(s *subject) []Finding {
	app, held := s.application(), s.Vault.Secret
	if app == nil || held == nil || held.Previous == nil {
		return nil
	}
	i := slices.IndexFunc(app.Secrets, func(info directory.SecretInfo) bool { return info.KeyID == held.Previous.KeyID })
	if i < 0 {
		return nil
	}
	return one(true, Finding{Object: held.Previous.Label, Detail: day(app.Secrets[i].End), Evidence: "passwordCredentials: " + held.Previous.Label + " beside " + held.Label})
}

func findBlockedRotation(s *subject) []Finding {
	if s.application() == nil || s.Directory.SecretPolicy == nil {
		return nil
	}
	blocked, _ := s.Directory.SecretPolicy.For(s.application().Created)
	return one(blocked, Finding{Object: s.application().DisplayName, Evidence: "defaultAppManagementPolicy: passwordAddition is restricted"})
}

// findUnknownSecrets: a secret of another computer may be the one that Webex
// Connect uses, so none is a fault.
func findUnknownSecrets(s *subject) []Finding {
	app, held := s.application(), s.Vault.Secret
	if app == nil {
		return nil
	}
	var all []Finding
	for _, info := range app.Secrets {
		ours := held != nil && (held.Is(info) || held.Previous != nil && held.Previous.KeyID == info.KeyID)
		if !ours && !(s.Vault.Locked && s.Memory.Labels[info.Label]) {
			all = append(all, Finding{Object: cmp.Or(info.Label, info.KeyID), Detail: day(info.End), Evidence: "passwordCredentials: keyId " + info.KeyID + ", endDateTime " + day(info.End),
				Link: s.registrationPage("Credentials")})
		}
	}
	return all
}

func findConsentPolicy(s *subject) []Finding {
	if s.Directory == nil || s.Directory.ConsentPolicy == nil {
		return nil
	}
	policy := s.Directory.ConsentPolicy
	strict := policy.UserConsent == directory.ConsentNone || policy.UserConsent == directory.ConsentLow
	return one(strict, Finding{Object: s.Directory.Organization.DisplayName, Evidence: "authorizationPolicy: permissionGrantPoliciesAssigned = " + list(policy.Policies)})
}

func findSecurityDefaults(s *subject) []Finding {
	on := s.Directory != nil && s.Directory.SecurityDefaults != nil && *s.Directory.SecurityDefaults
	if !on {
		return nil
	}
	return one(true, Finding{Object: s.Directory.Organization.DisplayName, Evidence: "identitySecurityDefaultsEnforcementPolicy: isEnabled = true"})
}

// deed is what the journal knows of a change that is found missing.
func (s *subject) deed(key string) string {
	d, did := s.Memory.Deeds[key]
	other := key == "mailbox.smtp-auth" && !strings.EqualFold(d.Target, s.wanted.Login())
	if !did || !d.Done || other {
		return ""
	}
	return "; wxmail set it at " + d.At.UTC().Format(time.RFC3339)
}

func list(items []string) string {
	if len(items) == 0 {
		return "(none)"
	}
	return strings.Join(items, ", ")
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
