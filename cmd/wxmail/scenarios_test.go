package main

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// In each of these setup ends well, without a duplicate of anything, and
// Webex Connect proves the values.
func TestScenariosThatEndWell(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		scenario, mailbox string
		more              []string
	}{
		{"default", support, nil},
		{"hardened", support, nil},
		{"shared-mailbox", help, []string{"mailbox.sign-in-as", support}},
		{"throttled", support, nil},
		{"slow-replication", support, nil},
		{"by-hand", support, nil},
		{"busy", support, nil},
	} {
		t.Run(test.scenario, func(t *testing.T) {
			t.Parallel()
			w := testkit.Start(t, sandbox.Options{Scenario: test.scenario})
			home, draft, before := w.Home(), firstDraft(w), w.State()
			setUp(t, w, home, with(draft.Answers(test.mailbox), test.more...))
			noDuplicates(t, w, applicationOf(t, w, test.mailbox))
			untouched(t, before, w.State())
			asset := w.Save(home, draft)
			asset.GenerateToken()
			asset.Correspond("Order 4711")
			converged(t, w, home)
		})
	}
}

// firstDraft is the draft that the scenario brings, or a new one.
func firstDraft(w *testkit.World) testkit.Draft {
	var state struct {
		Webex struct{ Drafts []testkit.Draft }
	}
	w.Call("GET", "/state", nil, &state)
	if drafts := state.Webex.Drafts; len(drafts) > 0 {
		return drafts[0]
	}
	return w.Draft()
}

// noDuplicates: our application has one secret, one service principal, one
// grant a resource and one application permission.
func noDuplicates(t *testing.T, w *testkit.World, app map[string]any) {
	t.Helper()
	if n := len(secrets(app)); n != 1 {
		t.Errorf("%d secrets", n)
	}
	principals := having(objects(w, "servicePrincipals"), "appId", app["appId"])
	if len(principals) != 1 {
		t.Fatalf("%d service principals", len(principals))
	}
	if roles := having(objects(w, "appRoleAssignments"), "principalId", principals[0]["id"]); len(roles) != 1 {
		t.Errorf("application permissions: %v", roles)
	}
	resources := map[any]int{}
	for _, grant := range having(objects(w, "oauth2PermissionGrants"), "clientId", principals[0]["id"]) {
		resources[grant["resourceId"]]++
	}
	if len(resources) != 2 {
		t.Errorf("grants by resource: %v", resources)
	}
	for resource, n := range resources {
		if n != 1 {
			t.Errorf("%d grants of %v", n, resource)
		}
	}
}

// untouched: whatever was there before stands as it stood. Only mailboxes may
// differ, and the priority of a rule: never the order.
func untouched(t *testing.T, before, after map[string]any) {
	t.Helper()
	for name, was := range before {
		if slices.Contains([]string{"mailboxes", "messages", "webex"}, name) {
			continue
		}
		then, now := texts(was), texts(after[name])
		known := map[string]bool{}
		for _, object := range then {
			known[object] = true
		}
		kept := slices.DeleteFunc(now, func(object string) bool { return !known[object] })
		if diff := cmp.Diff(then, kept); diff != "" {
			t.Errorf("%s that were there (-before +after):\n%s", name, diff)
		}
	}
}

// texts are a collection's objects as JSON, without a rule's priority, in
// their order; anything else is a collection of one.
func texts(v any) []string {
	list, isList := v.([]any)
	if !isList {
		list = []any{v}
	}
	out := []string{}
	for _, item := range list {
		if object, ok := item.(map[string]any); ok {
			item = maps.Clone(object)
			delete(item.(map[string]any), "Priority")
		}
		raw, _ := json.Marshal(item) // it came from JSON
		out = append(out, string(raw))
	}
	return out
}

// A tenant that allows secrets of 180 days gets one of at most 180 days.
func TestHardenedKeepsToTheTenantsMaximum(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{Scenario: "hardened"})
	setUp(t, w, w.Home(), w.Draft().Answers(support))
	secret := secrets(ourApplication(t, w))[0].(map[string]any)
	start, end := parsed(t, secret["startDateTime"]), parsed(t, secret["endDateTime"])
	if days := end.Sub(start).Hours() / 24; days > 180 || days < 179 {
		t.Errorf("the secret lives %.1f days", days)
	}
}

func parsed(t *testing.T, v any) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, v.(string))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestSharedMailboxNeedsSomebodyWhoSignsIn(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{Scenario: "shared-mailbox"})
	home, answers := w.Home(), w.Draft().Answers(help)
	setUpTo(w, home, answers).Must(t, 9).Explains(t, help, "--sign-in-as")
	noWrites(t, w)
	setUpTo(w, home, with(answers, "mailbox.sign-in-as", help)).Must(t, 2).Explains(t, help)
	noWrites(t, w)

	setUp(t, w, home, with(answers, "mailbox.sign-in-as", support))
	fields := fieldsOf(t, document(t, w, home, 0, "values"))
	for label, want := range map[string]any{
		"Email ID": help, "Username": support, "Login ID For Generating Token": support,
		"Use different email address than the asset email ID for generating tokens": "on",
	} {
		if fields[label] != want {
			t.Errorf("%s is %v, want %v", label, fields[label], want)
		}
	}
	if trustees := mailbox(t, w, help)["SendAs"]; !cmp.Equal(trustees, []any{support}) {
		t.Errorf("Send As: %v", trustees)
	}
}

