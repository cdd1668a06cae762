package doctor

import (
	"net/http"
	"slices"
	"testing"

	"wxmail/internal/directory"
	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

func graphRefusal() error {
	return &microsoft.Error{Service: microsoft.Graph, Operation: "GET /applications", Status: http.StatusForbidden,
		Code: "Authorization_RequestDenied", Message: "Insufficient privileges."}
}

func applicationAilments() []ailment {
	return []ailment{
		{"it was deleted", []string{"WX-APPLICATION-DELETED"}, func(p *patient) {
			p.directory.Deleted = p.app()
			p.noApplication()
			p.refused(entra("AADSTS700016"))
		}},
		{"nothing was ever set up", []string{"WX-APPLICATION-MISSING", "WX-FORWARDING-CLEARED", "WX-OUTBOUND-OFF", "WX-SMTP-AUTH-TENANT"},
			func(p *patient) {
				p.noApplication()
				p.noToken()
				p.removePolicy()
				p.here.Secret, p.exchange.SMTPAuthDisabled, p.exchange.Mailbox.Forwarding = nil, nil, mailflow.Forwarding{}
			}},
		{"somebody set it up by hand", []string{"WX-APPLICATION-BY-HAND"}, func(p *patient) {
			byHand := directory.Candidate{Application: *p.app()}
			byHand.UniqueName, byHand.AppID = "", "by-hand-id"
			p.noApplication()
			p.noToken()
			p.directory.Candidates, p.here.Secret = []directory.Candidate{byHand}, nil
		}},
		{"its service principal was deleted", []string{"WX-SERVICE-PRINCIPAL-MISSING"}, func(p *patient) {
			p.noPrincipal()
			p.refused(entra("AADSTS7000229"))
		}},
		{"sign-in to it is off", []string{"WX-SERVICE-PRINCIPAL-DISABLED"}, func(p *patient) {
			p.directory.ServicePrincipal.Disabled = true
			p.refused(entra("AADSTS7000112"))
		}},
		{"users must be assigned", []string{"WX-NOT-ASSIGNED"}, func(p *patient) {
			p.directory.ServicePrincipal.AssignmentRequired = true
			p.refused(entra("AADSTS50105"))
		}},
		{"its redirect URI was changed", []string{"WX-REDIRECT-URI-MISSING"},
			func(p *patient) { p.app().RedirectURIs = []string{"https://contoso.us.webexconnect.io/other"} }},
		{"an earlier Call Back URL is still allowed", []string{"WX-CALLBACK-OLD"}, func(p *patient) {
			const old = "https://contoso.eu.webexconnect.io/callback"
			p.app().RedirectURIs = append(p.app().RedirectURIs, old)
			p.here.Memory.RedirectURIs[old] = true
		}},
		{"our own redirect URI was left behind", []string{"WX-REDIRECT-URI-LEFT", "WX-TOKEN-MISSING"}, func(p *patient) {
			p.leaveRedirect()
			p.noToken()
		}},
		{"our own redirect URI was left behind, with a good token", []string{"WX-REDIRECT-URI-LEFT"}, (*patient).leaveRedirect},
		{"the same, seen by who looks at the directory alone", []string{"WX-REDIRECT-URI-LEFT"}, func(p *patient) {
			p.leaveRedirect()
			p.areas = []Area{Directory}
		}},
		{"the tick Access tokens was cleared", []string{"WX-IMPLICIT-GRANT"}, func(p *patient) { p.app().ImplicitAccessTokens = false }},
		{"the one that was adopted is gone", []string{"WX-APPLICATION-UNKNOWN"}, func(p *patient) {
			p.answers["azure.application"] = "00000000-1111-2222-3333-444444444444"
			p.noApplication()
		}},
	}
}

func consentAilments() []ailment {
	return []ailment{
		{"a permission is no longer declared", []string{"WX-PERMISSION-UNDECLARED"}, func(p *patient) { p.app().Required = nil }},
		{"the portal's button revoked what is not declared", []string{"WX-CONSENT-MISSING", "WX-MAIL-SEND-MISSING", "WX-PERMISSION-UNDECLARED"},
			func(p *patient) {
				p.app().Required, p.directory.Grants, p.directory.Assignments = nil, nil, nil
				p.refused(entra("AADSTS65001"))
			}},
		{"the consent to SMTP.Send was revoked", []string{"WX-CONSENT-MISSING"}, func(p *patient) {
			p.directory.Grants = p.directory.Grants[1:]
			p.refused(entra("AADSTS65001"))
		}},
		{"Mail.Send was revoked", []string{"WX-MAIL-SEND-MISSING"}, func(p *patient) { p.directory.Assignments = nil }},
		{"Exchange publishes no Mail.Send", []string{"WX-PERMISSION-UNKNOWN"}, func(p *patient) { p.directory.Exchange.Roles = nil }},
	}
}

func tenantAilments() []ailment {
	return []ailment{
		{"the administrator may not consent to the tools", []string{"WX-ROLE-CONSENT"}, func(p *patient) {
			p.directory, p.directoryErr = nil, &step.Obstacle{Code: "WX-ROLE-CONSENT", Object: "admin@contoso.example", Detail: "No.", Stops: true}
		}},
		{"the directory forbids reading", []string{"WX-GRAPH-FORBIDDEN"}, func(p *patient) { p.directory, p.directoryErr = nil, graphRefusal() }},
		{"Exchange Online is gone", []string{"WX-NO-EXCHANGE"}, func(p *patient) {
			p.directory.Exchange, p.exchange = nil, nil
			p.exchangeErr = &microsoft.Error{Service: microsoft.Entra, Status: 400, Code: "AADSTS650052", Asked: microsoft.ExchangeSignIn}
			p.refused(entra("AADSTS650052"))
		}},
		{"the mailbox's domain is another tenant's", []string{"WX-DOMAIN-FOREIGN"}, func(p *patient) {
			p.directoryErr = &step.Obstacle{Code: "WX-DOMAIN-FOREIGN", Object: support, Detail: "Contoso (tenant)", Stops: true,
				Evidence: "organization: verifiedDomains lacks its domain"}
		}},
	}
}

func (p *patient) noApplication() {
	p.directory.Application = nil
	p.noPrincipal()
}

func (p *patient) noPrincipal() {
	p.directory.ServicePrincipal, p.directory.Grants, p.directory.Assignments = nil, nil, nil
}

func (p *patient) leaveRedirect() {
	p.app().RedirectURIs = append(p.app().RedirectURIs, "http://localhost")
	p.here.Memory.TemporaryRedirect = true
}

// Where the source cannot be read, what is there may be in order.
func TestUnreadIsAWarning(t *testing.T) {
	p := healthy()
	p.directory, p.exchange, p.directoryErr, p.exchangeErr = nil, nil, graphRefusal(), errUnknown
	findings, _ := p.judge(t)
	if len(findings) != 2 || findings[0].Severity != step.Warning || findings[1].Severity != step.Warning {
		t.Fatalf("found %+v", findings)
	}
	for _, f := range findings {
		said := "Authorization_RequestDenied Insufficient privileges."
		if f.Code == "WX-GRAPH-FORBIDDEN" && (f.Object != "GET /applications" || f.Detail != said) {
			t.Errorf("told as %+v", f)
		}
		if f.Unwrap() == nil {
			t.Errorf("%s does not say why", f.Code)
		}
	}
}

// worthKnowing are what is told and is no fault.
func worthKnowing() map[string]func(*patient) {
	on := true
	return map[string]func(*patient){
		"WX-MAIL-SEND-WIDE": func(*patient) {},
		"WX-CONSENT-POLICY": func(p *patient) {
			p.directory.ConsentPolicy = &directory.ConsentPolicy{UserConsent: directory.ConsentNone}
		},
		"WX-SECURITY-DEFAULTS":  func(p *patient) { p.directory.SecurityDefaults = &on },
		"WX-ROTATION-BLOCKED":   func(p *patient) { p.directory.SecretPolicy.Blocked = true },
		"WX-SECRET-UNKNOWN":     func(p *patient) { p.addSecret("key-9", "") },
		"WX-MARK-UNKNOWN":       func(p *patient) { p.here.Memory = world.NewMemory() },
		"WX-INBOX-RULES-UNREAD": func(p *patient) { p.exchange.NoInboxRules = graphRefusal() },
		"WX-VAULT-LOCKED":       lock,
		"WX-ACCOUNT-EARLIER": func(p *patient) {
			p.here.Memory.Deeds["mailbox.smtp-auth.anna"] = step.Deed{Key: "mailbox.smtp-auth.anna", Target: "anna@contoso.example"}
		},
	}
}

func TestWorthKnowing(t *testing.T) {
	for code, harm := range worthKnowing() {
		t.Run(code, func(t *testing.T) {
			p := healthy()
			harm(p)
			findings, _ := p.judge(t)
			if codes := codesOf(findings, step.Info); !slices.Contains(codes, code) || len(codesOf(findings, step.Error, step.Warning)) > 0 {
				t.Errorf("found %+v", findings)
			}
		})
	}
}

// lock locks the vault: then a secret that this journal made is ours.
func lock(p *patient) {
	p.here.Locked, p.here.Open, p.here.Refreshed = true, false, false
	p.here.Memory.Labels[p.here.Secret.Label] = true
	p.here.Secret, p.here.Token = nil, nil
}

func TestLockedVaultKnowsItsSecret(t *testing.T) {
	p := healthy()
	lock(p)
	findings, _ := p.judge(t)
	if got := codesOf(findings, step.Info); slices.Contains(got, "WX-SECRET-UNKNOWN") {
		t.Errorf("found %v", got)
	}
}

// A page of a portal becomes an address.
func TestLinks(t *testing.T) {
	p := healthy()
	p.directory.ServicePrincipal.Disabled = true
	findings, _ := p.judge(t)
	if got := findings[0].Where(); got != "entra/#view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Properties/objectId/principal/appId/app-id" {
		t.Errorf("%s leads to %q", findings[0].Code, got)
	}
	f, _ := p.facts(t)
	if judged := Judge(f, step.NewPlan(), p.probed, Options{Code: explained}); judged[0].Where() != "" {
		t.Errorf("without links: %q", judged[0].Where())
	}
}
