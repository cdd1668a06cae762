package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// lasting is a tenant without what undo cannot and need not take back:
// deleted items, messages, the Webex side, customization, and the consents to
// Microsoft's command-line clients.
func lasting(w *testkit.World) map[string]any {
	state := w.State()
	for _, key := range []string{"deletedItems", "messages", "webex", "organizationConfig", "oauth2PermissionGrants"} {
		delete(state, key)
	}
	return testkit.Shape(state).(map[string]any)
}

func tenantWide(w *testkit.World) []map[string]any {
	return having(objects(w, "oauth2PermissionGrants"), "consentType", "AllPrincipals")
}

func TestUndoBringsTheTenantBack(t *testing.T) {
	for scenario, box := range map[string]string{
		"default":        support,
		"hardened":       support,
		"by-hand":        support,
		"busy":           support,
		"shared-mailbox": help,
	} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			w := testkit.Start(t, sandbox.Options{Scenario: scenario})
			home, answers := w.Home(), with(w.Draft().Answers(box), "mailbox.replace-forwarding", "true", "mailbox.sign-in-as", support)
			before, granted := lasting(w), len(tenantWide(w))
			setUp(t, w, home, answers)
			w.Run(home, "undo", "--no-input", "-y", "--confirm", "default").Must(t, 0)
			if diff := cmp.Diff(before, lasting(w)); diff != "" {
				t.Errorf("undo left:\n%s", diff)
			}
			if left := tenantWide(w); len(left) != granted {
				t.Errorf("%d tenant-wide grants, before setup %d: %v", len(left), granted, left)
			}
			w.Run(home, "undo", "--no-input", "-y", "--confirm", "default").Must(t, 0)
			setUpTo(w, home, answers).Must(t, 0)
			applicationOf(t, w, box)
		})
	}
}

func TestUndoNeedsTheProfilesName(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	setUp(t, w, home, w.Draft().Answers(support))
	writes := len(w.Writes())
	w.Run(home, "undo", "--no-input", "-y").Must(t, 9).Explains(t, "WX-UNDO-CONFIRM", "default")
	w.Run(home, "undo", "--no-input", "-y", "--confirm", "another").Must(t, 9)
	if more := w.Writes()[writes:]; len(more) != 0 {
		t.Errorf("it wrote %v", more)
	}
}

// What somebody changed since stays, and is reported; the rest is taken back.
func TestUndoKeepsWhatSomebodyChangedSince(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	setUp(t, w, home, w.Draft().Answers(support))
	w.Call("PATCH", "/mailboxes/"+support, map[string]any{"ForwardingSmtpAddress": "smtp:archive@fabrikam.example"}, nil)
	w.Call("PATCH", "/mailboxes/"+support, map[string]any{"SmtpClientAuthenticationDisabled": true}, nil)
	ran := w.Run(home, "undo", "--no-input", "-y", "--confirm", "default").Must(t, 0)
	if to := mailbox(t, w, support)["ForwardingSmtpAddress"]; to != "smtp:archive@fabrikam.example" {
		t.Errorf("somebody's forwarding became %v", to)
	}
	if off := mailbox(t, w, support)["SmtpClientAuthenticationDisabled"]; off != true {
		t.Errorf("somebody's switch became %v", off)
	}
	if ours := having(objects(w, "applications"), "uniqueName", testkit.UniqueName(support)); len(ours) != 0 {
		t.Errorf("the application is left")
	}
	for _, kept := range []string{"forwarding of " + support, "Authenticated SMTP of " + support} {
		if !strings.Contains(strings.Join(strings.Fields(ran.Stderr), " "), kept) {
			t.Errorf("it does not say that it kept the %s:\n%s", kept, ran.Stderr)
		}
	}
	w.Run(home, "undo", "--no-input", "-y", "--confirm", "default", "--changed-since", "restore").Must(t, 0)
	if to := mailbox(t, w, support)["ForwardingSmtpAddress"]; to != nil {
		t.Errorf("forwarding is %v, told to restore", to)
	}
}

func TestUndoOfOneStep(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	setUp(t, w, home, w.Draft().Answers(support))
	w.Run(home, "undo", "mailbox.forward", "--no-input", "-y").Must(t, 0)
	if to := mailbox(t, w, support)["ForwardingSmtpAddress"]; to != nil {
		t.Errorf("still forwards to %v", to)
	}
	ourApplication(t, w)
	w.Run(home, "setup", "--no-input", "-y").Must(t, 0)
	if to := mailbox(t, w, support)["ForwardingSmtpAddress"]; to == nil {
		t.Error("setup did not bring forwarding back")
	}
}

// somebody changes the world from outside, as the portals do.
type somebody func(t *testing.T, w *testkit.World)

