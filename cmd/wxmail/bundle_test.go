package main

import (
	"archive/zip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// bundleOf makes a support bundle of a home and gives its files, by name.
func bundleOf(t *testing.T, w *testkit.World, home string) map[string]string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bundle.zip")
	var doc struct{ File string }
	w.Run(home, "support-bundle", "-o", path, "--json").Must(t, 0).Document(t, &doc)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 || doc.File != path {
		t.Errorf("%s: %v %v", doc.File, info, err)
	}
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	files := map[string]string{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(raw)
	}
	return files
}

// A bundle says what was seen, found and done, and holds no secret, no token,
// no text of a mail and nobody of the address book.
func TestSupportBundle(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home, draft := w.Home(), w.Draft()
	setUp(t, w, home, threePeople(draft))
	asset := w.Save(home, draft)
	asset.GenerateToken()
	asset.Correspond("A subject that is nobody's business")
	w.Run(home, "azure", "rotate-secret", "--no-input", "-y").Must(t, 0)
	w.Call("POST", "/inboxRules", map[string]any{"MailboxOwnerId": support, "Name": "Copies", "ForwardTo": []string{sales}}, nil)
	w.Call("PATCH", "/mailboxes/"+support, map[string]any{"ForwardingSmtpAddress": "smtp:archive@fabrikam.example"}, nil)
	document(t, w, home, 3, "doctor")
	before := len(w.Requests())
	files := bundleOf(t, w, home)
	if asked := len(w.Requests()) - before; asked != 0 {
		t.Errorf("%d requests for a bundle", asked)
	}

	for name, wants := range map[string][]string{
		"README.txt":    {"asset ID", "transaction ID", "Debug > Channels", "Screenshots", support, "UTC"},
		"about.json":    {`"version"`, `"os"`, `"cloud": "sandbox"`},
		"summary.json":  {`"azure.register"`, `"clientId"`, support, draft.Answers(support)["webex.forwarding-address"]},
		"findings.json": {"WX-FORWARDING", `"asOf"`, "person1@"},
		"journal.jsonl": {`"kind":"intend"`, "mailbox.forwarding", "azure.secret-rotated"},
		"trace.log":     {"request-id=", "cmdlet=Set-Mailbox", "wxmail setup", "wxmail doctor", "/applications"},
	} {
		for _, want := range wants {
			if !strings.Contains(files[name], want) {
				t.Errorf("%s has no %q:\n%s", name, want, files[name])
			}
		}
	}
	for _, value := range []string{`"before"`, `"after"`, `"made"`} {
		if strings.Contains(files["journal.jsonl"], value) {
			t.Errorf("the journal tells values: %s", value)
		}
	}
	own := []string{support, testkit.UniqueName(support)}
	for name, text := range files {
		w.NoSecrets(text)
		for _, hidden := range append(strangers(w, own), "A subject that is nobody's business", "Where is it?",
			"archive@fabrikam.example", testkit.Customer) {
			if strings.Contains(text, hidden) || strings.Contains(hidden, "@") && strings.Contains(strings.ToLower(text), hidden) {
				t.Errorf("%s tells %q", name, hidden)
			}
		}
	}
}

// strangers are the addresses and the names of everybody in the tenant.
func strangers(w *testkit.World, own []string) (texts []string) {
	for _, u := range objects(w, "users") {
		address := u["userPrincipalName"].(string)
		if slices.Contains(own, address) {
			continue
		}
		texts = append(texts, address, strings.ReplaceAll(address, "@", "%40"))
		if name := u["displayName"].(string); strings.Contains(name, " ") { // else it is a word like others
			texts = append(texts, name)
		}
	}
	return texts
}

// A bundle is made of whatever can be read, and says what cannot.
func TestSupportBundleOfADamagedProfile(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	files := bundleOf(t, w, home)
	if !strings.Contains(files["about.json"], "no profile default") || !strings.Contains(files["README.txt"], "it never ran") {
		t.Errorf("of no profile: %v", files)
	}

	setUp(t, w, home, w.Draft().Answers(support))
	var damaged int
	for _, path := range testkit.Files(t, home) {
		switch filepath.Base(path) {
		case "profile.json", "journal.jsonl":
			damaged++
			if err := os.WriteFile(path, []byte("{\"damaged\":\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	files = bundleOf(t, w, home)
	var about struct{ Problems []string }
	if err := json.Unmarshal([]byte(files["about.json"]), &about); err != nil {
		t.Fatal(err)
	}
	if damaged != 2 || len(about.Problems) != 2 || strings.Contains(files["about.json"], home) {
		t.Errorf("%d files damaged, told: %v", damaged, about.Problems)
	}
	if !strings.Contains(files["trace.log"], "/applications") {
		t.Error("no trace")
	}
}

// Without -o the bundle lies in the folder where it was asked for, and what to
// add to it is said.
func TestSupportBundleHere(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home, here := w.Home(), t.TempDir()
	cmd := w.Command(t.Context(), home, "support-bundle", "--profile", "berlin")
	cmd.Dir = here
	ran := w.Finish(cmd).Must(t, 0)
	path := strings.TrimSpace(ran.Stdout)
	if found := testkit.Files(t, here); len(found) != 1 || filepath.Base(path) != filepath.Base(found[0]) ||
		!strings.HasPrefix(filepath.Base(path), "wxmail-support-berlin-") {
		t.Errorf("printed %q, found %v", path, found)
	}
	for _, want := range []string{"asset ID", "transaction ID", "wxmail doctor"} {
		if !strings.Contains(strings.Join(strings.Fields(ran.Stderr), " "), want) {
			t.Errorf("it does not say %q:\n%s", want, ran.Stderr)
		}
	}
}
