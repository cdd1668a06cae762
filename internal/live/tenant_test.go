//go:build live

package live

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wxmail/internal/cloud"
	"wxmail/internal/sandbox"
	"wxmail/internal/signin"
	"wxmail/internal/testkit"
)

// The environment that names a tenant: docs/live.md.
const (
	nameOfTenant  = "WXMAIL_LIVE_TENANT"  // its default domain, typed by whoever may change it
	answersFile   = "WXMAIL_LIVE_ANSWERS" // as for wxmail setup --answers, in JSON
	outputFolder  = "WXMAIL_LIVE_OUT"     // where the answers go, masked
	otherAccounts = "WXMAIL_LIVE_ACCOUNT_"
)

// kinds are accounts that some questions need besides the administrator's, by
// the end of the variable that names one, and who they are in the sandbox: one
// that Set-User -EXOModuleEnabled $false shuts out it has not.
var kinds = map[string]string{"NO_ROLE": "sales@contoso.example", "EXCHANGE": "exchange@contoso.example",
	"READER": "reader@contoso.example", "CUSTOM_ROLE": "support@contoso.example", "SHUT_OUT": ""}

// tenant is where questions are asked.
type tenant struct {
	t        *testing.T
	question question
	cloud    *cloud.Endpoints
	metadata *signin.Metadata
	box      *testkit.World // nil for a real tenant
	answers  map[string]string
	accounts map[string]string // by kind
	home     string
	out      string
	before   map[string]string // the tenant before the guide, by what was read
	secrets  []string          // that must stand in no file

	tokens  map[string]*signin.Token
	records map[string]record
	notes   []string
}

// open finds the tenant, and refuses one whose name was not typed.
func open(t *testing.T) *tenant {
	t.Helper()
	x := &tenant{t: t, accounts: map[string]string{}, answers: map[string]string{}, tokens: map[string]*signin.Token{},
		records: map[string]record{}, home: t.TempDir(), out: cmp.Or(os.Getenv(outputFolder), t.TempDir())}
	t.Setenv("WXMAIL_HOME", x.home)
	t.Setenv("WXMAIL_PASSPHRASE", rand.Text())
	if os.Getenv(nameOfTenant) == "" {
		x.play()
	} else {
		x.meet()
	}
	var err error
	x.cloud, err = cloud.Load(os.Getenv("WXMAIL_CLOUD"), "")
	x.must(err)
	_, domain, _ := strings.Cut(x.mailbox(), "@")
	x.metadata, err = signin.Discover(t.Context(), x.cloud, cmp.Or(x.answers["azure.tenant"], domain))
	x.must(err)
	x.mustBeTyped()
	return x
}

