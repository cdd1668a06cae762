//go:build unix

package ui_test

import (
	"testing"

	"wxmail/internal/msg"
	"wxmail/internal/ui"
)

// Yes and no are understood as the person says them, also from a keyboard that
// is set to another script; English always is.
func TestYesAndNoInEveryLanguage(t *testing.T) {
	for _, c := range []struct{ lang, typed, want string }{
		{"fr", "oui", "true"}, {"fr", "O", "true"}, {"fr", "non", "false"}, {"fr", "y", "true"}, {"fr", "n", "false"},
		{"ja", "はい", "true"}, {"ja", "いいえ", "false"}, {"ja", "ｙ", "true"}, {"ja", "Ｎ", "false"},
		{"ko", "예", "true"}, {"ko", "네", "true"}, {"ko", "아니요", "false"}, {"ko", "ㅛ", "true"}, {"ko", "ㅜ", "false"},
	} {
		for _, plain := range []bool{false, true} {
			s := sit(t, sizes[0], func(o *ui.Options) { o.Catalogue, o.Plain = msg.New(c.lang), plain })
			replies := s.ask(t.Context(), ui.Question{ID: "q", Kind: ui.Confirm, Prompt: msg.M("question.mailbox.keep-copy.prompt")})
			s.Expect("(y/n)")
			s.Send(c.typed + "\r")
			want(t, s, replies, c.want)
		}
	}
}
