package signin

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"wxmail/internal/secret"
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
		got, err := parsePasted(c.text, awaited{state: someState})
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
		got, err := parsePasted(text, awaited{state: someState})
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
		got, ok := parseCallback(query, awaited{state: someState})
		if ok && (query.Get("state") != someState || len(query["state"]) != 1) {
			t.Fatalf("taken without the state: %q", raw)
		}
		if ok && got.refusal != nil && strings.ContainsAny(got.refusal.Error(), "\r\n\x00") {
			t.Fatalf("control characters in %q", got.refusal.Error())
		}
	})
}

// What the browser brings need not be Microsoft's word, and an issuer that is
// another one's is no answer: https://www.rfc-editor.org/rfc/rfc9207
func TestAnswersOfOthers(t *testing.T) {
	want := awaited{state: someState, issuer: "https://login.microsoftonline.com/x/v2.0"}
	for query, taken := range map[string]bool{
		"code=a&state=" + someState: true,
		"code=a&iss=https%3A%2F%2Flogin.microsoftonline.com%2Fx%2Fv2.0&state=" + someState:       true,
		"code=a&iss=https%3A%2F%2Fevil.example%2F&state=" + someState:                            false,
		"code=a&iss=&state=" + someState:                                                         false,
		"error=server_error&iss=https%3A%2F%2Fevil.example&state=" + someState:                   false,
		"code=a&iss=https%3A%2F%2Flogin.microsoftonline.com%2Fx%2Fv2.0&iss=b&state=" + someState: false,
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if _, got := parseCallback(values, want); got != taken {
			t.Errorf("%s: taken %t", query, got)
		}
	}
	for _, refusal := range []string{"server_error", "access_denied", "%E2%80%AE", "x"} {
		got, err := parsePasted("error="+refusal+"&error_description=run+this&state="+someState, want)
		if err != nil || !got.refusal.Brought || got.refusal.Code == "" {
			t.Errorf("%s: %+v %v", refusal, got, err)
		}
	}
}

func TestIDTokenOfAnotherSignIn(t *testing.T) {
	for nonce, another := range map[string]bool{"": false, "ours": false, "theirs": true} {
		token := &Token{ID: secret.New(jwt(map[string]any{"aud": client, "nonce": nonce}))}
		if got := token.ofAnother("ours"); got != another {
			t.Errorf("nonce %q: %t", nonce, got)
		}
	}
}
