package guide

import (
	"testing"

	"wxmail/internal/step"
)

func (trials) SMTPAuth() trial {
	return trial{key: "mailbox.smtp-auth",
		values: valuesOf[SMTPAuth]([]step.Value{smtpEnabled, SMTPAuth("inherited-disabled")},
			map[string]step.Value{`"disabled"`: SMTPAuth("disabled")}),
		breaks: map[string]breaking{"smtpInherited": smtpInherited, "smtpDisabled": smtpDisabled, "tenantSMTP": tenantSMTP,
			"inheritedSMTP": together(smtpInherited, tenantSMTP)}}
}

func TestPlanOfAuthenticatedSMTP(t *testing.T) {
	runPlans(t, []planTest{
		{"the mailbox's switch is off", healthy(smtpDisabled), outline{Changes: []string{"mailbox.smtp-auth/update WX-SMTP-AUTH-MAILBOX"}}},
		{"the tenant's decides, and is off", healthy(smtpInherited), outline{Changes: []string{"mailbox.smtp-auth/update WX-SMTP-AUTH-TENANT"}}},
		{"the tenant's decides, and is on: it may change its mind", healthy(smtpInherited, tenantSMTP),
			outline{Changes: []string{"mailbox.smtp-auth/update WX-SMTP-AUTH-INHERITED"}}},
		{"of the account that signs in", healthy(shared, smtpDisabled),
			outline{Changes: []string{"mailbox.smtp-auth/update WX-SMTP-AUTH-MAILBOX"}}},
	})
}

func TestAuthenticatedSMTPIsSetForWhoSignsIn(t *testing.T) {
	f := healthy(shared, smtpInherited)
	c := planned(t, f, "mailbox.smtp-auth/update")
	if c.Target != "sales@contoso.example" || c.Before != step.Value(SMTPAuth("inherited-disabled")) || c.After != step.Value(smtpEnabled) {
		t.Errorf("%+v", c)
	}
	applying(t, tenantOf(f), c, called("SetSMTPAuthDisabled", "sales@contoso.example", new(bool)))
}

// The evidence is both switches; that wxmail had set it is said of the same
// account only.
func TestTheEvidenceIsBothSwitches(t *testing.T) {
	for name, test := range map[string]struct {
		facts Facts
		want  string
	}{
		"of the mailbox": {healthy(smtpDisabled), "Get-CASMailbox: SmtpClientAuthenticationDisabled = true; " +
			"Get-TransportConfig: SmtpClientAuthenticationDisabled = true; wxmail set it at 2026-10-27T09:00:00Z"},
		"of another account": {healthy(shared, smtpInherited, tenantSMTP), "Get-CASMailbox: SmtpClientAuthenticationDisabled = (null); " +
			"Get-TransportConfig: SmtpClientAuthenticationDisabled = false"},
	} {
		if got := planned(t, test.facts, "mailbox.smtp-auth/update").Why[0].Evidence; got != test.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// signsInForSales is another profile whose mailbox is shared: ours signs in
// for it.
func signsInForSales(f *Facts) {
	neighbourOn("client-2", "another")(f)
	f.Seen.Here.Value.Neighbours[0].Login = mailboxAddress
}

func TestUndoGivesTheSwitchItsValueOfBefore(t *testing.T) {
	restore := answer("undo.changed-since", "restore")
	before := func(state SMTPAuth) breaking {
		return journal(did(step.Update, "mailbox.smtp-auth", mailboxAddress, state, smtpEnabled, `null`))
	}
	is := true
	for _, test := range []struct {
		name  string
		facts Facts
		want  outline
		set   *bool // what SmtpClientAuthenticationDisabled is set to
	}{
		{"the tenant's decided", healthy(before("inherited-disabled")), outline{Changes: []string{"undo.mailbox.smtp-auth/update"}}, nil},
		{"it was off", healthy(before("disabled")), outline{Changes: []string{"undo.mailbox.smtp-auth/update"}}, &is},
		{"somebody gave it back to the tenant's", healthy(before("inherited-disabled"), smtpInherited), outline{}, nil},
		{"and the tenant's has changed since", healthy(before("inherited-disabled"), smtpInherited, tenantSMTP), outline{}, nil},
		{"somebody switched it off", healthy(before("inherited-disabled"), smtpDisabled),
			outline{Kept: []string{"mailbox.smtp-auth kept.changed"}}, nil},
		{"and the operator insists", healthy(before("inherited-disabled"), restore, smtpDisabled),
			outline{Changes: []string{"undo.mailbox.smtp-auth/update"}}, nil},
		{"another profile signs in by it", healthy(before("inherited-disabled"), signsInForSales),
			outline{Kept: []string{"mailbox.smtp-auth kept.used"}}, nil},
		{"and the operator insists, all the same", healthy(before("inherited-disabled"), restore, signsInForSales),
			outline{Changes: []string{"undo.mailbox.smtp-auth/update"}}, nil},
		{"another profile has another account", healthy(before("inherited-disabled"), neighbourOn("client-2", "another")),
			outline{Changes: []string{"undo.mailbox.smtp-auth/update"}}, nil},
		{"it is another account's", healthy(before("inherited-disabled"), shared), outline{}, nil},
		{"the mailbox is gone", healthy(before("inherited-disabled"), noMailbox), outline{}, nil},
		{"the mailbox is gone, whose was off", healthy(before("disabled"), noMailbox), outline{}, nil},
		{"somebody gave it back", healthy(before("disabled"), smtpDisabled), outline{}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := undoOf(test.facts, "mailbox.smtp")
			same(t, "plan", outlineOf(p), test.want)
			if len(p.Changes) == 1 {
				applying(t, tenantOf(test.facts), p.Changes[0], called("SetSMTPAuthDisabled", mailboxAddress, test.set))
			}
		})
	}
}

// That another account's switch was set says nothing of what this one's was.
func TestEachAccountHasASwitchOfItsOwn(t *testing.T) {
	f := healthy(shared, journal(
		did(step.Update, "mailbox.smtp-auth", "support@contoso.example", SMTPAuth("inherited-disabled"), smtpEnabled, `null`),
		did(step.Update, "mailbox.smtp-auth", "sales@contoso.example", SMTPAuth("disabled"), smtpEnabled, `null`)))
	if c := changeOf(t, undoOf(f, "mailbox.smtp"), "undo.mailbox.smtp-auth/update"); c.After != step.Value(SMTPAuth("disabled")) {
		t.Errorf("%+v", c)
	}
}
