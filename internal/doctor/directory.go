package doctor

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"wxmail/internal/directory"
	"wxmail/internal/guide"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// directoryChecks are what a plan does not know of Entra ID.
func directoryChecks() []check {
	return []check{
		{"WX-SERVICE-PRINCIPAL-DISABLED", step.Error, 5, "azure.register", findDisabledPrincipal},
		{"WX-NOT-ASSIGNED", step.Warning, 5, "azure.register", findAssignment},
		expiring(),
		{"WX-ROTATION-OPEN", step.Warning, 3, "azure.register", findOpenRotation},
		{"WX-ROTATION-BLOCKED", step.Info, 3, "azure.register", findBlockedRotation},
		{"WX-SECRET-UNKNOWN", step.Info, 3, "azure.register", findUnknownSecrets},
		{codeMark, step.Info, 3, "azure.register", findMarksIn(world.Directory)},
		{"WX-MAIL-SEND-WIDE", step.Info, 3, "azure.consent", findMailSend},
		{"WX-CONSENT-POLICY", step.Info, 3, "azure.consent", findConsentPolicy},
		{"WX-SECURITY-DEFAULTS", step.Info, 3, "token", findSecurityDefaults},
	}
}

// application is ours, where it lives, or nil.
func (s subject) application() *directory.Application { return s.Seen.Tenant().Application }

// principal is the application's service principal, or nil.
func (s subject) principal() *directory.ServicePrincipal {
	if s.application() == nil {
		return nil
	}
	return s.Seen.Tenant().ServicePrincipal
}

func (s subject) enterprisePage(blade string) step.Page {
	return guide.EnterprisePage(blade, s.principal().ID, s.application().AppID)
}

func findDisabledPrincipal(s subject) []Finding {
	if s.principal() == nil || !s.principal().Disabled {
		return nil
	}
	return []Finding{{Object: s.application().DisplayName, Evidence: "servicePrincipal: accountEnabled = false",
		Page: s.enterprisePage("Properties")}}
}

// findAssignment: whether the mailbox user is assigned is not read; a token
// that refreshes says that they are.
func findAssignment(s subject) []Finding {
	if s.principal() == nil || !s.principal().AssignmentRequired || s.Seen.Local().Refreshed {
		return nil
	}
	return []Finding{{Object: s.Wanted.Login(), Detail: s.application().DisplayName,
		Evidence: "servicePrincipal: appRoleAssignmentRequired = true", Page: s.enterprisePage("Users")}}
}

func findOpenRotation(s subject) []Finding {
	app, held := s.application(), s.Seen.Local().Secret
	if app == nil || held == nil {
		return nil
	}
	i := slices.IndexFunc(app.Secrets, held.Replaced)
	if i < 0 {
		return nil
	}
	return []Finding{{Object: guide.SecretName(app.Secrets, app.Secrets[i]), Detail: day(app.Secrets[i].End), Dated: true,
		Evidence: "passwordCredentials: " + held.Previous.Label + " beside " + held.Label}}
}

func findBlockedRotation(s subject) []Finding {
	blocked, _ := s.Seen.SecretPolicy(s.Now)
	if s.application() == nil || !blocked {
		return nil
	}
	return []Finding{{Object: s.application().DisplayName, Evidence: "defaultAppManagementPolicy: passwordAddition is restricted"}}
}

// findUnknownSecrets: a secret of another computer may be the one that Webex
// Connect uses, so none is a fault; one that ends soon is told as such.
func findUnknownSecrets(s subject) (all []Finding) {
	app, here := s.application(), s.Seen.Local()
	if app == nil {
		return nil
	}
	for _, info := range app.Secrets {
		ours := here.Secret != nil && (here.Secret.Is(info) || here.Secret.Replaced(info))
		soon := slices.ContainsFunc(guide.SecretsOf(s.Facts).Ending(s.days), func(e guide.End) bool { return e.KeyID == info.KeyID })
		if ours || soon || here.Locked && here.Memory.Labels[info.Label] {
			continue
		}
		all = append(all, Finding{Object: guide.SecretName(app.Secrets, info), Detail: day(info.End), Dated: true,
			Evidence: "passwordCredentials: keyId " + info.KeyID + ", endDateTime " + day(info.End), Page: s.secretsPage()})
	}
	return all
}

const codeMark = "WX-MARK-UNKNOWN"

// findMarksIn finds what bears wxmail's mark in a source, and the journal does
// not know. A secret is told as such, unless it is the one of the vault.
func findMarksIn(source world.Source) func(subject) []Finding {
	return func(s subject) (all []Finding) {
		held := s.Seen.Local().Secret
		for _, m := range guide.Marks(s.Facts) {
			t, _ := guide.ThingOf(m.Key)
			secret := t.Key == "azure.secret" && (held == nil || held.Label != m.Target)
			if t.Writes == source && !secret {
				all = append(all, Finding{Object: m.Target, Detail: s.Wanted.Mailbox, Evidence: m.Evidence, Page: m.Page})
			}
		}
		return all
	}
}

func findMailSend(s subject) []Finding {
	for _, p := range s.Wanted.Permissions() {
		if s.principal() != nil && p.Application && s.Seen.Granted(p) {
			return []Finding{{Object: s.application().DisplayName, Detail: p.Value,
				Evidence: "appRoleAssignments: " + p.Value + " of " + p.Resource}}
		}
	}
	return nil
}

func findConsentPolicy(s subject) []Finding {
	policy := s.Seen.Tenant().ConsentPolicy
	if policy == nil || policy.UserConsent != directory.ConsentNone && policy.UserConsent != directory.ConsentLow {
		return nil
	}
	return []Finding{{Object: s.Seen.Organization(s.Wanted.Tenant),
		Evidence: "authorizationPolicy: permissionGrantPoliciesAssigned = " + list(policy.Policies)}}
}

func findSecurityDefaults(s subject) []Finding {
	if on := s.Seen.Tenant().SecurityDefaults; on == nil || !*on {
		return nil
	}
	return []Finding{{Object: s.Seen.Organization(s.Wanted.Tenant), Evidence: "identitySecurityDefaultsEnforcementPolicy: isEnabled = true"}}
}

func list(items []string) string { return cmp.Or(strings.Join(items, ", "), "-") }

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
