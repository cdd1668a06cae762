package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// ailment is a connection broken in one way.
type ailment struct {
	name  string
	facts []string // what is known of the real services, by its id: see facts_test.go
	finds []string // the codes of all errors and warnings
	harm  func(*patient)
	heal  func(*patient) // what a person does first; nil: nothing, the commands that the fixes name are enough
	then  []string       // error and warning codes that doctor has when their fixes are applied, whose fixes are applied, too
	box   string         // help: the shared mailbox, signed in for by support; else support
	args  []string       // of doctor
}

// patient is a mailbox that was set up and works.
type patient struct {
	*testkit.World
	t       *testing.T
	home    string
	answers map[string]string
	args    []string
	env     []string          // of doctor
	key     string            // of a secret: KEYID in a command
	more    []string          // flags of mailbox forward, which a person adds
	was     map[string]string // how hosts were dialled
}

// Every finding: a tenant broken in exactly that way, doctor names that and
// nothing else, the fix that it prints is applied, doctor is content.
func TestDoctor(t *testing.T) {
	t.Parallel()
	for _, a := range ailments() {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			p := healthy(t, a)
			a.harm(p)
			found := p.findings(3)
			if diff := cmp.Diff(a.finds, codesOf(found, "error", "warning")); diff != "" {
				t.Fatalf("findings (-want +got):\n%s\n%v", diff, found)
			}
			for _, f := range found {
				if f["evidence"] == nil || f["fix"] == nil || f["object"] == nil {
					t.Errorf("not told in full: %v", f)
				}
			}
			p.looks(found)
			if a.heal != nil {
				a.heal(p)
			}
			if applied := p.applyFixes(found); applied == 0 && a.heal == nil {
				t.Fatalf("no command in the fixes: %v", found)
			}
			p.renewsAssetToken()
			if a.then != nil {
				found = p.findings(3)
				if diff := cmp.Diff(a.then, codesOf(found, "error", "warning")); diff != "" {
					t.Fatalf("findings once they were fixed (-want +got):\n%s\n%v", diff, found)
				}
				p.applyFixes(found)
				p.renewsAssetToken()
			}
			p.findings(0)
		})
	}
}

// renewsAssetToken says that the asset has a new token, where the mailbox had to
// sign in again.
func (p *patient) renewsAssetToken() {
	p.t.Helper()
	if strings.Contains(p.Run(p.home, "summary").Must(p.t, 0).Stderr, "--token-generated") {
		p.Run(p.home, "token", "--no-input", "-y", "--token-generated").Must(p.t, 0)
	}
}

func ailments() []ailment {
	return slices.Concat(directoryAilments(), exchangeAilments(), secretAilments(), tokenAilments(), networkAilments())
}

func healthy(t *testing.T, a ailment) *patient {
	t.Helper()
	w := testkit.Start(t, sandbox.Options{})
	w.Endpoints(map[string]any{"maxClockSkew": "off", "retry": map[string]string{"base": "5ms", "max": "1s"},
		"timeouts": map[string]string{"request": "5s", "signIn": "5s"}})
	p := &patient{World: w, t: t, home: w.Home(), args: a.args}
	p.answers = w.Draft().Answers(support)
	if a.box == help {
		p.answers = with(p.answers, "webex.email-id", help, "mailbox.sign-in-as", support)
	}
	setUp(t, w, p.home, p.answers)
	return p
}

// findings are those of doctor, which must end with that code.
func (p *patient) findings(exit int) []map[string]any {
	p.t.Helper()
	var doc any
	p.RunWith(p.home, p.env, append([]string{"doctor", "--json"}, p.args...)...).Must(p.t, exit).Document(p.t, &doc)
	return rows(p.t, doc, "findings")
}

