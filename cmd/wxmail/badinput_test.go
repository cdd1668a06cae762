package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// refused fails the test unless a run ended with that exit code, explained
// itself, and named what it is about.
func refused(t *testing.T, ran testkit.Ran, exit int, code string, about ...string) {
	t.Helper()
	ran.Must(t, exit).Explains(t, append(about, "more: "+code)...)
	if ran.Stdout != "" {
		t.Errorf("a refusal printed on standard output: %s", ran.Stdout)
	}
}

// refusedEvent is refused for a run with --json: the last line is the result.
func refusedEvent(t *testing.T, ran testkit.Ran, exit int, code, object string) {
	t.Helper()
	events := ran.Must(t, exit).Events(t)
	end := events[len(events)-1]
	problem, _ := end["error"].(map[string]any)
	if end["event"] != "result" || end["exit"] != float64(exit) || problem["code"] != code || problem["object"] != object {
		t.Errorf("wxmail %s: %v, want %s about %s", strings.Join(ran.Args, " "), end, code, object)
	}
	for _, key := range []string{"message", "fix"} {
		if text, _ := problem[key].(string); text == "" {
			t.Errorf("wxmail %s: no %s", strings.Join(ran.Args, " "), key)
		}
	}
}

// refusedDocument is refused for a query with --json: its document is the
// error.
func refusedDocument(t *testing.T, ran testkit.Ran, exit int, object string) {
	t.Helper()
	var document struct{ Error map[string]any }
	ran.Must(t, exit).Document(t, &document)
	if document.Error["object"] != object || document.Error["code"] == nil || document.Error["message"] == nil ||
		document.Error["fix"] == nil {
		t.Errorf("wxmail %s: %v, want an error about %s", strings.Join(ran.Args, " "), document, object)
	}
}

// noRequests fails the test where wxmail sent anything at all.
func noRequests(t *testing.T, w *testkit.World) {
	t.Helper()
	if requests := w.Requests(); len(requests) != 0 {
		t.Errorf("it sent %v", requests)
	}
}

// badAnswers are answers that will not do, by the type of the question; what
// no type refuses is left out.
func badAnswers(id, kind string) map[string]string {
	bad := map[string]string{"too long": strings.Repeat("a", 3000), "control characters": "sup\x1b[2Jport\x07"}
	if id != "azure.admin" && id != "exchange.admin" { // there, nothing is an answer
		bad["empty"] = ""
	}
	for name, answer := range map[string]map[string]string{
		"email": {"wrong type": "support", "wrong domain": "support@localhost", "control characters": "sup\x1bport@contoso.example",
			"too long": strings.Repeat("a", 65) + "@contoso.example"},
		"url": {
			"wrong type":         "support@contoso.example",
			"wrong domain":       "https://contoso.example/callback",
			"plain":              "http://acme.us.webexconnect.io/callback",
			"another path":       "https://acme.us.webexconnect.io/callback/2",
			"control characters": "https://acme.us.webexconnect.io/call\x01back",
		},
		"domain":   {"wrong type": "https://contoso.example", "wrong domain": "common", "too long": strings.Repeat("a.", 130) + "example"},
		"client":   {"wrong type": "42", "wrong domain": "contoso.example"},
		"guid":     {"wrong type": "42", "wrong domain": "WebexConnect"},
		"lifetime": {"wrong type": "soon", "too short": "0d", "too long": "121mo"},
		"choice":   {"wrong type": "true", "wrong domain": "everything"},
		"bool":     {"wrong type": "2", "wrong domain": "perhaps"},
	}[kind] {
		bad[name] = answer
	}
	if id == "webex.asset-name" {
		bad["wrong type"] = "Support_EU"
	}
	return bad
}

// ofOtherCommands are the questions that setup has no flag for.
var ofOtherCommands = []string{"azure.old-secret-replaced", "undo.confirm", "undo.changed-since", "verify.recipient"}

// Every question refuses what cannot be its answer, given as a flag or in an
// answers file, by name and before anything is sent.
func TestBadAnswers(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	t.Cleanup(func() { noRequests(t, w) })
	good := w.Draft().Answers(support)
	var questions []struct{ ID, Flag, Type string }
	w.Run(w.Home(), "help", "questions", "--json").Must(t, 0).Document(t, &questions)
	for _, q := range questions {
		t.Run(q.ID, func(t *testing.T) {
			t.Parallel()
			home := w.Home()
			for name, answer := range badAnswers(q.ID, q.Type) {
				if !slices.Contains(ofOtherCommands, q.ID) {
					refused(t, setUpTo(w, home, good, q.Flag+"="+answer), 2, "WX-ANSWER-INVALID", q.ID)
				}
				refusedEvent(t, setUpTo(w, home, with(good, q.ID, answer), "--json"), 2, "WX-ANSWER-INVALID", q.ID)
				if t.Failed() {
					t.Fatalf("%s: %q", name, answer)
				}
			}
		})
	}
}

