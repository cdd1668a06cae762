package cloud_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/cloud"
	"wxmail/internal/cloud/cloudtest"
)

// Each cloud has all that its row needs.
func TestLoadNamed(t *testing.T) {
	host := regexp.MustCompile(`^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$`)
	for _, name := range append(cloud.Names(), "") {
		e, err := cloud.Load(name, "")
		if err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		if e.FromFile || e.Name != e.Base || e.SMTPPort != 587 {
			t.Errorf("%q: FromFile %v, Name %q, Base %q, SMTPPort %d", name, e.FromFile, e.Name, e.Base, e.SMTPPort)
		}
		for what, origin := range map[string]string{"Authority": e.Authority, "Graph": e.Graph, "Exchange": e.Exchange,
			"ExchangeScope": strings.TrimSuffix(e.ExchangeScope, "/.default"), "SMTPScope": strings.TrimSuffix(e.SMTPScope, "/SMTP.Send"),
			"AzurePortal": e.AzurePortal, "EntraPortal": e.EntraPortal, "AdminPortal": e.AdminPortal, "DefenderPortal": e.DefenderPortal} {
			if rest, is := strings.CutPrefix(origin, "https://"); !is || !host.MatchString(rest) {
				t.Errorf("%q: its %s is %q, no https origin", name, what, origin)
			}
		}
		if !host.MatchString(e.SMTPHost) {
			t.Errorf("%q: its SMTPHost is %q, no host", name, e.SMTPHost)
		}
		if public := e.Name == cloud.DefaultName; (e.ExchangeEnvironment == "") != public {
			t.Errorf("%q: its ExchangeEnvironment is %q", name, e.ExchangeEnvironment)
		}
	}
}

// A cloud says where it is known from, or that nobody has confirmed it.
func TestEveryCloudNamesItsSource(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "clouds.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, decl := range file.Decls {
		f, is := decl.(*ast.FuncDecl)
		if !is || !describes(f) {
			continue
		}
		told = append(told, f.Name.Name)
		if doc := f.Doc.Text(); !strings.Contains(doc, "https://") && !strings.Contains(doc, "UNCONFIRMED") {
			t.Errorf("%s: no source, and not UNCONFIRMED", f.Name.Name)
		}
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(cloud.Names())), slices.Sorted(slices.Values(told))); diff != "" {
		t.Errorf("-rows of the table, +functions of a cloud:\n%s", diff)
	}
}

// describes says whether a function gives an Environment, of nothing.
func describes(f *ast.FuncDecl) bool {
	if f.Type.Results == nil || len(f.Type.Params.List) > 0 {
		return false
	}
	gives, is := f.Type.Results.List[0].Type.(*ast.Ident)
	return is && gives.Name == "Environment"
}

