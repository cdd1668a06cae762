package guide

import (
	"strings"
	"testing"

	"wxmail/internal/step"
	"wxmail/internal/world"
)

// An earlier version let one profile hold two mailboxes. Its journal tells them
// apart, run by run, whichever of them is asked for; what was undone of one
// leaves the other.
func TestTwoMailboxesInOneJournalAreToldApart(t *testing.T) {
	const support, sales = "support@contoso.example", "sales@contoso.example"
	for _, test := range []struct {
		journal, mailbox string
		held, undo       string
		apart            []string
	}{
		{"two-mailboxes", support, "none", ends + " " + smtpBack + " " + deletes, []string{sales}},
		{"two-mailboxes", sales, "", everything, []string{support}},
		{"two-mailboxes-undone", support, "none", ends + " " + smtpBack + " " + deletes, nil},
		{"two-mailboxes-undone", sales, "none", "-", []string{support}},
	} {
		g := readGolden(t, test.journal)
		f := g.facts(map[string]string{"webex.email-id": test.mailbox}, test.held)
		f.Seen.Here.Value.Token = &world.Token{Login: sales} // the vault holds the last one's
		var apart []string
		for _, a := range f.Seen.Local().Apart {
			apart = append(apart, a.Mailbox)
			same(t, "forwards to", a.ForwardingTo, usualAddress)
			same(t, "signs in", a.Login, a.Mailbox)
		}
		same(t, test.journal+" apart from "+test.mailbox, apart, test.apart)
		var undo []string
		for _, id := range strings.Fields(strings.TrimPrefix(test.undo, "-")) {
			undo = append(undo, "undo."+id)
		}
		same(t, test.journal+": undo of "+test.mailbox, sorted(outlineOf(undoOf(f)).Changes), sorted(undo))
	}
}

// Since older versions did not write down for whom a run was, a run that does
// not tell belongs to the mailbox of the one before.
func TestAnEntryBelongsToTheMailboxOfItsRun(t *testing.T) {
	entry := func(run, mailbox, key, target string) step.Entry {
		return step.Entry{Run: run, Mailbox: mailbox, Key: key, Target: target, Op: step.Create, After: raw(nil)}
	}
	got := attributed([]step.Entry{
		entry("1", "", "azure.secret", "WebexConnect"),
		entry("2", "", "mailbox.smtp-auth", "a@contoso.example"),
		entry("2", "", "mailbox.forwarding", "a@contoso.example"),
		entry("3", "", "azure.secret-rotated", "WebexConnect"),
		entry("4", "b@contoso.example", "mailbox.forwarding", "info@contoso.example"),
		entry("5", "", "undo.azure.application", "WebexConnect"),
		entry("6", "", "azure.application", "WebexConnect"),
	})
	var mailboxes []string
	for _, e := range got {
		mailboxes = append(mailboxes, e.Mailbox[:1])
	}
	same(t, "mailboxes", mailboxes, []string{"a", "a", "a", "a", "b", "b", "b"})
	own, apart := Apart("new@contoso.example", []step.Entry{entry("1", "", "azure.secret", "WebexConnect")})
	if len(own) != 1 || len(apart) != 0 {
		t.Errorf("nobody's entry: %v, %v", own, apart)
	}
}
