package ui_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/msg"
	"wxmail/internal/secret"
	"wxmail/internal/ui"
)

// piped is a Terminal whose streams are no terminals.
func piped(o ui.Options) (terminal *ui.Terminal, out, err *strings.Builder) {
	out, err = &strings.Builder{}, &strings.Builder{}
	o.Out, o.Err, o.NoInput, o.Catalogue = out, err, true, msg.New("en")
	if o.Env == nil {
		o.Env = func(string) string { return "" }
	}
	return ui.New(o), out, err
}

var (
	forwarding = ui.Change{Step: "mailbox.forward", Key: "mailbox.forwarding", Op: "update", Target: "support@contoso.example",
		Before: map[string]any{"forwardingTo": "a@b.example", "keepCopy": true},
		After:  map[string]any{"forwardingTo": "x@y.example", "keepCopy": true},
		Was:    []msg.Message{msg.M("value.forwards-to", "Address", "a@b.example"), msg.M("value.keeps-copy", "On", "true")},
		Is:     []msg.Message{msg.M("value.forwards-to", "Address", "x@y.example"), msg.M("value.keeps-copy", "On", "true")},
		Risk:   msg.M("risk.customization")}
	secretChange = ui.Change{Step: "azure.register", Key: "azure.secret", Op: "create", Target: "WebexConnect", Ours: true,
		After: map[string]any{"value": secret.New("canary-3"), "uris": []string{"u1", "u2"}},
		Is:    []msg.Message{msg.M("value.secret", "Label", "wxmail 1", "Ends", "2028-11-27")}}
)

func TestEvents(t *testing.T) {
	since := ui.Time(time.Date(2026, 3, 1, 13, 0, 0, 123, time.FixedZone("", 3600)))
	for _, c := range []struct {
		event ui.Event
		want  string
	}{
		{ui.SignIn{Role: "mailbox", URL: "https://x/?a=1&b=2"},
			`{"event":"sign-in","role":"mailbox","account":null,"url":"https://x/?a=1&b=2","code":null}`},
		{ui.Plan{Changes: []ui.Change{secretChange}},
			`{"event":"plan","changes":[{"step":"azure.register","key":"azure.secret","op":"create","target":"WebexConnect",` +
				`"before":null,"after":{"uris":["u1","u2"],"value":"(set)"},"risk":null,"ours":true}]}`},
		{ui.Applied{
			Step:   "s",
			Key:    "k",
			Op:     "create",
			Target: "t",
			State:  ui.Failed,
			Error:  &ui.ErrorInfo{Code: "WX-X", Fix: msg.M("plan.empty")},
		},
			`{"event":"change","step":"s","key":"k","op":"create","target":"t","state":"failed","error":{"code":"WX-X",` +
				`"operation":null,"object":null,"message":null,"fix":"Nothing to change.","requestId":null}}`},
		{ui.Wait{For: "graph: throttled", Since: since}, `{"event":"wait","for":"graph: throttled","since":"2026-03-01T12:00:00Z"}`},
		{ui.Warning{Message: msg.M("plan.empty")}, `{"event":"warning","code":null,"message":"Nothing to change."}`},
		{ui.Result{}, `{"event":"result","exit":0}`},
		{ui.Result{Exit: 5, Error: &ui.ErrorInfo{Code: "WX-Y"}, Values: []string{}},
			`{"event":"result","exit":5,"error":{"code":"WX-Y","operation":null,"object":null,"message":null,"fix":null,` +
				`"requestId":null},"values":[]}`},
	} {
		terminal, out, err := piped(ui.Options{JSON: true})
		terminal.Event(c.event)
		if got := strings.TrimSuffix(out.String(), "\n"); got != c.want || err.Len() > 0 {
			t.Errorf("got  %s\nwant %s\nstderr %q", got, c.want, err)
		}
	}
}