// The public cloud is the first that is offered, and the texts that name the
// clouds name them all.
func TestNames(t *testing.T) {
	if names := cloud.Names(); names[0] != cloud.DefaultName || len(slices.Compact(slices.Sorted(slices.Values(names)))) != len(names) {
		t.Error(names)
	}
	path := filepath.Join(t.TempDir(), "cloud.json")
	writeFile(t, path, `{"name":"x","base":"moon"}`)
	for _, wrong := range []string{"pubic", path} {
		_, err := cloud.Load(wrong, "")
		if err == nil || !strings.Contains(err.Error(), strings.Join(cloud.Names(), ", ")) {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}

// What is known of a cloud is data: each Load gives its own copy, equal to
// the last.
func TestEnvironmentIsData(t *testing.T) {
	for _, name := range cloud.Names() {
		a, errA := cloud.Load(name, "")
		b, errB := cloud.Load(name, "")
		if errA != nil || errB != nil || a.Environment != b.Environment {
			t.Errorf("%s: %v, %v: %+v and %+v", name, errA, errB, a.Environment, b.Environment)
		}
		a.SMTPHost = "elsewhere"
		if b.SMTPHost == "elsewhere" {
			t.Errorf("%s: shared", name)
		}
	}
}

func TestLoadDefaults(t *testing.T) {
	e, err := cloud.Load("", "")
	if err != nil {
		t.Fatal(err)
	}
	got := []any{e.Name, e.Timeouts, e.Retry, e.PollInterval, e.MaxClockSkew}
	want := []any{"public", cloud.Timeouts{Request: time.Minute, SignIn: 10 * time.Minute, Settle: time.Minute},
		cloud.Retry{Base: time.Second, Max: 30 * time.Second}, time.Second, 5 * time.Minute}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLoadFile(t *testing.T) {
	path := cloudtest.Start(t, nil, map[string]any{
		"name": "sandbox", "timeouts": map[string]string{"signIn": "3s"},
		"retry": map[string]string{"max": "7s"}, "pollInterval": "20ms", "maxClockSkew": "off",
	})
	e, err := cloud.Load(path, "")
	if err != nil {
		t.Fatal(err)
	}
	got := []any{e.Name, e.Base, e.FromFile, e.Authority, e.Timeouts, e.Retry, e.PollInterval, e.MaxClockSkew}
	want := []any{"sandbox", "public", true, "https://login.microsoftonline.com",
		cloud.Timeouts{Request: time.Minute, SignIn: 3 * time.Second, Settle: time.Minute},
		cloud.Retry{Base: time.Second, Max: 7 * time.Second}, 20 * time.Millisecond, time.Duration(0)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// fileFaults are endpoints files that must be refused, by the key at fault.
var fileFaults = []struct{ name, text, key string }{
	{"empty", ``, ""},
	{"not JSON", `hello`, ""},
	{"an array", `[]`, ""},
	{"cut short", `{"name":"x","base":"public"`, ""},
	{"text after it", `{"name":"x","base":"public"} {}`, ""},
	{"no name", `{"base":"public"}`, "name"},
	{"a strange name", `{"name":"../x","base":"public"}`, "name"},
	{"Microsoft's name", `{"name":"public","base":"public"}`, "name"},
	{"name twice", `{"name":"x","name":"y","base":"public"}`, "name"},
	{"name null", `{"name":null,"base":"public"}`, "name"},
	{"no base", `{"name":"x"}`, "base"},
	{"unknown base", `{"name":"x","base":"moon"}`, "base"},
	{"unknown key", `{"name":"x","base":"public","graph":"https://evil.example"}`, `"graph"`},
	{"wrong case", `{"Name":"x","base":"public"}`, `"Name"`},
	{"unknown key below", `{"name":"x","base":"public","retry":{"tries":"9"}}`, `retry."tries"`},
	{"timeouts no object", `{"name":"x","base":"public","timeouts":"9s"}`, "timeouts"},
	{"duration a number", `{"name":"x","base":"public","pollInterval":20}`, "pollInterval"},
	{"duration without unit", `{"name":"x","base":"public","pollInterval":"20"}`, "pollInterval"},
	{"negative duration", `{"name":"x","base":"public","timeouts":{"request":"-1s"}}`, "timeouts.request"},
	{"endless duration", `{"name":"x","base":"public","timeouts":{"signIn":"99999h"}}`, "timeouts.signIn"},
	{"retry upside down", `{"name":"x","base":"public","retry":{"base":"9s","max":"1s"}}`, "retry.max"},
	{"skew false", `{"name":"x","base":"public","maxClockSkew":false}`, "maxClockSkew"},
	{"dial a list", `{"name":"x","base":"public","dial":[]}`, "dial"},
	{"dial no port", `{"name":"x","base":"public","dial":{"*":"127.0.0.1:1"}}`, `dial."*"`},
	{"dial to no port", `{"name":"x","base":"public","dial":{"*:443":"127.0.0.1"}}`, "dial.*:443"},
	{"dial to port 0", `{"name":"x","base":"public","dial":{"*:443":"127.0.0.1:0"}}`, "dial.*:443"},
	{"dial to anywhere", `{"name":"x","base":"public","dial":{"*:443":"*:443"}}`, "dial.*:443"},
	{"dial another's host", `{"name":"x","base":"public","dial":{"smtp.office356.com:587":"127.0.0.1:1"}}`, "dial.smtp.office356.com:587"},
	{"no CA file", `{"name":"x","base":"public","caFile":"missing.pem"}`, "caFile"},
	{"CA file of another kind", `{"name":"x","base":"public","caFile":"cloud.json"}`, "caFile"},
}

func TestLoadRefuses(t *testing.T) {
	for _, c := range fileFaults {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "cloud.json")
			writeFile(t, path, c.text)
			_, err := cloud.Load(path, "")
			wantConfigError(t, err, path, c.key)
		})
	}
}

func TestLoadRefusesPaths(t *testing.T) {
	dir := t.TempDir()
	huge := filepath.Join(dir, "huge.json")
	writeFile(t, huge, strings.Repeat(" ", 2<<20))
	noPEM := filepath.Join(dir, "ca.pem")
	writeFile(t, noPEM, "hello")
	cases := []struct{ name, cloud, ca, file string }{
		{"neither name nor file", "pubic", "", "pubic"},
		{"a directory", dir, "", dir},
		{"too large", huge, "", huge},
		{"CA file missing", "", filepath.Join(dir, "no.pem"), filepath.Join(dir, "no.pem")},
		{"CA file without certificate", "", noPEM, noPEM},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := cloud.Load(c.cloud, c.ca)
			wantConfigError(t, err, c.file, "")
		})
	}
}

func wantConfigError(t *testing.T, err error, file, key string) {
	t.Helper()
	var c *cloud.ConfigError
	if !errors.As(err, &c) {
		t.Fatalf("got %v, want a *ConfigError", err)
	}
	if c.File != file || c.Key != key || c.Why == "" {
		t.Errorf("got file %q, key %q, why %q; want file %q, key %q", c.File, c.Key, c.Why, file, key)
	}
}

func writeFile(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func FuzzEndpointsFile(f *testing.F) {
	f.Add(`{"name":"sandbox","base":"public","dial":{"*:443":"127.0.0.1:1","smtp.office365.com:587":"127.0.0.1:2"},` +
		`"timeouts":{"request":"60s","signIn":"10m"},"retry":{"base":"1s","max":"30s"},"pollInterval":"20ms"}`)
	for _, c := range fileFaults {
		f.Add(c.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "cloud.json")
		writeFile(t, path, text)
		e, err := cloud.Load(path, "")
		if c := (*cloud.ConfigError)(nil); err != nil && !errors.As(err, &c) {
			t.Fatalf("error of type %T", err)
		}
		if err == nil && (e.Name == "" || e.Authority == "" || e.Timeouts.Request <= 0 || e.PollInterval <= 0) {
			t.Fatalf("accepted with gaps: %q", text)
		}
	})
}
