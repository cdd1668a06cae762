//go:build unix

package signin

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"wxmail/internal/microsoft"
)

// program puts a shell script first on PATH, which is all that stands there
// besides the shell's own tools.
func program(t *testing.T, name, script string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+"/usr/bin"+string(os.PathListSeparator)+"/bin")
	return dir
}

func fifo(t *testing.T, path string) {
	t.Helper()
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
}

// The opener gets the URL and no passphrase, and nobody waits for its end.
func TestOpener(t *testing.T) {
	t.Setenv("WXMAIL_PASSPHRASE", "canary-passphrase")
	t.Setenv("WXMAIL_PASSPHRASE_FILE", "canary-file")
	dir := program(t, openerName(), `
here=$(dirname "$0")
{ echo "$@"; env; cat; ps -o pid= -o sid= -p $$; } > "$here/report"
echo noise; echo noise >&2
cat "$here/hold"
`)
	fifo(t, filepath.Join(dir, "report"))
	fifo(t, filepath.Join(dir, "hold"))
	f := &Flow{Endpoints: serve(t, newSTS()), OpenBrowser: true}
	p, ended := start(context.Background(), t, f, mailboxRequest())
	text, err := os.ReadFile(filepath.Join(dir, "report"))
	if err != nil {
		t.Fatal(err)
	}
	report := string(text)
	address, _, _ := strings.Cut(report, "\n")
	if !leadsOnce(t, address, p) || strings.Contains(report, "canary") {
		t.Errorf("the opener saw %s", report)
	}
	lines := strings.Split(strings.TrimSpace(report), "\n")
	if ids := strings.Fields(lines[len(lines)-1]); len(ids) != 2 || ids[0] != ids[1] {
		t.Errorf("process and session: %v", ids)
	}
	get(t, callback(t, p, "code=x"))
	if got := <-ended; got.err != nil { // while the opener still runs
		t.Error(got.err)
	}
	if err := os.WriteFile(filepath.Join(dir, "hold"), nil, 0o600); err != nil {
		t.Error(err)
	}
}

// leadsOnce says whether an address leads to the sign-in of a prompt, once, and
// tells nothing of what binds its answer.
func leadsOnce(t *testing.T, address string, p Prompt) bool {
	t.Helper()
	for _, name := range secretParameters {
		if value := query(t, p).Get(name); value == "" || strings.Contains(address, value) {
			t.Errorf("%s %q is in the address", name, value)
		}
	}
	staying := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for i, want := range []int{http.StatusMethodNotAllowed, http.StatusFound, http.StatusGone} {
		resp, err := staying.Do(must(http.NewRequest([]string{"HEAD", "GET", "GET"}[i], address, nil)))
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != want || want == http.StatusFound && resp.Header.Get("Location") != p.URL {
			t.Errorf("request %d: %s to %q", i, resp.Status, resp.Header.Get("Location"))
			return false
		}
	}
	return strings.HasPrefix(address, query(t, p).Get("redirect_uri")+"/open/")
}

func must(r *http.Request, err error) *http.Request {
	if err != nil {
		panic(err)
	}
	return r
}

func openerName() string {
	name, _ := openerFor("linux")
	return name
}

func TestReopen(t *testing.T) {
	dir := program(t, openerName(), `echo "$@" > "$(dirname "$0")/report"`)
	fifo(t, filepath.Join(dir, "report"))
	reopen := make(chan string)
	f := &Flow{Endpoints: serve(t, newSTS()), OpenBrowser: true, Typed: reopen}
	p, ended := start(context.Background(), t, f, mailboxRequest())
	for range 3 {
		text, err := os.ReadFile(filepath.Join(dir, "report"))
		if err != nil || !leadsOnce(t, strings.TrimSpace(string(text)), p) {
			t.Fatalf("got %q, %v", text, err)
		}
		select {
		case reopen <- "R":
		case got := <-ended:
			t.Fatal(got.err)
		}
	}
	get(t, callback(t, p, "code=x"))
	if got := <-ended; got.err != nil {
		t.Error(got.err)
	}
}