func TestEventsFromManyGoroutines(t *testing.T) {
	terminal, out, _ := piped(ui.Options{JSON: true})
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() { terminal.Event(ui.Plan{Changes: []ui.Change{forwarding}}) })
	}
	wg.Wait()
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	for _, line := range lines {
		if !json.Valid([]byte(line)) {
			t.Fatalf("torn: %s", line)
		}
	}
	if len(lines) != 50 {
		t.Errorf("%d lines", len(lines))
	}
}

func TestConversation(t *testing.T) {
	speak := func(terminal *ui.Terminal) {
		terminal.Heading(msg.Step("token"))
		terminal.Say(msg.M("plan.empty"))
		terminal.Detail("detail")
		terminal.Event(ui.Wait{For: "w"})
		terminal.Event(ui.Wait{For: "w"}) // said once
		terminal.Event(ui.Applied{Op: "create", Target: "t", Key: "k", State: ui.Done})
		terminal.Progress(ui.Skipped, "s")
		terminal.Warn(msg.M("plan.empty"))
		terminal.Event(ui.SignIn{Role: "mailbox", Account: "a@b", URL: "https://x", Code: "C", Head: msg.M("plan.empty")})
		terminal.Failure(ui.ErrorInfo{Code: "WX-X", Message: msg.M("plan.empty"), Fix: msg.M("state.changed"), RequestID: "r"})
	}
	const signIn = "\nNothing to change.\nCode to enter there: C\nhttps://x\n"
	const failure = "✗ failed  Nothing to change.\n  fix: changed\n  more: WX-X (request r)\n"
	for _, c := range []struct {
		name string
		o    ui.Options
		want string
	}{
		{"plain", ui.Options{},
			"\nSign in as the mailbox and get a token\nNothing to change.\n" +
				"… waiting  w\n✓ done  create t\n- skipped  s\n! warning  Nothing to change.\n" + signIn + failure},
		{"verbose", ui.Options{Verbose: true},
			"\nSign in as the mailbox and get a token\nNothing to change.\n  detail\n" +
				"… waiting  w\n✓ done  create t (k)\n- skipped  s\n! warning  Nothing to change.\n" + signIn + failure},
		{"quiet", ui.Options{Quiet: true}, "! warning  Nothing to change.\n" + signIn + failure},
		{"ASCII", ui.Options{Quiet: true, Env: func(name string) string { return map[string]string{"LC_ALL": "C"}[name] }},
			"! warning  Nothing to change.\n" + signIn + strings.Replace(failure, "✗", "x", 1)},
	} {
		terminal, out, err := piped(c.o)
		speak(terminal)
		if diff := cmp.Diff(c.want, err.String()); diff != "" || out.Len() > 0 {
			t.Errorf("%s: stdout %q\n%s", c.name, out, diff)
		}
	}
}

func TestPlan(t *testing.T) {
	terminal, out, _ := piped(ui.Options{})
	terminal.PrintPlan(ui.Plan{})
	terminal.PrintPlan(ui.Plan{Changes: []ui.Change{secretChange, forwarding}})
	const want = `Nothing to change.
2 changes:

Register the application
  + create client secret of WebexConnect  azure.secret
      + wxmail 1, ends 2028-11-27

Forward mail to Webex Connect
  ~ change forwarding of support@contoso.example  mailbox.forwarding
      - forwards to: a@b.example
      + forwards to: x@y.example
      ! This cannot be undone.
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestTableAndForm(t *testing.T) {
	terminal, out, _ := piped(ui.Options{})
	terminal.Table([]string{"ID", "State"}, [][]string{{"azure.register", "done"}, {"サポート", "pending"}})
	terminal.Form([]ui.Field{
		{Label: "Port", Value: "587"},
		{Label: "Use different email address than the asset email ID", Value: "off", Note: "a note"},
	})
	const want = `ID              State
azure.register  done
サポート        pending
Port                      587
Use different email address than the asset email ID
    off
    a note
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}
