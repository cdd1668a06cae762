package wanted

import (
	"fmt"
	"slices"
	"strings"

	"wxmail/internal/msg"
	"wxmail/internal/near"
	"wxmail/internal/webex"
)

// Answers are raw answers by question id, in order of precedence: flags, then
// the answers file, then what the wizard asks, then the profile.
type Answers struct {
	Flags   map[string]string
	File    map[string]string
	Profile map[string]string
	// Offered are suggested where the wizard asks: what was answered for
	// another mailbox of the same tenant.
	Offered map[string]string
	asked   map[string]string
}

// InvalidAnswer is an answer that cannot be used.
type InvalidAnswer struct {
	Question string
	Value    string // cleaned and capped, for a person
	Why      string // a key of the texts invalid.<why>
	Detail   string
}

// Error names the question and the reason.
func (e *InvalidAnswer) Error() string {
	return fmt.Sprintf("%s: %q: %s %s", e.Question, e.Value, e.Why, e.Detail)
}

// Fact is the code of the advice, the question, and the answer with what is
// wrong with it, in English.
func (e *InvalidAnswer) Fact() (code, object, detail string) {
	return "WX-ANSWER-INVALID", e.Question, msg.New("en").Say(e.Reason())
}

// Reason is the answer with what is wrong with it.
func (e *InvalidAnswer) Reason() msg.Message {
	return msg.M("detail.answer", "Value", e.Value, "Why", e.Refusal())
}

// Refusal is what is wrong with the answer, and which choice was meant where
// one is near.
func (e *InvalidAnswer) Refusal() msg.Message {
	why := msg.M("invalid."+e.Why, "Detail", e.Detail)
	if q, _ := FindQuestion(e.Question); len(q.Choices) > 0 {
		if meant := near.Word(e.Value, q.Choices); meant != "" {
			return msg.M("usage.near", "Why", why, "Near", meant)
		}
	}
	return why
}

// MissingAnswers are questions that nobody is there to answer.
type MissingAnswers struct{ Questions []string }

// Error lists them with their flags.
func (e *MissingAnswers) Error() string { return "answers needed: " + e.named() }

// Fact is the code of the advice, the questions, and the same with their flags.
func (e *MissingAnswers) Fact() (code, object, detail string) {
	return "WX-ANSWER-NEEDED", strings.Join(e.Questions, ", "), e.named()
}

func (e *MissingAnswers) named() string {
	var names []string
	for _, id := range e.Questions {
		if q, known := FindQuestion(id); known {
			id += " (--" + q.Flag + ")"
		}
		names = append(names, id)
	}
	return strings.Join(names, ", ")
}

// Get is the answer with the highest precedence. An answer to a deliberate
// question counts only when it was given to this run, and so does one that
// belongs to a mailbox where this run is for another than the profile's.
func (a *Answers) Get(id string) (string, bool) {
	for _, from := range a.sources(id) {
		if value, ok := from[id]; ok {
			return value, true
		}
	}
	return "", false
}

func (a *Answers) sources(id string) []map[string]string {
	if q, ok := FindQuestion(id); ok && (q.Deliberate || q.Of == Mailbox && a.moved()) {
		return a.given()
	}
	return append(a.given(), a.Profile)
}

// given are the sources of this run.
func (a *Answers) given() []map[string]string { return []map[string]string{a.Flags, a.File, a.asked} }

// moved says whether this run is for another mailbox than the profile
// remembers. An E-mail ID that is the mailbox's own address only corrects one.
func (a *Answers) moved() bool {
	known := MailboxOf(a.Profile)
	if mailbox := first(a.given(), "mailbox.address"); mailbox != "" {
		return known != "" && !strings.EqualFold(mailbox, known)
	}
	email := first(a.given(), "webex.email-id")
	return known != "" && email != "" && !strings.EqualFold(email, known) && !strings.EqualFold(email, clean(a.Profile, "webex.email-id"))
}

// MailboxOf is the mailbox that answers name, cleaned; "" where they name
// none.
func MailboxOf(answers map[string]string) string {
	return or(clean(answers, "mailbox.address"), clean(answers, "webex.email-id"))
}

// first is the cleaned answer of the first source that has one.
func first(sources []map[string]string, id string) string {
	for _, from := range sources {
		if answer := clean(from, id); answer != "" {
			return answer
		}
	}
	return ""
}

