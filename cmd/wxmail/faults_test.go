package main

import (
	"bytes"
	"errors"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
	"wxmail/internal/testkit/faults"
)

// A shard of what `make faults` tries in full.
func TestFaultsSometimes(t *testing.T) {
	t.Parallel()
	faults.Work(t, 4, func(points []faults.Point) []faults.Case {
		points = slices.DeleteFunc(points, func(p faults.Point) bool { // a refusal there is read back for a minute
			return strings.Contains(p.Path, "servicePrincipals")
		})
		return slices.Concat(
			every(17, faults.Matrix(points, faults.Damage.Quick)),
			every(13, faults.Interruptions(points)),
			faults.Replication(1))
	})
}

func every(n int, all []faults.Case) []faults.Case {
	var some []faults.Case
	for i := 0; i < len(all); i += n {
		some = append(some, all[i])
	}
	return some
}

// fault is one element of POST /faults.
type fault map[string]any

func damage(w *testkit.World, f fault) { w.Call("POST", "/faults", []fault{f}, nil) }

// The application was made, and nobody heard of it: its temporary redirect
// URI is ours all the same, and is removed by this run or the next.
func TestRedirectURIOfAnApplicationWhoseAnswersWereLost(t *testing.T) {
	t.Parallel()
	timedOut := fault{"action": "commit-status:504", "body": `{"error":{"code":"GatewayTimeout","message":"Timed out."}}`}
	for name, damages := range map[string][]fault{
		"no answer":                      {with4(timedOut)},
		"an answer that says nothing":    {with4(fault{"action": "commit-status:200", "body": `{}`})},
		"no answer, then a busy service": {timedOut, {"action": "status:429", "nth": 2, "retryAfter": 3600, "body": `{}`}},
	} {
		t.Run(name, func(t *testing.T) {
			w := testkit.Start(t, sandbox.Options{})
			home, answers := w.Home(), w.Draft().Answers(support)
			for _, f := range damages {
				f["service"], f["method"], f["path"] = "graph", "PATCH", "uniqueName"
				damage(w, f)
			}
			setUpTo(w, home, answers).Must(t, 8)
			setUpTo(w, home, answers)
			setUp(t, w, home, answers)
			if uris := redirectURIs(ourApplication(t, w)); len(uris) != 1 {
				t.Errorf("redirect URIs %v", uris)
			}
		})
	}
}

func with4(f fault) fault {
	f = maps.Clone(f)
	f["count"] = 4
	return f
}

// Whoever waits is told what for, while the answer is still due.
func TestSilentServicesAreNamed(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	damage(w, fault{"service": "exchange", "path": "^Get-Mailbox$", "action": "stall:4s"})
	damage(w, fault{"service": "smtp", "path": "^AUTH$", "action": "stall:4s"})
	events := setUp(t, w, w.Home(), w.Draft().Answers(support), "--json").Events(t)
	for _, want := range []string{"exchange: no answer yet", "smtp: no answer yet"} {
		if len(having(testkit.Named(events, "wait"), "for", want)) != 1 {
			t.Errorf("no event says %q", want)
		}
	}
}

// A grant that a replica did not show is amended, not made twice.
func TestGrantThatWasThereAlready(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	damage(w, fault{"service": "graph", "method": "POST", "path": "oauth2PermissionGrants", "count": 2, "action": "commit-status:409",
		"body": `{"error":{"code":"Request_MultipleObjectsWithSameKeyValue","message":"Permission entry already exists."}}`})
	setUp(t, w, w.Home(), w.Draft().Answers(support))
}

// What says nothing usable, or says "not yet" in misleading words, is no
// refusal.
func TestAnswersThatAreNotRefusals(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault fault
		exit  int
		code  string
	}{
		"a cmdlet's answer without records": {fault{
			"service": "exchange",
			"path":    "^Get-Mailbox$",
			"action":  "status:200",
			"body":    `{}`,
			"count":   1000,
		}, 8, "WX-ANSWER-SHAPE"},
		"a token answer without a token": {fault{
			"service": "entra",
			"path":    "/token$",
			"action":  "status:200",
			"body":    `{}`,
		}, 8, "WX-ANSWER-UNUSABLE"},
		"a busy Exchange": {fault{"service": "exchange", "path": "^Set-CASMailbox$", "action": "status:200",
			"body": `{"value":[],"@adminapi.errors":["Ex6F9304|Microsoft.Exchange.Data.Directory.ADTransientException|` +
				`The server is busy."]}`, "count": 1000}, 8, "WX-UNAVAILABLE"},
		"a replica without the application": {fault{"service": "graph", "method": "PATCH", "path": "uniqueName", "action": "status:403",
			"body": `{"error":{"code":"Authorization_RequestDenied",` +
				`"message":"When using this permission, ` +
				`the backing application of the service principal being created must in the local tenant"}}`}, 10, "WX-REPLICATION"},
	} {
		t.Run(name, func(t *testing.T) {
			w := testkit.Start(t, sandbox.Options{})
			damage(w, test.fault)
			setUpTo(w, w.Home(), w.Draft().Answers(support)).Must(t, test.exit).Explains(t, test.code)
		})
	}
}

