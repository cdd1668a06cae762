package days

import (
	"fmt"
	"strings"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/pattern"
	"wxmail/internal/testkit"
)

// fate is what becomes of a customer's message, from best to worst.
type fate int

const (
	arrives  fate = iota // it is in the mailbox, with the agent, or where somebody wants it
	refused              // the customer was told that it was not delivered
	vanishes             // nobody has it, and nobody was told
)

func (f fate) String() string {
	return []string{"arrives", "is refused", "vanishes"}[f]
}

// fates sends a customer's message to each mailbox and follows it.
func (at *tenant) fates() map[*box]fate {
	fates := map[*box]fate{}
	for _, b := range at.boxes {
		at.letters++
		subject := fmt.Sprintf("letter %d", at.letters)
		at.Call("POST", "/mail", map[string]string{"from": testkit.Customer, "to": b.address, "subject": subject, "text": "Hello"}, nil)
		fates[b] = at.fateOf(b, subject)
	}
	return fates
}

func (at *tenant) fateOf(b *box, subject string) fate {
	state := at.State()
	if at.reachedAgent(state, b, subject) {
		return arrives
	}
	told := false
	for _, m := range testkit.Objects(state, "messages") {
		to, status := testkit.Text(m, "to"), testkit.Text(m, "status")
		switch testkit.Text(m, "subject") {
		case subject:
			switch {
			case to == b.address && status == "delivered":
				return arrives
			case !strings.HasSuffix(to, ".imiconnect.io") && strings.HasPrefix(status, "forwarded: envelope"):
				return arrives
			}
		case "Undeliverable: " + subject:
			told = told || to == testkit.Customer
		}
	}
	if told {
		return refused
	}
	return vanishes
}

// reachedAgent says whether an agent has the message, who must be this
// mailbox's.
func (at *tenant) reachedAgent(state testkit.Object, b *box, subject string) (reached bool) {
	webex := state["webex"].(testkit.Object)
	owner := map[string]string{}
	for _, a := range testkit.Objects(webex, "assets") {
		owner[testkit.Text(a, "id")] = testkit.Text(a, "forwardingAddress")
	}
	for _, m := range testkit.Objects(webex, "inbox") {
		if testkit.Text(m, "subject") != subject {
			continue
		}
		reached = true
		if !b.pages[owner[testkit.Text(m, "asset")]] {
			at.wrong("mail to %s is with the agents of another mailbox", b.address)
		}
	}
	return reached
}

// judgeFates: what wxmail does makes nobody's mail worse. undo may bring back
// what was there before wxmail came.
func (at *tenant) judgeFates(b *box, before map[*box]fate) {
	after := at.fates()
	for _, each := range at.boxes {
		allowed := before[each]
		if each == b {
			allowed = max(allowed, each.began)
		}
		if after[each] > allowed {
			at.wrong("mail to %s %s; before, it %s", each.address, after[each], allowed)
		}
	}
}

// judgeOthers: what is not this mailbox's is as it was.
func (at *tenant) judgeOthers(b *box, before string) {
	after := at.others(b)
	if diff := cmp.Diff(strings.Split(before, "\n"), strings.Split(after, "\n")); diff != "" {
		at.wrong("what is not %s's was touched:\n%s", b.address, diff)
	}
}

// judgeTenant: nothing twice, no temporary redirect URI, every forwarding to
// Webex Connect is to a page of that mailbox, no secret of ours that no vault
// ever held, and the asset's own secret is there.
func (at *tenant) judgeTenant() {
	state := at.State()
	for _, twice := range testkit.Twice(state) {
		at.wrong("twice: %s", twice)
	}
	for _, b := range at.boxes {
		at.judgeForwarding(state, b)
		at.judgeSecrets(state, b)
	}
}

func (at *tenant) judgeForwarding(state testkit.Object, b *box) {
	for _, m := range testkit.Objects(state, "mailboxes") {
		to, webex := strings.CutPrefix(testkit.Text(m, "ForwardingSmtpAddress"), "smtp:")
		if testkit.Text(m, "PrimarySmtpAddress") == b.address && webex && strings.HasSuffix(to, ".imiconnect.io") && !b.pages[to] {
			at.wrong("%s forwards to %s, the page of another mailbox", b.address, to)
		}
	}
}

func (at *tenant) judgeSecrets(state testkit.Object, b *box) {
	there := map[string]bool{}
	for _, app := range testkit.OwnApplications(state, b.address) {
		for _, uri := range app["web"].(testkit.Object)["redirectUris"].([]any) {
			if uri == "http://localhost" {
				at.wrong("http://localhost is left in the application of %s", b.address)
			}
		}
		for _, s := range testkit.Objects(app, "passwordCredentials") {
			id := testkit.Text(s, "keyId")
			there[id] = true
			if strings.HasPrefix(testkit.Text(s, "displayName"), "wxmail ") && !b.vaults[id] {
				at.wrong("the secret %s of %s is in no vault", id, b.address)
			}
		}
	}
	if b.theirs != nil {
		at.judgeByHand(state, b, there)
	}
	if b.pasted != "" && !there[b.pasted] {
		at.wrong("the secret that the asset of %s uses is gone", b.address)
		b.saved, b.pasted = "", ""
	}
}

// blame is how wxmail says that others had their hands in something. Not so
// "somebody" in advice on what to do.
var blame = pattern.Of(`(?i)somebody (else )?(has )?(changed|deleted|removed|set)|because somebody`)

// judgeWords: wxmail speaks of somebody only where there was somebody: a hand
// in the tenant, or the same mailbox from another computer.
func (at *tenant) judgeWords(b *box, ran testkit.Ran) {
	if at.hands || b.computer > 1 {
		return
	}
	if said := blame().FindString(strings.Join(strings.Fields(ran.Stdout+ran.Stderr), " ")); said != "" {
		at.wrong("nobody had a hand in it, and wxmail says %q:\n%s%s", said, ran.Stdout, ran.Stderr)
	}
}

// wrong fails the test with what led there.
func (at *tenant) wrong(format string, args ...any) {
	at.t.Helper()
	at.t.Errorf("%s\nafter:\n%s", fmt.Sprintf(format, args...), strings.Join(at.history, "\n"))
}
