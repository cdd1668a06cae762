package signin

import (
	"errors"
	"net/url"
	"strings"
	"testing"
)

const someState = "STATE7ABCDEF"

var pastes = []struct{ text, code, errorCode string }{
	{"http://localhost:1234/?code=0.AbC&state=" + someState + "&session_state=x", "0.AbC", ""},
	{"http://localhost:1234/?code=0.AbC&state=" + someState + "#", "0.AbC", ""},
	{"localhost:1234/?code=a%2Bb&state=" + someState, "a+b", ""},
	{"code=a&state=" + someState, "a", ""},
	{"<http://localhost/?state=" + someState + "&code=a>", "a", ""},
	{"http://localhost:1/?error=access_denied&error_description=AADSTS65004%3a+no&state=" + someState, "", "AADSTS65004"},
	{"http://localhost:1/?code=a", "", ""},
	{"http://localhost:1/?code=a&state=other", "", ""},
	{"", "", ""},
	{"r", "", ""},
	{"%zz?%zz", "", ""},
}

func TestParsePasted(t *testing.T) {
	for _, c := range pastes {
		got, err := parsePasted(c.text, someState)
		switch {
		case c.code == "" && c.errorCode == "":
			if got != nil || err == nil {
				t.Errorf("%q was taken: %v", c.text, got)
			}
		case err != nil || got.code != c.code || got.refusal != nil && got.refusal.Code != c.errorCode:
			t.Errorf("%q: %v, %v", c.text, got, err)
		}
	}
}

func FuzzPasted(f *testing.F) {
	for _, c := range pastes {
		f.Add(c.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parsePasted(text, someState)
		var refused *PasteError
		if (got == nil) == (err == nil) || err != nil && !errors.As(err, &refused) {
			t.Fatalf("%v, %v", got, err)
		}
		if got != nil && (got.code == "") == (got.refusal == nil) {
			t.Fatalf("neither code nor refusal, or both: %v", got)
		}
	})
}

func FuzzCallback(f *testing.F) {
	f.Add("code=a&state=" + someState)
	f.Add("code=a&code=b&state=" + someState)
	f.Add("error=x&error_description=AADSTS50011%3A+y&state=" + someState)
	f.Add("state=&code=")
	f.Fuzz(func(t *testing.T, raw string) {
		query, _ := url.ParseQuery(raw)
		got, ok := parseCallback(query, someState)
		if ok && (query.Get("state") != someState || len(query["state"]) != 1) {
			t.Fatalf("taken without the state: %q", raw)
		}
		if ok && got.refusal != nil && strings.ContainsAny(got.refusal.Error(), "\r\n\x00") {
			t.Fatalf("control characters in %q", got.refusal.Error())
		}
	})
}
