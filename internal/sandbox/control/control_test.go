package control_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox/control"
	"wxmail/internal/sandbox/front"
	"wxmail/internal/sandbox/mail"
	"wxmail/internal/sandbox/scenario"
	"wxmail/internal/sandbox/tenant"
	"wxmail/internal/sandbox/webex"
)

// panel is a control API over a tenant whose services nobody can sign in to.
type panel struct {
	*testing.T
	tenant *tenant.Tenant
	front  *front.Front
	url    string
}

func newPanel(t *testing.T, name string) *panel {
	t.Helper()
	made, err := scenario.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	model := tenant.New(&tenant.Clock{}, 1)
	fill := func() error {
		model.Lock()
		defer model.Unlock()
		model.Reset(1)
		return made.Fill(model)
	}
	if err := fill(); err != nil {
		t.Fatal(err)
	}
	verify := func(string) (tenant.Token, error) { return tenant.Token{}, errors.New("no tokens here") }
	transport := mail.New(model, verify)
	assets := webex.New(model, webex.Options{Browse: func(context.Context, string, string) (string, error) {
		return "", errors.New("AADSTS50011: refused")
	}})
	transport.SetDeliver(assets.Deliver)
	p := &panel{T: t, tenant: model, front: front.New(model, 0)}
	server := httptest.NewServer(control.New(control.Options{
		Tenant: model, Front: p.front, Mail: transport, Webex: assets, Reset: fill}))
	t.Cleanup(server.Close)
	p.url = server.URL
	return p
}

// call sends a request and returns the status and the JSON answered.
func (p *panel) call(method, path, body string) (int, any) {
	p.Helper()
	request, err := http.NewRequest(method, p.url+path, strings.NewReader(body))
	if err != nil {
		p.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		p.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		p.Fatal(err)
	}
	var answer any
	if err := json.Unmarshal(data, &answer); err != nil {
		p.Fatalf("%s %s: %q is not JSON", method, path, data)
	}
	return response.StatusCode, answer
}

// must is call, and the status must be right.
func (p *panel) must(status int, method, path, body string) any {
	p.Helper()
	got, answer := p.call(method, path, body)
	if got != status {
		p.Fatalf("%s %s: %d %v, want %d", method, path, got, answer, status)
	}
	return answer
}

// at walks into JSON: at(v, "mailboxes", 0, "Name").
func at(value any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, _ := value.(map[string]any)
			value = object[step]
		case int:
			list, _ := value.([]any)
			if step >= len(list) {
				return nil
			}
			value = list[step]
		}
	}
	return value
}

// item is the element of a list of GET /state whose field has the value.
func (p *panel) item(collection, field, value string) any {
	p.Helper()
	list, _ := at(p.must(200, "GET", "/state", ""), collection).([]any)
	for _, element := range list {
		if at(element, field) == value {
			return element
		}
	}
	return nil
}

func TestStateHasTheContractsNames(t *testing.T) {
	p := newPanel(t, "by-hand")
	state := p.must(200, "GET", "/state", "")
	for _, name := range []string{
		"applications", "deletedItems", "servicePrincipals", "appRoleAssignments", "oauth2PermissionGrants", "policies", "users",
		"deletedUsers", "mailboxes", "transportConfig", "organizationConfig", "outboundPolicies", "outboundRules", "remoteDomains",
		"transportRules", "inboxRules", "messages",
	} {
		if at(state, name) == nil {
			t.Errorf("no %s", name)
		}
	}
	for _, name := range []string{"drafts", "assets", "inbox"} {
		if _, list := at(state, "webex", name).([]any); !list {
			t.Errorf("webex.%s is no list", name)
		}
	}
	if at(p.item("mailboxes", "PrimarySmtpAddress", "support@contoso.example"), "SmtpClientAuthenticationDisabled") != false {
		t.Error("a mailbox does not show what Get-CASMailbox shows")
	}
	text, _ := json.Marshal(state)
	for _, secret := range p.tenant.Secrets() {
		if strings.Contains(string(text), secret.Value) {
			t.Errorf("GET /state shows a %s", secret.Kind)
		}
	}
	if secrets := p.must(200, "GET", "/secrets", ""); at(secrets, 0, "kind") != "client-secret" || at(secrets, 0, "value") == "" {
		t.Errorf("secrets: %v", secrets)
	}
}

