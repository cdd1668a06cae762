package directory

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"wxmail/internal/microsoft"
)

// sides are what was asked, as the tables below name it.
var sides = map[string][]microsoft.Asked{
	"admins": admins, "directory": directory, "exchange": exchange, "renewal": renewal,
	"mailbox": mailbox, "refresh": refresh, "own": own, "people": people, "anyone": anyone,
	"sign-in":  {microsoft.MailboxSignIn, microsoft.Redemption},
	"proof":    {microsoft.SecretProof},
	"metadata": {microsoft.Metadata},
}

func TestMeaning(t *testing.T) {
	for _, c := range []struct{ who, codes, want string }{
		{"admins", "50057 50055", "WX-ACCOUNT-DISABLED"},
		{"mailbox", "50057", "WX-MAILBOX-DISABLED"},
		{"mailbox", "50055", "WX-PASSWORD-EXPIRED"},
		{"people", "50053", "WX-ACCOUNT-LOCKED"},
		{"admins", "50034 500341", "WX-ACCOUNT-UNKNOWN"},
		{"mailbox", "50034 500341", "WX-MAILBOX-UNKNOWN"},
		{"people", "50020 16000 500208 500209", "WX-ACCOUNT-UNKNOWN"},
		{"mailbox", "650059", "WX-ACCOUNT-UNKNOWN"},
		{"people", "53004 53011 530034 50135", "WX-ACCOUNT-RISK"},
		{"people", "80001 20012 81004 5000819", "WX-FEDERATION"},

		{"own", "700016", "WX-APPLICATION-MISSING"},
		{"own", "7000229", "WX-SERVICE-PRINCIPAL-MISSING"},
		{"own", "7000112", "WX-SERVICE-PRINCIPAL-DISABLED"},
		{"directory", "700016 7000112 50105 65002 650052 500011", "WX-CLIENT-BLOCKED"},
		{"exchange", "700016 7000112 50105 65002 65001 90094", "WX-EXCHANGE-CLIENT-BLOCKED"},
		{"exchange", "500011 500014 650052", "WX-NO-EXCHANGE"},
		{"mailbox", "500011 500014 650051 650052", "WX-NO-EXCHANGE"},
		{"mailbox", "50105", "WX-NOT-ASSIGNED"},

		{"own", "7000215 7000216", "WX-SECRET-INVALID"},
		{"own", "7000222", "WX-SECRET-EXPIRED"},
		{"own", "700025 7000218 9002325 9002327 700084", "WX-REDIRECT-URI-PLATFORM"},
		{"mailbox", "50011 500113", "WX-REDIRECT-URI-UNSEEN"},
		{"directory", "50011 7000218 9002327", "WX-CLIENT-PLATFORM"},
		{"mailbox", "65001 650056 650057 90094 90095 659999", "WX-CONSENT-MISSING"},
		{"directory", "90094 90095", "WX-ROLE-CONSENT"},
		{"directory", "65001 650056 90008 659999", "WX-CLIENT-CONSENT"},

		{"mailbox", "50076 50079 50072 50074 50158 50073", "WX-MFA-NEEDED"},
		{"admins", "50076 50079 50072 50074 50078 50158 50073", "WX-SECOND-FACTOR"},
		{"mailbox", "70043 70044 50078", "WX-SIGN-IN-FREQUENCY"},
		{"own", "53000 53001 53002 53003 530032 530035 50097 50131 530004 53999", "WX-TOKEN-POLICY"},
		{"admins", "53000 53001 53002 53003 530032 530035 50097 50131 530004 53999", "WX-CONDITIONAL-ACCESS"},

		{"mailbox", "50132 50133 50173", "WX-TOKEN-REVOKED"},
		{"refresh", "700082 70008", "WX-TOKEN-UNUSED"},
		{"refresh", "70000 700081 50089", "WX-TOKEN-DEAD"},
		{"sign-in", "70000 70008 54005 501481", "WX-SIGN-IN-AGAIN"},
		{"admins", "70000 70008 700082 50173 70043 54005", "WX-SIGN-IN-AGAIN"},
		{"renewal", "700016 50105 65001 7000112", "WX-SIGN-IN-AGAIN"},
		{"people", "65004 70018", "WX-SIGN-IN-DECLINED"},
		{"exchange", "70019 70020", "WX-EXCHANGE-SILENT"},
		{"directory", "70019 70020", "WX-SIGN-IN-TIMEOUT"},

		{"anyone", "90002 900023", "WX-TENANT-UNKNOWN"},
		{"anyone", "90038 900432 900439 900440", "WX-TENANT-CLOUD"},
		{"anyone", "5000225", "WX-TENANT-INACTIVE"},
		{"anyone", "5000224", "WX-TENANT-BLOCKED"},
		{"people", "50002 500021 500212", "WX-TENANT-RESTRICTED"},
		{"anyone", "90033 90006 90024", "WX-UNAVAILABLE"},
		{"anyone", "50196", "WX-THROTTLED"},
		{"anyone", "900144 9002313 70011", "WX-INTERNAL"},
	} {
		for _, asked := range sides[c.who] {
			for code := range strings.FieldsSeq(c.codes) {
				if got, ok := Meaning(asked, "AADSTS"+code); got != c.want || !ok {
					t.Errorf("%s, %s: %q, want %s", asked, code, got, c.want)
				}
			}
		}
	}
}

