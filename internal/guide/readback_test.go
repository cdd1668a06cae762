package guide

import (
	"strings"
	"testing"

	"wxmail/internal/directory"
	"wxmail/internal/mailflow"
	"wxmail/internal/step"
)

// unread says what is read back of a change that was made, where the world
// shows something else: "", "late", or "other".
func unread(f Facts, c step.Change) string { return unreadOf(f, []step.Change{c}) }

func unreadOf(f Facts, made []step.Change) string {
	left := ReadBack(f, Guide(nil, nil).Plan(f), made)
	switch {
	case len(left) == 0:
		return ""
	case left[0].Late:
		return "late"
	}
	return "other"
}

// What was made, by key, is held against what the world shows: late is what
// shows the value of before, as a replica does that lags behind.
func TestWhatIsShownOtherwiseIsUnread(t *testing.T) {
	const late, other = "late", "other"
	for _, test := range []struct {
		name    string
		before  Facts
		id      string
		after   Facts
		expects string
	}{
		{"a policy that is shown Off", healthy(noPolicy), "mailbox.outbound-policy/create", healthy(policyOff), other},
		{"a policy that is not shown yet", healthy(noPolicy), "mailbox.outbound-policy/create", healthy(noPolicy), late},
		{"a policy that was opened and is shown closed", healthy(policyOff), "mailbox.outbound-policy/update", healthy(policyOff), late},
		{"a policy that was opened and is automatic", healthy(policyOff), "mailbox.outbound-policy/update",
			healthy(func(f *Facts) { ourPolicy(f).AutoForwardingMode = "Automatic" }), other},
		{"a rule for another mailbox", healthy(noRule), "mailbox.outbound-rule/create", healthy(ruleOfSales), other},
		{"a rule that is disabled", healthy(noRule), "mailbox.outbound-rule/create", healthy(ruleDisabled), other},
		{"a rule with another policy", healthy(noRule), "mailbox.outbound-rule/create", healthy(func(f *Facts) { ourRule(f).Policy = "Default" }),
			other},
		{"a rule that comes second", healthy(noRule), "mailbox.outbound-rule/create", healthy(ruleFirst), other},
		{"a rule that a group comes before", healthy(noRule), "mailbox.outbound-rule/create", healthy(ruleMaybe), other},
		{"a rule that is not shown yet", healthy(noRule), "mailbox.outbound-rule/create", healthy(noRule), late},
		{"a rule that was enabled and is not", healthy(ruleDisabled), "mailbox.outbound-rule/update", healthy(ruleDisabled), late},
		{"access tokens that are not issued", healthy(noApplication), "azure.application/create", healthy(implicitOff), other},
		{"access tokens that are not issued yet", healthy(implicitOff), "azure.application/update", healthy(implicitOff), late},
		{"a redirect URI that is missing", healthy(implicitOff), "azure.application/update", healthy(noCallback), other},
		{"a permission that is undeclared", healthy(implicitOff), "azure.application/update", healthy(undeclared), other},
		{"no application", untouched(), "azure.application/create", healthy(noApplication), late},
		{"no service principal", untouched(), "azure.service-principal/create", healthy(noPrincipal), late},
		{"a secret that is not listed", healthy(secretEnded), "azure.secret/create", healthy(secretGone), late},
		{"a secret with another label", healthy(secretGone), "azure.secret/create", newSecretShown("something", 0), other},
		{"a secret with another end", healthy(secretGone), "azure.secret/create", newSecretShown("wxmail 2026-11-27 thisrun", 1), other},
		{"a secret that the vault does not hold", healthy(secretGone), "azure.secret/create", healthy(emptyVault), late},
		{"a secret of an application that is not shown", healthy(secretGone), "azure.secret/create", healthy(noApplication), late},
		{"an orphan that is listed", healthy(orphan), "azure.secret-orphan.orphan-1/delete", healthy(orphan), late},
		{"a role that is not shown", healthy(noMailSend), "azure.app-role.Mail.Send/create", healthy(noMailSend), late},
		{"a grant that lacks a scope", healthy(noGrants), "azure.grant.Microsoft-Graph/create", healthy(narrowGrant), other},
		{"a grant that lacks it still", healthy(narrowGrant), "azure.grant.Microsoft-Graph/update", healthy(narrowGrant), late},
		{"another trustee", healthy(shared, mayNotSendAs), "mailbox.send-as/create", healthy(shared, mayNotSendAs), late},
		{"SMTP that is null", healthy(smtpDisabled), "mailbox.smtp-auth/update", healthy(smtpInherited), other},
		{"SMTP that is disabled still", healthy(smtpDisabled), "mailbox.smtp-auth/update", healthy(smtpDisabled), late},
		{"SMTP that is disabled", healthy(smtpInherited), "mailbox.smtp-auth/update", healthy(smtpDisabled), other},
		{"a copy that is not kept", healthy(noForwarding), "mailbox.forwarding/create", healthy(keepsNoCopy), other},
		{"forwarding to another address, which hinders", healthy(noForwarding), "mailbox.forwarding/create",
			healthy(forwardsTo("crm@fabrikam.example")), other},
		{"forwarding that is not shown yet", healthy(noForwarding), "mailbox.forwarding/create", healthy(noForwarding), late},
		{"forwarding where the way is barred since", healthy(noForwarding), "mailbox.forwarding/create", healthy(noForwarding, noRemoteDomain),
			late},
		{"a customization that takes its time", healthy(noPolicy, dehydratedOrg, answer("exchange.enable-customization", "true")),
			"exchange.customization/update",
			healthy(noPolicy, dehydratedOrg, answer("exchange.enable-customization", "true")), late},
		{"the temporary redirect that is still there", healthy(redirectLeft), "token.redirect-uri/delete", healthy(redirectLeft), late},
		{"it, by now somebody's", healthy(redirectLeft), "token.redirect-uri/delete", healthy(redirectOfOthers), late},
		{"a token that does not refresh", healthy(noToken), "token.sign-in/create", healthy(noToken), late},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := unread(test.after, planned(t, test.before, test.id)); got != test.expects {
				t.Errorf("%q, want %q", got, test.expects)
			}
		})
	}
}

