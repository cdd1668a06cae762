//go:build foreign

package foreign

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// prelude begins every file that is checked. What OData adds to a body, and
// the forms of lists and of errors, are told in prose, not in the types:
// https://learn.microsoft.com/graph/query-parameters and
// https://learn.microsoft.com/graph/errors.
const prelude = `import type * as graph from "@microsoft/microsoft-graph-types";
type Sent<T, Name> = T & { "@odata.type"?: Name };
type Shown<T> = T & { "@odata.context"?: string; "@odata.type"?: string };
type List<T> = { "@odata.context"?: string; "@odata.nextLink"?: string; "@odata.count"?: number; value: Shown<T>[] };
type Inner = { date: string; "request-id": string; "client-request-id": string };
type Refused = { error: Omit<graph.PublicError, "innerError"> & { innerError?: Inner } };
type Keys<T> = (keyof T)[];
`

// resources are the types of what stands at an address of Graph, without their
// namespace; {id} is an ID or an alternate key.
var resources = map[string]string{
	"applications":             "Application",
	"applications/{id}/owners": "User",
	"directory/deletedItems":   "Application",
	"directory/deletedItems/microsoft.graph.application": "Application",
	"servicePrincipals":                             "ServicePrincipal",
	"servicePrincipals/{id}/appRoleAssignments":     "AppRoleAssignment",
	"servicePrincipals/{id}/appRoleAssignedTo":      "AppRoleAssignment",
	"servicePrincipals/{id}/oauth2PermissionGrants": "OAuth2PermissionGrant",
	"oauth2PermissionGrants":                        "OAuth2PermissionGrant",
	"organization":                                  "Organization",
	"users":                                         "User",
	"me":                                            "User",
	"policies/authorizationPolicy":                  "AuthorizationPolicy",
	"policies/identitySecurityDefaultsEnforcementPolicy": "IdentitySecurityDefaultsEnforcementPolicy",
	"policies/defaultAppManagementPolicy":                "TenantAppManagementPolicy",
}

// actions are what POST sends and gets at the addresses of no resource.
var actions = map[string][2]string{
	"applications/{id}/addPassword":       {"{ passwordCredential: graph.PasswordCredential }", "Shown<graph.PasswordCredential>"},
	"applications/{id}/removePassword":    {"{ keyId: string }", ""},
	"directory/deletedItems/{id}/restore": {"{}", "Shown<graph.Application>"},
}

// constant is a line of TypeScript: a value that must be of a type.
type constant struct{ about, is, value string }

// TestGraphTypes holds every body that wxmail and the sandbox exchange against
// Microsoft's own types of Graph, which are made from its metadata.
func TestGraphTypes(t *testing.T) {
	t.Parallel()
	all := constants(t, recorded(t))
	wrong := mistakes(t, all)
	t.Logf("%d bodies and lists of properties, %d mistakes in them", len(all), len(wrong))
	found := typecheck(t, all, wrong)
	for i, c := range all {
		for _, complaint := range found["right"][i] {
			t.Errorf("%s is no %s: %s", c.about, c.is, complaint)
		}
	}
	for i, c := range wrong {
		if len(found["wrong"][i]) == 0 {
			t.Errorf("nobody sees the mistake in %s: %s = %s", c.about, c.is, c.value)
		}
	}
}

// recorded is what goes to and fro when wxmail sets up, looks again, examines,
// rotates and takes back, and when Microsoft's own client does what it can.
func recorded(t *testing.T) []exchange {
	t.Helper()
	w := &world{World: testkit.Start(t, sandbox.Options{}), t: t, values: map[string]string{}}
	r := w.record()
	home, draft := w.Home(), w.Draft()
	answers := []string{"--no-input", "-y", "--answers", w.AnswersFile(draft.Answers(mailbox))}
	w.Run(home, append([]string{"setup"}, answers...)...).Must(t, 0)
	w.Run(home, append([]string{"setup"}, answers...)...).Must(t, 0)
	w.fill(home)
	w.Run(home, "doctor").Must(t, 0)
	w.Run(home, "azure", "rotate-secret", "--no-input", "-y").Must(t, 0)
	w.Call("POST", "/tenant", params{"canonicalPages": true}, nil)
	w.runs(t, "graph.mjs")
	w.Run(home, "undo", "--no-input", "-y", "--confirm", "default").Must(t, 0)
	return r.exchanges
}

