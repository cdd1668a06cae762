package webex

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func revealed() []Field {
	in := example()
	in.Reveal = true
	return Values(in)
}

func TestFieldsAreFoundAsPeopleTypeThem(t *testing.T) {
	for typed, want := range map[string]string{
		"client-secret": LabelClientSecret, "Client Secret": LabelClientSecret, " CLIENTSECRET ": LabelClientSecret,
		"call_back_url": LabelCallbackURL, "access token": LabelAccessToken, "access-token-url": LabelAccessTokenURL,
		"login-id": LabelLoginID, "use different": LabelDifferentAddress, "scope": LabelScope,
		"client": "", "": "", "-": "", "secret": "", "no such field": "",
	} {
		if f, ok := Find(revealed(), typed); f.Label != want || ok != (want != "") {
			t.Errorf("%q is %q", typed, f.Label)
		}
	}
}

func TestWhatAPersonDoesWithEachField(t *testing.T) {
	want := map[Entry][]string{
		Pasted: {LabelAssetName, LabelEmailID, LabelSMTPServer, LabelUsername, LabelPort, LabelClientID, LabelClientSecret,
			LabelAuthorizationURL, LabelScope, LabelAccessTokenURL, LabelRefreshTokenURL},
		Chosen: {LabelAuthentication, LabelSecurity}, Checked: {LabelForwardingAddress, LabelCallbackURL},
		Ticked: {LabelDifferentAddress, LabelReview}, LeftEmpty: {LabelLoginID},
		Generated: {LabelAccessToken, LabelRefreshToken, LabelValidity},
	}
	got := map[Entry][]string{}
	for _, f := range revealed() {
		got[f.Entry()] = append(got[f.Entry()], f.Label)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, f := range Values(Input{})[:15] {
		if f.Entry() != NotKnown {
			t.Errorf("without a profile %s is to be %s", f.Label, f.Entry())
		}
	}
}

func TestCompare(t *testing.T) {
	const client = "66666666-7777-8888-9999-000000000000"
	for name, c := range map[string]struct {
		pasted string
		want   []Compared
	}{
		"nothing":                  {" \n\t\n", nil},
		"the same":                 {client, []Compared{{Label: LabelClientID, Verdict: Same}}},
		"with line ends":           {"\r\n" + client + "\r\n", []Compared{{Label: LabelClientID, Verdict: Same}}},
		"a space behind":           {client + " ", []Compared{{LabelClientID, Spaces, 37, ' ', 0}}},
		"a hard space before":      {"\u00a0" + client, []Compared{{LabelClientID, Spaces, 1, '\u00a0', '6'}}},
		"a space of no width":      {client[:9] + "\u200b" + client[9:], []Compared{{LabelClientID, Spaces, 10, '\u200b', '7'}}},
		"a Cyrillic letter":        {"supp\u043ert@contoso.example", []Compared{{LabelEmailID, LookAlike, 5, '\u043e', 'o'}}},
		"capital letters":          {"Support@Contoso.example", []Compared{{LabelEmailID, Case, 1, 'S', 's'}}},
		"cut short":                {"https://contoso.us.webexconn", []Compared{{LabelCallbackURL, CutShort, 29, 0, 'e'}}},
		"cut short behind a space": {"offline_access https", []Compared{{LabelScope, CutShort, 21, 0, ':'}}},
		"something behind":         {client + "6", []Compared{{LabelClientID, Longer, 37, '6', 0}}},
		"another character":        {"76666666" + client[8:], []Compared{{LabelClientID, Different, 1, '7', '6'}}},
		"the client secret":        {secretValue, []Compared{{Label: LabelClientSecret, Verdict: Same}}},
		"a wrong client secret":    {"canary~cl1ent-secret", []Compared{{LabelClientSecret, Different, 10, '1', 'i'}}},
		"something else":           {"11112222", []Compared{{Verdict: Unknown}}},
		"a label and its value":    {"Client ID: " + client, []Compared{{Label: LabelClientID, Verdict: Same}}},
		"a label on a line": {"Client ID *\n\n" + client + "\nPort\n25", []Compared{
			{Label: LabelClientID, Verdict: Same}, {LabelPort, Different, 1, '2', '5'}}},
		"a longer label": {"Access Token URL\thttps://elsewhere.example", []Compared{{LabelAccessTokenURL, Different, 9, 'e', 'l'}}},
		"the two token URLs": {"Refresh Token URL\thttps://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/oauth2/v2.0/token",
			[]Compared{{Label: LabelRefreshTokenURL, Verdict: Same}}},
		"a word of prose": {"Client IDs are long", []Compared{{Verdict: Unknown}}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Compare(revealed(), c.pasted)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Whatever is pasted, and however long, an end comes, and what comes out holds
// nothing of it but one character.
func FuzzCompare(f *testing.F) {
	f.Add("Client ID: 66666666-7777-8888-9999-000000000000")
	f.Add("\u200b\xff" + strings.Repeat("a", 300))
	f.Fuzz(func(t *testing.T, pasted string) {
		for _, c := range Compare(revealed(), pasted) {
			if (c.Verdict == Same || c.Verdict == Unknown) != (c.At == 0) {
				t.Errorf("%+v", c)
			}
		}
	})
}
