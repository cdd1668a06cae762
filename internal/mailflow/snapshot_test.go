package mailflow

import (
	"encoding/json"
	"testing"
)

func TestRights(t *testing.T) {
	var unknown Rights
	if unknown.Known() || !unknown.May("Set-Mailbox") {
		t.Error("what is not known is not denied")
	}
	some := NewRights("Get-Mailbox", "Set-CASMailbox")
	if !some.Known() || !some.May("get-mailbox") || some.May("Set-Mailbox") {
		t.Error("not the rights that were given")
	}
	if none := NewRights(); !none.Known() || none.May("Get-Mailbox") {
		t.Error("no right is known to be none")
	}
}

func TestSnapshotSMTPAuth(t *testing.T) {
	off := true
	for want, s := range map[string]*Snapshot{
		"inherited-disabled": {TenantSMTPAuthDisabled: true}, "inherited-enabled": {}, "disabled": {SMTPAuthDisabled: &off},
	} {
		if got := s.SMTPAuth(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestMaySendAs(t *testing.T) {
	box, other := supportMailbox(), &Mailbox{UserPrincipalName: "help@contoso.com", DisplayName: "Help"}
	for name, c := range map[string]struct {
		s    Snapshot
		want bool
	}{
		"as itself":           {Snapshot{Mailbox: box, SignIn: box}, true},
		"nobody":              {Snapshot{Mailbox: box}, false},
		"another, by name":    {Snapshot{Mailbox: box, SignIn: other, SendAs: []string{`NT AUTHORITY\SELF`, "Help"}}, true},
		"another, by address": {Snapshot{Mailbox: box, SignIn: other, SendAs: []string{"HELP@contoso.com"}}, true},
		"another, without":    {Snapshot{Mailbox: box, SignIn: other, SendAs: []string{`NT AUTHORITY\SELF`}}, false},
	} {
		if got := c.s.MaySendAs(); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// A mailbox that was read by two of its names is one.
func TestUnite(t *testing.T) {
	named := func(address string) *Mailbox { return &Mailbox{PrimarySMTPAddress: address} }
	for name, c := range map[string]struct {
		mailbox, signIn *Mailbox
		delegate        bool
	}{
		"the same": {named("a@b.c"), named("A@b.c"), false},
		"two":      {named("a@b.c"), named("d@b.c"), true},
		"one only": {named("a@b.c"), nil, false},
		"nobody":   {nil, nil, false},
	} {
		s := &Snapshot{Mailbox: c.mailbox, SignIn: c.signIn}
		s.Unite()
		if s.Delegate() != c.delegate || c.signIn != nil && !c.delegate != s.MaySendAs() {
			t.Errorf("%s: %v", name, s.Delegate())
		}
	}
}

func TestMailboxRecord(t *testing.T) {
	for address, want := range map[string]string{
		`"smtp:x@mail-us.imiconnect.io"`: "x@mail-us.imiconnect.io",
		`"SMTP:x@mail-us.imiconnect.io"`: "x@mail-us.imiconnect.io",
		`"x@mail-us.imiconnect.io"`:      "x@mail-us.imiconnect.io",
		`"smt"`:                          "smt",
		`null`:                           "",
	} {
		var m Mailbox
		err := json.Unmarshal([]byte(`{"PrimarySmtpAddress":"support@contoso.com","RecipientTypeDetails":"SharedMailbox",
			"ForwardingSmtpAddress":`+address+`,"ForwardingAddress":"Helpdesk","DeliverToMailboxAndForward":true}`), &m)
		if err != nil || m.Forwarding != (Forwarding{want, "Helpdesk", true}) {
			t.Errorf("%s: %+v, %v", address, m.Forwarding, err)
		}
		if m.PrimarySMTPAddress != "support@contoso.com" || !m.IsShared() {
			t.Errorf("%+v", m)
		}
	}
	var m Mailbox
	if err := json.Unmarshal([]byte(`{"AccountDisabled":"perhaps"}`), &m); err == nil {
		t.Error("a record of another shape passes")
	}
	if supportMailbox().IsShared() {
		t.Error("a user's mailbox is shared")
	}
}

func TestInboxRuleDiverts(t *testing.T) {
	for want, r := range map[string]InboxRule{
		"":                     {Enabled: true, Name: "moves to a folder"},
		"ForwardTo = a, b":     {Enabled: true, ForwardTo: []string{"a", "b"}},
		"RedirectTo = a":       {Enabled: true, RedirectTo: []string{"a"}},
		"DeleteMessage = true": {Enabled: true, DeleteMessage: true},
		"ForwardAsAttachmentTo = a; DeleteMessage = true": {Enabled: true, ForwardAsAttachmentTo: []string{"a"}, DeleteMessage: true},
	} {
		if got := r.Diverts(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if r.Enabled = false; r.Diverts() != "" {
			t.Errorf("%q, although it is off", r.Diverts())
		}
	}
}

func TestPowerShellOfACmdlet(t *testing.T) {
	c := Cmdlet{"Set-X", []Parameter{{"Identity", "o'brien@c.com"}, {"From", []string{"a", "b"}}, {"Off", false}, {"Clear", nil},
		{"Priority", 3}, {"Confirm", false}}}
	want := "Set-X -Identity 'o''brien@c.com' -From 'a', 'b' -Off $false -Clear $null -Priority 3 -Confirm:$false"
	if got := c.PowerShell(); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}
