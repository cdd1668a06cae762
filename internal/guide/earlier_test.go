package guide

import (
	"testing"

	"wxmail/internal/msg"
	"wxmail/internal/step"
)

const (
	anna  = "anna@contoso.example"
	sales = "sales@contoso.example" // who signs in where the mailbox is shared
)

func switchedOn(account string, before SMTPAuth) step.Entry {
	return did(step.Update, "mailbox.smtp-auth", account, before, smtpEnabled, `null`)
}

func granted(account string) step.Entry {
	return did(step.Create, "mailbox.send-as", mailboxAddress, nil, SendAs{account}, `null`)
}

// takenBack is the end of a deed, under its key.
func takenBack(key string, e step.Entry) step.Entry {
	e.Key, e.Before, e.After, e.Op = step.Undoing(key), e.After, e.Before, step.Delete
	return e
}

// annasNeighbour is another profile for which she signs in.
func annasNeighbour(f *Facts) {
	neighbourOn("client-2", "another")(f)
	f.Seen.Here.Value.Neighbours[0].Login = anna
}

// What was done for an account that signs in no more is told, with what takes
// it back, until it was taken back.
func TestWhatStandsForAnEarlierAccountIsTold(t *testing.T) {
	const (
		null = "Authenticated SMTP of anna@contoso.example: wxmail switched it on for an account that signed in for the mailbox before. " +
			"If nothing else needs it, in Exchange Online PowerShell: " +
			"Set-CASMailbox -Identity 'anna@contoso.example' -SmtpClientAuthenticationDisabled $null"
		off = "Authenticated SMTP of anna@contoso.example: wxmail switched it on for an account that signed in for the mailbox before. " +
			"If nothing else needs it, in Exchange Online PowerShell: " +
			"Set-CASMailbox -Identity 'anna@contoso.example' -SmtpClientAuthenticationDisabled $true"
		right = "right to send as support@contoso.example: wxmail gave it to anna@contoso.example, who signed in for the mailbox before. " +
			"If nothing else needs it, remove it: Exchange admin center > Recipients > Mailboxes > the mailbox > Delegation > Send as."
		used = "It stays: Authenticated SMTP of anna@contoso.example; sales@contoso.example uses it."
	)
	inherited := switchedOn(anna, "inherited-disabled")
	for _, test := range []struct {
		name  string
		facts Facts
		want  []string
	}{
		{"nobody before", healthy(shared, journal(switchedOn(sales, "disabled"), granted(sales))), nil},
		{"the answers have changed", healthy(shared, journal(inherited, granted(anna))), []string{right, null}},
		{"and setup has run since", healthy(shared, journal(inherited, granted(anna), switchedOn(sales, "disabled"), granted(sales))),
			[]string{right, null}},
		{"her switch was off", healthy(shared, journal(switchedOn(anna, "disabled"), switchedOn(sales, "disabled"))), []string{off}},
		{"today's was taken back, hers was not", healthy(shared, journal(inherited, granted(anna), switchedOn(sales, "disabled"), granted(sales),
			takenBack("mailbox.smtp-auth", switchedOn(sales, "disabled")), takenBack("mailbox.send-as", granted(sales)))), []string{right, null}},
		{"hers was taken back before", healthy(shared, journal(inherited, granted(anna),
			takenBack("mailbox.smtp-auth", inherited), takenBack("mailbox.send-as", granted(anna)), switchedOn(sales, "disabled"))), nil},
		{"and in her turn", healthy(shared, journal(inherited, granted(anna), switchedOn(sales, "disabled"), granted(sales),
			takenBack("mailbox.smtp-auth."+anna, inherited), takenBack("mailbox.send-as."+anna, granted(anna)))), nil},
		{"she is the one who signs in, by her other name", healthy(shared, func(f *Facts) { mail(f).SignIn.UserPrincipalName = anna },
			journal(inherited, granted(anna))), nil},
		{"Exchange was not read: who knows", healthy(shared, func(f *Facts) { f.Seen.Exchange.Value = nil }, journal(inherited)), nil},
		{"another profile signs in by her", healthy(shared, annasNeighbour, journal(inherited)), []string{used}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var said []string
			for _, m := range TellEarlier(test.facts, Earlier(test.facts)) {
				said = append(said, msg.New("en").Say(m))
			}
			same(t, "left", said, test.want)
		})
	}
}

// An account that signs in again has back what the journal knows of it.
func TestAnAccountThatSignsInAgainIsTakenBackFrom(t *testing.T) {
	before := []step.Entry{switchedOn(sales, "disabled"), granted(sales), switchedOn(anna, "inherited-disabled"), granted(anna)}
	again := append(before, switchedOn(sales, "inherited-disabled"), granted(sales))
	for name, test := range map[string]struct {
		entries []step.Entry
		want    []string
	}{
		"nothing had to be done again": {before,
			[]string{"undo.mailbox.send-as." + sales + "/delete", "undo.mailbox.smtp-auth." + sales + "/update"}},
		"it was done again": {again, []string{"undo.mailbox.send-as/delete", "undo.mailbox.smtp-auth/update"}},
	} {
		p := undoOf(healthy(shared, journal(test.entries...)), "mailbox.smtp")
		same(t, name, outlineOf(p), outline{Changes: test.want})
		same(t, name+": the switch", p.Changes[1].After, step.Value(SMTPAuth("disabled")))
	}
	turned := journal(switchedOn(sales, "inherited-disabled"), switchedOn(anna, "disabled"))
	kept := undoOf(healthy(shared, smtpDisabled, turned), "mailbox.smtp")
	same(t, "what stays", outlineOf(kept), outline{Kept: []string{"mailbox.smtp-auth kept.changed"}})
}
