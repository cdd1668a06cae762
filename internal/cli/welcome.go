package cli

import (
	"wxmail/internal/msg"
	"wxmail/internal/ui"
)

// welcome is the first screen of a first setup: what happens, what has to be at
// hand and from whom, and that nothing changes before it was shown.
func (s *session) welcome(asks []string) {
	if !s.Operator.CanAsk() || s.Yes || s.Profile.Exists() {
		return
	}
	s.program.ui.Heading(msg.M("welcome.title"))
	for _, m := range []msg.Message{msg.M("welcome.what"), msg.M("welcome.webex"), msg.M("welcome.people"),
		msg.M("welcome.questions", "Count", len(s.Answers.Unasked(asks))), msg.M("welcome.plan"), msg.M("welcome.keys"),
		msg.M("welcome.languages", "List", msg.Each(languageKeys(s.program.env)...))} {
		s.program.ui.Say(m)
	}
}

// languageKeys are what is typed for a language, each with the language's own
// name where the terminal can write it.
func languageKeys(env func(string) string) (keys []string) {
	for _, lang := range msg.Languages() {
		key := ":" + lang
		if ui.SpeaksUTF8(env) {
			key += " " + msg.New(lang).Text("welcome.language")
		}
		keys = append(keys, key)
	}
	return keys
}