// OAuth's own words count where Entra ID gives no number.
func TestMeaningOfWords(t *testing.T) {
	for _, c := range []struct{ who, word, want string }{
		{"people", "access_denied", "WX-SIGN-IN-DECLINED"},
		{"people", "authorization_declined", "WX-SIGN-IN-DECLINED"},
		{"directory", "expired_token", "WX-SIGN-IN-TIMEOUT"},
		{"refresh", "invalid_grant", "WX-TOKEN-DEAD"},
		{"renewal", "invalid_grant", "WX-SIGN-IN-AGAIN"},
		{"mailbox", "consent_required", "WX-CONSENT-MISSING"},
		{"own", "invalid_client", "WX-SECRET-INVALID"},
		{"anyone", "temporarily_unavailable", "WX-UNAVAILABLE"},
	} {
		for _, asked := range sides[c.who] {
			if got, ok := Meaning(asked, c.word); got != c.want || !ok {
				t.Errorf("%s, %s: %q, want %s", asked, c.word, got, c.want)
			}
		}
	}
}

func TestMeaningOfWhatIsNotKnown(t *testing.T) {
	for _, c := range []struct {
		asked microsoft.Asked
		code  string
	}{
		{"", "AADSTS50057"}, // of another service
		{microsoft.Refresh, ""},
		{microsoft.Refresh, "AADSTS999999"},
		{microsoft.DirectorySignIn, "Request_ResourceNotFound"},
		{microsoft.Metadata, "AADSTS50057"}, // nobody signs in
		{microsoft.SecretProof, "AADSTS50057"},
	} {
		if got, ok := Meaning(c.asked, c.code); ok || got != "" {
			t.Errorf("%s, %s: %s", c.asked, c.code, got)
		}
	}
}

// Whoever signs in gets an answer to every code of the table, whatever the
// sign-in is for, and none of them sends the reader to look the code up.
func TestEveryCodeHasAMeaningForEverybody(t *testing.T) {
	for _, row := range meanings {
		for code := range strings.FieldsSeq(row.codes) {
			code = strings.Replace(code, "*", "9", 1)
			if strings.Trim(code, "0123456789") != "" {
				continue // OAuth's words are not as exact
			}
			for _, asked := range people {
				got, ok := Meaning(asked, "AADSTS"+code)
				if family := strings.Contains(row.codes, "*"); got == "WX-SIGN-IN-REFUSED" || !family && !ok {
					t.Errorf("%s, %s: %q", asked, code, got)
				}
			}
		}
	}
}

// A row that another hides says nothing.
func TestNoRowIsHidden(t *testing.T) {
	for i, row := range meanings {
		for code := range strings.FieldsSeq(row.codes) {
			tells := slices.ContainsFunc(row.asked, func(asked microsoft.Asked) bool {
				first := slices.IndexFunc(meanings, func(m meaning) bool {
					return slices.Contains(m.asked, asked) && m.has(strings.TrimSuffix(code, "*"))
				})
				return first == i
			})
			if !tells && !strings.HasSuffix(code, "*") {
				t.Errorf("row %d, %s: %s is told before", i, row.wx, code)
			}
		}
	}
}

// Every code has its texts.
func TestMeaningsHaveTexts(t *testing.T) {
	raw, err := os.ReadFile("../msg/en/error.json")
	if err != nil {
		t.Fatal(err)
	}
	var texts map[string]any
	if err := json.Unmarshal(raw, &texts); err != nil {
		t.Fatal(err)
	}
	for _, row := range meanings {
		for _, part := range []string{".what", ".fix"} {
			if texts["error."+row.wx+part] == nil {
				t.Errorf("no text error.%s%s", row.wx, part)
			}
		}
	}
}

func TestAbout(t *testing.T) {
	failure := &microsoft.Error{Object: "support@contoso.example", Client: "app", Tenant: "tenant"}
	for wx, want := range map[string]string{
		"WX-MAILBOX-DISABLED": "support@contoso.example",
		"WX-NO-EXCHANGE":      "tenant", "WX-TENANT-UNKNOWN": "tenant",
		"WX-SECRET-EXPIRED": "app", "WX-SERVICE-PRINCIPAL-DISABLED": "app",
	} {
		if got := About(failure, wx); got != want {
			t.Errorf("%s is about %s", wx, got)
		}
	}
	if got := About(&microsoft.Error{Object: "x"}, "WX-NO-EXCHANGE"); got != "x" {
		t.Errorf("nothing but the object: %q", got)
	}
}
