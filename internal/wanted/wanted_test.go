package wanted

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	asset    = "0123456789abcdef0123456789abcdef@mail-us.imiconnect.io"
	callback = "https://contoso.us.webexconnect.io/callback"
)

// needed are the answers that nobody can do without.
func needed() map[string]string {
	return map[string]string{"webex.email-id": "support@contoso.example", "webex.forwarding-address": asset, "webex.callback-url": callback}
}

// with are the answers that are needed, and others.
func with(more ...string) *Answers {
	a := &Answers{Flags: needed()}
	for i := 0; i < len(more); i += 2 {
		a.Flags[more[i]] = more[i+1]
	}
	return a
}

func parsed(t *testing.T, a *Answers) Wanted {
	t.Helper()
	w, _, err := Parse(a)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: -want +got\n%s", what, diff)
	}
}

func TestThreeAnswersAreEnough(t *testing.T) {
	same(t, "wanted", parsed(t, with()), Wanted{
		AssetName: "support", EmailID: "support@contoso.example", ForwardingAddress: asset, CallbackURL: callback,
		Tenant: "contoso.example", SignInApp: "graph", AppName: "WebexConnect", Lifetime: SecretLifetime{Months: 24}, ImplicitGrant: true,
		Mailbox: "support@contoso.example", KeepCopy: true, Open: Open{true, true, true, true},
	})
}

// otherAnswer is a valid one that is not the question's default.
func otherAnswer(q Question) string {
	switch {
	case q.Example != "":
		return q.Example
	case q.Kind == Bool:
		return strconv.FormatBool(q.Default != "true")
	case len(q.Choices) > 1:
		return q.Choices[1-max(0, slices.Index(q.Choices[:2], q.Default))]
	}
	return ""
}

// What an answer is given for must come of it: a question whose answer goes
// nowhere is a prompt too many.
func TestEveryAnswerChangesWhatIsWanted(t *testing.T) {
	usual := parsed(t, with())
	for _, q := range Questions() {
		answer := otherAnswer(q)
		if answer == "" {
			t.Errorf("%s: its Example", q.ID)
			continue
		}
		w := parsed(t, with(q.ID, answer))
		if reflect.DeepEqual(w, usual) {
			t.Errorf("%s: %q changes nothing", q.ID, answer)
		}
		back := usual // and nothing else, but what is derived from it
		q.put(&back, answer)
		back.AssetName, back.Mailbox, back.Tenant, back.ExchangeAdmin = w.AssetName, w.Mailbox, w.Tenant, w.ExchangeAdmin
		same(t, q.ID, w, back)
	}
}