// newSecretShown is a tenant that lists the secret of this run, with a label,
// and so many days longer.
func newSecretShown(label string, days int) Facts {
	return healthy(func(f *Facts) {
		end := today().AddDate(2, 0, 0)
		held := f.Seen.Here.Value.Secret
		held.KeyID, held.Label, held.Expires = "new", "wxmail 2026-11-27 thisrun", end
		app(f).Secrets = []directory.SecretInfo{{KeyID: "new", Label: label, End: end.AddDate(0, 0, days)}}
	})
}

// A value that Exchange or Entra shows in another form is what was written.
func TestAnotherFormOfTheSameIsReadBack(t *testing.T) {
	from := func(who string) Facts { return healthy(func(f *Facts) { ourRule(f).From = []string{who} }) }
	for _, test := range []struct {
		name   string
		before Facts
		id     string
		after  Facts
	}{
		{"a rule's sender by display name", healthy(noRule), "mailbox.outbound-rule/create", from("The support desk")},
		{"by alias", healthy(noRule), "mailbox.outbound-rule/create", from("support.alias@contoso.example")},
		{"in another case", healthy(noRule), "mailbox.outbound-rule/create", from("Support@Contoso.example")},
		{"a mode in another case", healthy(noPolicy), "mailbox.outbound-policy/create",
			healthy(func(f *Facts) { ourPolicy(f).AutoForwardingMode = "on" })},
		{"names in another case", healthy(noPolicy), "mailbox.outbound-rule/create", healthy(func(f *Facts) {
			ourPolicy(f).Name, ourRule(f).Name, ourRule(f).Policy = "WXMAIL support@contoso.example", "Wxmail support@contoso.example",
				"wxmail Support@contoso.example"
		})},
		{"a forwarding address in another case", healthy(noForwarding), "mailbox.forwarding/create",
			healthy(func(f *Facts) { mail(f).Mailbox.Forwarding.SMTPAddress = strings.ToUpper(assetAddress) })},
		{"a trustee by identity", healthy(shared, mayNotSendAs), "mailbox.send-as/create", healthy(shared,
			func(f *Facts) { mail(f).SendAs = []string{"SALES"} })},
		{"scopes in another order", healthy(noGrants), "azure.grant.Microsoft-Graph/create",
			healthy(func(f *Facts) {
				f.Seen.Directory.Value.Grants[1].Scopes = []string{"offline_access", "User.Read", "profile", "openid"}
			})},
		{"redirect URIs in another order", healthy(noCallback), "azure.application/update",
			healthy(func(f *Facts) { app(f).RedirectURIs = []string{"https://crm.example/cb", callbackURL} })},
		{"a secret's end without fractions", healthy(secretGone), "azure.secret/create", newSecretShown("wxmail 2026-11-27 thisrun", 0)},
		{"somebody else's policy that is in force by now", healthy(noPolicy), "mailbox.outbound-policy/create", healthy(noPolicy, defaultOn)},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := unread(test.after, planned(t, test.before, test.id)); got != "" {
				t.Errorf("it is %s", got)
			}
		})
	}
}

