package wanted

import (
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func question(t testing.TB, id string) Question {
	t.Helper()
	q, ok := FindQuestion(id)
	if !ok {
		t.Fatalf("no question %s", id)
	}
	return q
}

func TestCheckTakes(t *testing.T) {
	for _, test := range []struct{ question, raw, want string }{
		{"webex.email-id", " “Support@Contoso.Example” as", "support@contoso.example"},
		{"webex.forwarding-address", "MAILTO:0123456789ABCDEF0123456789ABCDEF＠Mail-US.imiconnect.io",
			"0123456789abcdef0123456789abcdef@mail-us.imiconnect.io"},
		{"webex.callback-url", "「HTTPS://Acme.US.WebexConnect.io/callback as'", "https://acme.us.webexconnect.io/callback"},
		{"webex.asset-name", "\u00a0“Support  Team”\n", "Support Team"},
		{"azure.tenant", "Contoso.Example.", "contoso.example"},
		{"azure.tenant", "{BDC42DE2-8587-476F-8253-3EE6F196C4F5}", "bdc42de2-8587-476f-8253-3ee6f196c4f5"},
		{"azure.admin", " ", ""},
		{"exchange.admin", "", ""},
		{"azure.sign-in-app", " Azure-CLI ", "azure-cli"},
		{"azure.sign-in-app", "04B07795-8DDB-461A-BBEE-02F9E1BF7B46", "04b07795-8ddb-461a-bbee-02f9e1bf7b46"},
		{"azure.application", "'04B07795-8DDB-461A-BBEE-02F9E1BF7B46'", "04b07795-8ddb-461a-bbee-02f9e1bf7b46"},
		{"azure.app-name", " Webex Connect (EU) ", "Webex Connect (EU)"},
		{"azure.secret-lifetime", "180D", "180d"},
		{"azure.secret-lifetime", "120mo", "120mo"},
		{"azure.permissions", " Least", "least"},
		{"mailbox.keep-copy", "No", "false"},
		{"mailbox.replace-forwarding", "on", "true"},
	} {
		t.Run(test.question+" "+test.raw, func(t *testing.T) {
			if got, _, err := Check(question(t, test.question), test.raw); err != nil || got != test.want {
				t.Errorf("%q %v, want %q", got, err, test.want)
			}
		})
	}
}

func TestCheckRefuses(t *testing.T) {
	for _, test := range []struct{ question, raw, why string }{
		{"webex.email-id", "", "empty"},
		{"webex.email-id", strings.Repeat("a", maxAnswer) + "@contoso.example", "too-long"},
		{"webex.email-id", "sup\x00port@contoso.example", "control-character"},
		{"webex.email-id", "sup\nport@contoso.example", "control-character"},
		{"webex.email-id", "süd@contoso.example", "not-ascii"},
		{"webex.callback-url", "https://acme.us.webexconnect.io/callback/x", "wrong-path"},
		{"webex.callback-url", "https://contoso.example/callback", "foreign-host"},
		{"webex.asset-name", "Support_EU", "has-underscore"},
		{"webex.asset-name", strings.Repeat("é", maxName+1), "too-long"},
		{"azure.tenant", "common", "not-a-tenant"},
		{"azure.tenant", "organizations", "not-a-tenant"},
		{"azure.tenant", "../contoso.example", "not-a-tenant"},
		{"azure.application", "WebexConnect", "not-a-client"},
		{"azure.application", "urn:uuid:04b07795-8ddb-461a-bbee-02f9e1bf7b46", "not-a-client"},
		{"azure.sign-in-app", "powershell", "not-a-client"},
		{"azure.secret-lifetime", "24", "not-a-lifetime"},
		{"azure.secret-lifetime", "0d", "not-a-lifetime"},
		{"azure.secret-lifetime", "-1mo", "not-a-lifetime"},
		{"azure.secret-lifetime", "121mo", "not-a-lifetime"},
		{"azure.secret-lifetime", "3651d", "not-a-lifetime"},
		{"azure.permissions", "all", "not-a-choice"},
		{"azure.implicit-grant", "2", "not-a-boolean"},
		{"azure.implicit-grant", "", "empty"},
		{"azure.permissions", "", "empty"},
		{"azure.secret-lifetime", " ", "empty"},
		{"azure.application", "", "empty"},
		{"azure.sign-in-app", "", "empty"},
		{"azure.tenant", "", "empty"},
		{"azure.tenant", strings.Repeat("a.", 127) + "example", "too-long"},
		{"azure.app-name", "\t", "empty"},
	} {
		t.Run(test.question+" "+test.why, func(t *testing.T) {
			_, _, err := Check(question(t, test.question), test.raw)
			var refused *InvalidAnswer
			if !errors.As(err, &refused) || refused.Question != test.question || refused.Why != test.why {
				t.Errorf("%v, want %s", err, test.why)
			}
		})
	}
}

// Whatever is answered: either a text without control characters that means
// the same when it is checked again, or a refusal that names the question and
// can be shown on a line.
func FuzzCheck(f *testing.F) {
	for i, seed := range []string{"", "support@contoso.example", "「https://acme.us.webexconnect.io/callback as'", "24mo", "true", "graph",
		"04B07795-8DDB-461A-BBEE-02F9E1BF7B46", "\xff\x00", "\u212a@contoso.example", "“a_b”", strings.Repeat("a.", 200)} {
		f.Add(i, seed)
	}
	f.Fuzz(func(t *testing.T, at int, raw string) {
		all := Questions()
		q := all[uint(at)%uint(len(all))]
		clean, _, err := Check(q, raw)
		if err != nil {
			checkRefusal(t, q, err)
			return
		}
		if strings.ContainsFunc(clean, unicode.IsControl) || len(clean) > maxAnswer || clean == "" && !q.Open {
			t.Errorf("%s: %q became %q", q.ID, raw, clean)
		}
		if again, _, err := Check(q, clean); err != nil || again != clean {
			t.Errorf("%s: %q became %q, then %q %v", q.ID, raw, clean, again, err)
		}
	})
}

func checkRefusal(t *testing.T, q Question, err error) {
	t.Helper()
	var refused *InvalidAnswer
	if !errors.As(err, &refused) || refused.Question != q.ID || refused.Why == "" {
		t.Fatalf("%s: %v", q.ID, err)
	}
	if strings.ContainsFunc(refused.Value, unicode.IsControl) || utf8.RuneCountInString(refused.Value) > 60*len("<U+10FFFF>")+20 {
		t.Errorf("%s: %q cannot be shown", q.ID, refused.Value)
	}
}