// fieldsOf are the fields of Wanted that a question's answers set.
func fieldsOf(q Question) (names []string) {
	fields := reflect.TypeFor[Wanted]()
	for _, answer := range []string{otherAnswer(q), q.Default} {
		set := Wanted{}
		q.put(&set, answer)
		for i := range fields.NumField() {
			if name := fields.Field(i).Name; !reflect.ValueOf(set).Field(i).IsZero() && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// A field is one question's alone, and every field is some question's.
func TestEveryFieldIsOneQuestions(t *testing.T) {
	whose := map[string]string{"Run": "a command", "Open": "the tenant"}
	for _, q := range Questions() {
		for _, name := range fieldsOf(q) {
			if whose[name] != "" {
				t.Errorf("%s sets %s, and so does %s", q.ID, name, whose[name])
			}
			whose[name] = q.ID
		}
	}
	for i := range reflect.TypeFor[Wanted]().NumField() {
		if name := reflect.TypeFor[Wanted]().Field(i).Name; whose[name] == "" {
			t.Errorf("no question sets %s", name)
		}
	}
}

// An answer that nothing looks at is a prompt too many.
func TestEveryAnswerIsLookedAt(t *testing.T) {
	looked := map[string]bool{}
	files, err := filepath.Glob("../*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") || filepath.Base(path) == "questions.go" {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if on, is := n.(*ast.SelectorExpr); is {
				looked[on.Sel.Name] = true
			}
			return true
		})
	}
	for i := range reflect.TypeFor[Wanted]().NumField() {
		if name := reflect.TypeFor[Wanted]().Field(i).Name; !looked[name] {
			t.Errorf("nothing looks at %s", name)
		}
	}
}

// An application is adopted by one of its IDs, or an own one is wanted.
func TestAnApplicationIsAdoptedOrWanted(t *testing.T) {
	const id = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
	if w := parsed(t, with("azure.application", "New")); w.Application != "" || w.Open.Application {
		t.Errorf("%+v", w)
	}
	if w := parsed(t, with("azure.application", id)); w.Application != id || w.Open.Application {
		t.Errorf("%+v", w)
	}
	if !IsUniqueName(UniqueName("Support@contoso.example")) || IsUniqueName("") || IsUniqueName("WebexConnect") {
		t.Error("ours are not told from others")
	}
}

// Correct keeps an answer where it was given, so that it goes on to count.
func TestAnAnswerIsCorrectedWhereItStands(t *testing.T) {
	a := &Answers{File: map[string]string{"azure.application": "object"}, Profile: map[string]string{"azure.application": "older"}}
	a.Correct("azure.application", "client")
	a.Correct("azure.app-name", "never given")
	if _, given := a.Get("azure.app-name"); given || a.File["azure.application"] != "client" || a.Profile["azure.application"] != "older" {
		t.Errorf("%+v", a)
	}
}

func TestWhatIsNotSaidIsDerived(t *testing.T) {
	w := parsed(t, with("azure.admin", "admin@contoso.example", "mailbox.address", "Sales@Fabrikam.example"))
	if w.AssetName != "support" || w.Mailbox != "sales@fabrikam.example" || w.Tenant != "fabrikam.example" ||
		w.ExchangeAdmin != "admin@contoso.example" {
		t.Errorf("%+v", w)
	}
	w = parsed(t, with("azure.admin", " ", "exchange.admin", "exchange@contoso.example"))
	if w.Admin != "" || w.ExchangeAdmin != "exchange@contoso.example" {
		t.Errorf("an administrator left open: %+v", w)
	}
}

func TestParseRefusesByQuestion(t *testing.T) {
	for name, test := range map[string]struct {
		answers       *Answers
		question, why string
	}{
		"what cannot be read": {with("azure.secret-lifetime", "soon"), "azure.secret-lifetime", "not-a-lifetime"},
		"a loop to the mailbox": {with("webex.forwarding-address", "support@contoso.example"), "webex.forwarding-address",
			"same-as-mailbox"},
		"a loop to its domain": {with("webex.forwarding-address", "other@contoso.example"), "webex.forwarding-address", "same-domain"},
		"a loop to the e-mail ID's": {with("webex.forwarding-address", "x@contoso.example", "mailbox.address", "a@fabrikam.example"),
			"webex.forwarding-address", "same-domain"},
		"a loop to another mailbox's": {with("webex.forwarding-address", "x@fabrikam.example", "mailbox.address", "a@fabrikam.example"),
			"webex.forwarding-address", "same-domain"},
		"an empty answer that is needed": {with("webex.email-id", ""), "webex.email-id", "empty"},
	} {
		_, _, err := Parse(test.answers)
		var invalid *InvalidAnswer
		if !errors.As(err, &invalid) || invalid.Question != test.question || invalid.Why != test.why {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNothingLoopsWhileAnAnswerIsMissing(t *testing.T) {
	if _, _, err := Parse(&Answers{Flags: map[string]string{"webex.forwarding-address": asset}}); err != nil {
		t.Error(err)
	}
}

func TestParseWarnsOfWhatIsUnusual(t *testing.T) {
	_, warnings, err := Parse(with("webex.forwarding-address", "asset@elsewhere.example"))
	if err != nil || len(warnings) == 0 || warnings[0].ID != "warning.unusual-domain" {
		t.Errorf("%v %v", warnings, err)
	}
}

func TestWhoSignsIn(t *testing.T) {
	for _, test := range []struct {
		signInAs, login string
		delegate        bool
	}{
		{"", "support@contoso.example", false},
		{"Support@contoso.example", "Support@contoso.example", false},
		{"anna@contoso.example", "anna@contoso.example", true},
	} {
		w := Wanted{Mailbox: "support@contoso.example", SignInAs: test.signInAs}
		if w.Login() != test.login || w.Delegate() != test.delegate {
			t.Errorf("%q: %s %v", test.signInAs, w.Login(), w.Delegate())
		}
	}
}

func TestOwnAddressesGetNoTestMessage(t *testing.T) {
	w := Wanted{Mailbox: "a@x.example", EmailID: "b@x.example", SignInAs: "c@x.example", ForwardingAddress: "d@y.example"}
	for address, own := range map[string]bool{"A@X.example": true, "b@x.example": true, "c@x.example": true, "D@y.example": true,
		"e@x.example": false} {
		if w.Owns(address) != own {
			t.Errorf("%s: own %v", address, !own)
		}
	}
}

func TestOurApplicationIsNamedAfterTheMailbox(t *testing.T) {
	if name := (Wanted{Mailbox: "Support@Contoso.example"}).UniqueName(); name != "wxmail-support-contoso-example-5a8dbe02" {
		t.Error(name)
	}
	if a, b := UniqueName("o.neil@contoso.example"), UniqueName("o'neil@contoso.example"); a == b {
		t.Errorf("two mailboxes, one name: %s", a)
	}
	long := UniqueName(strings.Repeat("ä", 100) + "@contoso.example")
	if !regexp.MustCompile(`^wxmail-[a-z0-9-]{1,73}$`).MatchString(long) || !IsUniqueName(long) || MailboxIn(long) != "" {
		t.Error(long)
	}
	if former := FormerUniqueName("Support@contoso.example"); former != "wxmail-support@contoso.example" || MailboxIn(former) == "" {
		t.Error(former)
	}
}

func TestRunsAsksTheSteps(t *testing.T) {
	w := Wanted{Run: Run{Steps: []string{"token"}}}
	if !w.Runs("token") || w.Runs("azure.register") {
		t.Error("another step runs")
	}
}

func TestALifetimeIsOfTheCalendar(t *testing.T) {
	now := time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"24mo": time.Date(2028, 11, 27, 9, 0, 0, 0, time.UTC),
		"30d":  time.Date(2026, 12, 27, 9, 0, 0, 0, time.UTC),
	} {
		if l, ok := parseLifetime(text); !ok || !l.End(now).Equal(want) {
			t.Errorf("%s ends %v", text, l.End(now))
		}
	}
	if _, ok := parseLifetime("x"); ok {
		t.Error("x is a lifetime")
	}
}

func TestLeastLeavesOutOnlyTheApplicationPermission(t *testing.T) {
	guide, least := Wanted{}.Permissions(), Wanted{LeastRights: true}.Permissions()
	same(t, "least", least, slices.DeleteFunc(slices.Clone(guide), func(p Permission) bool { return p.Application }))
	same(t, "all that any answers ask for", All(), guide)
	for _, p := range guide {
		if want := map[bool]string{true: "Role", false: "Scope"}[p.Application]; p.Kind() != want {
			t.Errorf("%s is a %s", p.Value, p.Kind())
		}
	}
}

func TestDomainOf(t *testing.T) {
	if d := DomainOf("a@Contoso.example"); d != "contoso.example" {
		t.Error(d)
	}
	if d := DomainOf("nobody"); d != "" {
		t.Error(d)
	}
}
