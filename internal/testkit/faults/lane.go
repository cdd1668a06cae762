package faults

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/secret"
	"wxmail/internal/testkit"
	"wxmail/internal/vault"
)

const (
	mailbox = "support@contoso.example"
	theirs  = "theirs" // part of every foreign object's name but the application's
)

// Request is how long a request may take in these runs.
const Request = time.Second

// Lane is one sandbox, used for one case after the other.
type Lane struct {
	t      testing.TB
	w      *testkit.World
	home   string
	answer string
	draft  testkit.Draft
	noCopy bool   // the mailbox shall keep no copy, once the asset is saved
	mails  int    // that customers have written
	clean  any    // what a clean run makes of the tenant
	before string // the foreign objects
}

// Open starts a sandbox and records a clean run in it.
func Open(t testing.TB, args ...string) (*Lane, []Point) {
	t.Helper()
	l := &Lane{t: t, w: testkit.Serve(t, args...)}
	for name, request := range map[string]time.Duration{quick: Request, patient: time.Minute} {
		if err := retime(l.w, name, request); err != nil {
			t.Fatal(err)
		}
	}
	l.begin(false)
	if run := l.setup(launch{cloud: patient}); run.Exit != 0 {
		t.Fatalf("the clean run: exit %s\n%s", run, run.Output)
	}
	l.clean = l.shape()
	return l, Points(l.w.Requests())
}

// begin makes a fresh tenant in which somebody else has objects too, and an
// empty home whose vault costs nothing to open.
func (l *Lane) begin(noCopy bool) {
	l.noCopy, l.mails = noCopy, 0
	l.w.Call("POST", "/reset", map[string]any{}, nil)
	l.draft = l.w.Draft()
	l.others()
	l.before = l.foreign()
	l.home = l.t.TempDir()
	v, err := vault.Open(filepath.Join(l.home, "profiles", "default"), vault.Options{WorkFactor: 1,
		Passphrase: func(bool) (secret.Value, error) { return secret.New(testkit.Passphrase), nil }})
	if err == nil {
		err = v.Keep()
	}
	if err != nil {
		l.t.Fatal(err)
	}
	answers := l.draft.Answers(mailbox)
	answers["mailbox.keep-copy"] = strconv.FormatBool(!noCopy)
	l.answer = l.w.AnswersFile(answers)
}

// others makes what belongs to somebody else: an application of the same
// display name with two secrets, a policy with a rule, forwarding.
func (l *Lane) others() {
	l.w.Call("POST", "/applications", map[string]any{"displayName": "WebexConnect",
		"passwordCredentials": []any{map[string]any{"displayName": theirs}, map[string]any{"displayName": "wxmail 2026-01-01 aaaaaaaa"}}}, nil)
	l.w.Call("POST", "/outboundPolicies", map[string]any{"Name": theirs, "AutoForwardingMode": "On"}, nil)
	l.w.Call("POST", "/outboundRules",
		map[string]any{"Name": theirs, "HostedOutboundSpamFilterPolicy": theirs, "From": []string{"sales@contoso.example"}}, nil)
	l.w.Call("PATCH", "/mailboxes/sales@contoso.example",
		map[string]any{"ForwardingSmtpAddress": "smtp:theirs@fabrikam.example", "DeliverToMailboxAndForward": true}, nil)
}

// setup runs it. Keeping no copy waits for the asset, which nobody saves here:
// where that alone is left to do, all is well.
func (l *Lane) setup(o launch) Run {
	l.t.Helper()
	run, err := o.run(l.w, l.home, "setup", "--no-input", "-y", "--json", "--answers", l.answer)
	if err != nil {
		l.t.Fatal(err)
	}
	failed := strings.Contains(run.Output, `"state":"failed"`) // an exit tells one of several reasons
	if l.noCopy && run.Code == "WX-COPY-KEPT" && !failed {
		run.Exit, run.Code = 0, ""
	}
	return run
}

// customerWrites has a customer write now: the mail must come to the mailbox
// or to the agent.
func (l *Lane) customerWrites(r *Result) {
	l.mails++
	if reached, way := l.w.CustomerWrites(mailbox, fmt.Sprint("Order ", l.mails)); reached.Lost() {
		r.Mail++
		r.blame("a customer's mail came to nobody:\n%s", way)
	}
}

// Result is what became of one case.
type Result struct {
	Point, Damage               string
	Runs                        []Run
	Lost, Twice, Foreign, Found int
	Mail                        int // of customers, that came to nobody
	Trouble                     []string
}

// Recovered says how: "at once", "by rerun", or "" for not at all.
func (r *Result) Recovered() string {
	switch {
	case r.Runs[len(r.Runs)-1].Exit != 0:
		return ""
	case len(r.Runs) == 1:
		return "at once"
	}
	return "by rerun"
}

func (r *Result) blame(format string, args ...any) {
	r.Trouble = append(r.Trouble, fmt.Sprintf(format, args...))
}

