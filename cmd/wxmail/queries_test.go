package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// formLabels are the form of Webex Connect, in its order.
var formLabels = []string{
	"Asset Name", "Email ID", "Forwarding Address", "Authentication Type", "SMTP Server", "Username", "Port", "Security",
	"Client ID", "Client Secret", "Call Back URL", "Authorization URL", "Scope", "Access Token URL", "Refresh Token URL",
	"Use different email address than the asset email ID for generating tokens", "Login ID For Generating Token",
	"I would like to explicitly review before providing consent for authentication", "Access Token", "Refresh Token", "Validity",
}

// labels are those of a values document, whose fields must have exactly the
// four keys of the contract.
func labels(t *testing.T, values any) []string {
	t.Helper()
	var out []string
	for _, f := range rows(t, values, "fields") {
		if keys := slices.Sorted(maps.Keys(f)); !slices.Equal(keys, []string{"label", "note", "secret", "value"}) {
			t.Errorf("a field has the keys %v", keys)
		}
		out = append(out, f["label"].(string))
	}
	return out
}

// fieldsOf are the values of a values document by their label.
func fieldsOf(t *testing.T, values any) map[string]any {
	t.Helper()
	out := map[string]any{}
	for _, f := range rows(t, values, "fields") {
		out[f["label"].(string)] = f["value"]
	}
	return out
}

// rows are the objects of a list that is the one key of a document.
func rows(t *testing.T, document any, key string) []map[string]any {
	t.Helper()
	object, ok := document.(map[string]any)
	list, isList := object[key].([]any)
	if !ok || !isList || len(object) != 1 {
		t.Fatalf("not a document with %q alone: %v", key, document)
	}
	var out []map[string]any
	for _, item := range list {
		out = append(out, item.(map[string]any))
	}
	return out
}

// document runs a query with --json and parses what it prints.
func document(t *testing.T, w *testkit.World, home string, exit int, args ...string) map[string]any {
	t.Helper()
	var out map[string]any
	w.Run(home, append(args, "--json")...).Must(t, exit).Document(t, &out)
	return out
}

func TestValuesWithoutAProfile(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	for _, args := range [][]string{{"values", "--json"}, {"values", "--json", "--reveal"}, {"values", "--json", "--profile", "another"}} {
		ran := w.Run(w.Home(), args...).Must(t, 0)
		var values any
		ran.Document(t, &values)
		if diff := cmp.Diff(formLabels, labels(t, values)); diff != "" {
			t.Errorf("%v: labels (-want +got):\n%s", args, diff)
		}
		for label, value := range fieldsOf(t, values) {
			if value != nil {
				t.Errorf("%v: %s is %v", args, label, value)
			}
		}
		if ran.Stderr == "" {
			t.Errorf("%v: no note on stderr", args)
		}
	}
	if requests := w.Requests(); len(requests) != 0 {
		t.Errorf("an offline query asked: %v", requests)
	}
}

func TestValuesSummaryAndPlanAfterSetup(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home, draft := w.Home(), w.Draft()
	answers := w.AnswersFile(draft.Answers("support@contoso.example"))

	before := document(t, w, home, 3, "plan", "--answers", answers)
	checkPlan(t, rows(t, before, "changes"))
	if writes := w.Writes(); len(writes) != 0 {
		t.Errorf("plan wrote %v", writes)
	}
	w.Run(home, "plan", "--answers", answers).Must(t, 3)
	w.Run(home, "setup", "--no-input", "-y", "--answers", answers).Must(t, 0)
	if after := rows(t, document(t, w, home, 0, "plan"), "changes"); len(after) != 0 {
		t.Errorf("a converged plan: %v", after)
	}

	asked := len(w.Requests())
	checkValues(t, w, home, draft)
	checkSummary(t, w, home, draft)
	if more := w.Requests()[asked:]; len(more) != 0 {
		t.Errorf("offline queries asked: %v", more)
	}
}

func checkPlan(t *testing.T, changes []map[string]any) {
	t.Helper()
	want := []string{"after", "before", "key", "op", "ours", "risk", "step", "target"}
	steps := map[string]bool{}
	for _, c := range changes {
		if keys := slices.Sorted(maps.Keys(c)); !slices.Equal(keys, want) {
			t.Errorf("a change has the keys %v", keys)
		}
		if op := c["op"].(string); !slices.Contains([]string{"create", "update", "delete"}, op) {
			t.Errorf("op %q", op)
		}
		steps[c["step"].(string)] = true
	}
	every := []string{"azure.consent", "azure.register", "mailbox.forward", "mailbox.smtp", "token"}
	if diff := cmp.Diff(every, slices.Sorted(maps.Keys(steps))); diff != "" {
		t.Errorf("steps with changes (-want +got):\n%s", diff)
	}
}

func checkValues(t *testing.T, w *testkit.World, home string, draft testkit.Draft) {
	t.Helper()
	hidden := document(t, w, home, 0, "values")
	fields := fieldsOf(t, hidden)
	tenant := w.State()["organization"].(map[string]any)["id"].(string)
	endpoints := "https://login.microsoftonline.com/" + tenant + "/oauth2/v2.0/"
	want := map[string]any{
		"Asset Name": "support", "Email ID": "support@contoso.example", "Forwarding Address": draft.ForwardingAddress,
		"Authentication Type": "OAuth 2.0", "SMTP Server": "smtp.office365.com", "Username": "support@contoso.example",
		"Port": "587", "Security": "STARTTLS", "Client ID": ourApplication(t, w)["appId"], "Client Secret": "(set)",
		"Call Back URL": draft.CallbackURL, "Authorization URL": endpoints + "authorize",
		"Scope": "offline_access https://outlook.office.com/SMTP.Send", "Access Token URL": endpoints + "token",
		"Refresh Token URL": endpoints + "token",
		"Use different email address than the asset email ID for generating tokens": "off", "Login ID For Generating Token": nil,
		"I would like to explicitly review before providing consent for authentication": "off",
		"Access Token": nil, "Refresh Token": nil, "Validity": nil,
	}
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	for _, f := range rows(t, hidden, "fields")[18:] {
		if f["note"] != "filled by Generate Token, not to be pasted" {
			t.Errorf("%s: note %q", f["label"], f["note"])
		}
	}
	var shown any
	w.Reveal(home, "values", "--json").Must(t, 0).Document(t, &shown)
	for _, label := range []string{"Client Secret", "Access Token", "Refresh Token", "Validity"} {
		if value, _ := fieldsOf(t, shown)[label].(string); len(value) < 20 {
			t.Errorf("%s is not revealed", label)
		}
	}
	text := w.Run(home, "values").Must(t, 0).Stdout
	for _, want := range []string{"Generate Token", "Save", "Register To Webex Engage", "support@contoso.example"} {
		if !strings.Contains(text, want) {
			t.Errorf("values in words lack %q:\n%s", want, text)
		}
	}
}
