package guide

import (
	"cmp"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"wxmail/internal/step"
)

// What most of the journals know, and what an undo takes back then.
const (
	usualDeeds = "azure.app-role.Mail.Send azure.application azure.grant.Microsoft-Graph azure.grant.Office-365-Exchange-Online " +
		"azure.secret azure.service-principal mailbox.forwarding mailbox.outbound-policy mailbox.outbound-rule mailbox.smtp-auth " +
		"token.redirect-uri token.sign-in"
	usualAddress = "ca0a401dc97d49869c265723dc61794f@mail-us.imiconnect.io"
	otherAddress = "f48b83dbfab44bba9e9ec0dad2897729@mail-us.imiconnect.io"

	ends       = "mailbox.forwarding/update mailbox.outbound-rule/delete mailbox.outbound-policy/delete" // of forwarding
	smtpBack   = "mailbox.smtp-auth/update"
	forgets    = "token.sign-in/delete"
	deletes    = "azure.application/delete"
	everything = forgets + " " + ends + " " + smtpBack + " " + deletes
)

// goldenTest is what is to be known from a journal, as far as it differs from
// that of a setup.
type goldenTest struct {
	without, also string // deeds that it lacks, and those that it has besides
	orphans       int
	temporary     bool     // the redirect URI of a sign-in is ours
	addresses     []string // that wxmail forwarded to; nil: the usual one
	callbacks     []string // that it gave the application; nil: the usual one
	answers       []string
	held          string // what the label of the secret in the vault ends in; "": the last that was stored

	undo string // the changes of an undo, all of it if ""; none if "-"
	kept string
}

