package guide

import (
	"net/http"
	"testing"

	"wxmail/internal/microsoft"
	"wxmail/internal/step"
)

func (trials) SendAs() trial {
	return trial{key: "mailbox.send-as",
		values: valuesOf[SendAs]([]step.Value{SendAs{"a@contoso.example"}, SendAs{}},
			map[string]step.Value{`"a@contoso.example"`: SendAs{"a@contoso.example"}}),
		breaks: map[string]breaking{"shared": shared, "mayNotSendAs": mayNotSendAs, "sharedAndMayNot": together(shared, mayNotSendAs)}}
}

func TestPlanOfSendAs(t *testing.T) {
	runPlans(t, []planTest{
		{"everybody may send as themselves", healthy(), outline{}},
		{"the account may", healthy(shared), outline{}},
		{"by its alias", healthy(shared, func(f *Facts) { mail(f).SendAs = []string{"sales.alias@contoso.example"} }), outline{}},
		{"it may not, and the mailbox is unknown", healthy(shared, mayNotSendAs, func(f *Facts) { mail(f).Mailbox = nil }), outline{
			Withheld:  []string{"mailbox.send-as/create"},
			Obstacles: []string{"mailbox.smtp WX-MAILBOX-UNKNOWN, stops", "mailbox.forward WX-MAILBOX-UNKNOWN, stops, repeats"}}},
		{"it may not", healthy(shared, mayNotSendAs), outline{Changes: []string{"mailbox.send-as/create WX-SEND-AS-MISSING"}}},
	})
}

func TestTheRightIsGrantedToWhoSignsIn(t *testing.T) {
	f := healthy(shared, mayNotSendAs)
	c := planned(t, f, "mailbox.send-as/create")
	if c.Target != mailboxAddress || c.After != step.Value(SendAs{"sales@contoso.example"}) || !c.Ours {
		t.Errorf("%+v", c)
	}
	same(t, "why", c.Why, []step.Reason{{Code: "WX-SEND-AS-MISSING", Object: mailboxAddress, Detail: "sales@contoso.example",
		Evidence: "Get-RecipientPermission: SendAs = somebody@contoso.example"}})
	applying(t, tenantOf(f), c, called("GrantSendAs", mailboxAddress, "sales@contoso.example"))
	exists := &microsoft.Error{Service: microsoft.Exchange, Status: http.StatusBadRequest, Message: "The permission is already assigned"}
	tn := tenantOf(f).refuse("GrantSendAs", exists)
	if _, err := apply(tn.hands(), c); err != nil {
		t.Errorf("what exists already is success: %v", err)
	}
	tn = tenantOf(f).refuse("GrantSendAs", byExchange("X"))
	if _, err := apply(tn.hands(), c); err == nil {
		t.Error("a refusal is taken for success")
	}
}

// sentAs is a journal in which an account got the right.
func sentAs(trustee string) breaking {
	return journal(did(step.Create, "mailbox.send-as", mailboxAddress, nil, SendAs{trustee}, `null`))
}

func TestUndoRevokesTheRightOfTheSameAccount(t *testing.T) {
	revoked := outline{Changes: []string{"undo.mailbox.send-as/delete"}}
	for _, test := range []struct {
		name  string
		facts Facts
		want  outline
	}{
		{"it has it", healthy(shared, sentAs("sales@contoso.example")), revoked},
		{"somebody revoked it", healthy(shared, mayNotSendAs, sentAs("sales@contoso.example")), outline{}},
		{"wxmail gave it to another account", healthy(shared, sentAs("anna@contoso.example")), outline{}},
		{"nobody signs in for it any more", healthy(sentAs(mailboxAddress)), outline{}},
		{"the mailbox is gone", healthy(shared, noMailbox, sentAs("sales@contoso.example")), outline{}},
	} {
		t.Run(test.name, func(t *testing.T) { same(t, "plan", outlineOf(undoOf(test.facts, "mailbox.smtp")), test.want) })
	}
	f := healthy(shared, sentAs("sales@contoso.example"))
	c := changeOf(t, undoOf(f), "undo.mailbox.send-as/delete")
	applying(t, tenantOf(f), c, called("RevokeSendAs", mailboxAddress, "sales@contoso.example"))
	tn := tenantOf(f).refuse("RevokeSendAs", byExchange("ManagementObjectNotFoundException"))
	if _, err := apply(tn.hands(), c); err != nil {
		t.Errorf("what is gone already is success: %v", err)
	}
}

func TestARightThatWasTakenAwayHasDrifted(t *testing.T) {
	c := planned(t, healthy(shared, mayNotSendAs, sentAs("Sales@contoso.example")), "mailbox.send-as/create")
	const evidence = "Get-RecipientPermission: SendAs = somebody@contoso.example; wxmail set it at 2026-10-27T09:00:00Z"
	if c.Drift.IsZero() || c.Why[0].Evidence != evidence {
		t.Errorf("%+v", c)
	}
	c = planned(t, healthy(shared, mayNotSendAs, sentAs("anna@contoso.example")), "mailbox.send-as/create")
	if !c.Drift.IsZero() {
		t.Error("that another account is to sign in is the operator's wish, not drift")
	}
	same(t, "nor evidence", c.Why[0].Evidence, "Get-RecipientPermission: SendAs = somebody@contoso.example")
}
