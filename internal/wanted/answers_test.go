package wanted

import (
	"errors"
	"maps"
	"strings"
	"testing"
)

func idsOf(questions []Question) (ids []string) {
	for _, q := range questions {
		ids = append(ids, q.ID)
	}
	return ids
}

func TestTheNearerAnswerWins(t *testing.T) {
	const id = "azure.app-name"
	a := &Answers{Profile: map[string]string{id: "profile"}}
	for _, next := range []struct {
		from func()
		want string
	}{
		{func() {}, "profile"},
		{func() { a.Put(id, "asked") }, "asked"},
		{func() { a.File = map[string]string{id: "file"} }, "file"},
		{func() { a.Flags = map[string]string{id: "flag"} }, "flag"},
	} {
		next.from()
		if got := a.Or(id, "default"); got != next.want {
			t.Errorf("%s, want %s", got, next.want)
		}
	}
	if got := a.Or("azure.tenant", "default"); got != "default" {
		t.Error(got)
	}
}

// What cannot be undone, or stops mail, is agreed to in the run that does it.
func TestADeliberateAnswerIsNotRemembered(t *testing.T) {
	a := &Answers{Profile: map[string]string{"mailbox.replace-forwarding": "true", "azure.app-name": "X"}}
	if w := parsed(t, &Answers{Flags: needed(), Profile: a.Profile}); w.ReplaceForwarding != nil || w.AppName != "X" {
		t.Errorf("%+v", w)
	}
	a.Put("mailbox.replace-forwarding", "true")
	if _, given := a.Get("mailbox.replace-forwarding"); !given {
		t.Error("an answer of this run does not count")
	}
	if _, lasts := a.Lasting()["mailbox.replace-forwarding"]; lasts {
		t.Error("it would count in the next run")
	}
}

func TestLastingAnswersAreClean(t *testing.T) {
	a := with("webex.asset-name", " “Support  Team” ", "azure.tenant", "common", "azure.admin", "")
	same(t, "lasting", a.Lasting(), map[string]string{"webex.email-id": "support@contoso.example", "webex.forwarding-address": asset,
		"webex.callback-url": callback, "webex.asset-name": "Support Team", "azure.admin": ""})
}

// Another administrator signs in as themselves.
func TestSharedAnswersAreNobodysOwn(t *testing.T) {
	a := with("azure.admin", "admin@contoso.example", "exchange.admin", "", "azure.sign-in-app", "azure-cli", "verify.recipient",
		"me@fabrikam.example",
		"mailbox.keep-copy", "no", "undo.confirm", "default")
	same(t, "shared", a.Shared(), map[string]string{"webex.email-id": "support@contoso.example", "webex.forwarding-address": asset,
		"webex.callback-url": callback, "mailbox.keep-copy": "false"})
	for _, q := range Questions() {
		if _, shared := with(q.ID, otherAnswer(q)).Shared()[q.ID]; shared == (q.Of == Person || q.Deliberate) {
			t.Errorf("%s: shared %v", q.ID, shared)
		}
	}
}

func TestMissingAreNeededAndUnaskedAreAsked(t *testing.T) {
	a := &Answers{Flags: map[string]string{"webex.email-id": "support@contoso.example", "azure.admin": ""}}
	asks := []string{"webex.email-id", "webex.asset-name", "webex.callback-url", "azure.admin", "azure.tenant"}
	same(t, "missing", a.Missing(asks), []string{"webex.callback-url"})
	same(t, "unasked", idsOf(a.Unasked(asks)), []string{"webex.asset-name", "webex.callback-url"})
	same(t, "nothing is missing for nothing", a.Missing(nil), []string(nil))
}

func TestALoopIsFoundWhileAsking(t *testing.T) {
	a := &Answers{Flags: map[string]string{"webex.email-id": "support@contoso.example"}}
	q := question(t, "webex.forwarding-address")
	var invalid *InvalidAnswer
	if _, err := a.Check(q, "Support@contoso.example"); !errors.As(err, &invalid) || invalid.Why != "same-as-mailbox" {
		t.Errorf("%v", err)
	}
	if _, err := a.Check(q, "no address"); !errors.As(err, &invalid) || invalid.Why != "not-an-address" {
		t.Errorf("%v", err)
	}
	if clean, err := a.Check(q, strings.ToUpper(asset)); err != nil || clean != asset {
		t.Errorf("%q %v", clean, err)
	}
	a.Put("mailbox.address", "x@fabrikam.example")
	if _, err := a.Check(q, "y@fabrikam.example"); !errors.As(err, &invalid) || invalid.Why != "same-domain" {
		t.Errorf("the mailbox is another: %v", err)
	}
}