func patches(path string, changes map[string]any) somebody {
	return func(t *testing.T, w *testkit.World) { w.Call("PATCH", path, changes, nil) }
}

func makes(collection string, object map[string]any) somebody {
	return func(t *testing.T, w *testkit.World) { w.Call("POST", "/"+collection, object, nil) }
}

// After undo the tenant is as if wxmail had never been there, and somebody's
// changes had been made all the same.
func TestUndoLeavesWhatSomebodyChanged(t *testing.T) {
	for name, test := range map[string]struct {
		scenario string
		did      []somebody
		kept     []string // what undo reports besides
	}{
		"three foreign objects": {"by-hand", []somebody{
			makes("remoteDomains", map[string]any{"Name": "Fabrikam", "DomainName": "fabrikam.example", "AutoForwardEnabled": false}),
			makes("outboundPolicies", map[string]any{"Name": "Marketing", "AutoForwardingMode": "On"}),
			makes("outboundRules", map[string]any{
				"Name":                           "Marketing",
				"HostedOutboundSpamFilterPolicy": "Marketing",
				"From":                           []string{sales},
				"Priority":                       0,
			}),
		}, nil},
		"three settings of the mailbox": {"default", []somebody{
			patches("/mailboxes/"+support, map[string]any{
				"ForwardingSmtpAddress":      "smtp:archive@fabrikam.example",
				"DeliverToMailboxAndForward": true,
			}),
			patches("/mailboxes/"+support, map[string]any{"SmtpClientAuthenticationDisabled": true}),
			patches("/users/"+support, map[string]any{"displayName": "Support, second line"}),
		}, []string{"forwarding of " + support, "outbound rule wxmail " + support, "outbound policy wxmail " + support,
			"Authenticated SMTP of " + support}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, twin := testkit.Start(t, sandbox.Options{Scenario: test.scenario}), testkit.Start(t, sandbox.Options{Scenario: test.scenario})
			home := w.Home()
			setUp(t, w, home, with(w.Draft().Answers(support), "mailbox.replace-forwarding", "true"))
			for _, does := range test.did {
				does(t, w)
				does(t, twin)
			}
			undone := w.Run(home, "undo", "--no-input", "-y", "--confirm", "default", "--json").Must(t, 0)
			if diff := cmp.Diff(test.kept, keptBy(t, undone)); diff != "" {
				t.Errorf("kept (-want +got):\n%s", diff)
			}
			left := lasting(w)
			if test.kept != nil { // what their forwarding stands on stays
				without(left, "outboundPolicies", "wxmail "+support)
				without(left, "outboundRules", "wxmail "+support)
			}
			if diff := cmp.Diff(lasting(twin), left); diff != "" {
				t.Errorf("the tenant (-somebody's changes alone +after undo):\n%s", diff)
			}
		})
	}
}

// without takes the object of a name out of a collection of a tenant.
func without(tenant map[string]any, collection, name string) {
	tenant[collection] = slices.DeleteFunc(tenant[collection].([]any), func(o any) bool { return o.(map[string]any)["Name"] == name })
}

// keptBy are the objects that an undo reports as left alone.
func keptBy(t *testing.T, ran testkit.Ran) (targets []string) {
	t.Helper()
	report := testkit.Named(ran.Events(t), "result")[0]["undone"].(map[string]any)
	for _, item := range report["kept"].([]any) {
		targets = append(targets, item.(map[string]any)["target"].(string))
	}
	return targets
}

// A policy of ours that somebody uses otherwise stays with its rule.
func TestUndoKeepsAPolicyThatSomebodyUses(t *testing.T) {
	for name, does := range map[string]somebody{
		"set to Off":          patches("/outboundPolicies/wxmail "+support, map[string]any{"AutoForwardingMode": "Off"}),
		"for another mailbox": patches("/outboundRules/wxmail "+support, map[string]any{"From": []string{support, sales}}),
		"for a rule of theirs": makes("outboundRules", map[string]any{"Name": "Sales", "From": []string{sales},
			"HostedOutboundSpamFilterPolicy": "wxmail " + support}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := testkit.Start(t, sandbox.Options{})
			home := w.Home()
			setUp(t, w, home, w.Draft().Answers(support))
			does(t, w)
			kept := keptBy(t, w.Run(home, "undo", "mailbox.forward", "--no-input", "-y", "--json").Must(t, 0))
			if !slices.Contains(kept, "outbound policy wxmail "+support) {
				t.Errorf("kept: %v", kept)
			}
			if left := having(objects(w, "outboundPolicies"), "Name", "wxmail "+support); len(left) != 1 {
				t.Errorf("%d policies of ours", len(left))
			}
			if to := mailbox(t, w, support)["ForwardingSmtpAddress"]; to != nil {
				t.Errorf("it still forwards to %v", to)
			}
			w.Run(home, "undo", "mailbox.forward", "--no-input", "-y", "--changed-since", "restore")
		})
	}
}

