package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// What the operator may choose arrives in the tenant, and Webex Connect can
// use the values all the same.
func TestChoices(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home, draft := w.Home(), w.Draft()
	setUpTo(w, home, draft.Answers(support), "--keep-copy=false", "--permissions", "least", "--implicit-grant=false",
		"--secret-lifetime", "90d", "--app-name", "Contoso mail", "--asset-name", "Contact us").Must(t, 10)
	asset := w.Save(home, draft)
	asset.GenerateToken()
	w.Run(home, "setup", "--no-input", "-y", "--asset-saved").Must(t, 0)
	app := ourApplication(t, w)
	secret := secrets(app)[0].(map[string]any)
	days := parsed(t, secret["endDateTime"]).Sub(parsed(t, secret["startDateTime"])).Hours() / 24
	implicit := app["web"].(map[string]any)["implicitGrantSettings"].(map[string]any)["enableAccessTokenIssuance"]
	for what, pair := range map[string][2]any{
		"name":                    {"Contoso mail", app["displayName"]},
		"implicit grant":          {false, implicit},
		"copy":                    {false, mailbox(t, w, support)["DeliverToMailboxAndForward"]},
		"application permissions": {0, len(objects(w, "appRoleAssignments"))},
		"asset":                   {"Contact us", fieldsOf(t, document(t, w, home, 0, "values"))["Asset Name"]},
		"90 days":                 {true, days > 89 && days < 91},
	} {
		if diff := cmp.Diff(pair[0], pair[1]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	asset.Correspond("Order 4711")
	converged(t, w, home)
}

// An application that somebody made by hand can be adopted by its app ID: it
// gets a secret more, and what it had stays.
func TestAdoptsTheApplicationNamed(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{Scenario: "by-hand"})
	home, draft := w.Home(), firstDraft(w)
	before := objects(w, "applications")[0]
	answers := with(draft.Answers(support), "azure.application", before["appId"].(string))
	setUp(t, w, home, answers)
	apps := objects(w, "applications")
	if len(apps) != 1 || len(secrets(apps[0])) != 2 || !cmp.Equal(secrets(apps[0])[0], secrets(before)[0]) {
		t.Fatalf("applications: %v", apps)
	}
	for _, key := range []string{"appId", "displayName", "uniqueName", "web", "requiredResourceAccess"} {
		if diff := cmp.Diff(before[key], apps[0][key]); diff != "" {
			t.Errorf("%s (-before +after):\n%s", key, diff)
		}
	}
	asset := w.Save(home, draft)
	asset.GenerateToken()
	asset.Correspond("Order 4711")
	converged(t, w, home)

	other := w.Home()
	answers = with(answers, "azure.application", "11111111-2222-4333-8444-555555555555")
	setUpTo(w, other, answers).Must(t, 1).Explains(t, "WX-APPLICATION-UNKNOWN")
}

// With the policies left as they are, forwarding waits for whoever owns them.
func TestExistingPolicies(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home, before := w.Home(), w.State()
	ran := setUpTo(w, home, with(w.Draft().Answers(support), "mailbox.outbound-policy", "existing"))
	ran.Must(t, 5).Explains(t, "WX-POLICY-OFF")
	untouched(t, before, w.State())
	want := everyStep("done")
	want["mailbox.forward"] = "waiting"
	if diff := cmp.Diff(want, states(t, w, home)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	w.Call("PATCH", "/outboundPolicies/Default", map[string]any{"AutoForwardingMode": "On"}, nil)
	w.Run(home, "setup", "--no-input", "-y").Must(t, 0)
	if policies := objects(w, "outboundPolicies"); len(policies) != 1 {
		t.Errorf("policies: %v", policies)
	}
}

// Whatever forbids forwarding and is somebody else's is never changed.
func TestForeignObstaclesToForwarding(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		hinder func(*testkit.World)
		code   string
	}{
		"remote domain": {func(w *testkit.World) {
			w.Call("POST", "/tenant", map[string]any{"remoteDomainAutoForward": false}, nil)
		}, "WX-REMOTE-DOMAIN"},
		"mail flow rule": {func(w *testkit.World) {
			rule := map[string]any{"Name": "No forwarding", "MessageTypeMatches": "AutoForward", "DeleteMessage": true}
			w.Call("POST", "/transportRules", rule, nil)
		}, "WX-TRANSPORT-RULE"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := testkit.Start(t, sandbox.Options{})
			home := w.Home()
			test.hinder(w)
			before := w.State()
			setUpTo(w, home, w.Draft().Answers(support)).Must(t, 5).Explains(t, test.code)
			untouched(t, before, w.State())
			want := everyStep("done")
			want["mailbox.forward"] = "waiting"
			if diff := cmp.Diff(want, states(t, w, home)); diff != "" {
				t.Errorf("steps (-want +got):\n%s", diff)
			}
			if to := mailbox(t, w, support)["ForwardingSmtpAddress"]; to != nil {
				t.Errorf("it forwards to %v", to)
			}
		})
	}
}
