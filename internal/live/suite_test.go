//go:build live

package live

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// A tenant whose name was not typed is left alone.
func TestAnotherTenantIsRefused(t *testing.T) {
	x := &tenant{t: t}
	t.Setenv(nameOfTenant, "contoso.example")
	for domain, typed := range map[string]bool{"contoso.example": true, "Contoso.Example": true, "fabrikam.example": false, "": false} {
		if err := x.typed(domain); errors.Is(err, errNotTyped) == typed {
			t.Errorf("%q: %v", domain, err)
		}
	}
}

func TestValuesAreMasked(t *testing.T) {
	const kind = `{"error":{"type":"Microsoft.Exchange.Configuration.ManagementObjectNotFoundException"}}`
	const success = `{"value":[{"Name":"Anna","Count":7,"On":true,"None":null}]}`
	for body, want := range map[string]string{
		success: `{"value":[{"Count":0,"Name":"text","None":null,"On":true}]}`,
		`{"error":{"message":"anna@contoso.com of 11111111-2222-3333-4444-555555555555"}}`: `{"error":{"message":"(address) of (id)"}}`,
		"\x00\x00": `""`,
		kind:       kind,
	} {
		if got := text(masked([]byte(body), strings.HasPrefix(body, `{"value"`))); got != want {
			t.Errorf("%s: %s", body, got)
		}
	}
}

// What Microsoft was seen to answer otherwise than the sandbox is found.
func TestWhatWasSeenIsHeldAgainstTheSandbox(t *testing.T) {
	seen := record{Status: 200, Answer: map[string]any{"value": []any{map[string]any{"Name": "text", "More": "text", "List": []any{}}}}}
	same := record{Status: 200, Answer: map[string]any{"value": []any{map[string]any{"Name": "text", "List": []any{}}}}}
	if d := differences(seen, same); len(d) != 0 {
		t.Errorf("to show less is no difference: %q", d)
	}
	for name, got := range map[string]record{
		"another status":    {Status: 400, Code: "Request_BadRequest"},
		"another form":      {Status: 200, Answer: map[string]any{"value": []any{map[string]any{"Name": "text", "List": "text"}}}},
		"what there is not": {Status: 200, Answer: map[string]any{"value": []any{map[string]any{"Name": "text", "List": []any{}, "Made": "up"}}}},
	} {
		if d := differences(seen, got); len(d) != 1 {
			t.Errorf("%s: %q", name, d)
		}
	}
}

// manual is the page for whoever has a tenant.
const manual = "../../docs/live.md"

func TestEveryQuestionStandsInTheManual(t *testing.T) {
	page := read(t, manual)
	for _, q := range questions() {
		if row := "| " + q.id + " | " + q.asks + " | [source](" + q.source + ") | " + q.changes + " |\n"; !strings.Contains(page, row) {
			t.Errorf("docs/live.md lacks\n%s", row)
		}
	}
	for kind := range kinds {
		if !strings.Contains(page, otherAccounts+kind) {
			t.Errorf("docs/live.md lacks %s%s", otherAccounts, kind)
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

var block = regexp.MustCompile("(?s)```\n(.*?)```")

// The lines of the manual are typed, one after the other, by a person whose
// tenant is a sandbox: in a copy of the working folder's name, with the page's
// own example of an answers file.
func TestTheManualIsFollowed(t *testing.T) {
	if os.Getenv(nameOfTenant) != "" {
		return // this is the run that the manual tells of
	}
	w := testkit.Start(t, sandbox.Options{})
	draft := w.Draft()
	page := read(t, manual)
	lines := []string{"set -eu"}
	for _, b := range block.FindAllStringSubmatch(page, -1) {
		lines = append(lines, b[1])
	}
	script := strings.NewReplacer("contoso.onmicrosoft.com", "contoso.example", "support@contoso.com", "support@contoso.example",
		"admin@contoso.com", "admin@contoso.example", "FORWARDING-ADDRESS", draft.ForwardingAddress, "CALL-BACK-URL", draft.CallbackURL,
	).Replace(strings.Join(lines, "\n"))
	cmd := exec.CommandContext(t.Context(), "sh", "-c", script)
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	cmd.Dir = root
	t.Cleanup(func() { _ = os.Remove(filepath.Join(root, "answers-live.json")) })
	cmd.Env = append(os.Environ(), "WXMAIL_CLOUD="+w.CloudFile(), "TMPDIR="+t.TempDir(), "WXMAIL_PASSPHRASE="+testkit.Passphrase,
		"PATH="+filepath.Join(w.Dir, "bin")+string(os.PathListSeparator)+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	w.NoSecrets(string(out))
	for _, said := range []string{"L1: directory", "L16: undo 0", "left open: WXMAIL_LIVE_ACCOUNT_NO_ROLE", "the answers, masked, are in"} {
		if !strings.Contains(string(out), said) {
			t.Errorf("nothing says %q\n%s", said, out)
		}
	}
	left := slices.DeleteFunc(list(w.State()["applications"]), func(a any) bool {
		app, _ := a.(map[string]any)
		name, _ := app["displayName"].(string)
		return !strings.HasPrefix(name, ours) && name != "WebexConnect"
	})
	if len(left) > 0 {
		t.Errorf("left in the tenant: %v", left)
	}
}

func list(value any) []any {
	all, _ := value.([]any)
	return all
}

// The tenant of another name than was typed sees no change.
func TestNothingIsDoneInATenantOfAnotherName(t *testing.T) {
	w := testkit.Start(t, sandbox.Options{})
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestLive$")
	answers := w.AnswersFile(w.Draft().Answers("support@contoso.example"))
	cmd.Env = append(os.Environ(), "WXMAIL_CLOUD="+w.CloudFile(), nameOfTenant+"=fabrikam.example", answersFile+"="+answers,
		"PATH="+filepath.Join(w.Dir, "bin")+string(os.PathListSeparator)+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), errNotTyped.Error()) {
		t.Errorf("%v\n%s", err, out)
	}
	for _, r := range w.Traffic() {
		if r.Write {
			t.Errorf("%s %s %s", r.Service, r.Method, r.Path)
		}
	}
}

func text(value any) string {
	raw, _ := json.Marshal(value) // it was JSON
	return string(raw)
}
