package main

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// converged runs setup again, without answers, and expects it to change
// nothing, to ask nothing and to speak no SMTP.
func converged(t *testing.T, w *testkit.World, home string, args ...string) {
	t.Helper()
	before := len(w.Requests())
	ran := w.Run(home, append([]string{"setup", "--no-input", "-y", "--json"}, args...)...).Must(t, 0)
	for _, r := range w.Requests()[before:] {
		if r.Write || r.Service == "smtp" {
			t.Errorf("a converged rerun: %s %s %s", r.Service, r.Method, r.Path)
		}
	}
	events := ran.Events(t)
	for _, name := range []string{"question", "plan", "change"} {
		if found := testkit.Named(events, name); found != nil {
			t.Errorf("a converged rerun: %v", found)
		}
	}
	for _, e := range testkit.Named(events, "sign-in") {
		if e["role"] == "mailbox" {
			t.Errorf("the mailbox signs in again: %v", e)
		}
	}
}

func TestRerunChangesNothing(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	setUp(t, w, home, w.Draft().Answers(support))
	before := testkit.Shape(w.State())
	converged(t, w, home)
	w.Advance("2h") // our own access token has ended
	converged(t, w, home)
	for _, command := range singleCommands {
		writes := len(w.Writes())
		w.Run(home, append(slices.Clone(command), "--no-input", "-y")...).Must(t, 0)
		if more := w.Writes()[writes:]; len(more) != 0 {
			t.Errorf("%v wrote %v", command, more)
		}
	}
	if diff := cmp.Diff(before, testkit.Shape(w.State())); diff != "" {
		t.Errorf("the tenant changed:\n%s", diff)
	}
}

// What somebody changed since is mended, and only that.
func TestRerunMendsDrift(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home, draft := w.Home(), w.Draft()
	setUp(t, w, home, draft.Answers(support))
	w.Call("PATCH", "/mailboxes/"+support, map[string]any{"SmtpClientAuthenticationDisabled": true, "ForwardingSmtpAddress": nil}, nil)
	if got := rows(t, document(t, w, home, 3, "plan"), "changes"); len(got) != 2 {
		t.Errorf("the plan of two changes: %v", got)
	}
	before := len(w.Writes())
	setUp(t, w, home, map[string]string{})
	if writes := w.Writes()[before:]; len(writes) != 2 {
		t.Errorf("writes: %v", writes)
	}
	box := mailbox(t, w, support)
	if box["SmtpClientAuthenticationDisabled"] != false || box["ForwardingSmtpAddress"] != "smtp:"+draft.ForwardingAddress {
		t.Errorf("not mended: %v", box)
	}
	converged(t, w, home)
}

// A second computer adopts the application and adds a secret; the first
// secret, which Webex Connect holds, goes on working.
func TestSecondHomeAdoptsTheApplication(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	first, second, draft := w.Home(), w.Home(), w.Draft()
	setUp(t, w, first, draft.Answers(support))
	asset := w.Save(first, draft)
	asset.GenerateToken()
	made := ourApplication(t, w)

	setUp(t, w, second, draft.Answers(support))
	app := ourApplication(t, w)
	if app["appId"] != made["appId"] || len(secrets(app)) != 2 || len(objects(w, "applications")) != 1 {
		t.Errorf("not adopted: %v", app)
	}
	asset.Correspond("with the token of the first secret")
	w.Advance("2h")
	asset.Correspond("refreshed with the first secret")
	asset.GenerateToken()
	w.Save(second, draft).GenerateToken()
	converged(t, w, first)
	converged(t, w, second)
}

// Two mailboxes of one tenant do not disturb each other.
func TestTwoMailboxesUnderTwoProfiles(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	assets := map[string]testkit.Asset{}
	for profile, address := range map[string]string{"support": support, "sales": sales} {
		draft := w.Draft()
		setUp(t, w, home, draft.Answers(address), "--profile", profile)
		assets[profile] = w.Save(home, draft, "--profile", profile)
		if account := assets[profile].GenerateToken(); account != address {
			t.Errorf("%s got the token of %s", address, account)
		}
	}
	for profile, asset := range assets {
		asset.Correspond("for " + profile)
		converged(t, w, home, "--profile", profile)
		if diff := cmp.Diff(everyStep("done"), states(t, w, home, "--profile", profile)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", profile, diff)
		}
	}
	if a, b := applicationOf(t, w, support), applicationOf(t, w, sales); a["appId"] == b["appId"] ||
		len(secrets(a)) != 1 || len(secrets(b)) != 1 {
		t.Errorf("applications: %v and %v", a, b)
	}
	if rules := objects(w, "outboundRules"); len(rules) != 2 {
		t.Errorf("rules: %v", rules)
	}
}

// Two profiles may even be set up at the same moment.
func TestTwoMailboxesAtOnce(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	answers := map[string]map[string]string{"support": w.Draft().Answers(support), "sales": w.Draft().Answers(sales)}
	ended := make(chan testkit.Ran)
	for profile := range answers {
		go func() { ended <- setUpTo(w, home, answers[profile], "--profile", profile) }()
	}
	for range answers {
		if ran := <-ended; ran.Exit != 0 {
			t.Errorf("wxmail %v: exit %d\n%s", ran.Args, ran.Exit, ran.Stderr)
		}
	}
	for profile := range answers {
		converged(t, w, home, "--profile", profile)
	}
}