// Try runs setup against a damage, and again until it ends well; a fault that
// lasts for several requests may need several runs.
func (l *Lane) Try(p Point, d Damage, noCopy bool) *Result {
	l.begin(noCopy)
	l.w.Call("POST", "/faults", d.Faults(p), nil)
	r := &Result{Point: p.String(), Damage: d.Name}
	l.mend(r, launch{cloud: quick}, max(d.count, 1)+2)
	return r
}

// mend runs setup until it ends well, so often at most, and judges.
func (l *Lane) mend(r *Result, o launch, runs int) {
	for range runs {
		run := l.setup(o)
		r.Runs = append(r.Runs, run)
		l.judgeRun(r, run)
		l.customerWrites(r)
		if run.Exit == 0 {
			break
		}
	}
	l.judgeTenant(r)
	_ = os.RemoveAll(l.home) // TempDir's own removal would wait for the lane's end
}

// documented are the exit codes that a fault of a service may lead to.
var documented = []int{0, 1, 4, 5, 6, 8, 10}

// vague are codes that explain nothing.
var vague = []string{"WX-FAILED", "WX-INTERNAL"}

func (l *Lane) judgeRun(r *Result, run Run) {
	left := run.Output
	for _, path := range testkit.Files(l.t, l.home) {
		raw, err := os.ReadFile(path)
		if err != nil {
			l.t.Fatal(err)
		}
		left += string(raw)
	}
	r.Found += secretsIn(l.w, left)
	if run.Hung {
		r.blame("it did not end within %v", Longest)
	}
	if run.Mute > 10*Request {
		r.blame("it said nothing for %v", run.Mute.Round(time.Millisecond))
	}
	if !slices.Contains(documented, run.Exit) || slices.Contains(vague, run.Code) || run.Exit != 0 && run.Code == "" {
		r.blame("exit %s explains nothing: %.1500s", run, run.Output[max(0, len(run.Output)-1500):])
	}
}

// judgeTenant compares what is there now with what a clean run makes.
func (l *Lane) judgeTenant(r *Result) {
	if last := r.Runs[len(r.Runs)-1]; last.Exit != 0 {
		r.Lost++
		r.blame("no rerun mended it: exit %s: %.1500s", last, last.Output[max(0, len(last.Output)-1500):])
	}
	if l.foreign() != l.before {
		r.Foreign++
		r.blame("somebody else's objects changed")
	}
	r.Twice = l.twice(r)
	if diff := cmp.Diff(l.clean, l.shape()); diff != "" {
		r.Lost++
		r.blame("the tenant is not that of a clean run (-clean +now):\n%s", diff)
	}
	l.judgeSecret(r)
}

// judgeSecret: the vault's secret is the one that the application has.
func (l *Lane) judgeSecret(r *Result) {
	ran, err := launch{cloud: quick}.run(l.w, l.home, "summary", "--json")
	if err != nil {
		l.t.Fatal(err)
	}
	var summary struct {
		Azure struct{ Secret struct{ KeyID string } }
	}
	// The document comes first, and what is said to a person behind it. An
	// empty one is no key id either.
	_ = json.NewDecoder(strings.NewReader(ran.Output)).Decode(&summary)
	for _, app := range l.ours() {
		if !strings.Contains(asJSON(app["passwordCredentials"]), `"`+summary.Azure.Secret.KeyID+`"`) {
			r.Lost++
			r.blame("the vault's secret is not the application's")
		}
	}
}

// twice counts what is there more often than once.
func (l *Lane) twice(r *Result) int {
	extra := max(0, len(l.ours())-1)
	for _, app := range l.ours() {
		secrets, _ := app["passwordCredentials"].([]any)
		extra += max(0, len(secrets)-1)
	}
	if extra > 0 {
		r.blame("%d objects more than once", extra)
	}
	return extra
}

func (l *Lane) ours() []map[string]any {
	var found []map[string]any
	list, _ := l.w.State()["applications"].([]any)
	for _, item := range list {
		if app, ok := item.(map[string]any); ok && app["uniqueName"] == testkit.UniqueName(mailbox) {
			found = append(found, app)
		}
	}
	return found
}

// foreign is what belongs to somebody else, as text.
func (l *Lane) foreign() string {
	var found []any
	state := l.w.State()
	for _, collection := range []string{
		"applications", "outboundPolicies", "outboundRules", "mailboxes", "users", "transportConfig", "organizationConfig",
	} {
		list, ok := state[collection].([]any)
		if !ok {
			found = append(found, state[collection])
		}
		for _, item := range list {
			text := asJSON(item)
			if !strings.Contains(text, `"`+testkit.UniqueName(mailbox)+`"`) && !strings.Contains(text, mailbox) {
				found = append(found, item)
			}
		}
	}
	return asJSON(found)
}

// shape is the tenant without ids and times, and without the forwarding
// address, which belongs to the draft.
func (l *Lane) shape() any {
	text := asJSON(testkit.Shape(l.w.State()))
	text = strings.ReplaceAll(text, l.draft.ForwardingAddress, "the draft's address")
	var shape any
	_ = json.Unmarshal([]byte(text), &shape) // it was JSON a line ago
	return shape
}

func asJSON(v any) string {
	raw, _ := json.Marshal(v) // what came from JSON goes back
	return string(raw)
}