// A rule that was there, of another computer's setup, is taken out of use again
// where it was, and else told of; never is it given back in parts.
func TestUndoOfARuleThatWasThere(t *testing.T) {
	t.Parallel()
	for name, was := range map[string]map[string]any{
		"":                          {"State": "Disabled"},
		`was: from: ` + sales:       {"From": []string{sales}},
		"policy: Strict":            {"HostedOutboundSpamFilterPolicy": "Strict", "State": "Disabled"},
		`from: ` + sales + `, stat`: {"From": []string{sales}, "HostedOutboundSpamFilterPolicy": "Strict"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := testkit.Start(t, sandbox.Options{})
			setUp(t, w, w.Home(), w.Draft().Answers(support))
			makes("outboundPolicies", map[string]any{"Name": "Strict", "AutoForwardingMode": "Off"})(t, w)
			patches("/outboundRules/wxmail "+support, was)(t, w)
			patches("/mailboxes/"+support, map[string]any{"ForwardingSmtpAddress": nil})(t, w)
			before := objects(w, "outboundRules")

			home := w.Home()
			w.Run(home, "mailbox", "forward", "--no-input", "-y", "--answers", w.AnswersFile(w.Draft().Answers(support))).Must(t, 0)
			set := objects(w, "outboundRules")
			if cmp.Equal(before, set) {
				t.Fatal("nothing was done to the rule")
			}
			if name != "" {
				before = set
			}
			for range 2 {
				said := w.Run(home, "undo", "mailbox.forward", "--no-input", "-y").Must(t, 0).Stdout
				if diff := cmp.Diff(before, objects(w, "outboundRules")); diff != "" {
					t.Errorf("rules before and after (-want +got):\n%s", diff)
				}
				if !strings.Contains(strings.Join(strings.Fields(said), " "), name) {
					t.Errorf("it does not say %q:\n%s", name, said)
				}
			}
		})
	}
}

// What somebody granted to the application since stays, where the application
// does.
func TestUndoKeepsSomebodysConsent(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	setUp(t, w, home, w.Draft().Answers(support))
	principal := having(objects(w, "servicePrincipals"), "appId", ourApplication(t, w)["appId"])[0]["id"]
	ours := func() (scopes []string) {
		for _, g := range having(objects(w, "oauth2PermissionGrants"), "clientId", principal) {
			scopes = append(scopes, strings.Fields(g["scope"].(string))...)
		}
		return scopes
	}
	for _, g := range having(objects(w, "oauth2PermissionGrants"), "clientId", principal) {
		if strings.Contains(g["scope"].(string), "openid") {
			w.Call("PATCH", "/oauth2PermissionGrants/"+g["id"].(string), map[string]any{"scope": g["scope"].(string) + " User.Read"}, nil)
		}
	}
	w.Run(home, "undo", "azure.consent", "--no-input", "-y").Must(t, 0)
	if diff := cmp.Diff([]string{"User.Read"}, ours()); diff != "" {
		t.Errorf("scopes (-want +got):\n%s", diff)
	}
}

// The report stands on standard output, in words or as one key of the result.
func TestUndoReports(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	setUp(t, w, home, w.Draft().Answers(support))
	w.Call("PATCH", "/mailboxes/"+support, map[string]any{"SmtpClientAuthenticationDisabled": true}, nil)

	locked := []string{"WXMAIL_PASSPHRASE="} // nothing of that step is kept in the vault
	said := w.RunWith(home, locked, "undo", "mailbox.forward", "--no-input", "-y").Must(t, 0).Stdout
	for _, want := range []string{"Taken back:", "forwarding of " + support, "outbound policy wxmail " + support, "command-line tools"} {
		if !strings.Contains(said, want) {
			t.Errorf("the report does not say %q:\n%s", want, said)
		}
	}
	if strings.Contains(said, "asset") || strings.Contains(said, "Kept") {
		t.Errorf("of one step it reports:\n%s", said)
	}

	said = w.Run(home, "undo", "--no-input", "-y", "--confirm", "default").Must(t, 0).Stdout
	for _, want := range []string{
		"application WebexConnect", "Kept:", "Authenticated SMTP of " + support, "deleted applications", "Webex Connect",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("the report does not say %q:\n%s", want, said)
		}
	}
	again := w.Run(home, "undo", "--no-input", "-y", "--confirm", "default", "--json").Must(t, 0)
	report := testkit.Named(again.Events(t), "result")[0]["undone"].(map[string]any)
	if diff := cmp.Diff([]any{}, report["takenBack"]); diff != "" {
		t.Errorf("taken back again: %s", diff)
	}
	if left := report["left"].([]any); len(left) == 0 {
		t.Error("nothing is left for the operator to know")
	}
}