// play makes a sandbox the tenant.
func (x *tenant) play() {
	x.box = testkit.Start(x.t, sandbox.Options{})
	x.box.Call("POST", "/users", map[string]any{"userPrincipalName": kinds["READER"], "displayName": "Reader",
		"directoryRoles": []string{"Global Reader"}}, nil)
	x.answers = x.box.Draft().Answers("support@contoso.example")
	x.accounts = kinds
	x.t.Setenv(nameOfTenant, "contoso.example")
	x.t.Setenv("WXMAIL_CLOUD", x.box.CloudFile())
	x.t.Setenv("PATH", filepath.Join(x.box.Dir, "bin")+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// meet reads what a person says of a real tenant.
func (x *tenant) meet() {
	raw, err := os.ReadFile(os.Getenv(answersFile))
	x.must(err)
	x.must(json.Unmarshal(raw, &x.answers))
	for kind := range kinds {
		if upn := os.Getenv(otherAccounts + kind); upn != "" {
			x.accounts[kind] = upn
		}
	}
}

var errNotTyped = errors.New("the tenant's default domain is not what " + nameOfTenant + " says: nothing was changed")

// mustBeTyped ends the run where the tenant is another than was typed.
func (x *tenant) mustBeTyped() {
	x.t.Helper()
	x.must(x.typed(x.tenantDomain()))
}

func (x *tenant) tenantDomain() string {
	var organization struct {
		Value []struct {
			VerifiedDomains []struct {
				Name      string
				IsDefault bool
			}
		}
	}
	got := x.graph("GET", "/organization?$select=verifiedDomains", nil)
	x.must(json.Unmarshal(got.Body, &organization))
	for _, o := range organization.Value {
		for _, d := range o.VerifiedDomains {
			if d.IsDefault {
				return d.Name
			}
		}
	}
	return ""
}

func (x *tenant) typed(domain string) error {
	if domain == "" || !strings.EqualFold(domain, os.Getenv(nameOfTenant)) {
		return fmt.Errorf("%w (%s)", errNotTyped, domain)
	}
	return nil
}

func (x *tenant) mailbox() string { return x.answers["webex.email-id"] }

// at begins a question.
func (x *tenant) at(t *testing.T, q question) {
	x.t, x.question = t, q
	if x.box != nil {
		x.box = x.box.In(t)
	}
}

// note keeps what was learned.
func (x *tenant) note(format string, values ...any) {
	x.notes = append(x.notes, x.question.id+": "+fmt.Sprintf(format, values...))
}

// account is one of a kind, and false where nobody named one: then the question
// is left open, and said to be.
func (x *tenant) account(kind string) (string, bool) {
	upn := x.accounts[kind]
	if upn == "" {
		x.note("left open: %s%s names nobody", otherAccounts, kind)
	}
	return upn, upn != ""
}

func (x *tenant) must(err error) {
	x.t.Helper()
	if err != nil {
		x.t.Fatal(err)
	}
}

// is complains where what wxmail relies on is not so.
func (x *tenant) is(so bool, what string, values ...any) {
	x.t.Helper()
	if !so {
		x.t.Errorf("%s: "+what, append([]any{x.question.asks}, values...)...)
	}
}

// wxmail runs the program in a home of its own, as the person did who named the
// tenant, and gives its exit code and both outputs.
func (x *tenant) wxmail(args ...string) (exit int, out, said string) {
	x.t.Helper()
	cmd := exec.CommandContext(x.t.Context(), "wxmail", args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if x.box == nil {
		cmd.Stderr = os.Stderr // a person reads who is to sign in
	}
	var ended *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &ended) {
		x.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()
}

// answersPath is the answers as a file.
func (x *tenant) answersPath() string {
	raw, err := json.Marshal(x.answers)
	x.must(err)
	path := filepath.Join(x.t.TempDir(), "answers.yaml")
	x.must(os.WriteFile(path, raw, 0o600))
	return path
}

// signIn signs an account in for a role, once.
func (x *tenant) signIn(role signin.Role, account string) *signin.Token {
	x.t.Helper()
	key := string(role) + " " + account
	if token := x.tokens[key]; token != nil {
		return token
	}
	req := signin.Request{Role: role, Metadata: x.metadata, ClientID: signin.ExchangeClientID,
		Scopes: signin.ExchangeScopes(x.cloud), LoginHint: account}
	if role == signin.Directory {
		client, scopes, err := signin.AdminClient(cmp.Or(x.answers["azure.sign-in-app"], "graph"))
		x.must(err)
		req.ClientID, req.Scopes = client, scopes(x.cloud)
	}
	flow := &signin.Flow{Endpoints: x.cloud, OpenBrowser: true, Show: func(p signin.Prompt) {
		if x.box == nil {
			fmt.Fprintf(os.Stderr, "sign in as %s (%s): %s\n", account, role, p.URL)
		}
	}}
	token, err := flow.SignIn(context.WithoutCancel(x.t.Context()), req)
	x.must(err)
	x.tokens[key] = token
	x.secrets = append(x.secrets, token.Access.Reveal(), token.Refresh.Reveal())
	return token
}

func (x *tenant) directory() *signin.Token {
	return x.signIn(signin.Directory, x.answers["azure.admin"])
}

func (x *tenant) exchange() *signin.Token {
	return x.signIn(signin.Exchange, cmp.Or(x.answers["exchange.admin"], x.answers["azure.admin"]))
}

// report writes what was answered and says what was learned.
func (x *tenant) report() {
	x.write()
	for _, n := range x.notes {
		x.t.Log(n)
	}
	x.t.Logf("the answers, masked, are in %s", x.out)
	asked := map[string]bool{}
	for _, r := range x.records {
		asked[r.Question] = true
	}
	for _, q := range questions() {
		told := slices.ContainsFunc(x.notes, func(n string) bool { return strings.HasPrefix(n, q.id+": ") })
		if !asked[q.id] && !told {
			x.t.Errorf("%s left no trace", q.id)
		}
	}
}
