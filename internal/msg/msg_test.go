package msg_test

import (
	"encoding/json"
	"strings"
	"testing"

	"wxmail/internal/msg"
)

func TestText(t *testing.T) {
	en := msg.New("en")
	for _, c := range []struct{ got, want string }{
		{en.Text("state.done"), "done"},
		{en.Text("sign-in.code", "Code", "A<B"), "Code to enter there: A<B"},
		{en.Text("plan.title", "Count", 1), "1 change:"},
		{en.Text("plan.title", "Count", 5), "5 changes:"},
		{en.Text("work.counted", "Work", "Reading", "Number", 1, "Count", 1), "Reading: 1 of 1"},
		{en.Text("no.such-message"), "no.such-message"},
		{en.Say(msg.Message{}), ""},
		{en.Say(msg.M("note.secret-lifetime-clipped", "End", "2027-01-01")),
			"The tenant allows shorter client secrets only: this one ends on 2027-01-01."},
		{msg.New("xx").Text("state.done"), "done"},
		{en.Say(msg.Step("token")), "Sign in as the mailbox and get a token"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	if en.Has("no.such-message") || !en.Has("state.done") {
		t.Error("Has")
	}
}

func TestMessageAsJSON(t *testing.T) {
	raw, err := json.Marshal([]msg.Message{{}, msg.M("state.done")})
	if err != nil || string(raw) != `[null,"done"]` {
		t.Errorf("%s, %v", raw, err)
	}
}

func TestLanguage(t *testing.T) {
	for _, c := range []struct{ flag, env, want string }{
		{"", "", "en"},
		{"fr", "WXMAIL_LANG=ja", "fr"},
		{"", "WXMAIL_LANG=ko LC_ALL=ja_JP.UTF-8", "ko"},
		{"", "LC_ALL=ja_JP.UTF-8 LANG=fr_FR", "ja"},
		{"", "LC_ALL=C LANG=fr_FR.UTF-8", "en"},
		{"", "LC_MESSAGES=fr_CA@euro LANG=ja_JP", "fr"},
		{"", "LANG=ko_KR.eucKR", "ko"},
		{"", "LANG=C.UTF-8", "en"},
		{"", "LANG=POSIX", "en"},
		{"", "LANG=de_DE.UTF-8", "en"},
		{"FR-ca", "", "fr"},
		{"_", "LANG=ja", "en"},
	} {
		got := msg.Language(c.flag, func(name string) string {
			for _, pair := range strings.Fields(c.env) {
				if k, v, _ := strings.Cut(pair, "="); k == name {
					return v
				}
			}
			return ""
		})
		if got != c.want {
			t.Errorf("%+v: got %s", c, got)
		}
	}
}
