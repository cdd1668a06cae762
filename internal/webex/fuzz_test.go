package webex

import (
	"slices"
	"strings"
	"testing"
)

func seed(f *testing.F) {
	for _, s := range []string{
		"", "support@contoso.com", "“Support” <mailto:support＠contoso。com>;",
		"「https://acme.us.webexconnect.io/callback as vu'", "https://oauth.us.webexconnect.io/callback?",
		"0123456789abcdef0123456789abcdef@mail-us.imiconnect.io", "\xff\u200b as as", "<<a>>", "https://[::1]:443/callback",
		"[a@b.example](mailto:a@b.example)", "https://x.safelinks.protection.outlook.com/?url=smtp%3Aa@b.example",
	} {
		f.Add(s)
	}
}

func FuzzClean(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s string) {
		once := Clean(s)
		if twice := Clean(once); twice != once {
			t.Errorf("Clean(%q) = %q, again %q", s, once, twice)
		}
		if strings.TrimSpace(once) != once {
			t.Errorf("Clean(%q) = %q keeps spaces", s, once)
		}
	})
}

// refused says whether problems contains an error.
func refused(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return p.Severity == SeverityError })
}

func fuzzParse(f *testing.F, parse func(string) (string, []Problem)) {
	seed(f)
	f.Fuzz(func(t *testing.T, s string) {
		once, problems := parse(s)
		twice, again := parse(once)
		if twice != once || refused(again) != refused(problems) {
			t.Errorf("parse(%q) = %q %v, again %q %v", s, once, problems, twice, again)
		}
	})
}

func FuzzParseEmail(f *testing.F)     { fuzzParse(f, ParseEmail) }
func FuzzParseCallback(f *testing.F)  { fuzzParse(f, ParseCallback) }
func FuzzParseAssetName(f *testing.F) { fuzzParse(f, ParseAssetName) }
func FuzzParseForwarding(f *testing.F) {
	fuzzParse(f, func(s string) (string, []Problem) { return ParseForwarding(s, "support@contoso.com") })
}