// Where setup is shown another value than it wrote, it never says that all is
// done and read back. Once the true value is shown, a rerun finds it.
//
// All of them begin at once: each looks for some time, since a replica may lag.
func TestAlteredReadBack(t *testing.T) {
	clean := map[string]any{}
	var all []*alteredRun
	for _, a := range append([]faults.Alteration{{}, {Shared: true}, {Earlier: true}}, faults.Alterations()...) {
		all = append(all, begin(t, a))
	}
	for _, r := range all[:3] {
		r.wait(t).Must(t, 0)
		clean[r.kind()] = testkit.Shape(r.w.State())
	}
	t.Parallel() // the others go on meanwhile
	for _, r := range all[3:] {
		t.Run(r.Name, func(t *testing.T) { r.judge(t, clean[r.kind()]) })
	}
}

// alteredRun is a setup that is under way, in a world of its own.
type alteredRun struct {
	faults.Alteration
	w         *testkit.World
	home      string
	cmd       *exec.Cmd
	out, errs bytes.Buffer
}

func (r *alteredRun) kind() string {
	return map[bool]string{r.Shared: "shared", r.Earlier: "earlier"}[true]
}

func begin(t *testing.T, a faults.Alteration) *alteredRun {
	t.Helper()
	r := &alteredRun{Alteration: a, w: testkit.Start(t, sandbox.Options{})}
	r.w.Endpoints(map[string]any{"timeouts": map[string]string{"settle": "3s"}})
	r.home = r.w.Home()
	answers := with(r.w.Draft().Answers(support), "webex.callback-url", faults.CallbackURL)
	if a.Shared {
		answers = with(answers, "webex.email-id", help, "mailbox.sign-in-as", support)
	}
	if a.Earlier {
		r.w.Call("POST", "/outboundPolicies", map[string]any{"Name": "theirs", "AutoForwardingMode": "Off"}, nil)
		r.w.Call("POST", "/outboundRules", map[string]any{"Name": "theirs", "HostedOutboundSpamFilterPolicy": "theirs",
			"From": []string{support}}, nil)
	}
	r.w.Call("POST", "/faults", a.Injected(), nil)
	r.cmd = r.w.Command(t.Context(), r.home, "setup", "--no-input", "-y", "--answers", r.w.AnswersFile(answers))
	r.cmd.Stdout, r.cmd.Stderr = &r.out, &r.errs
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *alteredRun) wait(t *testing.T) testkit.Ran {
	t.Helper()
	var exit *exec.ExitError
	if err := r.cmd.Wait(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	r.w.NoSecrets(r.out.String() + r.errs.String())
	return testkit.Ran{Args: r.cmd.Args[1:], Exit: r.cmd.ProcessState.ExitCode(), Stdout: r.out.String(), Stderr: r.errs.String()}
}

func (r *alteredRun) judge(t *testing.T, clean any) {
	t.Helper()
	r.w = r.w.In(t)
	ran := r.wait(t)
	if !slices.ContainsFunc(r.w.Requests(), func(sent testkit.Request) bool { return sent.Altered }) {
		t.Error("wxmail was shown nothing else")
	}
	if late := r.Stood && ran.Exit == 10; ran.Exit != 6 && !late {
		t.Errorf("exit %d, want 6\n%.1500s", ran.Exit, ran.Stderr[max(0, len(ran.Stderr)-1500):])
	}
	r.w.Call("DELETE", "/faults", nil, nil)
	setUp(t, r.w, r.home, map[string]string{})
	if diff := cmp.Diff(clean, testkit.Shape(r.w.State())); diff != "" {
		t.Errorf("the tenant is not that of a clean run (-clean +now):\n%s", diff)
	}
}
