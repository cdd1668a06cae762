package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

const (
	admin         = "admin@contoso.example"
	entraAdmin    = "entra@contoso.example"
	exchangeAdmin = "exchange@contoso.example"
)

// What each of the three sign-ins asks for, as it stands in the URL.
const (
	directoryScope = "graph.microsoft.com"
	exchangeScope  = "outlook.office365.com"
	mailboxScope   = "SMTP.Send"
)

func threePeople(d testkit.Draft) map[string]string {
	return with(d.Answers(support), "azure.admin", entraAdmin, "exchange.admin", exchangeAdmin)
}

func TestThreePeopleSignIn(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home, draft := w.Home(), w.Draft()
	trace := filepath.Join(home, "trace") // searched for secrets like every file of a home
	ran := setUp(t, w, home, threePeople(draft), "--json", "-v", "--trace", trace)
	if !slices.Contains(testkit.Files(t, home), trace) {
		t.Error("no trace")
	}
	who := map[any]any{}
	for _, e := range testkit.Named(ran.Events(t), "sign-in") {
		who[e["role"]] = e["account"]
	}
	for role, account := range map[string]string{"directory": entraAdmin, "exchange": exchangeAdmin, "mailbox": support} {
		if who[role] != account {
			t.Errorf("%s signed in for %s, want %s", who[role], role, account)
		}
	}
	asset := w.Save(home, draft)
	asset.GenerateToken()
	asset.Correspond("Order 4711")
}

// A wrong admin is refused before anything is written.
func TestWrongAdmin(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ scope, wanted, came string }{
		"directory": {directoryScope, entraAdmin, admin},
		"exchange":  {exchangeScope, exchangeAdmin, sales},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := testkit.Start(t, sandbox.Options{})
			w.SignInsByScope(map[string]string{test.scope: test.came})
			home := w.Home()
			setUpTo(w, home, threePeople(w.Draft())).Must(t, 4).Explains(t, "WX-WRONG-ACCOUNT", test.wanted, test.came)
			noWrites(t, w)
			w.SignInsAs("")
			w.Run(home, "setup", "--no-input", "-y").Must(t, 0)
		})
	}
}

// Somebody without any role is told from the one asked for; where consent is
// missing too, Entra tells nobody's name, and what is missing is the
// permission.
func TestNobodysAdmin(t *testing.T) {
	t.Parallel()
	for scenario, want := range map[string]struct {
		exit int
		says []string
	}{
		"default":  {4, []string{"WX-WRONG-ACCOUNT", entraAdmin, sales}},
		"hardened": {5, []string{"WX-ROLE-CONSENT", entraAdmin}},
	} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			w := testkit.Start(t, sandbox.Options{Scenario: scenario})
			w.SignInsByScope(map[string]string{directoryScope: sales})
			setUpTo(w, w.Home(), threePeople(w.Draft())).Must(t, want.exit).Explains(t, want.says...)
			noWrites(t, w)
		})
	}
}

// A wrong mailbox account leaves nothing behind, and the right one may come
// later.
func TestWrongMailboxAccount(t *testing.T) {
	t.Parallel()
	for name, who := range map[string]string{"a colleague": sales, "an admin": entraAdmin} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := testkit.Start(t, sandbox.Options{})
			w.SignInsByScope(map[string]string{mailboxScope: who})
			home, draft := w.Home(), w.Draft()
			setUpTo(w, home, threePeople(draft)).Must(t, 4).Explains(t, "WX-WRONG-ACCOUNT", support, who)
			nothingLeft(t, w, home)
			if asked := len(w.Requests()); asked > 45 {
				t.Errorf("%d requests: it waited for what had happened", asked)
			}
			if got := states(t, w, home); got["token"] != "pending" || got["mailbox.forward"] != "waiting" {
				t.Errorf("token is %s, forwarding %s", got["token"], got["mailbox.forward"])
			}
			if to := mailbox(t, w, support)["ForwardingSmtpAddress"]; to != nil {
				t.Errorf("it forwards to %v", to)
			}
			w.SignInsAs("")
			before := len(w.Writes())
			w.Run(home, "setup", "--no-input", "-y").Must(t, 0)
			if writes := w.Writes()[before:]; len(writes) != 3 || writes[2].Path != "Set-Mailbox" {
				t.Errorf("not only the temporary redirect URI, and forwarding after it, was written: %v", writes)
			}
			w.Save(home, draft).GenerateToken()
		})
	}
}

// nothingLeft: no token, no redirect URI of our own, and no SMTP sign-in.
func nothingLeft(t *testing.T, w *testkit.World, home string) {
	t.Helper()
	for _, uri := range redirectURIs(ourApplication(t, w)) {
		if strings.HasPrefix(uri.(string), "http://localhost") {
			t.Errorf("left behind: %s", uri)
		}
	}
	var values any
	w.Reveal(home, "values", "--json").Must(t, 0).Document(t, &values)
	for _, label := range []string{"Access Token", "Refresh Token", "Validity"} {
		if fieldsOf(t, values)[label] != nil {
			t.Errorf("%s was stored", label)
		}
	}
	if token := document(t, w, home, 0, "summary")["token"].(map[string]any); token["account"] != nil {
		t.Errorf("the summary knows a token: %v", token)
	}
	for _, r := range w.Requests() {
		if r.Service == "smtp" {
			t.Errorf("SMTP: %v", r)
		}
	}
}

// Whoever signs in is right where nobody is named.
func TestAnyAdminWhereNobodyIsNamed(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	setUp(t, w, w.Home(), with(w.Draft().Answers(support), "azure.admin", ""))
}