// What hinders one thing says nothing of another that was made.
func TestAHindranceIsAboutOneThing(t *testing.T) {
	f := healthy(forwardsTo("crm@fabrikam.example"))
	if got := unread(f, planned(t, healthy(noPolicy), "mailbox.outbound-policy/create")); got != "" {
		t.Errorf("it is %s", got)
	}
}

// What a plan only hinders, and does not even withhold, is not read back.
func TestWhatIsHinderedIsNotReadBack(t *testing.T) {
	p := step.NewPlan()
	p.Hinder(&step.Obstacle{Code: "WX-X", About: "mailbox.outbound-policy"})
	left := ReadBack(healthy(), p, []step.Change{planned(t, healthy(noPolicy), "mailbox.outbound-policy/create")})
	if len(left) != 1 || left[0].Late {
		t.Errorf("%+v", left)
	}
}

// A secret that was removed is not listed, or went with its application.
func TestARemovedSecretIsReadBack(t *testing.T) {
	removal := planned(t, healthy(orphan), "azure.secret-orphan.orphan-1/delete")
	if got := unread(healthy(), removal) + unread(healthy(noApplication), removal); got != "" {
		t.Errorf("it is %s", got)
	}
	old := changeOf(t, Finish("").Plan(healthy(rotating, answer("azure.old-secret-replaced", "true"))), "azure.secret-old.secret-0/delete")
	if got := unread(healthy(rotating), old) + unread(healthy(), old); got != "late" {
		t.Errorf("the old one, listed and not: %q", got)
	}
	noted := healthy(orphan, func(f *Facts) { memory(f).Orphans = nil }) // somebody noted meanwhile that it is in use
	if got := unread(noted, removal); got != "late" {
		t.Errorf("it is listed: %q", got)
	}
}

// The redirect URI belongs to every sign-in anew: that another sign-in would
// bring it again says nothing of this one.
func TestTheTemporaryRedirectIsReadBackByTheWorldAlone(t *testing.T) {
	p := Guide(nil, nil).Plan(healthy(noToken))
	made := []step.Change{changeOf(t, p, "token.redirect-uri/create"), changeOf(t, p, "token.redirect-uri/delete")}
	if got := unreadOf(healthy(noToken), made); got != "" {
		t.Errorf("the sign-in failed: %s", got)
	}
	if got := unreadOf(healthy(redirectLeft, noToken), made); got != "late" {
		t.Errorf("it is there: %q", got)
	}
	if got := unreadOf(healthy(redirectLeft, noToken), made[:1]); got != "" {
		t.Errorf("it was added and not yet taken back: %q", got)
	}
	if got := unreadOf(healthy(noApplication), made); got != "" {
		t.Errorf("the application is gone: %q", got)
	}
}

// An undo is read back against its own plan.
func TestWhatWasTakenBackMustBeGone(t *testing.T) {
	f := healthy(otherSecret)
	made := undoOf(f).Changes
	undone := healthy(noToken, noForwarding, noPolicy, smtpInherited, func(f *Facts) { secretGone(f); otherSecret(f) })
	if left := ReadBack(undone, undoOf(undone), made); len(left) != 0 {
		t.Errorf("%+v", left)
	}
	if left := ReadBack(f, undoOf(f), made); len(left) != len(made) {
		t.Errorf("nothing was taken back, and only %d is told", len(left))
	}
	elsewhere := healthy(func(f *Facts) { mail(f).Mailbox.Forwarding = mailflow.Forwarding{SMTPAddress: assetAddress} })
	left := ReadBack(elsewhere, undoOf(elsewhere), []step.Change{changeOf(t, undoOf(f), "undo.mailbox.forwarding/update")})
	if len(left) != 1 || left[0].Late {
		t.Errorf("%+v", left)
	}
	if left := ReadBack(f, step.NewPlan(), []step.Change{{Key: "no.such.thing"}}); len(left) != 0 {
		t.Errorf("%+v", left)
	}
}
