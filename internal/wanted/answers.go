package wanted

import (
	"fmt"
	"slices"
	"strings"

	"wxmail/internal/msg"
	"wxmail/internal/webex"
)

// Answers are raw answers by question id, in order of precedence: flags, then
// the answers file, then what the wizard asks, then the profile.
type Answers struct {
	Flags   map[string]string
	File    map[string]string
	Profile map[string]string
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
	return "WX-ANSWER-INVALID", e.Question, fmt.Sprintf("%q: %s", e.Value, msg.New("en").Text("invalid."+e.Why, "Detail", e.Detail))
}

// MissingAnswers are questions that nobody is there to answer.
type MissingAnswers struct{ Questions []string }

// Error lists them.
func (e *MissingAnswers) Error() string { return "answers needed: " + strings.Join(e.Questions, ", ") }

// Fact is the code of the advice, and the questions.
func (e *MissingAnswers) Fact() (code, object, detail string) {
	return "WX-ANSWER-NEEDED", strings.Join(e.Questions, ", "), ""
}

// Get is the answer with the highest precedence. An answer to a deliberate
// question counts only when it was given to this run.
func (a *Answers) Get(id string) (string, bool) {
	for _, from := range a.sources(id) {
		if value, ok := from[id]; ok {
			return value, true
		}
	}
	return "", false
}

func (a *Answers) sources(id string) []map[string]string {
	if q, ok := FindQuestion(id); ok && q.Deliberate {
		return []map[string]string{a.Flags, a.File, a.asked}
	}
	return []map[string]string{a.Flags, a.File, a.asked, a.Profile}
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
		if q.Personal || out[q.ID] == "" {
			delete(out, q.ID)
		}
	}
	return out
}

func defaultAssetName(a *Answers) string { return webex.DefaultAssetName(a.Or("webex.email-id", "")) }

func contains(list []string, item string) bool { return slices.Contains(list, item) }