// goldens are looked at by hand, each: see testdata/journals/README.md for what
// was done.
func goldens() map[string]goldenTest {
	const consent = "azure.app-role.Mail.Send azure.grant.Microsoft-Graph azure.grant.Office-365-Exchange-Online"
	const forward = "mailbox.forwarding mailbox.outbound-policy mailbox.outbound-rule"
	none := []string{}
	help := []string{"webex.email-id", "help@contoso.example", "mailbox.sign-in-as", "support@contoso.example"}
	return map[string]goldenTest{
		"setup": {}, "setup-again": {}, "hardened": {}, "slow-replication": {}, "keep-copy-false": {}, "undo-consent-then-setup": {},
		"policy-mended": {}, "rule-mended": {}, "mailbox-mended": {}, "least-then-guide": {}, "foreign-forwarding-replaced": {},
		"killed-at-forwarding-rerun": {},
		"busy":                       {addresses: []string{"6cc1c86b057c4df6bc656e004fcdf6a5@mail-us.imiconnect.io"}},
		"least":                      {without: "azure.app-role.Mail.Send"},
		"dehydrated":                 {also: "exchange.customization"},
		"another-callback":           {callbacks: []string{callbackURL, "https://other-contoso.us.webexconnect.io/callback"}},
		"another-forwarding-address": {addresses: []string{usualAddress, otherAddress}},

		// Somebody's own use keeps the application and its consent; our secret goes.
		"application-mended": {undo: forgets + " " + ends + " " + smtpBack + " azure.secret.KEY/delete",
			kept: "azure.application kept.application"},
		"grant-mended": {undo: forgets + " " + ends + " " + smtpBack + " azure.secret.KEY/delete",
			kept: "azure.application kept.application"},

		// A second secret of ours is nobody else's, nor is one that was received.
		"rotated":          {also: "azure.secret-rotated"},
		"rotated-finished": {also: "azure.secret-rotated azure.secret-old.KEY"},
		"received":         {held: "by hand"},
		"received-note": {without: consent + " " + forward + " mailbox.smtp-auth token.redirect-uri token.sign-in", addresses: none,
			held: "by hand",
			undo: deletes},

		// What was had back is deleted again.
		"restored":          {also: "azure.application-restored"},
		"undone-then-setup": {without: "azure.application", also: "azure.application-restored"},

		// An application that was there loses what was added.
		"by-hand-adopted": {without: consent +
			" azure.application azure.service-principal mailbox.outbound-policy mailbox.outbound-rule mailbox.smtp-auth",
			addresses: []string{otherAddress}, callbacks: none, answers: []string{"azure.application", "3cc22002-87be-46a5-bd1b-bb9337ad65d2"},
			undo: forgets + " mailbox.forwarding/update azure.secret.KEY/delete"},
		"by-hand-adopted-undone": {without: usualDeeds, also: "azure.secret token.redirect-uri", addresses: none,
			callbacks: none,
			answers:   []string{"azure.application", "3cc22002-87be-46a5-bd1b-bb9337ad65d2"}, undo: "-"},
		"by-hand-own-application": {without: forward + " mailbox.smtp-auth", addresses: none, undo: forgets + " " + deletes},
		"grant-amended": {without: "azure.service-principal", answers: []string{"azure.application", "3cc22002-87be-46a5-bd1b-bb9337ad65d2"},
			undo: forgets + " " + ends + " " + smtpBack + " azure.grant.Microsoft-Graph/update azure.grant.Office-365-Exchange-Online/delete " +
				"azure.app-role.Mail.Send/delete azure.secret.KEY/delete azure.application/update"},
		"grant-amended-undone": {without: consent + " azure.service-principal", answers: []string{"azure.application",
			"3cc22002-87be-46a5-bd1b-bb9337ad65d2"},
			undo: forgets + " " + ends + " " + smtpBack + " azure.secret.KEY/delete azure.application/update"},

		// A shared mailbox, and who signs in for it.
		"shared-mailbox": {also: "mailbox.send-as", answers: help, undo: forgets + " " + ends + " mailbox.send-as/delete " + smtpBack + " " +
			deletes},
		"shared-mailbox-other-account": {
			also:    "mailbox.send-as mailbox.send-as.support@contoso.example mailbox.smtp-auth.support@contoso.example",
			answers: append(help[:3:3], "sales@contoso.example"),
			undo:    forgets + " " + ends + " mailbox.send-as/delete " + smtpBack + " " + deletes},
		"shared-mailbox-undone": {addresses: none, without: usualDeeds, answers: help, undo: "-"},

		// Two mailboxes in one profile: this is what is known of the second.
		"two-mailboxes":        {answers: []string{"webex.email-id", "sales@contoso.example"}, also: "token.smtp-sign-in"},
		"two-mailboxes-undone": {addresses: none, answers: []string{"webex.email-id", "sales@contoso.example"}, without: usualDeeds, undo: "-"},

		// Runs that ended early.
		"dehydrated-waiting": {without: forward, also: "exchange.customization", addresses: none,
			undo: forgets + " " + smtpBack + " " + deletes},
		"directory-only":  {without: forward + " mailbox.smtp-auth token.redirect-uri token.sign-in", addresses: none, undo: deletes},
		"token-unproved":  {without: forward + " mailbox.smtp-auth", addresses: none, undo: forgets + " " + deletes},
		"token-proved":    {without: forward, also: "token.smtp-sign-in", addresses: none, undo: forgets + " " + smtpBack + " " + deletes},
		"secrets-blocked": {without: "azure.secret token.redirect-uri token.sign-in", undo: ends + " " + smtpBack + " " + deletes},
		"refused":         {without: "mailbox.smtp-auth token.sign-in", undo: ends + " " + deletes},
		"secret-lost":     {without: "token.sign-in", orphans: 1, undo: ends + " " + smtpBack + " " + deletes},
		"secret-orphan":   {also: "azure.secret-orphan.KEY", orphans: 1},
		"killed-at-application": {without: consent + " azure.secret azure.service-principal token.redirect-uri token.sign-in", temporary: true,
			undo: ends + " " + smtpBack},
		"killed-at-secret": {without: "token.redirect-uri token.sign-in", orphans: 1, temporary: true,
			undo: ends + " " + smtpBack + " " + deletes},
		"killed-at-secret-rerun": {orphans: 1},
		"killed-at-forwarding":   {undo: forgets + " mailbox.outbound-rule/delete mailbox.outbound-policy/delete " + smtpBack + " " + deletes},
		"journal-torn": {without: consent + " " + forward + " mailbox.smtp-auth token.redirect-uri token.sign-in", addresses: none,
			held: "7eahvwt6",
			undo: deletes},

		// Undoings, whole and in part.
		"undo-forward":       {addresses: none, without: forward, undo: forgets + " " + smtpBack + " " + deletes},
		"undo-of-four-steps": {addresses: none, without: consent + " " + forward + " mailbox.smtp-auth token.sign-in", undo: deletes},
		"undo-step-by-step":  {addresses: none, without: usualDeeds, undo: "-"},
		"undone":             {addresses: none, without: usualDeeds, undo: "-"},
		"undo-killed": {addresses: none, without: usualDeeds, also: "mailbox.outbound-policy mailbox.outbound-rule",
			undo: "mailbox.outbound-rule/delete mailbox.outbound-policy/delete"},
		"foreign-forwarding-restored": {without: usualDeeds, undo: "-"},
	}
}