func TestSomebodyElseChangesTheWorld(t *testing.T) {
	p := newPanel(t, "by-hand")
	appID, _ := at(p.must(200, "GET", "/state", ""), "applications", 0, "appId").(string)
	for _, test := range []struct {
		method, path, body string
		status             int
		collection         string
		field, value       string // which element to look at
		shows              string // a field of it
		want               any
	}{
		{"PATCH", "/mailboxes/Support@contoso.example", `{"SmtpClientAuthenticationDisabled":null}`,
			200, "mailboxes", "Name", "support", "SmtpClientAuthenticationDisabled", nil},
		{"PATCH", "/mailboxes/support@contoso.onmicrosoft.com", `{"ForwardingSmtpAddress":"smtp:x@y.example","SendAs":["a@b"]}`,
			200, "mailboxes", "Name", "support", "ForwardingSmtpAddress", "smtp:x@y.example"},
		{"PATCH", "/mailboxes/support@contoso.example", `{"AcceptMessagesOnlyFromSendersOrMembers":["sales"],"ModerationEnabled":true}`,
			200, "mailboxes", "Name", "support", "ModerationEnabled", true},
		{"POST", "/mailboxes", `{"PrimarySmtpAddress":"new@contoso.example"}`,
			201, "mailboxes", "Name", "new", "RecipientTypeDetails", "UserMailbox"},
		{"DELETE", "/mailboxes/sales@contoso.example", "", 200, "mailboxes", "Name", "sales", "", nil},
		{"PATCH", "/outboundPolicies/webex%20forwarding", `{"AutoForwardingMode":"Off"}`,
			200, "outboundPolicies", "Name", "Webex forwarding", "AutoForwardingMode", "Off"},
		{"POST", "/outboundPolicies", `{"Name":"More"}`, 201, "outboundPolicies", "Name", "More", "AutoForwardingMode", "Automatic"},
		{"POST", "/outboundRules", `{"Name":"More","HostedOutboundSpamFilterPolicy":"More","Priority":0}`,
			201, "outboundRules", "Name", "Webex forwarding", "Priority", 1.0},
		{"PATCH", "/outboundRules/More", `{"Priority":1,"State":"Disabled"}`, 200, "outboundRules", "Name", "Webex forwarding", "Priority", 0.0},
		{"DELETE", "/outboundRules/Webex%20forwarding", "", 200, "outboundRules", "Name", "More", "Priority", 0.0},
		{"PATCH", "/users/support@contoso.example", `{"accountEnabled":false}`, 200, "mailboxes", "Name", "support", "AccountDisabled", true},
		{"POST", "/users", `{"userPrincipalName":"tom@contoso.example","directoryRoles":["Global Reader"]}`,
			201, "users", "userPrincipalName", "tom@contoso.example", "accountEnabled", true},
		{"DELETE", "/users/tom@contoso.example", "", 200, "users", "userPrincipalName", "tom@contoso.example", "", nil},
		{"PATCH", "/applications/" + appID, `{"web":{"implicitGrantSettings":{"enableAccessTokenIssuance":false}},"tags":["x"]}`,
			200, "applications", "displayName", "WebexConnect", "tags", []any{"x"}},
		{"POST", "/applications", `{"displayName":"Other","uniqueName":"other-1"}`,
			201, "applications", "displayName", "Other", "uniqueName", "other-1"},
		{"DELETE", "/applications/OTHER-1", "", 200, "deletedItems", "displayName", "Other", "uniqueName", "other-1"},
		{"POST", "/remoteDomains", `{"DomainName":"imiconnect.io","AutoForwardEnabled":false}`,
			201, "remoteDomains", "DomainName", "imiconnect.io", "AutoForwardEnabled", false},
		{"DELETE", "/remoteDomains/imiconnect.io", "", 200, "remoteDomains", "DomainName", "imiconnect.io", "", nil},
		{"POST", "/transportRules", `{"Name":"No forwarding","MessageTypeMatches":"AutoForward","DeleteMessage":true}`,
			201, "transportRules", "Name", "No forwarding", "Mode", "Enforce"},
		{"PATCH", "/transportConfig", `{"SmtpClientAuthenticationDisabled":false}`,
			200, "transportConfig", "", "", "SmtpClientAuthenticationDisabled", false},
		{"PATCH", "/policies", `{"identitySecurityDefaultsEnforcementPolicy":{"isEnabled":true}}`,
			200, "policies", "", "", "identitySecurityDefaultsEnforcementPolicy", nil},
	} {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			p := &panel{T: t, tenant: p.tenant, url: p.url}
			p.must(test.status, test.method, test.path, test.body)
			var shown any
			if test.field == "" {
				shown = at(p.must(200, "GET", "/state", ""), test.collection)
			} else {
				shown = p.item(test.collection, test.field, test.value)
			}
			switch {
			case test.shows == "" && shown != nil:
				t.Errorf("still there: %v", shown)
			case test.shows != "" && test.want == nil && test.collection == "policies":
				if at(shown, test.shows, "isEnabled") != true {
					t.Errorf("%v", shown)
				}
			case test.shows != "":
				if diff := cmp.Diff(test.want, at(shown, test.shows)); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

// A deleted user takes the mailbox along, and both come back within 30 days.
func TestDeletedUsers(t *testing.T) {
	const support, restore = "support@contoso.example", "/deletedUsers/support@contoso.example"
	p := newPanel(t, "default")
	p.must(404, "POST", restore, "")
	p.must(200, "PATCH", "/mailboxes/"+support, `{"ForwardingSmtpAddress":"smtp:x@y.example"}`)
	p.must(200, "DELETE", "/users/"+support, "")
	if p.item("mailboxes", "PrimarySmtpAddress", support) != nil || p.item("deletedUsers", "userPrincipalName", support) == nil {
		t.Error("the mailbox stays, or the user is not among the deleted ones")
	}
	p.must(200, "POST", restore, "")
	if at(p.item("mailboxes", "PrimarySmtpAddress", support), "ForwardingSmtpAddress") != "smtp:x@y.example" {
		t.Error("the mailbox is not as it was")
	}
	p.must(200, "DELETE", "/users/"+support, "")
	p.must(200, "DELETE", "/mailboxes/"+support, "")
	p.must(404, "DELETE", "/mailboxes/"+support, "")
	p.must(200, "POST", "/advance", `{"by":"721h"}`)
	p.must(404, "POST", restore, "")
}

// A password that an administrator sets ends what was signed in to before.
func TestANewPasswordEndsAllSessions(t *testing.T) {
	const support = "/users/support@contoso.example"
	p := newPanel(t, "default")
	before := at(p.item("users", "userPrincipalName", "support@contoso.example"), "signInSessionsValidFromDateTime")
	p.must(200, "PATCH", support, `{"displayName":"Support"}`)
	if same := at(p.item("users", "userPrincipalName", "support@contoso.example"), "signInSessionsValidFromDateTime"); same != before {
		t.Errorf("another change ends sessions: %v, %v", before, same)
	}
	p.must(200, "PATCH", support, `{"passwordProfile":{"password":"new"}}`)
	if after := at(p.item("users", "userPrincipalName", "support@contoso.example"), "signInSessionsValidFromDateTime"); after == before {
		t.Error("sessions go on")
	}
	for _, refused := range []string{`{"passwordProfile":{"password":""}}`, `{"passwordProfile":{"secret":"x"}}`, `{"passwordProfile":"x"}`} {
		p.must(400, "PATCH", support, refused)
	}
}

func TestDeletingAnApplicationTakesItsPrincipalAndGrants(t *testing.T) {
	p := newPanel(t, "by-hand")
	id, _ := at(p.must(200, "GET", "/state", ""), "applications", 0, "id").(string)
	p.must(200, "DELETE", "/applications/"+id, "")
	state := p.must(200, "GET", "/state", "")
	left := map[string]int{"applications": 0, "appRoleAssignments": 0, "oauth2PermissionGrants": 1} // the command-line tools' own
	for name, want := range left {
		if list, _ := at(state, name).([]any); len(list) != want {
			t.Errorf("%s: %v", name, list)
		}
	}
	if p.item("servicePrincipals", "displayName", "WebexConnect") != nil {
		t.Error("the service principal is still there")
	}
}

func TestForeignSecrets(t *testing.T) {
	p := newPanel(t, "default")
	made := p.must(201, "POST", "/applications",
		`{"displayName":"Other","passwordCredentials":[{"displayName":"theirs","secretText":"canary-secret"}]}`)
	id, _ := at(made, "id").(string)
	if at(made, "passwordCredentials", 0, "hint") != "can" || at(made, "passwordCredentials", 0, "keyId") == "" {
		t.Errorf("made %v", made)
	}
	p.must(200, "PATCH", "/applications/"+id, `{"displayName":"Renamed"}`)
	stored, _ := p.tenant.Applications.Latest(id)
	if stored.PasswordCredentials[0].SecretText != "canary-secret" {
		t.Error("a change of something else lost the secret")
	}
	if secrets := p.must(200, "GET", "/secrets", ""); at(secrets, 0, "value") != "canary-secret" {
		t.Errorf("secrets: %v", secrets)
	}
}

func TestRefusals(t *testing.T) {
	p := newPanel(t, "default")
	before := p.must(200, "GET", "/state", "")
	for _, test := range []struct {
		method, path, body string
		status             int
	}{
		{"GET", "/nothing", "", 404}, {"DELETE", "/state", "", 404}, {"GET", "/", "", 404},
		{"POST", "/tenant", `{"unknown":1}`, 400}, {"POST", "/tenant", `{"userConsent":"x"}`, 400}, {"POST", "/tenant", "", 400},
		{"POST", "/advance", `{"by":"a day"}`, 400}, {"POST", "/advance", `{"for":"24h"}`, 400}, {"POST", "/advance", `{"by":"1h"}{}`, 400},
		{"POST", "/faults", `{"action":"reset"}`, 400}, {"POST", "/faults", `[{"action":"explode"}]`, 400},
		{"POST", "/faults", `[{"action":"reset","when":1}]`, 400},
		{"POST", "/faults", `[{"action":"alter","json":"value..x","value":1}]`, 400},
		{"POST", "/faults", `[{"action":"alter","json":"value"}]`, 400},
		{"POST", "/faults", `[{"action":"page:2"}]`, 400}, {"POST", "/faults", `[{"action":"text"}]`, 400},
		{"POST", "/faults", `[{"action":"page","service":"smtp"}]`, 400}, {"POST", "/faults", `[{"action":"text:x","service":"smtp"}]`, 400},
		{"POST", "/faults", `[{"action":"reset","after":{"when":1}}]`, 400},
		{"DELETE", "/faults", `{"nth":1}`, 400}, {"DELETE", "/faults", `[]`, 400}, {"DELETE", "/faults/1", "", 404},
		{"POST", "/mail", `{"from":"a@b.example","to":"nobody"}`, 400}, {"POST", "/mail", `{"sender":"a@b.example"}`, 400},
		{"POST", "/reset", `{"seed":1}`, 400}, {"POST", "/webex/drafts", `{"name":"x"}`, 400},
		{"POST", "/webex/assets", `{"draft":"none","fields":{}}`, 400}, {"POST", "/webex/assets", `{"asset":"x"}`, 400},
		{"POST", "/webex/assets/none/token", "", 404}, {"POST", "/webex/inbox/none/reply", `{"text":"hi"}`, 404},
		{"PATCH", "/mailboxes/nobody@contoso.example", `{}`, 404}, {"PATCH", "/mailboxes/support@contoso.example", `{"Colour":"red"}`, 400},
		{"PATCH", "/mailboxes/support@contoso.example", `{"forwardingsmtpaddress":"x"}`, 400},
		{"PATCH", "/mailboxes/support@contoso.example", `{"SendAs":"x"}`, 400},
		{"PATCH", "/mailboxes/support@contoso.example", `{"ExchangeGuid":"x"}`, 400},
		{"PATCH", "/mailboxes/support@contoso.example", `null`, 400},
		{"POST", "/mailboxes", `{}`, 400}, {"POST", "/mailboxes", `{"PrimarySmtpAddress":"support@contoso.example"}`, 409},
		{"POST", "/users", `{"userPrincipalName":"admin@contoso.example"}`, 409}, {"POST", "/users", `{"displayName":"x"}`, 400},
		{"POST", "/applications", `{}`, 400}, {"POST", "/applications", `{"displayName":"x","web":{"redirects":[]}}`, 400},
		{"POST", "/applications", `{"displayName":"x","passwordCredentials":[{"secret":"x"}]}`, 400},
		{"POST", "/outboundPolicies", `{"Name":"Default"}`, 409},
		{"PATCH", "/outboundPolicies/Default", `{"AutoForwardingMode":"Sometimes"}`, 400},
		{"POST", "/outboundRules", `{"Name":"x","HostedOutboundSpamFilterPolicy":"none"}`, 404},
		{"POST", "/oauth2PermissionGrants", `{"clientId":"x","resourceId":"y","scope":"z"}`, 400},
		{"DELETE", "/applications/none", "", 404}, {"PATCH", "/transportConfig", `{"x":1}`, 400},
	} {
		status, answer := p.call(test.method, test.path, test.body)
		if text, _ := at(answer, "error").(string); status != test.status || text == "" {
			t.Errorf("%s %s %s: %d %v, want %d", test.method, test.path, test.body, status, answer, test.status)
		}
	}
	if diff := cmp.Diff(before, p.must(200, "GET", "/state", "")); diff != "" {
		t.Errorf("something has changed: %s", diff)
	}
}

func TestClockSettingsAndReset(t *testing.T) {
	p := newPanel(t, "default")
	answer := p.must(200, "POST", "/advance", `{"by":"24h"}`)
	now, err := time.Parse(time.RFC3339, at(answer, "now").(string))
	if err != nil || now.Before(time.Now().Add(23*time.Hour)) {
		t.Errorf("now %v, %v", now, err)
	}
	settings := p.must(200, "POST", "/tenant", `{"smtpAuthDisabled":false,"replicationLag":"2s"}`)
	if at(settings, "smtpAuthDisabled") != false || at(settings, "replicationLag") != "2s" || at(settings, "userConsent") != "microsoft" {
		t.Errorf("settings %v", settings)
	}
	if at(p.must(200, "GET", "/state", ""), "transportConfig", "SmtpClientAuthenticationDisabled") != false {
		t.Error("the transport config does not know")
	}
	before := at(p.must(200, "GET", "/state", ""), "organization", "id")
	p.must(200, "POST", "/reset", "")
	state := p.must(200, "GET", "/state", "")
	if at(state, "organization", "id") != before || at(state, "transportConfig", "SmtpClientAuthenticationDisabled") != true {
		t.Error("the reset tenant is not the same one, or not fresh")
	}
}

func TestMailReachesTheAgentsOfSavedAssetsOnly(t *testing.T) {
	p := newPanel(t, "by-hand")
	p.must(200, "POST", "/mail",
		`{"from":"customer@fabrikam.example","to":"support@contoso.example","subject":"Hello","text":"Anyone there?"}`)
	if inbox, _ := p.must(200, "GET", "/webex/inbox", "").([]any); len(inbox) != 0 {
		t.Errorf("a draft received %v", inbox)
	}
	messages, _ := at(p.must(200, "GET", "/state", ""), "messages").([]any)
	if len(messages) < 2 || at(messages[0], "subject") != "Hello" || at(messages[0], "status") == "" {
		t.Errorf("messages %v", messages)
	}
}

func TestDraftsAreNew(t *testing.T) {
	p := newPanel(t, "default")
	first := p.must(200, "POST", "/webex/drafts", "{}")
	second := p.must(200, "POST", "/webex/drafts", "")
	for _, name := range []string{"id", "forwardingAddress", "callbackUrl"} {
		if at(first, name) == "" || at(first, name) == nil {
			t.Errorf("a draft without %s", name)
		}
	}
	if at(first, "forwardingAddress") == at(second, "forwardingAddress") {
		t.Error("two drafts with one forwarding address")
	}
	if at(p.must(200, "GET", "/state", ""), "webex", "drafts", 1, "id") != at(second, "id") {
		t.Error("the state does not show the draft")
	}
}
