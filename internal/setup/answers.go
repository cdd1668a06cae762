package setup

import (
	"fmt"
	"strings"
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

// MissingAnswers are questions that nobody is there to answer.
type MissingAnswers struct{ Questions []string }

// Error lists them.
func (e *MissingAnswers) Error() string { return "answers needed: " + strings.Join(e.Questions, ", ") }

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
	for _, q := range Questions {
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