func TestSuggestionsGuessNobodysAccount(t *testing.T) {
	a := &Answers{Flags: map[string]string{"webex.email-id": "support@contoso.example"}}
	for id, want := range map[string]string{"webex.asset-name": "support", "azure.admin": "", "exchange.admin": "", "mailbox.sign-in-as": "",
		"mailbox.keep-copy": "true", "azure.secret-lifetime": "24mo"} {
		if got := question(t, id).Suggestion(a); got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
}

func TestQuestionsKeepTheirContract(t *testing.T) {
	ids, flags := map[string]bool{}, map[string]bool{}
	for _, q := range Questions() {
		if ids[q.ID] || flags[q.Flag] || q.set == nil {
			t.Errorf("%s, --%s: not unique, or its answer goes nowhere", q.ID, q.Flag)
		}
		ids[q.ID], flags[q.Flag] = true, true
	}
	if _, known := FindQuestion("nobody.asks"); known {
		t.Error("a question that nobody asks")
	}
}

func TestDefaultsAreAnswers(t *testing.T) {
	for _, q := range Questions() {
		if q.Default != "" && !q.Derived {
			if clean, _, err := Check(q, q.Default); err != nil || clean != q.Default {
				t.Errorf("%s: its default %q is %q %v", q.ID, q.Default, clean, err)
			}
		}
		if q.Needed && (q.Default != "" || !q.Asked) {
			t.Errorf("%s is needed: somebody must be asked", q.ID)
		}
	}
}

func TestErrorsNameTheQuestion(t *testing.T) {
	for text, err := range map[string]error{
		`azure.tenant: "common": not-a-tenant `:             &InvalidAnswer{"azure.tenant", "common", "not-a-tenant", ""},
		"answers needed: webex.email-id (--email-id), plan": &MissingAnswers{[]string{"webex.email-id", "plan"}},
	} {
		if err.Error() != text {
			t.Errorf("%q, want %q", err, text)
		}
	}
}

// A run for another mailbox than the profile's knows nothing of what was
// answered for that one, and all that was answered for the tenant.
func TestAnswersForAMailboxAreItsOwn(t *testing.T) {
	remembered := map[string]string{"webex.email-id": "support@contoso.example", "webex.forwarding-address": asset,
		"webex.callback-url": callback,
		"webex.asset-name":   "Support", "mailbox.address": "support@contoso.example", "mailbox.keep-copy": "false", "azure.permissions": "least",
		"azure.application": "04b07795-8ddb-461a-bbee-02f9e1bf7b46"}
	tenants := map[string]string{"webex.callback-url": callback, "azure.permissions": "least"}
	for _, test := range []struct {
		name  string
		given map[string]string
		moved bool
	}{
		{"nothing", nil, false},
		{"the same", map[string]string{"webex.email-id": "mailto:Support@Contoso.example"}, false},
		{"another e-mail ID", map[string]string{"webex.email-id": "sales@contoso.example"}, true},
		{"another mailbox", map[string]string{"mailbox.address": "sales@contoso.example"}, true},
		{"another e-mail ID of the same mailbox", map[string]string{"webex.email-id": "care@contoso.example",
			"mailbox.address": "support@contoso.example"}, false},
		{"no address", map[string]string{"webex.email-id": "sales"}, false},
	} {
		a := &Answers{Flags: test.given, Profile: remembered}
		if got := a.moved(); got != test.moved {
			t.Errorf("%s: moved is %t", test.name, got)
		}
		if !test.moved {
			continue
		}
		want := maps.Clone(tenants)
		maps.Copy(want, test.given)
		same(t, test.name, a.Lasting(), want)
	}
	corrected := &Answers{Flags: map[string]string{"webex.email-id": "support@contoso.example"},
		Profile: map[string]string{"webex.email-id": "care@contoso.example", "mailbox.address": "support@contoso.example"}}
	if corrected.moved() {
		t.Error("the E-mail ID is the mailbox's own address now")
	}
}

// What belongs to the tenant is suggested for the next mailbox, or goes along.
func TestAFreshProfileIsHandedWhatBelongsToTheTenant(t *testing.T) {
	remembered := map[string]string{"webex.email-id": "support@contoso.example", "webex.forwarding-address": asset,
		"webex.callback-url": callback,
		"azure.admin":        "admin@contoso.example", "exchange.admin": "exchange@contoso.example", "azure.tenant": "contoso.onmicrosoft.com",
		"azure.permissions": "least", "azure.app-name": "Support", "mailbox.outbound-policy": "existing", "undo.changed-since": "restore"}
	for email, tenant := range map[string]string{"sales@contoso.example": "contoso.onmicrosoft.com", "sales@fabrikam.example": ""} {
		to := &Answers{Profile: map[string]string{}}
		(&Answers{Flags: map[string]string{"webex.email-id": email}, Profile: remembered}).Hand(to)
		same(t, "offered", to.Offered, map[string]string{"webex.callback-url": callback, "azure.admin": "admin@contoso.example"})
		want := map[string]string{"exchange.admin": "exchange@contoso.example", "azure.permissions": "least"}
		if tenant != "" {
			want["azure.tenant"] = tenant
		}
		same(t, "taken over for "+email, to.Profile, want)
		q, _ := FindQuestion("azure.admin")
		if got := q.Suggestion(to); got != "admin@contoso.example" {
			t.Errorf("suggested: %q", got)
		}
	}
}
