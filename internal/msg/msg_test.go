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
		{en.Say(msg.M("note.secret-lifetime-clipped", "End", msg.Day("2027-01-01"))),
			"The tenant allows shorter client secrets only: this one ends on 2027-01-01."},
		{msg.New("xx").Text("state.done"), "done"},
		{passphraseFile("en", "x", "It says why."), "The passphrase file x cannot be used: It says why."},
		{passphraseFile("en", "Sales.. EU", "a. b"), "The passphrase file Sales.. EU cannot be used: a. b."},
		{passphraseFile("en", "it.", "wait..."), "The passphrase file it. cannot be used: wait...."},
		{passphraseFile("en", "C:\\..", ".."), "The passphrase file C:\\.. cannot be used: ..."},
		{passphraseFile("en", "\ue000", "\ue000."), "The passphrase file <U+E000> cannot be used: <U+E000>."},
		{passphraseFile("ja", "x", "理由。"), passphraseFile("ja", "x", "理由")},
		{passphraseFile("ja", "x", "why."), passphraseFile("ja", "x", "why")},
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
	for _, c := range []struct{ flag, env, want, system, unknown string }{
		{flag: "", env: "", want: "en"},
		{system: "ja-JP", want: "ja"},
		{system: "de_DE", want: "en", unknown: "de_DE"},
		{env: "LANG=ko_KR.UTF-8", system: "ja-JP", want: "ko"},
		{env: "LANG=C", system: "ja-JP", want: "en"},
		{flag: "QPS", want: "qps"},
		{flag: "fr", env: "WXMAIL_LANG=ja", want: "fr"},
		{flag: "", env: "WXMAIL_LANG=ko LC_ALL=ja_JP.UTF-8", want: "ko"},
		{flag: "", env: "LC_ALL=ja_JP.UTF-8 LANG=fr_FR", want: "ja"},
		{flag: "", env: "LC_ALL=C LANG=fr_FR.UTF-8", want: "en"},
		{flag: "", env: "LC_MESSAGES=fr_CA@euro LANG=ja_JP", want: "fr"},
		{flag: "", env: "LANG=ko_KR.eucKR", want: "ko"},
		{flag: "", env: "LANG=C.UTF-8", want: "en"},
		{flag: "", env: "LANG=POSIX", want: "en"},
		{flag: "", env: "LANG=de_DE.UTF-8", want: "en", unknown: "de_DE.UTF-8"},
		{flag: "FR-ca", env: "", want: "fr"},
		{flag: "_", env: "LANG=ja", want: "en", unknown: "_"},
	} {
		got, unknown := msg.Language(c.flag, func(name string) string {
			for _, pair := range strings.Fields(c.env) {
				if k, v, _ := strings.Cut(pair, "="); k == name {
					return v
				}
			}
			return ""
		}, func() string { return c.system })
		if got != c.want || unknown != c.unknown {
			t.Errorf("%+v: got %s, unknown %q", c, got, unknown)
		}
	}
}

func passphraseFile(lang, object, detail string) string {
	return msg.New(lang).Text("error.WX-PASSPHRASE-FILE.what", "Object", object, "Detail", detail)
}