func TestSecretsBlocked(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{Scenario: "secrets-blocked"})
	home, draft := w.Home(), w.Draft()
	setUpTo(w, home, draft.Answers(support)).Must(t, 5).Explains(t, "WX-SECRETS-BLOCKED")
	want := everyStep("done")
	want["azure.register"], want["token"], want["mailbox.forward"] = "pending", "pending", "waiting"
	if diff := cmp.Diff(want, states(t, w, home)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	app := ourApplication(t, w)
	if len(secrets(app)) != 0 || !cmp.Equal(redirectURIs(app), []any{draft.CallbackURL}) {
		t.Errorf("the application: %v", app)
	}
	if to := mailbox(t, w, support)["ForwardingSmtpAddress"]; to != nil {
		t.Errorf("it forwards to %v, and nobody can answer", to)
	}
	if secret := fieldsOf(t, document(t, w, home, 0, "values"))["Client Secret"]; secret != nil {
		t.Errorf("the values show a secret: %v", secret)
	}

	before := len(w.Writes())
	w.Run(home, "setup", "--no-input", "-y").Must(t, 5)
	if more := w.Writes()[before:]; len(more) != 0 {
		t.Errorf("a rerun wrote %v", more)
	}
	w.Call("POST", "/tenant", map[string]any{"secretPolicy": "none"}, nil)
	w.Run(home, "setup", "--no-input", "-y").Must(t, 0)
	w.Save(home, draft).GenerateToken()
}

func TestDehydrated(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{Scenario: "dehydrated"})
	home, draft := w.Home(), w.Draft()
	answers := draft.Answers(support)
	setUpTo(w, home, answers).Must(t, 9).Explains(t, "WX-DEHYDRATED", "--enable-customization")
	noWrites(t, w)

	agreed := with(answers, "exchange.enable-customization", "true")
	setUpTo(w, home, agreed).Must(t, 10).Explains(t, "WX-HYDRATING")
	want := everyStep("done")
	want["mailbox.forward"] = "waiting"
	if diff := cmp.Diff(want, states(t, w, home)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if asked := len(w.Requests()); asked > 70 {
		t.Errorf("%d requests of two runs: it waited for hydration", asked)
	}

	w.Run(home, "setup", "--no-input", "-y").Must(t, 10)
	w.Advance("1h")
	w.Run(home, "setup", "--no-input", "-y").Must(t, 0)
	if diff := cmp.Diff(everyStep("done"), states(t, w, home)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	asset := w.Save(home, draft)
	asset.GenerateToken()
	asset.Correspond("Order 4711")
	converged(t, w, home)
}

func TestDehydratedAndDeclined(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{Scenario: "dehydrated"})
	home := w.Home()
	setUpTo(w, home, with(w.Draft().Answers(support), "exchange.enable-customization", "false")).Must(t, 5).
		Explains(t, "WX-CUSTOMIZATION-DECLINED")
	want := everyStep("done")
	want["mailbox.forward"] = "pending"
	if diff := cmp.Diff(want, states(t, w, home)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if w.State()["organizationConfig"].(map[string]any)["IsDehydrated"] != true {
		t.Error("the organization was customized")
	}
}

// TestSomebodyElsesForwarding: sales@ forwards to an archive already.
func TestSomebodyElsesForwarding(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer    []string
		exit      int
		forwarded bool
		step      string
	}{
		"unanswered": {nil, 9, false, ""},
		"left":       {[]string{"mailbox.replace-forwarding", "false"}, 1, false, "pending"},
		"replaced":   {[]string{"mailbox.replace-forwarding", "true"}, 0, true, "done"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := testkit.Start(t, sandbox.Options{Scenario: "by-hand"})
			home, draft, before := w.Home(), w.Draft(), w.State()
			ran := setUpTo(w, home, with(draft.Answers(sales), test.answer...)).Must(t, test.exit)
			untouched(t, before, w.State())
			want := "smtp:archive@fabrikam.example"
			if test.forwarded {
				want = "smtp:" + draft.ForwardingAddress
			} else {
				ran.Explains(t, sales, "archive@fabrikam.example", "--replace-forwarding")
			}
			if to := mailbox(t, w, sales)["ForwardingSmtpAddress"]; to != want {
				t.Errorf("it forwards to %v, want %s", to, want)
			}
			if test.exit == 9 {
				noWrites(t, w)
				return
			}
			steps := everyStep("done")
			steps["mailbox.forward"] = test.step
			if diff := cmp.Diff(steps, states(t, w, home)); diff != "" {
				t.Errorf("steps (-want +got):\n%s", diff)
			}
		})
	}
}

// The answer that replaces somebody's forwarding is used once.
func TestDeliberateAnswersAreNotRemembered(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{Scenario: "by-hand"})
	home := w.Home()
	setUp(t, w, home, with(w.Draft().Answers(sales), "mailbox.replace-forwarding", "true"))
	w.Call("PATCH", "/mailboxes/"+sales, map[string]any{"ForwardingSmtpAddress": "smtp:somebody@fabrikam.example"}, nil)
	before := len(w.Writes())
	w.Run(home, "setup", "--no-input", "-y").Must(t, 9).Explains(t, "somebody@fabrikam.example", "--replace-forwarding")
	if more := w.Writes()[before:]; len(more) != 0 {
		t.Errorf("it wrote %v", more)
	}
}