// constants are the bodies of both sides and the properties that are chosen,
// each once. What a foreign program sends is its own affair.
func constants(t *testing.T, exchanges []exchange) (all []constant) {
	t.Helper()
	seen := map[string]bool{}
	add := func(is string, raw []byte, about string) {
		if c := (constant{about, is, masked(t, raw)}); c.value != "" && !seen[c.is+c.value] {
			seen[c.is+c.value], all = true, append(all, c)
		}
	}
	for _, e := range exchanges {
		if len(e.request)+len(e.reply) == 0 {
			continue
		}
		sent, got, about := e.types(t)
		name := fmt.Sprintf("%s %s (%d)", e.method, e.path, e.status)
		if e.wxmail {
			add(sent, e.request, "what wxmail sends with "+name)
			add("Keys<"+about+">", e.chosen(t), "$select of "+name)
		}
		add(got, e.reply, "what the sandbox answers to "+name)
	}
	if len(all) < 40 {
		t.Errorf("only %d bodies were recorded", len(all))
	}
	return all
}

// types are those of what is sent and of what is answered, and of the object
// that both are about.
func (e exchange) types(t *testing.T) (sent, got, about string) {
	t.Helper()
	address, one := e.address()
	about = "graph." + resources[address]
	sent, got = fmt.Sprintf(`Sent<%s, "#microsoft.graph.%s">`, about, lowerFirst(resources[address])), "Shown<"+about+">"
	if action, is := actions[address]; is {
		sent, got = action[0], action[1]
	} else if resources[address] == "" && (e.wxmail || e.status < http.StatusBadRequest) {
		t.Errorf("%s %s: nobody says of what type that is", e.method, e.path)
	} else if e.method == http.MethodGet && !one {
		got = "List<" + about + ">"
	}
	if e.status >= http.StatusBadRequest {
		got = "Refused"
	}
	return sent, got, about
}

func lowerFirst(name string) string {
	return strings.ToLower(name[:min(1, len(name))]) + name[min(1, len(name)):]
}

var alternateKey = regexp.MustCompile(`\(.*\)`)

// address is the path with {id} for every ID and alternate key. Where it ended
// in one it is that of the collection, and about one of it; a singleton is one
// by itself. A name that stands in the table is no ID.
func (e exchange) address() (address string, one bool) {
	words := strings.Split(alternateKey.ReplaceAllString(e.path, "/{id}"), "/")
	first := 1 // the first word that may be an ID; then it is every other one
	if words[0] == "directory" {
		first = 2
	}
	for i := first; i < len(words); i += 2 {
		if resources[strings.Join(words[:i+1], "/")] == "" {
			words[i] = "{id}"
		}
	}
	if last := len(words) - 1; words[last] == "{id}" {
		return strings.Join(words[:last], "/"), true
	}
	return strings.Join(words, "/"), words[0] == "policies" || words[0] == "me"
}

// chosen is $select as a list, empty for none.
func (e exchange) chosen(t *testing.T) []byte {
	t.Helper()
	query, err := url.ParseQuery(e.query)
	if err != nil {
		t.Error(err)
	}
	if !query.Has("$select") {
		return nil
	}
	raw, _ := json.Marshal(strings.Split(query.Get("$select"), ",")) // strings always marshal
	return raw
}

// masked is JSON without the secret in it, and with its names sorted.
func masked(t *testing.T, raw []byte) string {
	t.Helper()
	if len(raw) == 0 || string(raw) == "null" {
		return ""
	}
	var value any
	if err := json.Unmarshal(raw, &value); err != nil {
		t.Errorf("not JSON: %v", err)
	}
	if fields, is := value.(map[string]any); is && fields["secretText"] != nil {
		fields["secretText"] = "(a secret)"
	}
	out, _ := json.Marshal(value) // what was JSON is again
	return string(out)
}