// clean is an answer of one source, cleaned; "" where there is none that can
// be used.
func clean(from map[string]string, id string) string {
	q, _ := FindQuestion(id)
	answer, _, err := Check(q, from[id])
	if err != nil {
		return ""
	}
	return answer
}

// Hand gives the answers of a fresh profile what belongs to the tenant and not
// to a mailbox: what the wizard asks is offered, the rest is taken over. A
// tenant that was named stays with mailboxes of the same domain.
func (a *Answers) Hand(to *Answers) {
	to.Offered = map[string]string{}
	for _, q := range Questions() {
		answer := clean(a.Profile, q.ID)
		_, has := to.Profile[q.ID]
		elsewhere := q.ID == "azure.tenant" && DomainOf(MailboxOf(a.Profile)) != DomainOf(first(a.given(), "webex.email-id"))
		switch {
		case answer == "" || q.Of == Mailbox || q.Deliberate || q.Only != "" || has || elsewhere:
		case q.Asked:
			to.Offered[q.ID] = answer
		default:
			to.Profile[q.ID] = answer
		}
	}
}

// Or is the answer, or a default.
func (a *Answers) Or(id, otherwise string) string {
	if value, ok := a.Get(id); ok {
		return value
	}
	return otherwise
}

// Put keeps what the operator answered just now.
func (a *Answers) Put(id, value string) {
	if a.asked == nil {
		a.asked = map[string]string{}
	}
	a.asked[id] = value
}

// Reopen takes back what the operator answered just now: the question is open
// again, and that answer is offered.
func (a *Answers) Reopen(id string) {
	if a.Offered == nil {
		a.Offered = map[string]string{}
	}
	a.Offered[id] = a.asked[id]
	delete(a.asked, id)
}

// Replace puts an answer of the operator's in the place of any other. Where it
// says that the asset is another mailbox's, what was answered for the first is
// open again.
func (a *Answers) Replace(id, value string) {
	for _, from := range []map[string]string{a.Flags, a.File} {
		delete(from, id)
	}
	a.Put(id, value)
	if id != "webex.email-id" {
		return
	}
	for _, q := range Questions() {
		if q.Of == Mailbox && q.ID != id {
			delete(a.asked, q.ID)
		}
	}
}

// Correct puts another answer in the place of the one that counts, such as a
// client ID in that of an object ID.
func (a *Answers) Correct(id, value string) {
	for _, from := range a.sources(id) {
		if _, given := from[id]; given {
			from[id] = value
			return
		}
	}
}

// Lasting are the answers that the profile should remember, cleaned.
func (a *Answers) Lasting() map[string]string {
	out := map[string]string{}
	for _, q := range Questions() {
		value, ok := a.Get(q.ID)
		if !ok || q.Deliberate {
			continue
		}
		if clean, _, err := Check(q, value); err == nil {
			out[q.ID] = clean
		}
	}
	return out
}

// Missing are the questions that are needed, have no answer, and belong to
// asks.
func (a *Answers) Missing(asks []string) []string {
	var ids []string
	for _, q := range Questions() {
		if _, given := a.Get(q.ID); q.Needed && !given && contains(asks, q.ID) {
			ids = append(ids, q.ID)
		}
	}
	return ids
}

// Unasked are the questions of asks that the wizard asks, default or not, and
// that have no answer yet.
func (a *Answers) Unasked(asks []string) []Question {
	var open []Question
	for _, q := range Questions() {
		if _, known := a.Get(q.ID); q.Asked && !known && contains(asks, q.ID) {
			open = append(open, q)
		}
	}
	return open
}

// Check cleans an answer as Check does, and holds it against those given so
// far.
func (a *Answers) Check(q Question, raw string) (string, error) {
	clean, _, err := Check(q, raw)
	if err == nil && q.ID == "webex.forwarding-address" {
		err = checkLoop(Wanted{ForwardingAddress: clean, Mailbox: a.Or("mailbox.address", a.Or("webex.email-id", ""))})
	}
	return clean, err
}

// Shared are the lasting answers that another administrator's wxmail must
// know to do the same: no secret is among them, and nobody's account.
func (a *Answers) Shared() map[string]string {
	out := a.Lasting()
	for _, q := range Questions() {
		if q.Of == Person || out[q.ID] == "" {
			delete(out, q.ID)
		}
	}
	return out
}

func defaultAssetName(a *Answers) string { return webex.DefaultAssetName(a.Or("webex.email-id", "")) }

func contains(list []string, item string) bool { return slices.Contains(list, item) }
