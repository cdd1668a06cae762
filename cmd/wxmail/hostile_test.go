package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// hostility is a search through everything that commands say while services
// answer what strangers wrote.
type hostility struct {
	t       *testing.T
	w       *testkit.World
	planter *testkit.Planter
	home    string
	answers string

	runs, texts, raw, faults int
	commands                 map[string]bool
	met                      map[string]occasion // each property
	hostile                  map[string]bool     // each that was shown so
	dirty                    bool
	kept                     map[string][]byte // what a home holds once all is set up
}

func newHostility(t *testing.T) *hostility {
	t.Helper()
	h := &hostility{t: t, planter: testkit.NewPlanter(), commands: map[string]bool{}, met: map[string]occasion{},
		hostile: map[string]bool{}, dirty: true}
	h.w = testkit.Start(t, sandbox.Options{Tamper: h.planter.Tamper})
	h.w.RetryAtOnce()
	h.w.Endpoints(hurried(quickly))
	h.home = h.w.Home()
	h.answers = h.w.AnswersFile(with(h.w.Draft().Answers(support), "azure.app-name", "Webex"))
	return h
}

// search looks into one text.
func (h *hostility) search(where, text string) {
	h.t.Helper()
	h.texts++
	if found := testkit.Raw(text); found != "" {
		h.raw++
		h.t.Errorf("%s: %s", where, found)
	}
}

// run runs a command, however it ends, and searches all that it says.
func (h *hostility) run(args ...string) testkit.Ran {
	h.t.Helper()
	ran := h.w.Run(h.home, append(args, "--no-input")...)
	h.runs++
	h.commands[regexp.MustCompile(` /\S*`).ReplaceAllString(strings.Join(args, " "), " FILE")] = true
	h.search(strings.Join(args, " ")+": standard output", ran.Stdout)
	h.search(strings.Join(args, " ")+": standard error", ran.Stderr)
	return ran
}

// files searches what is kept in the home.
func (h *hostility) files() {
	h.t.Helper()
	for _, path := range testkit.Files(h.t, h.home) {
		raw, err := os.ReadFile(path)
		if err != nil {
			h.t.Fatal(err)
		}
		if !strings.HasPrefix(filepath.Base(path), "vault.") {
			h.search(path, string(raw))
		}
	}
}

// everyCommand are all that say something of a tenant, in every format.
func (h *hostility) everyCommand() [][]string {
	trace := filepath.Join(h.home, "trace")
	return [][]string{
		{"plan"}, {"plan", "--json"}, {"plan", "-v", "--trace", trace}, {"doctor"}, {"doctor", "--json"}, {"doctor", "-v"},
		{"doctor", "--fix", "-y"}, {"handoff", "entra"}, {"handoff", "entra", "--json"},
		{"handoff", "exchange"}, {"handoff", "exchange", "--json"},
		{"setup", "-y", "-v", "--trace", trace}, {"setup", "-y", "-q"}, {"setup", "-y", "--json", "-v"},
		{"token", "-y"}, {"token", "-y", "--json"},
		{"azure", "register", "-y"}, {"azure", "consent", "-y"}, {"azure", "rotate-secret", "-y"}, {"mailbox", "smtp", "-y"},
		{"mailbox", "forward", "-y"},
		{"summary"}, {"summary", "--json"}, {"values"}, {"values", "--json"}, {"profile", "list"}, {"profile", "list", "--json"},
		{"verify", "-y", "--to", "customer@fabrikam.example"}, {"undo", "mailbox.forward", "-y"},
		{"undo", "-y", "--confirm", "default"},
		{"undo", "-y", "--json", "--confirm", "default"}, {"plan", "--answers", h.answers}, {"setup", "-y", "--answers", h.answers},
	}
}

// names are the properties with texts that a stranger chooses, and that no
// program decides by: with all of them hostile, whole runs come to their end.
var names = regexp.MustCompile(`^(graph|exchange) .*(isplayName|escription|otes|hint|omments?|Name|Identity|homePageUrl|logoutUrl` +
	`|homepage|loginUrl|ForwardingAddress)$|^claims of id_token: \.name$`)

// deciding are those of them that a program decides by all the same.
var deciding = regexp.MustCompile(`uniqueName|passwordCredential|HostedOutboundSpamFilter.*Name|UserPrincipalName|DomainName`)

// TestNothingOfOthersIsSaidRaw plants a hostile text in every property that the
// services answer and searches all that wxmail says and keeps.
func TestNothingOfOthersIsSaidRaw(t *testing.T) {
	t.Parallel()
	h := newHostility(t)
	h.everyProperty()
	isName := func(property string) bool { return names.MatchString(property) && !deciding.MatchString(property) }
	h.prepare(scene{})
	h.planter.Plant(isName)
	for _, args := range h.everyCommand() {
		h.run(args...)
	}
	h.files()
	for name, text := range bundleOf(t, h.w, h.home) {
		h.search("support bundle, "+name, text)
	}
	for _, property := range h.unplanted() {
		t.Errorf("never hostile: %s, met in %q with %q hostile", property, h.met[property].scene.args, h.met[property].plants)
	}
	t.Logf("%d properties, %d of them hostile, %d × %d commands with names, in %d runs: %d texts searched, %d raw",
		len(h.met), len(h.hostile), len(h.planter.Planted()), len(h.commands), h.runs, h.texts, h.raw)
}

