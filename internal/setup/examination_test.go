package setup_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"wxmail/internal/cloud"
	"wxmail/internal/doctor"
	"wxmail/internal/guide"
	"wxmail/internal/microsoft"
	"wxmail/internal/msg"
	"wxmail/internal/sandbox"
	"wxmail/internal/secret"
	"wxmail/internal/setup"
	"wxmail/internal/signin"
	"wxmail/internal/step"
	"wxmail/internal/store"
	"wxmail/internal/testkit"
	"wxmail/internal/vault"
	"wxmail/internal/wanted"
	"wxmail/internal/world"
)

const support = "support@contoso.example"

// desk is a mailbox that was set up in a world of its own, and whoever sits
// there: somebody who asks nothing and agrees to everything.
type desk struct {
	*testkit.World
	t       *testing.T
	profile *store.Profile
	vault   *vault.Vault
	draft   testkit.Draft
	answers map[string]string

	patience time.Duration // with who shall write to the mailbox; 0: that of the world

	mu   sync.Mutex
	came []signin.Role // who signed in, in order

	looked []string // at what, in order
}

func (d *desk) CanAsk() bool { return false }
func (d *desk) Ask(context.Context, wanted.Question, string, func(string) (string, error)) (string, error) {
	return "", errors.New("nobody is there")
}
func (d *desk) AskSecret(context.Context, string, func(secret.Value) error) (secret.Value, error) {
	return secret.Value{}, errors.New("nobody is there")
}

func (d *desk) ShowForm(context.Context, *setup.Summary) error { return nil }
func (d *desk) ShowPlan(*step.Plan)                            {}
func (d *desk) Agree(context.Context, *step.Plan, bool) (setup.Decision, error) {
	return setup.Agreed, nil
}
func (d *desk) Review(context.Context, []setup.Answered) (string, error) { return "", nil }
func (d *desk) ShowOutcome(step.Outcome)                                 {}
func (d *desk) ShowSignIns([]setup.ExpectedSignIn)                       {}
func (d *desk) Warn(msg.Message)                                         {}
func (d *desk) Say(msg.Message)                                          {}
func (d *desk) SignedIn(setup.SignInEnd) signin.Verdict                  { return signin.Verdict{} }
func (d *desk) Notice(signin.Notice)                                     {}
func (d *desk) Begin(setup.Work) (end func())                            { return func() {} }
func (d *desk) Looked(at string, _ error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.looked = append(d.looked, at)
}
func (d *desk) Typed(context.Context) <-chan string { return nil }

func (d *desk) SignIn(p setup.SignIn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.came = append(d.came, p.Role)
	go func() {
		_, _ = sandbox.Browse(context.Background(), filepath.Join(d.Dir, "sandbox"), p.URL, "") // who does not come is missed
	}()
}

// connection is one of a new process.
func (d *desk) connection() *setup.Connection {
	d.t.Helper()
	e, err := cloud.Load(d.CloudFile(), "")
	if err != nil {
		d.t.Fatal(err)
	}
	data, err := d.profile.Read()
	if err != nil {
		d.t.Fatal(err)
	}
	d.came, d.looked = nil, nil
	return &setup.Connection{Cloud: e, Profile: d.profile, Data: data, Journal: d.profile.Journal(e.Now), Vault: d.vault,
		Operator: d, Answers: &wanted.Answers{Flags: d.answers}, Flow: &signin.Flow{Endpoints: e}, Signing: setup.Browser, Yes: true}
}

