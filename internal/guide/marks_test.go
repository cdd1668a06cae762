package guide

import (
	"slices"
	"testing"

	"wxmail/internal/mailflow"
)

// marked are the keys of all marks.
func marked(f Facts) (keys []string) {
	for _, m := range Marks(f) {
		keys = append(keys, m.Key)
	}
	return keys
}

// adoptedByUs is a tenant whose application somebody made by hand, and wxmail gave
// a secret and a service principal.
func adoptedByUs(f *Facts) {
	app := *f.Seen.Tenant().Application
	app.UniqueName = ""
	f.Seen.Directory.Value.Application = &app
	f.Seen.Directory.Value.ServicePrincipal.Tags = []string{"wxmail"}
}

func TestWhatBearsOurMarksAndIsNotInTheJournal(t *testing.T) {
	all := []string{"azure.application", "mailbox.outbound-rule", "mailbox.outbound-policy", "mailbox.forwarding"}
	renamed := func(f *Facts) {
		mail(f).OutboundPolicies[1].Name, mail(f).OutboundRules[0].Name = "of ours", "of ours"
		mail(f).OutboundRules[0].Comments = outboundComment(mailboxAddress)
	}
	for name, test := range map[string]struct {
		facts Facts
		want  []string
	}{
		"the journal knows all":        {healthy(), nil},
		"the journal was lost":         {healthy(journal()), all},
		"they have other names by now": {healthy(journal(), renamed), all},
		"it forwards elsewhere":        {healthy(journal(), forwardsTo("somebody@fabrikam.example")), all[:3]},
		"another's forwarding": {healthy(only("mailbox.outbound-rule", "mailbox.outbound-policy"), adoptedByUs, noSecrets),
			[]string{"azure.service-principal", "mailbox.forwarding"}},
		"only a policy is unknown": {healthy(never("mailbox.outbound-policy"), noForwarding), all[2:3]},
		"an application was adopted": {healthy(never("azure.secret", "azure.service-principal"), adoptedByUs, forgetLabels),
			[]string{"azure.service-principal", "azure.secret"}},
		"another mailbox's": {healthy(journal(), noApplication, noPolicy, func(f *Facts) {
			name := mailflow.ObjectName("sales@contoso.example")
			mail(f).OutboundPolicies = append(mail(f).OutboundPolicies, mailflow.OutboundPolicy{Name: name})
		}), nil},
		"nobody looked":          {Facts{Wanted: wantedOf(nil)}, nil},
		"the journal is unread":  {healthy(func(f *Facts) { f.Seen.Here.Value = nil }), nil},
		"nothing was set up":     {untouched(), nil},
		"the directory was read": {healthy(journal(), func(f *Facts) { f.Seen.Exchange.Value = nil }), all[:1]},
	} {
		if got := marked(test.facts); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
	for _, m := range Marks(healthy(journal())) {
		if m.Target == "" || m.Evidence == "" || m.Page.Path == "" || m.Named().ID != "change."+m.Key {
			t.Errorf("%+v", m)
		}
	}
}

// What bears a mark is never planned to be removed without the journal.
func TestMarksAloneAreNeverTouched(t *testing.T) {
	for _, steps := range append([][]string{nil}, []string{"azure.register"}, []string{"mailbox.forward"}, []string{"mailbox.smtp"}) {
		p := undoOf(healthy(journal(), answer("undo.confirm", "default", "undo.changed-since", "restore")), steps...)
		if len(p.Changes)+len(p.Withheld) > 0 {
			t.Errorf("%v: %+v", steps, p.Changes)
		}
	}
}

func noSecrets(f *Facts)    { f.Seen.Directory.Value.Application.Secrets = nil }
func forgetLabels(f *Facts) { clear(f.Seen.Local().Memory.Labels) }
