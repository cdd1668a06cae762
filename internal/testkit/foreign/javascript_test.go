//go:build foreign

package foreign

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// expected is a step of a program, and what has to come of it: what the program
// says, or words of the failure that it reports, all of them.
type expected struct {
	name  string
	says  any
	fails []string
}

// graphTools is Microsoft Graph Command Line Tools, a public client of
// Microsoft's in every tenant.
// https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
const graphTools = "14d82eec-204b-4c2f-b7e8-296a70dab67e"

const entraAdmin = "admin@contoso.example"

// setUpForStrict is a tenant in which browsers are sent to pages with TLS, since
// there are clients that take no others.
func setUpForStrict(t *testing.T) *world {
	t.Helper()
	w := setUp(t)
	w.Call("POST", "/tenant", params{"canonicalPages": true}, nil)
	return w
}

// goesThrough runs a program of testdata/javascript in a tenant that wxmail has
// set up, and holds each of its steps against the table: none may be left out.
func (w *world) goesThrough(t *testing.T, script string, steps []expected) {
	t.Helper()
	said := w.runs(t, script)
	for _, e := range steps {
		t.Run(e.name, func(t *testing.T) {
			got, is := said[e.name]
			if !is {
				t.Fatalf("%s has no such step, or ended before it", script)
			}
			e.judge(t, got)
		})
		delete(said, e.name)
	}
	for name := range said {
		t.Errorf("%s: nobody says what %q must come to", script, name)
	}
}

// told is what a program says of a step.
type told struct {
	Name   string
	Says   any
	Failed string
}

func (e expected) judge(t *testing.T, got told) {
	t.Helper()
	if e.fails == nil {
		want := throughJSON(t, e.says)
		if got.Failed != "" {
			t.Errorf("it failed: %s", got.Failed)
		} else if diff := cmp.Diff(want, got.Says); diff != "" {
			t.Errorf("want (-), got (+):\n%s", diff)
		}
		return
	}
	if got.Failed == "" {
		t.Errorf("it did not fail, but said %v; want %q", got.Says, e.fails)
	}
	for _, words := range e.fails {
		if !strings.Contains(got.Failed, words) {
			t.Errorf("it failed without %q: %s", words, got.Failed)
		}
	}
}

// throughJSON is a value as it is when a program has written it.
func throughJSON(t *testing.T, value any) (read any) {
	t.Helper()
	raw, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &read); err != nil {
		t.Fatal(err)
	}
	return read
}

// given is what every program may need to know of the tenant.
func (w *world) given() params {
	w.t.Helper()
	loopback := w.landing()
	return params{
		"authority": w.authority(), "tenant": w.authority()[strings.LastIndex(w.authority(), "/")+1:],
		"client": w.value("Client ID"), "secret": w.value("Client Secret"), "graphTools": graphTools,
		"mailbox": mailbox, "admin": entraAdmin, "customer": testkit.Customer,
		"token": w.value("Access Token"), "refresh": w.value("Refresh Token"),
		"loopback": loopback, "callback": loopback + "/callback", "robot": w.robot(), "smtp": w.smtp(),
	}
}

// runs gives what a program tells of its steps. What it is given goes to it on
// standard input, since arguments can be read by others.
func (w *world) runs(t *testing.T, script string) map[string]told {
	t.Helper()
	input, err := json.Marshal(w.given())
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", "--import", "./sandbox.mjs", script)
	cmd.Dir = filepath.Join("testdata", "javascript")
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "WXMAIL_CLOUD=" + w.CloudFile(), "NODE_EXTRA_CA_CERTS=" + w.ca()}
	cmd.Stdin = bytes.NewReader(input)
	var said, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &errs
	if err := cmd.Run(); err != nil {
		t.Errorf("%s: %v\n%s", script, err, errs.String())
	}
	steps := map[string]told{}
	for line := range bytes.Lines(said.Bytes()) {
		var o told
		if err := json.Unmarshal(line, &o); err != nil {
			t.Fatalf("%s says %q: %v", script, line, err)
		}
		steps[o.Name] = o
	}
	return steps
}

// landing is the page of an application, at http://localhost: whatever comes
// there is welcome, and read from the browser's address.
func (w *world) landing() string {
	w.t.Helper()
	return w.listen(make(chan string, 1000))
}

// robot is the browser of a program: it is posted what to do, and answers with
// the address where it ended.
func (w *world) robot() string {
	dir := filepath.Dir(w.CloudFile())
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		var errand struct{ URL, Code, As string }
		err := json.NewDecoder(r.Body).Decode(&errand)
		ended := ""
		switch {
		case err != nil:
		case errand.Code != "":
			err = sandbox.BrowseCode(r.Context(), dir, errand.Code, errand.As)
		default:
			ended, err = sandbox.Browse(r.Context(), dir, errand.URL, errand.As)
		}
		if err != nil {
			http.Error(out, err.Error(), http.StatusConflict)
			return
		}
		_, _ = io.WriteString(out, ended) // the program may have ended
	}))
	w.t.Cleanup(server.Close)
	return server.URL
}
