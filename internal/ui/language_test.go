//go:build unix

package ui_test

import (
	"testing"

	"wxmail/internal/msg"
	"wxmail/internal/ui"
)

// A colon and a language's name at any question goes on in that language; what
// is no language is an answer like others.
func TestLanguageAtAQuestion(t *testing.T) {
	s := sit(t, sizes[0])
	replies := s.ask(t.Context(), ui.Question{ID: "webex.email-id", Kind: ui.Text, Prompt: msg.M("question.webex.email-id.prompt"),
		Help: msg.M("question.webex.email-id.help")})
	s.Expect(msg.New("en").Text("question.webex.email-id.prompt"))
	s.Send(":qps\r")
	s.Expect("É-ḿáíļ ÍĐ")
	s.Send(":xx\r")
	want(t, s, replies, ":xx")
}