// sit sits down at a desk in a new world.
func sit(t *testing.T) *desk {
	t.Helper()
	w := testkit.Start(t, sandbox.Options{})
	w.Endpoints(map[string]any{"maxClockSkew": "off", "retry": map[string]string{"base": "5ms", "max": "1s"},
		"timeouts": map[string]string{"request": "5s", "signIn": "10s"}})
	d := &desk{World: w, t: t, draft: w.Draft()}
	d.answers = d.draft.Answers(support)
	home, err := store.Open(w.Home())
	if err == nil {
		d.profile, err = home.Profile("default")
	}
	if err == nil {
		d.vault, err = vault.Open("", vault.Options{Memory: true})
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// setUp is sit, where the guide was gone through.
func setUp(t *testing.T) *desk {
	t.Helper()
	d := sit(t)
	if result := (setup.Run{Connection: d.connection(), Course: guide.Guide(nil, nil)}).Do(t.Context()); len(result.Problems) > 0 {
		t.Fatal(result.Problems)
	}
	return d
}

// examine looks, and gives what is wrong.
func (d *desk) examine(areas ...doctor.Area) (*setup.Examination, []string) {
	d.t.Helper()
	x, err := setup.NewExamination(d.t.Context(), d.connection(), doctor.ScopeOf(areas...))
	if err != nil {
		d.t.Fatal(err)
	}
	findings := d.look(x, areas...)
	return x, codesOf(findings)
}

func (d *desk) look(x *setup.Examination, areas ...doctor.Area) []doctor.Finding {
	d.t.Helper()
	if err := x.Look(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
	return doctor.Judge(x.Facts(), x.Plan(), x.Probed(), options(areas))
}

func options(areas []doctor.Area) doctor.Options {
	return doctor.Options{Areas: areas, Days: 30, Code: func(err error) string { return "a " + string(microsoft.Of(err).Service) + " error" }}
}

// codesOf are those of errors and warnings.
func codesOf(findings []doctor.Finding) []string {
	codes := []string{}
	for _, f := range findings {
		if f.Severity != step.Info {
			codes = append(codes, f.Code)
		}
	}
	return codes
}

func (d *desk) expect(what string, got []string, want ...string) {
	d.t.Helper()
	slices.Sort(got)
	if !slices.Equal(got, append([]string{}, want...)) {
		d.t.Errorf("%s: found %v, want %v", what, got, want)
	}
}

// fault makes the next such requests go wrong.
func (d *desk) fault(count int, service, path, action string, body any) {
	d.t.Helper()
	d.Call("POST", "/faults", []map[string]any{{"service": service, "path": path, "action": action, "body": body, "count": count}}, nil)
}

// Where all is well nothing is found, with few requests; who has signed in
// stays signed in.
func TestExaminationOfWhatIsWell(t *testing.T) {
	t.Parallel()
	d := setUp(t)
	before := len(d.Requests())
	x, found := d.examine()
	d.expect("all", found)
	d.expect("ticked off", d.looked, "directory", "exchange", "here", "network", "token")
	if asked := d.Requests()[before:]; len(asked) > 20 {
		t.Errorf("%d requests: %v", len(asked), asked)
	}
	if f := x.Facts(); !f.Seen.Read().Has(world.Held | world.Directory | world.Exchange) {
		t.Error("it did not look at everything")
	}
	d.expect("again", codesOf(d.look(x)))
	if !slices.Equal(d.came, []signin.Role{signin.Directory, signin.Exchange}) {
		t.Errorf("signed in: %v", d.came)
	}
}

// Each area signs in only whom it needs. Hosts can be tried before anything
// is known.
func TestExaminationOfAnArea(t *testing.T) {
	t.Parallel()
	d := setUp(t)
	for area, roles := range map[doctor.Area][]signin.Role{doctor.Network: nil, doctor.SecretExpiry: nil, doctor.Token: nil,
		doctor.Directory: {signin.Directory}, doctor.Exchange: {signin.Exchange}} {
		_, found := d.examine(area)
		d.expect(string(area), found)
		if !slices.Equal(d.came, roles) {
			t.Errorf("%s: signed in: %v", area, d.came)
		}
	}
	d.answers = nil
	_, err := setup.NewExamination(t.Context(), d.connection(), doctor.ScopeOf())
	var missing *wanted.MissingAnswers
	if !errors.As(err, &missing) {
		t.Errorf("without answers: %v", err)
	}
	x, found := d.examine(doctor.Network)
	d.expect("without answers", found)
	if len(x.Plan().Changes) > 0 {
		t.Error("it plans")
	}
}

// Whoever cannot reach a host is not asked to sign in to it.
func TestExaminationOfSilentHosts(t *testing.T) {
	t.Parallel()
	d := setUp(t)
	dial := d.dialled()
	d.Endpoints(map[string]any{"maxClockSkew": "1s"})
	d.Advance("1h")
	for host, roles := range map[string][]signin.Role{
		"login.microsoftonline.com:443": nil,
		"graph.microsoft.com:443":       {signin.Exchange},
		"outlook.office365.com:443":     {signin.Directory},
		"smtp.office365.com:587":        {signin.Directory, signin.Exchange},
	} {
		nowhere := maps.Clone(dial)
		nowhere[host] = "127.0.0.1:1"
		d.Endpoints(map[string]any{"dial": nowhere})
		x, found := d.examine()
		d.expect(host, found, "WX-CLOCK", "WX-NET-TCP")
		if !slices.Equal(d.came, roles) {
			t.Errorf("%s: signed in: %v", host, d.came)
		}
		if silent := x.Probed().Hosts; len(silent) != 1 || silent[0].Host != host || silent[0].At != "127.0.0.1:1" {
			t.Errorf("%s: silent: %v", host, silent)
		}
	}
}

// dialled is where each host is dialled.
func (d *desk) dialled() map[string]string {
	d.t.Helper()
	var file struct{ Dial map[string]string }
	raw, err := os.ReadFile(d.CloudFile())
	if err == nil {
		err = json.Unmarshal(raw, &file)
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return file.Dial
}

// What is held is tried; where nobody can say whose tenant it is, what is
// local is looked at all the same.
func TestExaminationTries(t *testing.T) {
	t.Parallel()
	d := setUp(t)
	d.fault(1, "smtp", "AUTH", "status:535", "5.9.9 No")
	x, found := d.examine()
	d.expect("SMTP", found, "a smtp error")
	if x.Probed().SMTP == nil || x.Probed().Secret != nil {
		t.Errorf("probed %+v", x.Probed())
	}

	d.fault(100, "entra", "openid-configuration", "status:503", nil)
	x, found = d.examine()
	d.expect("no tenant", found, "a entra error")
	if f := x.Facts(); x.Probed().Tenant == nil || f.Seen.Read() != world.Held || !f.Seen.Local().Refreshed || len(d.came) > 0 {
		t.Errorf("tenant: %+v, signed in: %v", x.Probed(), d.came)
	}
	d.Call("DELETE", "/faults", nil, nil)

	if err := setup.ForgetToken(d.vault); err != nil {
		t.Fatal(err)
	}
	_, found = d.examine(doctor.SecretExpiry)
	d.expect("a good secret", found)
	for _, app := range d.State()["applications"].([]any) {
		d.Call("PATCH", "/applications/"+app.(map[string]any)["id"].(string), map[string]any{"passwordCredentials": []any{}}, nil)
	}
	x, found = d.examine(doctor.SecretExpiry)
	d.expect("a secret that was removed", found, "WX-SECRET-INVALID")
	if x.Probed().Secret == nil {
		t.Error("it was not tried")
	}
}

// What was found is mended, and then it is well.
func TestExaminationMends(t *testing.T) {
	t.Parallel()
	d := setUp(t)
	d.Call("PATCH", "/mailboxes/"+support, map[string]any{"SmtpClientAuthenticationDisabled": true, "ForwardingSmtpAddress": nil}, nil)
	x, err := setup.NewExamination(t.Context(), d.connection(), doctor.ScopeOf())
	if err != nil {
		t.Fatal(err)
	}
	found := d.look(x)
	d.expect("harmed", codesOf(found), "WX-FORWARDING-CLEARED", "WX-SET-BACK", "WX-SMTP-AUTH-MAILBOX")
	before := len(d.Writes())
	result := x.Mend(t.Context(), func(c step.Change) bool {
		return slices.ContainsFunc(found, func(f doctor.Finding) bool { return f.Mends(c) })
	})
	if len(result.Problems) > 0 || len(d.Writes())-before != 2 {
		t.Errorf("mended: %v, %v", result.Problems, d.Writes()[before:])
	}
	d.expect("mended", codesOf(d.look(x)))
}

func TestExaminationStops(t *testing.T) {
	t.Parallel()
	d := setUp(t)
	x, err := setup.NewExamination(t.Context(), d.connection(), doctor.ScopeOf())
	if err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := x.Look(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	d.answers["azure.tenant"] = "nowhere.example"
	x, err = setup.NewExamination(t.Context(), d.connection(), doctor.ScopeOf())
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Look(t.Context()); err != nil {
		t.Errorf("a tenant that is not: %v", err)
	}
	if !microsoft.HasCode(x.Probed().Tenant, "AADSTS90002") {
		t.Errorf("a tenant that is not: tried, and got %v", x.Probed().Tenant)
	}
}

func TestLink(t *testing.T) {
	t.Parallel()
	c := &setup.Connection{Cloud: &cloud.Endpoints{}}
	c.Cloud.EntraPortal = "https://entra.microsoft.com"
	if got := c.Link(step.Page{Portal: step.EntraPortal, Path: "/#x"}); got != "https://entra.microsoft.com/#x" {
		t.Errorf("leads to %q", got)
	}
	if got := c.Link(step.Page{}); got != "" {
		t.Errorf("no page leads to %q", got)
	}
}