// written is a file of the test's.
func written(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// An answers file that is none names itself and what is wrong with it.
func TestBadAnswersFiles(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	for name, test := range map[string]struct{ text, why string }{
		"unknown key":    {"webex.email-id: support@contoso.example\nwebex.mail: x", "webex.mail"},
		"a list":         {"webex.email-id: [support@contoso.example]", "webex.email-id"},
		"a map":          {"webex:\n  email-id: support@contoso.example", "webex"},
		"not a map":      {"- support@contoso.example", "not a map"},
		"not YAML":       {"webex.email-id: \"support", "not a map"},
		"twice":          {"webex.email-id: a@contoso.example\nwebex.email-id: b@contoso.example", "webex.email-id"},
		"two documents":  {"webex.email-id: a@contoso.example\n---\nwebex.email-id: b@contoso.example", "document"},
		"binary":         {"\x7fELF\x02\x01\x01\x00\x00\xff\xfe", "not UTF-8"},
		"far too large":  {"# " + strings.Repeat("x", 1<<17), "larger"},
		"a secret in it": {"azure.client-secret: abc", "azure.client-secret"},
	} {
		path := written(t, "answers.yaml", test.text)
		refused(t, w.Run(w.Home(), "setup", "--no-input", "-y", "--answers", path), 2, "WX-ANSWERS-FILE", path, test.why)
		refusedEvent(t, w.Run(w.Home(), "azure", "register", "--no-input", "-y", "--json", "--answers", path), 2, "WX-ANSWERS-FILE", path)
		if t.Failed() {
			t.Fatal(name)
		}
	}
	for name, path := range map[string]string{"missing": filepath.Join(t.TempDir(), "none.yaml"), "a directory": t.TempDir()} {
		refused(t, w.Run(w.Home(), "plan", "--answers", path), 2, "WX-ANSWERS-FILE", path)
		if t.Failed() {
			t.Fatal(name)
		}
	}
	noRequests(t, w)
}

// An endpoints file that is none names itself and the key at fault.
func TestBadEndpointsFiles(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	good := w.Draft().Answers(support)
	cloudFiles := map[string]struct{ text, why string }{
		"empty":              {"", ""},
		"bad JSON":           {`{"name":"sandbox",`, ""},
		"not an object":      {`["sandbox"]`, ""},
		"two objects":        {`{"name":"sandbox","base":"public"}{}`, ""},
		"unknown key":        {`{"name":"sandbox","base":"public","proxy":"x"}`, "proxy"},
		"key in capitals":    {`{"Name":"sandbox","base":"public"}`, "Name"},
		"a key twice":        {`{"name":"sandbox","name":"other","base":"public"}`, "name"},
		"no name":            {`{"base":"public"}`, "name"},
		"a cloud's own name": {`{"name":"public","base":"public"}`, "name"},
		"base unknown":       {`{"name":"sandbox","base":"mars"}`, "base"},
		"caFile missing":     {`{"name":"sandbox","base":"public","caFile":"none.pem"}`, "caFile"},
		"caFile not PEM":     {`{"name":"sandbox","base":"public","caFile":"cloud.json"}`, "caFile"},
		"dial no address":    {`{"name":"sandbox","base":"public","dial":{"*:443":"here"}}`, "dial"},
		"dial no number":     {`{"name":"sandbox","base":"public","dial":{"*:443":"127.0.0.1:https"}}`, "dial"},
		"dial foreign host":  {`{"name":"sandbox","base":"public","dial":{"contoso.example:443":"127.0.0.1:1"}}`, "dial"},
		"dial a list":        {`{"name":"sandbox","base":"public","dial":[]}`, "dial"},
		"no duration":        {`{"name":"sandbox","base":"public","timeouts":{"request":60}}`, "timeouts.request"},
		"unknown inner key":  {`{"name":"sandbox","base":"public","retry":{"times":"3"}}`, "times"},
	}
	for name, test := range cloudFiles {
		path := written(t, "cloud.json", test.text)
		refused(t, setUpTo(w, w.Home(), good, "--cloud", path), 2, "WX-CLOUD-FILE", path, test.why)
		refusedEvent(t, setUpTo(w, w.Home(), good, "--cloud", path, "--json"), 2, "WX-CLOUD-FILE", path)
		if t.Failed() {
			t.Fatal(name)
		}
	}
	for _, path := range []string{"mars", filepath.Join(t.TempDir(), "none.json"), t.TempDir()} {
		refused(t, setUpTo(w, w.Home(), good, "--cloud", path), 2, "WX-CLOUD-FILE", path)
	}
	noRequests(t, w)
}

// Flags that contradict each other or name nothing.
func TestBadFlags(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	notPEM := written(t, "ca.pem", "not a certificate")
	for _, test := range []struct {
		args  []string
		code  string
		about string
	}{
		{[]string{"setup", "--device-code", "--azure-cli"}, "WX-USAGE", "--device-code,"},
		{[]string{"setup", "-v", "-q"}, "WX-USAGE", "--verbose, --quiet"},
		{[]string{"setup", "--only", "azure.registers"}, "WX-USAGE", "azure.registers"},
		{[]string{"setup", "--skip", "verify"}, "WX-USAGE", "verify"},
		{[]string{"setup", "--only", ""}, "WX-USAGE", "step"},
		{[]string{"setup", "--only", "token", "--skip", "token"}, "WX-USAGE", "token"},
		{[]string{"setup", "now"}, "WX-USAGE", "now"},
		{[]string{"setup", "--client-secret", "abc"}, "WX-USAGE", "client-secret"},
		{[]string{"setup", "--answers"}, "WX-USAGE", "answers"},
		{[]string{"setup", "--yes=perhaps"}, "WX-USAGE", "perhaps"},
		{[]string{"setup", "--keep-copy", "perhaps"}, "WX-USAGE", "perhaps"},
		{[]string{"set-up"}, "WX-USAGE", "set-up"},
		{[]string{"azure", "registers"}, "WX-USAGE", "registers"},
		{[]string{"help", "everything"}, "WX-USAGE", "everything"},
		{[]string{"version", "--lang", "klingon"}, "WX-USAGE", "klingon"},
		{[]string{"summary", "--lang", "jp"}, "WX-USAGE", "en, ja, fr"},
		{[]string{"summary", "--profile", "../other"}, "WX-PROFILE-NAME", "../other"},
		{[]string{"summary", "--profile", ".hidden"}, "WX-PROFILE-NAME", ".hidden"},
		{[]string{"summary", "--profile", strings.Repeat("p", 65)}, "WX-PROFILE-NAME", "ppp"},
		{[]string{"values", "--profile", "a b"}, "WX-PROFILE-NAME", "a b"},
		{[]string{"plan", "--ca-file", notPEM}, "WX-CLOUD-FILE", notPEM},
		{[]string{"plan", "--ca-file", notPEM + ".none"}, "WX-CLOUD-FILE", notPEM + ".none"},
	} {
		refused(t, w.Run(w.Home(), append([]string{"--no-input"}, test.args...)...), 2, test.code, test.about)
	}
	noRequests(t, w)
}

// With --json a mistake is a document of its own, where the command would
// print one, and the last event where it would print events.
func TestBadFlagsAsJSON(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	for _, args := range [][]string{
		{"set-up"}, {"setup", "--only", "x"}, {"setup", "--device-code", "--azure-cli"}, {"azure", "x"}, {"setup", "--nonsense"},
	} {
		ran := w.Run(w.Home(), append(args, "--json", "--no-input")...)
		events := ran.Must(t, 2).Events(t)
		if end := events[len(events)-1]; end["event"] != "result" || end["error"].(map[string]any)["code"] != "WX-USAGE" {
			t.Errorf("wxmail %s: %s", strings.Join(args, " "), ran.Stdout)
		}
	}
	for _, test := range []struct {
		args   []string
		object string
	}{
		{[]string{"summary", "--profile", "a b"}, "a b"}, {[]string{"values", "--cloud", "mars"}, "mars"},
		{[]string{"plan", "--answers", "none.yaml"}, "none.yaml"}, {[]string{"summary", "now"}, "wxmail summary"},
		{[]string{"help", "x"}, "help x"}, {[]string{"plan", "--lang", "x"}, "--lang x"},
		{[]string{"values", "--nonsense"}, "wxmail values --nonsense"},
	} {
		refusedDocument(t, w.Run(w.Home(), append(test.args, "--json", "--no-input")...), 2, test.object)
	}
	noRequests(t, w)
}