// mistakes are all that could be wrong in bodies, each alone and each place
// once: an object with a property that there is not, a value of another type.
func mistakes(t *testing.T, all []constant) (wrong []constant) {
	t.Helper()
	seen := map[string]bool{}
	for _, c := range all {
		var value any
		if err := json.Unmarshal([]byte(c.value), &value); err != nil {
			t.Fatal(err)
		}
		made := spoilt(value)
		if strings.HasPrefix(c.is, "Keys<") {
			made = []any{[]string{"noSuchProperty"}}
		}
		for _, mistake := range made {
			raw, _ := json.Marshal(mistake) // made of JSON
			if w := (constant{c.about, c.is, string(raw)}); !seen[w.is+w.value] {
				seen[w.is+w.value], wrong = true, append(wrong, w)
			}
		}
	}
	return wrong
}

// spoilt is a value spoilt in each of its places, without all that does not
// lead there.
func spoilt(value any) (all []any) {
	switch value := value.(type) {
	case map[string]any:
		all = append(all, map[string]any{"noSuchProperty": true})
		for _, name := range slices.Sorted(maps.Keys(value)) {
			for _, inner := range spoilt(value[name]) {
				all = append(all, map[string]any{name: inner})
			}
		}
	case []any:
		for _, element := range value {
			for _, inner := range spoilt(element) {
				all = append(all, []any{inner})
			}
		}
	default:
		all = append(all, map[string]any{"noSuchValue": true})
	}
	return all
}

var complaint = regexp.MustCompile(`^(right|wrong)\.ts\((\d+),\d+\): error (.*)$`)

// typecheck has the TypeScript compiler read what should be right and what should
// be wrong, and gives what it says of each constant.
func typecheck(t *testing.T, right, wrong []constant) map[string]map[int][]string {
	t.Helper()
	dir := t.TempDir()
	programs, err := filepath.Abs(filepath.Join("testdata", "javascript", "node_modules"))
	if err != nil {
		t.Fatal(err)
	}
	writeText(t, filepath.Join(dir, "right.ts"), typeScript(right))
	writeText(t, filepath.Join(dir, "wrong.ts"), typeScript(wrong))
	settings, _ := json.Marshal(params{"files": []string{"right.ts", "wrong.ts"}, "compilerOptions": params{
		"noEmit": true, "strict": true, "skipLibCheck": true, "types": []string{}, "target": "es2022", "moduleResolution": "bundler",
		"module": "esnext", "lib": []string{"es2022"},
		"paths": params{"@microsoft/microsoft-graph-types": []string{filepath.Join(programs, "@microsoft", "microsoft-graph-types")}},
	}})
	writeText(t, filepath.Join(dir, "tsconfig.json"), string(settings))
	cmd := exec.Command("node", filepath.Join(programs, "typescript", "bin", "tsc"), "--pretty", "false", "-p", ".")
	cmd.Dir = dir
	said, _ := cmd.Output() // it ends badly, since half of it is wrong
	found := map[string]map[int][]string{"right": {}, "wrong": {}}
	for line := range strings.Lines(string(said)) {
		at := complaint.FindStringSubmatch(strings.TrimSpace(line))
		if at == nil {
			if !strings.HasPrefix(line, " ") { // more of the line before
				t.Fatalf("tsc: %s", line)
			}
			continue
		}
		number, _ := strconv.Atoi(at[2])
		i := number - 1 - strings.Count(prelude, "\n")
		found[at[1]][i] = append(found[at[1]][i], at[3])
	}
	return found
}

// typeScript has a constant a line.
func typeScript(all []constant) string {
	var text strings.Builder
	text.WriteString(prelude)
	for i, c := range all {
		fmt.Fprintf(&text, "export const c%d: %s = %s;\n", i, c.is, c.value)
	}
	return text.String()
}

func writeText(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