// What services refuse with, and what a mail server says, is somebody's text
// too.
func TestNoRefusalIsSaidRaw(t *testing.T) {
	t.Parallel()
	h := newHostility(t)
	setUp(t, h.w, h.home, h.w.Draft().Answers(support))
	body := map[string]any{"error": map[string]any{"code": "C" + testkit.Hostile, "message": "M" + testkit.Hostile,
		"innerError": map[string]any{"request-id": "R" + testkit.Hostile}}}
	oauth := map[string]any{"error": "invalid_grant" + testkit.Hostile, "error_description": "AADSTS50000: D" + testkit.Hostile,
		"trace_id": testkit.Hostile, "suberror": testkit.Hostile}
	headers := map[string]string{"request-id": "r\u009b\u202ex", "Retry-After": "\u202e1", "x-ms-diagnostics": "\u009bd"}
	for _, service := range []string{"entra", "graph", "exchange"} {
		for _, status := range []string{"status:400", "status:403", "status:429", "status:503"} {
			for _, fault := range []map[string]any{{"body": body}, {"body": oauth}, {"body": "T" + testkit.Hostile}} {
				maps.Copy(fault, map[string]any{"service": service, "action": status, "count": 4, "headers": headers})
				h.under(fault)
			}
		}
	}
	for _, verb := range []string{"EHLO", "AUTH", "MAIL"} {
		h.under(map[string]any{"service": "smtp", "path": verb, "action": "status:535", "body": "5.7.3 no" + testkit.Hostile, "count": 9})
	}
	t.Logf("%d runs: %d texts searched, %d raw", h.runs, h.texts, h.raw)
}

func (h *hostility) under(fault map[string]any) {
	h.t.Helper()
	if h.faults++; h.faults%(shard*shard) != 0 {
		return
	}
	h.w.Call("POST", "/faults", []any{fault}, nil)
	h.run("doctor", "-v")
	h.run("token", "-y", "--json")
	h.w.Call("DELETE", "/faults", nil, nil)
}

// What the operator gives, and whoever gave it to him.
func TestNoArgumentIsSaidRaw(t *testing.T) {
	t.Parallel()
	h := newHostility(t)
	bad := "x" + strings.ReplaceAll(testkit.Hostile, "/", "") + "y"
	dir := t.TempDir()
	for _, args := range [][]string{
		{bad}, {"--" + bad}, {"help", bad}, {"setup", "--" + bad}, {"setup", bad}, {"undo", bad}, {"azure", bad},
		{"plan", "--profile", bad}, {"plan", "--cloud", bad}, {"plan", "--answers", bad}, {"plan", "--ca-file", bad},
		{"plan", "--lang", bad}, {"doctor", "--only", bad}, {"doctor", "--days", bad}, {"setup", "--skip", bad}, {"setup", "--only", bad},
		{"plan", "--trace", filepath.Join(dir, bad, bad)}, {"support-bundle", "-o", filepath.Join(dir, bad, bad)},
		{"setup", "--email-id", bad}, {"setup", "--callback-url", "https://" + bad}, {"setup", "--forwarding-address", bad + "@x.example"},
		{"setup", "--app-name", bad}, {"setup", "--asset-name", bad}, {"setup", "--tenant", bad}, {"setup", "--admin", bad},
		{"setup", "--secret-lifetime", bad}, {"setup", "--application", bad}, {"demo", "--scenario", bad}, {"values", "--profile", bad},
	} {
		ran := h.run(args...)
		if ran.Exit == 0 {
			t.Errorf("%q: exit 0", args)
		}
		h.run(append(args, "--json")...)
	}
	for _, id := range []string{"azure.app-name", "webex.asset-name", "webex.email-id", "webex.callback-url", "azure.tenant", bad} {
		h.run("plan", "--answers", h.w.AnswersFile(with(h.w.Draft().Answers(support), id, bad)))
		h.run("plan", "--json", "--answers", h.w.AnswersFile(with(h.w.Draft().Answers(support), id, bad)))
	}
	t.Logf("%d commands in %d runs: %d texts searched, %d raw", len(h.commands), h.runs, h.texts, h.raw)
}

// strangers make what others make in a tenant: what somebody has to be told.
func (h *hostility) strangers() {
	h.t.Helper()
	for path, made := range map[string]map[string]any{
		"/inboxRules": {"MailboxOwnerId": support, "Name": "Copies", "ForwardTo": []string{"sales@contoso.example"}},
		"/transportRules": {"Name": "No forwarding", "MessageTypeMatches": "AutoForward", "RejectMessageReasonText": "no",
			"SentToScope": "NotInOrganization"},
		"/applications": {"displayName": "Webex", "web": map[string]any{"redirectUris": []string{h.w.Draft().CallbackURL}}},
	} {
		h.w.Call("POST", path, made, nil)
	}
	h.w.Call("PATCH", "/mailboxes/"+support, map[string]any{"ForwardingSmtpAddress": "smtp:archive@fabrikam.example"}, nil)
}