// codesOf are the codes of findings of some severities, sorted, each once.
func codesOf(findings []map[string]any, severities ...string) []string {
	var codes []string
	for _, f := range findings {
		if slices.Contains(severities, f["severity"].(string)) {
			codes = append(codes, f["code"].(string))
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// call changes the world as somebody else does.
func (p *patient) call(method, path string, body any) {
	p.t.Helper()
	p.Call(method, path, body, nil)
}

func (p *patient) mailbox(changes map[string]any) {
	p.t.Helper()
	p.call("PATCH", "/mailboxes/"+p.answers["webex.email-id"], changes)
}

func (p *patient) application() map[string]any {
	p.t.Helper()
	return applicationOf(p.t, p.World, p.answers["webex.email-id"])
}

func (p *patient) changeApplication(changes map[string]any) {
	p.t.Helper()
	p.call("PATCH", "/applications/"+p.application()["id"].(string), changes)
}

func (p *patient) principal() map[string]any {
	p.t.Helper()
	return having(objects(p.World, "servicePrincipals"), "appId", p.application()["appId"])[0]
}

func (p *patient) changePrincipal(changes map[string]any) {
	p.t.Helper()
	p.call("PATCH", "/servicePrincipals/"+p.principal()["id"].(string), changes)
}

// revoke removes what the application was granted, where it is so.
func (p *patient) revoke(collection, client string, is func(map[string]any) bool) {
	p.t.Helper()
	for _, grant := range having(objects(p.World, collection), client, p.principal()["id"]) {
		if is(grant) {
			p.call("DELETE", "/"+collection+"/"+grant["id"].(string), nil)
		}
	}
}

// our is the name of wxmail's policy and rule.
func (p *patient) our() string { return "wxmail " + p.answers["webex.email-id"] }

// refuse makes the next refresh of a token fail as Entra does for a reason.
func (p *patient) refuse(aadsts int) {
	p.t.Helper()
	body := map[string]any{
		"error":             "invalid_grant",
		"error_description": fmt.Sprintf("AADSTS%d: a reason.", aadsts),
		"error_codes":       []int{aadsts},
		"timestamp":         "2026-11-26 00:00:00Z",
		"trace_id":          "00000000-0000-0000-0000-00000000000a",
		"correlation_id":    "00000000-0000-0000-0000-00000000000b",
	}
	p.tokenAnswer(400, body)
}

// tokenAnswer is the token endpoint's next answer.
func (p *patient) tokenAnswer(status int, body any) {
	p.t.Helper()
	p.call("POST", "/faults", []map[string]any{{
		"service": "entra",
		"method":  "POST",
		"path":    "oauth2/v2.0/token",
		"action":  fmt.Sprintf("status:%d", status),
		"headers": map[string]string{"Content-Type": "application/json"},
		"body":    body,
	}})
}

// smtp makes the next sign-in over SMTP be refused.
func (p *patient) smtp(verb string, status int, text string) {
	p.t.Helper()
	p.call("POST", "/faults", []map[string]any{{"service": "smtp", "path": verb, "action": fmt.Sprintf("status:%d", status), "body": text}})
}

// tokenOf is an access token as far as wxmail reads one.
func tokenOf(claims map[string]any) string {
	raw, _ := json.Marshal(claims) // plain values always marshal
	part := base64.RawURLEncoding.EncodeToString(raw)
	return part + "." + part + ".sandbox"
}

// exchange makes the next run of a cmdlet be forbidden.
func (p *patient) forbid(service, path string, body any) {
	p.t.Helper()
	p.call("POST", "/faults", []map[string]any{{"service": service, "path": path, "action": "status:403", "body": body,
		"headers": map[string]string{"Content-Type": "application/json"}}})
}

// nothing is the cure where what was wrong has passed by itself.
func nothing(*patient) {}

// endpoints are those of the world as they are now.
func (p *patient) endpoints() (file struct{ Dial map[string]string }) {
	p.t.Helper()
	raw, err := os.ReadFile(p.CloudFile())
	if err == nil {
		err = json.Unmarshal(raw, &file)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return file
}

func (p *patient) dialled(host string) string { return p.endpoints().Dial[host] }

// dial sends what is for one host elsewhere; "" sends it back where it was.
func (p *patient) dial(host, to string) {
	p.t.Helper()
	dial := p.endpoints().Dial
	if p.was == nil {
		p.was = maps.Clone(dial)
	}
	dial[host] = to
	if to == "" {
		dial = p.was
	}
	p.Endpoints(map[string]any{"dial": dial})
}

// profile changes an answer that the profile keeps, as another run would.
func (p *patient) profile(id, answer string) {
	p.t.Helper()
	p.answers = with(p.answers, id, answer)
	p.Run(p.home, "webex", "collect", "--no-input", "--answers", p.AnswersFile(p.answers)).Must(p.t, 0)
}

func itoa(n int) string { return strconv.Itoa(n) }

func atoi(text string) int {
	n, _ := strconv.Atoi(text) // a status in a table
	return n
}