// anyKey matches the id of a secret, which differs from run to run.
var anyKey = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`)

func TestWhatOldJournalsTeachAndHowTheyAreUndone(t *testing.T) {
	tests := goldens()
	for _, name := range goldenNames(t) {
		test, known := tests[name]
		if !known {
			t.Errorf("%s: what does it teach?", name)
			continue
		}
		t.Run(name, func(t *testing.T) { test.check(t, readGolden(t, name)) })
	}
}

func (test goldenTest) answered() map[string]string {
	answers := map[string]string{"webex.forwarding-address": usualAddress}
	for i := 0; i < len(test.answers); i += 2 {
		answers[test.answers[i]] = test.answers[i+1]
	}
	return answers
}

func (test goldenTest) check(t *testing.T, g golden) {
	held := ""
	if len(g.stored) > 0 {
		held = g.stored[len(g.stored)-1]
	}
	for _, e := range g.entries {
		if label := labelIn(e); test.held != "" && strings.HasSuffix(label, test.held) {
			held = label
		}
	}
	if test.held == "by hand" {
		held = test.held
	}
	f := g.facts(test.answered(), held)
	g.entries, _ = Apart(f.Wanted.Mailbox, g.entries)
	test.checkMemory(t, f, g)

	out := outlineOf(undoOf(f))
	undo := strings.Fields(cmp.Or(test.undo, everything))
	if test.undo == "-" {
		undo = nil
	}
	for i := range undo {
		undo[i] = "undo." + undo[i]
	}
	for i, id := range out.Changes {
		out.Changes[i] = anyKey.ReplaceAllString(id, "KEY")
	}
	same(t, "undo", sorted(out.Changes), sorted(undo))
	same(t, "kept", strings.Join(out.Kept, ", "), test.kept)
}

func (test goldenTest) checkMemory(t *testing.T, f Facts, g golden) {
	m := f.Seen.Here.Value.Memory
	want := slices.DeleteFunc(strings.Fields(usualDeeds), func(key string) bool { return slices.Contains(strings.Fields(test.without), key) })
	var deeds []string
	for _, key := range deedKeys(m.Deeds) {
		deeds = append(deeds, anyKey.ReplaceAllString(key, "KEY"))
	}
	same(t, "deeds", deeds, sorted(append(want, strings.Fields(test.also)...)))
	same(t, "forwarding", sorted(keysOf(m.Forwarding)), sorted(orUsual(test.addresses, usualAddress)))
	same(t, "redirect URIs", sorted(keysOf(m.RedirectURIs)), sorted(orUsual(test.callbacks, callbackURL)))
	if len(m.Orphans) != test.orphans || m.TemporaryRedirect != test.temporary || m.Unnoted != (test.held == "7eahvwt6") {
		t.Errorf("orphans %v, temporary %v, unnoted %v", m.Orphans, m.TemporaryRedirect, m.Unnoted)
	}
	same(t, "labels", m.Labels, g.labels())
	for key, d := range m.Deeds {
		if d.Key != key || d.Target == "" || d.At.IsZero() {
			t.Errorf("%s: %+v", key, d)
		}
	}
}

// labels are those of all secrets that a journal ever intended.
func (g golden) labels() map[string]bool {
	labels := map[string]bool{}
	for _, e := range g.entries {
		if label := labelIn(e); label != "" {
			labels[label] = true
		}
	}
	return labels
}

func keysOf(set map[string]bool) []string { return slices.Collect(maps.Keys(set)) }

func orUsual(list []string, usual string) []string {
	if list == nil {
		return []string{usual}
	}
	return list
}

// labelIn is the label of the secret that an entry intends, read without the
// guide's own types.
func labelIn(e step.Entry) string {
	var after struct{ Label string }
	if _, undoes := step.Undoes(e.Key); undoes || e.Op != step.Create || json.Unmarshal(e.After, &after) != nil {
		return ""
	}
	return after.Label
}

// What an undo gives back is what the journal has from before the first time.
func TestOldJournalsGiveBackWhatWasThere(t *testing.T) {
	for name, want := range map[string]map[string]string{
		"foreign-forwarding-replaced": {"undo.mailbox.forwarding": `{"forwardingTo":"theirs@fabrikam.example","keepCopy":true}`},
		"by-hand-adopted":             {"undo.mailbox.forwarding": `{"forwardingTo":"` + usualAddress + `","keepCopy":true}`},
		"setup": {"undo.mailbox.forwarding": `{"forwardingTo":"","keepCopy":false}`,
			"undo.mailbox.smtp-auth": `"inherited-disabled"`},
		"mailbox-mended": {"undo.mailbox.smtp-auth": `"inherited-disabled"`,
			"undo.mailbox.forwarding": `{"forwardingTo":"","keepCopy":false}`},
		"shared-mailbox-other-account": {"undo.mailbox.smtp-auth": `"inherited-disabled"`},
	} {
		p := undoOf(readGolden(t, name).facts(goldens()[name].answered(), ""))
		for key, value := range want {
			if c := p.Find(key); c == nil || string(raw(c.After)) != value {
				t.Errorf("%s: %s: %+v", name, key, c)
			}
		}
	}
}
