//go:build unix

package ui_test

import (
	"strings"
	"testing"

	"wxmail/internal/msg"
	"wxmail/internal/testkit/console"
	"wxmail/internal/ui"
)

// An answer that wraps must leave what stood above the question, however wide
// its characters are. (The emulator of these tests would put a wide character
// into the last column: here none begins there.)
func TestWrappedAnswerKeepsTheScreen(t *testing.T) {
	for _, size := range sizes {
		for _, answer := range wrapping() {
			s := sit(t, size)
			s.ui.Say(msg.M("role.mailbox"))
			replies := s.ask(t.Context(), withDefault(email, "d@e.test"))
			s.Expect("(d@e.test)")
			s.Send(answer + "\r")
			want(t, s, replies, answer)
			s.ui.Say(msg.M("role.directory"))
			s.Expect("directory administrator")
			help := "The support mailbox that customers write to: the field \"Email ID\" of the Webex Connect asset."
			wanted := "mailbox user" + help + "? E-mail ID of the asset " + answer + "directory administrator"
			if got := s.Screen(); strings.ReplaceAll(strings.ReplaceAll(got, "\n", ""), " ", "") != strings.ReplaceAll(wanted, " ", "") {
				t.Errorf("%d columns, answer %s:\n%s", size.Width, answer, got)
			}
		}
	}
}

func wrapping() (answers []string) {
	for _, n := range []int{1, 13, 14, 15, 16, 39, 40, 41, 54, 55, 56, 95, 96, 160} {
		answers = append(answers, strings.Repeat("x", n))
	}
	for _, n := range []int{1, 6, 7, 8, 19, 20, 21, 27, 28, 47, 48, 80} {
		answers = append(answers, strings.Repeat("サ", n), "xx"+strings.Repeat("함", n))
	}
	return answers
}

// Choices of wide characters are broken as other texts, and stay whole while
// the arrow goes from one to the next. A message that no catalogue has says
// its own ID.
func TestWideChoices(t *testing.T) {
	const first, second = "メールボックスに届くメールを転送し、写しを残します。", "메일을 사서함에 복사본 없이 전달하고 다시는 찾지 않습니다."
	q := ui.Question{ID: "x", Kind: ui.Select, Prompt: msg.M("転送しますか"),
		Choices: []ui.Choice{{Value: "a", Label: msg.M(first)}, {Value: "b", Label: msg.M(second)}}}
	s := sit(t, sizes[1])
	replies := s.ask(t.Context(), q)
	const list = "> メールボックスに届くメールを転送し、写\n  しを残します。\n  메일을 사서함에 복사본 없이 전달하고\n  다시는 찾지 않습니다."
	s.Expect(list)
	for _, keys := range []string{console.Down, console.Up, console.Down} {
		s.Send(keys)
		s.Until("the arrow has moved", func(screen string) bool { return strings.Contains(screen, "> 메일") == (keys == console.Down) })
	}
	if screen := s.Screen(); strings.Count(screen, "転送しますか") != 1 || strings.Count(screen, "写\n") != 1 {
		t.Errorf("torn:\n%s", screen)
	}
	s.Send("\r")
	want(t, s, replies, "b")
}