// An opener that is missing, does not start or fails is said, and no error.
func TestOpenerThatDoesNotOpen(t *testing.T) {
	for want, script := range map[Happening]string{NoOpener: "", OpenerFailed: "exit 4"} {
		t.Run(string(want), func(t *testing.T) {
			t.Setenv("PATH", t.TempDir())
			if script != "" {
				program(t, openerName(), script)
			}
			told := make(chan Happening, 1)
			f := &Flow{Endpoints: serve(t, newSTS()), OpenBrowser: true, Tell: func(n Notice) { told <- n.What }}
			p, ended := start(context.Background(), t, f, mailboxRequest())
			if got := <-told; got != want {
				t.Errorf("told %s", got)
			}
			get(t, callback(t, p, "code=x"))
			if got := <-ended; got.err != nil {
				t.Error(got.err)
			}
		})
	}
}

// With a device code the person says when the page is to be opened.
func TestDeviceCodeOpensOnEnter(t *testing.T) {
	dir := program(t, openerName(), `echo "$@" > "$(dirname "$0")/report"`)
	fifo(t, filepath.Join(dir, "report"))
	typed, shown := make(chan string), make(chan Prompt, 1)
	f := &Flow{Endpoints: serve(t, deviceSTS(deviceTokens(3600))), OpenBrowser: true, Typed: typed,
		Show: func(p Prompt) { shown <- p }}
	ended := make(chan error, 1)
	go func() {
		_, _, err := f.DeviceCode(t.Context(), adminRequest())
		ended <- err
	}()
	p := <-shown
	typed <- ""
	if opened, err := os.ReadFile(filepath.Join(dir, "report")); err != nil || strings.TrimSpace(string(opened)) != p.URL {
		t.Errorf("opened %q, %v", opened, err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

const graphScope = "https://graph.microsoft.com/.default"

func TestAzureCLI(t *testing.T) {
	access := jwt(map[string]any{"upn": upn, "oid": "oid-1", "tid": tenant, "scp": "x"})
	dir := program(t, "az", `echo "$@" >> "$(dirname "$0")/calls"
echo '{"accessToken":"`+access+`","expires_on":4102444800}'`)
	credential, account, err := NewAzureCLI(context.Background(), serve(t, newSTS()), tenant, graphScope)
	if err != nil {
		t.Fatal(err)
	}
	if account.UPN != upn || account.TenantID != tenant || account.ObjectID != "oid-1" {
		t.Errorf("account %+v", account)
	}
	for range 3 {
		if got, err := credential.GetToken(context.Background(), policy.TokenRequestOptions{EnableCAE: true}); got.Token != access || err != nil {
			t.Error(err)
		}
	}
	calls, err := os.ReadFile(filepath.Join(dir, "calls"))
	want := "account get-access-token -o json --resource https://graph.microsoft.com --tenant " + tenant + "\n"
	if err != nil || string(calls) != want {
		t.Errorf("called %q, %v", calls, err)
	}
}

func TestAzureCLIFails(t *testing.T) {
	cases := []struct {
		name, script, code string
		cause              error
	}{
		{"not installed", "exit 127", "", ErrNoAzureCLI},
		{"not signed in", `echo "ERROR: Please run 'az login' to setup account. canary" >&2; exit 1`, "", ErrAzureCLISignIn},
		{"refused", `echo "ERROR: AADSTS50076: canary" >&2; exit 1`, "AADSTS50076", ErrAzureCLIRefused},
		{"garbage", `echo '{"accessToken":"canary"'`, "", ErrAzureCLIRefused},
		{"no token", `echo '{"expires_on":4102444800}'`, "", ErrAzureCLIRefused},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			program(t, "az", c.script)
			_, _, err := NewAzureCLI(context.Background(), serve(t, newSTS()), tenant, graphScope)
			var failure *microsoft.Error
			if !errors.As(err, &failure) || !errors.Is(err, c.cause) || failure.Code != c.code {
				t.Errorf("got %v", err)
			}
			if err != nil && strings.Contains(err.Error(), "canary") {
				t.Errorf("the CLI's text in %v", err)
			}
		})
	}
	for scope, asked := range map[string]microsoft.Asked{
		graphScope: microsoft.DirectorySignIn, "https://outlook.office365.com/.default": microsoft.ExchangeSignIn,
	} {
		_, _, err := NewAzureCLI(context.Background(), serve(t, newSTS()), tenant, scope)
		wantAbout(t, err, asked, AzureCLIClientID)
	}
	var input *InputError
	if _, _, err := NewAzureCLI(context.Background(), serve(t, newSTS()), "a;b", graphScope); !errors.As(err, &input) {
		t.Errorf("got %v", err)
	}
}
