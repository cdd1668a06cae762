package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
)

const systemAnchor = "APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@" + tenantID

func TestRequest(t *testing.T) {
	admin, fake := start(t, map[string]http.HandlerFunc{"Get-TransportConfig": value(`{"SmtpClientAuthenticationDisabled":true}`)})
	if disabled, err := tenantSwitch(t.Context(), admin); err != nil || !disabled {
		t.Fatal(disabled, err)
	}
	got := fake.last()
	address := got.method + " " + got.path + "?" + got.query
	if address != "POST /adminapi/beta/"+tenantID+"/InvokeCommand?SmtpClientAuthenticationDisabled" {
		t.Errorf("%s %s select %q", got.method, got.path, got.query)
	}
	if got.params == nil {
		t.Error("Parameters is null: not the request without parameters")
	}
	for name, want := range map[string]string{
		"Authorization": "Bearer " + token, "Content-Type": "application/json", "Accept": "application/json",
		"Accept-Language": "en-US", "Prefer": "odata.maxpagesize=1000", "X-Anchormailbox": systemAnchor, "X-Clientapplication": "wxmail",
		"X-Responseformat": "json", "X-Cmdletname": "Get-TransportConfig",
	} {
		if got := got.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got.header.Get("client-request-id") == "" || !strings.HasPrefix(got.header.Get("User-Agent"), "wxmail/") {
		t.Errorf("request id or user agent missing: %v", got.header)
	}
}

// tenantSwitch is a read of the plainest kind.
func tenantSwitch(ctx context.Context, a *Admin) (bool, error) {
	found, err := one[mailflow.TransportConfig](ctx, a, command{cmdlet: "Get-TransportConfig"}, nil)
	return err == nil && found.SMTPAuthDisabled, err
}

func TestWrites(t *testing.T) {
	disabled, first, policyName := false, 0, "p"
	const box = "support@contoso.com"
	for _, test := range []struct {
		name, cmdlet, anchor string
		run                  func(context.Context, *Admin) error
		params               string
	}{
		{"SMTP on", "Set-CASMailbox", "SMTP:" + box,
			func(ctx context.Context, a *Admin) error { return a.SetSMTPAuthDisabled(ctx, box, &disabled) },
			`{"Identity":"support@contoso.com","SmtpClientAuthenticationDisabled":false}`},
		{"SMTP inherited", "Set-CASMailbox", "SMTP:" + box,
			func(ctx context.Context, a *Admin) error { return a.SetSMTPAuthDisabled(ctx, box, nil) },
			`{"Identity":"support@contoso.com","SmtpClientAuthenticationDisabled":null}`},
		{"send as", "Add-RecipientPermission", "SMTP:" + box,
			func(ctx context.Context, a *Admin) error { return a.GrantSendAs(ctx, box, "me@contoso.com") },
			`{"Identity":"support@contoso.com","Trustee":"me@contoso.com","AccessRights":["SendAs"],"Confirm":false}`},
		{"no send as", "Remove-RecipientPermission", "SMTP:" + box,
			func(ctx context.Context, a *Admin) error { return a.RevokeSendAs(ctx, box, "me@contoso.com") },
			`{"Identity":"support@contoso.com","Trustee":"me@contoso.com","AccessRights":["SendAs"],"Confirm":false}`},
		{"forward", "Set-Mailbox", "SMTP:" + box,
			func(ctx context.Context, a *Admin) error {
				return a.SetForwarding(ctx, box, mailflow.Forwarding{SMTPAddress: "x@mail-us.imiconnect.io", KeepCopy: true})
			},
			`{"Identity":"support@contoso.com","ForwardingSmtpAddress":"x@mail-us.imiconnect.io","ForwardingAddress":null,
				"DeliverToMailboxAndForward":true}`},
		{"restore", "Set-Mailbox", "SMTP:" + box,
			func(ctx context.Context, a *Admin) error {
				return a.SetForwarding(ctx, box, mailflow.Forwarding{Address: "Helpdesk"})
			},
			`{"Identity":"support@contoso.com","ForwardingSmtpAddress":null,"ForwardingAddress":"Helpdesk","DeliverToMailboxAndForward":false}`},
		{"new policy", "New-HostedOutboundSpamFilterPolicy", systemAnchor,
			func(ctx context.Context, a *Admin) error { return a.CreateOutboundPolicy(ctx, "p", "by wxmail") },
			`{"Name":"p","AdminDisplayName":"by wxmail","AutoForwardingMode":"On"}`},
		{"policy mode", "Set-HostedOutboundSpamFilterPolicy", systemAnchor,
			func(ctx context.Context, a *Admin) error { return a.SetOutboundPolicyMode(ctx, "p", "Off") },
			`{"Identity":"p","AutoForwardingMode":"Off"}`},
		{"no policy", "Remove-HostedOutboundSpamFilterPolicy", systemAnchor,
			func(ctx context.Context, a *Admin) error { return a.RemoveOutboundPolicy(ctx, "p") },
			`{"Identity":"p","Confirm":false}`},
		{"new rule", "New-HostedOutboundSpamFilterRule", systemAnchor,
			func(ctx context.Context, a *Admin) error {
				return a.CreateOutboundRule(ctx, mailflow.NewRule{Name: "r", Policy: "p", From: []string{box}, Comment: "by wxmail"})
			},
			`{"Name":"r","HostedOutboundSpamFilterPolicy":"p","From":["support@contoso.com"],"Enabled":true,"Comments":"by wxmail"}`},
		{"new first rule", "New-HostedOutboundSpamFilterRule", systemAnchor,
			func(ctx context.Context, a *Admin) error {
				return a.CreateOutboundRule(ctx, mailflow.NewRule{Name: "r", Policy: "p", From: []string{box}, Priority: &first})
			},
			`{"Name":"r","HostedOutboundSpamFilterPolicy":"p","From":["support@contoso.com"],"Enabled":true,"Comments":"","Priority":0}`},
		{"change a rule", "Set-HostedOutboundSpamFilterRule", systemAnchor,
			func(ctx context.Context, a *Admin) error {
				return a.SetOutboundRule(ctx, "r", mailflow.RuleChange{From: []string{box}, Priority: &first, Policy: &policyName})
			},
			`{"Identity":"r","From":["support@contoso.com"],"Priority":0,"HostedOutboundSpamFilterPolicy":"p"}`},
		{"enable a rule", "Enable-HostedOutboundSpamFilterRule", systemAnchor,
			func(ctx context.Context, a *Admin) error { return a.EnableOutboundRule(ctx, "r") },
			`{"Identity":"r"}`},
		{"disable a rule", "Disable-HostedOutboundSpamFilterRule", systemAnchor,
			func(ctx context.Context, a *Admin) error { return a.DisableOutboundRule(ctx, "r") },
			`{"Identity":"r","Confirm":false}`},
		{"no rule", "Remove-HostedOutboundSpamFilterRule", systemAnchor,
			func(ctx context.Context, a *Admin) error { return a.RemoveOutboundRule(ctx, "r") },
			`{"Identity":"r","Confirm":false}`},
		{"customization", "Enable-OrganizationCustomization", systemAnchor,
			func(ctx context.Context, a *Admin) error { return a.EnableCustomization(ctx) },
			`{}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			admin, fake := start(t, map[string]http.HandlerFunc{test.cmdlet: value("")})
			if err := test.run(t.Context(), admin); err != nil {
				t.Fatal(err)
			}
			got, want := fake.last(), map[string]any{}
			if err := json.Unmarshal([]byte(test.params), &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got.params); diff != "" {
				t.Errorf("parameters (-want +got):\n%s", diff)
			}
			if got.header.Get("X-AnchorMailbox") != test.anchor || got.query != "" || got.header.Get("Prefer") != "" {
				t.Errorf("anchor %q, select %q", got.header.Get("X-AnchorMailbox"), got.query)
			}
			sameWhenRehearsed(t, test.run, test.cmdlet, want)
		})
	}
}

// sameWhenRehearsed fails the test where a write would run something else for
// another person than it runs itself.
func sameWhenRehearsed(t *testing.T, run func(context.Context, *Admin) error, cmdlet string, params map[string]any) {
	t.Helper()
	admin, cmdlets := Rehearsal()
	if err := run(t.Context(), admin); err != nil {
		t.Fatal(err)
	}
	rehearsed := map[string]any{}
	for _, p := range cmdlets()[0].Parameters {
		rehearsed[p.Name] = p.Value
	}
	raw, err := json.Marshal(rehearsed)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(params, got); diff != "" || cmdlets()[0].Name != cmdlet || len(cmdlets()) != 1 {
		t.Errorf("rehearsed as %v (-want +got):\n%s", cmdlets(), diff)
	}
}

// Exchange's own words.
const (
	notInRole  = `Some of the parameters specified with the "Set-X" cmdlet aren't present in the role definition for the current user.`
	notAllowed = "The command you tried to run isn't currently allowed in your organization."
	outOfScope = "'x' is out of the current user's write scope."
)

func TestRefusals(t *testing.T) {
	set := func(a *Admin) error { return a.SetOutboundPolicyMode(t.Context(), "p", "On") }
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
		want   microsoft.Error
		is     func(error) bool
	}{
		{"NUL bytes", status(403, strings.Repeat("\x00", 80)), microsoft.Error{Status: 403}, mailflow.IsForbidden},
		{"not in the role", refused(400, "System.Management.Automation.ParameterBindingException", notInRole),
			microsoft.Error{Status: 400, Code: "ParameterBindingException", Message: notInRole}, mailflow.IsForbidden},
		{"dehydrated", refused(400, "Microsoft.Exchange.Configuration.Tasks.InvalidOperationInDehydratedContextException", notAllowed),
			microsoft.Error{Status: 400, Code: "InvalidOperationInDehydratedContextException", Message: notAllowed}, mailflow.IsDehydrated},
		{"exists", refused(400, "Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException", "There is one."),
			microsoft.Error{Status: 400, Code: "ADObjectAlreadyExistsException", Message: "There is one."}, mailflow.IsExists},
		{"write scope", refused(400, "Microsoft.Exchange.Configuration.Tasks.TaskInvalidOperationException", outOfScope),
			microsoft.Error{Status: 400, Code: "TaskInvalidOperationException", Message: outOfScope}, mailflow.IsWriteScope},
		{"not found", notFound(), microsoft.Error{Status: 404, Code: "ManagementObjectNotFoundException",
			Message: "The operation couldn't be performed because object 'x' couldn't be found on 'y'."}, microsoft.IsNotFound},
		{"errors in a success", status(200,
			`{"value":[],"@adminapi.errors":["|Microsoft.Exchange.Data.DataValidationException|The value is wrong."]}`),
			microsoft.Error{Status: 200, Code: "DataValidationException", Message: "The value is wrong."}, nil},
		{"an error object in a success", status(200, `{"@adminapi.errors":[{"code":"x","message":"No."}]}`),
			microsoft.Error{Status: 200, Code: "x", Message: "No."}, nil},
		{"confirmation", status(200, `{"value":[],"@adminapi.confirmationmessage":"Are you sure?"}`),
			microsoft.Error{Status: 200, Code: mailflow.CodeConfirmation, Message: "the cmdlet asks for confirmation"}, nil},
		{"not an object", status(200, `[1]`),
			microsoft.Error{Status: 200, Code: mailflow.CodeUnreadable, Message: "not the answer of a cmdlet"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			admin, fake := start(t, map[string]http.HandlerFunc{"Set-HostedOutboundSpamFilterPolicy": test.answer})
			err := set(admin)
			var got *microsoft.Error
			if !errors.As(err, &got) {
				t.Fatalf("%T %v", err, err)
			}
			want := test.want
			want.Service, want.Operation, want.Object, want.RequestID = microsoft.Exchange, "Set-HostedOutboundSpamFilterPolicy", "p", "req-1"
			if diff := cmp.Diff(want, *got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if test.is != nil && !test.is(err) {
				t.Error("not of its class")
			}
			if n := len(fake.requests); n != 1 {
				t.Errorf("%d requests for one write", n)
			}
		})
	}
}

func TestEnableCustomizationTwice(t *testing.T) {
	admin, _ := start(t, map[string]http.HandlerFunc{
		"Enable-OrganizationCustomization": refused(400, "Microsoft.Exchange.Configuration.Tasks.TaskException",
			"This operation is not required. Organization is already enabled for customization."),
	})
	if err := admin.EnableCustomization(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestReadsAreRepeatedAndWritesAreNot(t *testing.T) {
	admin, fake := start(t, map[string]http.HandlerFunc{
		"Get-TransportConfig": status(503, ""), "Set-HostedOutboundSpamFilterPolicy": status(503, ""),
	})
	if _, err := tenantSwitch(t.Context(), admin); err == nil {
		t.Error("no error")
	}
	if err := admin.SetOutboundPolicyMode(t.Context(), "p", "On"); err == nil {
		t.Error("no error")
	}
	sent := fake.sent()
	if sent["Get-TransportConfig"] < 2 || sent["Set-HostedOutboundSpamFilterPolicy"] != 1 {
		t.Errorf("%v", sent)
	}
}

// What passes by itself is tried again where that does no harm; what was not
// begun may be tried again whatever it is, and under whatever status.
func TestWhatPassesIsTriedAgain(t *testing.T) {
	const busy = "You have reached the maximum number of concurrent requests per tenant. Please wait and try again"
	transient := refused(400, "Microsoft.Exchange.Configuration.Tasks.UnableToWriteToAadException", "This may be transient.")
	for name, test := range map[string]struct {
		cmdlet string
		first  http.HandlerFunc
		run    func(*Admin) error
		again  bool
	}{
		"a read": {"Get-TransportConfig", transient, readSwitch, true},
		"a read's success": {"Get-TransportConfig", status(200, `{"value":[],"@adminapi.errors":["|X.ADTransientException|x"]}`),
			readSwitch, true},
		"a setting":         {"Set-Mailbox", transient, forward, true},
		"a setting, 500":    {"Set-Mailbox", refused(500, "Microsoft.Exchange.Data.Directory.ADTransientException", "x"), forward, true},
		"a setting, silent": {"Set-Mailbox", status(500, ""), forward, false},
		"a setting, other":  {"Set-Mailbox", refused(400, "Microsoft.Exchange.Configuration.Tasks.TaskException", "x"), forward, false},
		"a create":          {"New-HostedOutboundSpamFilterPolicy", transient, create, false},
		"a create, 400":     {"New-HostedOutboundSpamFilterPolicy", status(400, busy), create, true},
		"a create, 403":     {"New-HostedOutboundSpamFilterPolicy", status(403, `"`+busy+`"`), create, true},
		"a create, 503":     {"New-HostedOutboundSpamFilterPolicy", status(503, busy), create, true},
		"a create, 500":     {"New-HostedOutboundSpamFilterPolicy", refused(500, "System.Exception", busy), create, true},
	} {
		t.Run(name, func(t *testing.T) {
			good, n := value(`{"SmtpClientAuthenticationDisabled":true}`), 0
			admin, fake := start(t, map[string]http.HandlerFunc{test.cmdlet: func(w http.ResponseWriter, r *http.Request) {
				if n++; n == 1 {
					test.first(w, r)
					return
				}
				good(w, r)
			}})
			if err := test.run(admin); (err == nil) != test.again || fake.sent()[test.cmdlet] > 1 != test.again {
				t.Errorf("%v after %v", err, fake.sent())
			}
		})
	}
}

func readSwitch(a *Admin) error {
	_, err := tenantSwitch(context.Background(), a)
	return err
}

func forward(a *Admin) error {
	return a.SetForwarding(context.Background(), "support@contoso.com", mailflow.Forwarding{})
}

func create(a *Admin) error { return a.CreateOutboundPolicy(context.Background(), "p", "") }

// What passes does not pass for ever: then it is said, and that it may have
// acted.
func TestWhatDoesNotPassIsSaid(t *testing.T) {
	answers := 0
	admin, fake := start(t, map[string]http.HandlerFunc{"Set-Mailbox": func(w http.ResponseWriter, r *http.Request) {
		if answers++; answers == 1 {
			refused(500, "X.ADTransientException", "x")(w, r)
			return
		}
		refused(400, "X.UnableToWriteToAadException", "x")(w, r)
	}})
	err := forward(admin)
	if !mailflow.IsTransient(err) || microsoft.Of(err).Refused() || fake.sent()["Set-Mailbox"] != 4 {
		t.Errorf("%v after %v", err, fake.sent())
	}
}

func TestUnusableReads(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"no list":                 status(200, `{}`),
		"nothing":                 status(204, ""),
		"an empty list":           value(""),
		"two records":             value(`{"SmtpClientAuthenticationDisabled":true},{"SmtpClientAuthenticationDisabled":true}`),
		"the property is missing": value(`{"Name":"x"}`),
		"null is not false":       value(`{"SmtpClientAuthenticationDisabled":null}`),
		"another type":            value(`{"SmtpClientAuthenticationDisabled":"yes"}`),
		"not an object":           value(`1`),
		"not JSON":                status(200, "<html>"),
	} {
		t.Run(name, func(t *testing.T) {
			admin, _ := start(t, map[string]http.HandlerFunc{"Get-TransportConfig": answer})
			got, err := tenantSwitch(t.Context(), admin)
			var failure *microsoft.Error
			if !errors.As(err, &failure) || failure.Operation != "Get-TransportConfig" || failure.NotFound() {
				t.Errorf("%v, %v", got, err)
			}
		})
	}
}

func TestRights(t *testing.T) {
	for _, test := range []struct {
		name            string
		answer          http.HandlerFunc
		known, may, err bool
	}{
		{"listed", status(200, `{"value":[{"exportedCmdlets":"Get-Mailbox, set-mailbox"}]}`), true, true, false},
		{"not listed", status(200, `{"value":[{"exportedCmdlets":"Get-Mailbox"}]}`), true, false, false},
		{"no such route", status(404, ""), false, true, false},
		{"another shape", status(200, `{"value":"x"}`), false, true, false},
		{"not JSON", status(200, `<html>`), false, true, false},
		{"unauthorized", status(401, ""), false, false, true},
		{"forbidden", status(403, "\x00"), false, false, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			admin, fake := start(t, map[string]http.HandlerFunc{"": test.answer})
			rights, err := admin.Rights(t.Context())
			if (err != nil) != test.err {
				t.Fatal(err)
			}
			if err == nil && (rights.Known() != test.known || rights.May("Set-Mailbox") != test.may) {
				t.Errorf("known %v, may %v", rights.Known(), rights.May("Set-Mailbox"))
			}
			if got := fake.last(); got.path != "/adminapi/v1.0/"+tenantID+"/EXOModuleFile" || got.header.Get("CommandName") != "*" {
				t.Errorf("%s, CommandName %q", got.path, got.header.Get("CommandName"))
			}
		})
	}
	admin, _ := start(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := admin.Rights(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestClaimsChallengeUnanswered(t *testing.T) {
	admin, _ := start(t, map[string]http.HandlerFunc{"Set-Mailbox": func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="", error="insufficient_claims", claims="e30="`)
		status(401, "")(w, r)
	}})
	err := admin.SetForwarding(t.Context(), "support@contoso.com", mailflow.Forwarding{})
	var failure *microsoft.Error
	if !errors.As(err, &failure) || failure.Status != 401 || failure.Operation != "Set-Mailbox" || failure.Object != "support@contoso.com" {
		t.Errorf("%v", err)
	}
	if strings.Contains(err.Error(), token) {
		t.Error("the error shows the token")
	}
}
