package msgraph_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"wxmail/internal/sandbox/msgraph"
	"wxmail/internal/sandbox/tenant"
)

const (
	exchangeAppID = "00000002-0000-0ff1-ce00-000000000000"
	graphAppID    = "00000003-0000-0000-c000-000000000000"
	mailSend      = "b633e1c5-b582-4048-a93e-9f11b44c7e96"
	adminScopes   = "Application.ReadWrite.All AppRoleAssignment.ReadWrite.All DelegatedPermissionGrant.ReadWrite.All " +
		"Policy.Read.All User.Read.All"
)

// world is one small tenant behind the handler under test.
type world struct {
	*testing.T
	tenant          *tenant.Tenant
	handler         http.Handler
	tokens          map[string]tenant.Token
	exchange, graph string // object ids of the resources' service principals
	support         string // a user's object id
}

func newWorld(t *testing.T) *world {
	m := tenant.New(&tenant.Clock{}, 1)
	m.Lock()
	defer m.Unlock()
	m.Organization = tenant.Organization{ID: m.IDs.New(), DisplayName: "Contoso",
		VerifiedDomains: []tenant.VerifiedDomain{{Name: "contoso.example", IsDefault: true}}}
	m.Policies.AuthorizationPolicy.DefaultUserRolePermissions.PermissionGrantPoliciesAssigned = []string{}
	m.Policies.DefaultAppManagementPolicy.ID = "policy-1"
	w := &world{T: t, tenant: m, tokens: map[string]tenant.Token{}}
	w.exchange = w.resource(exchangeAppID, "Office 365 Exchange Online")
	w.graph = w.resource(graphAppID, "Microsoft Graph")
	w.support = w.user("support@contoso.example")
	for name, role := range map[string]string{
		"entra": "Cloud Application Administrator", "global": "Global Administrator",
		"developer": "Application Developer", "member": "", "exchange": "Exchange Administrator",
	} {
		w.token(name, role, adminScopes)
	}
	w.handler = msgraph.New(m, w.verify)
	return w
}

func (w *world) verify(raw string) (tenant.Token, error) {
	token, known := w.tokens[raw]
	if !known {
		return token, errors.New("unknown token")
	}
	return token, nil
}

func (w *world) resource(appID, name string) string {
	id := w.tenant.IDs.New()
	w.tenant.ServicePrincipals.Put(id, tenant.ServicePrincipal{
		ID: id, AppID: appID, DisplayName: name, AccountEnabled: true, ServicePrincipalNames: []string{appID},
		AppRoles: []tenant.AppRole{{ID: mailSend, Value: "Mail.Send", IsEnabled: true, AllowedMemberTypes: []string{"Application"}}},
	})
	return id
}

func (w *world) user(upn string) string {
	id := w.tenant.IDs.New()
	w.tenant.Users.Put(id, tenant.User{ID: id, UserPrincipalName: upn, DisplayName: upn, Mail: &upn, AccountEnabled: true,
		ProxyAddresses: []string{"SMTP:" + upn, "smtp:alias-" + upn}, DirectoryRoles: []string{"hidden"}})
	return id
}

// token makes a bearer token that is called name, for a user of that name.
func (w *world) token(name, role, scopes string) {
	w.tokens[name] = tenant.Token{
		Audience: "https://graph.microsoft.com", TenantID: w.tenant.Organization.ID, ObjectID: "user-" + name,
		UPN: name + "@contoso.example", Scopes: strings.Fields(scopes), DirectoryRoles: []string{role},
	}
}

// reply is what came back, decoded.
type reply struct {
	status int
	header http.Header
	body   map[string]any
}

func (r reply) text(path ...string) string {
	var at any = r.body
	for _, name := range path {
		fields, _ := at.(map[string]any)
		at = fields[name]
	}
	return fmt.Sprint(at)
}

func (r reply) code() string    { return r.text("error", "code") }
func (r reply) message() string { return r.text("error", "message") }

func (r reply) values() []map[string]any {
	out := []map[string]any{}
	list, _ := r.body["value"].([]any)
	for _, item := range list {
		out = append(out, item.(map[string]any))
	}
	return out
}

// as sends a request with a token; headers are "Name: value".
func (w *world) as(token, method, path, body string, headers ...string) reply {
	w.Helper()
	r := httptest.NewRequest(method, "https://graph.microsoft.com"+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Set(name, value)
	}
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, r)
	got := reply{status: recorder.Code, header: recorder.Header()}
	if recorder.Body.Len() > 0 {
		if err := json.Unmarshal(recorder.Body.Bytes(), &got.body); err != nil {
			w.Fatalf("%s %s: %v in %s", method, path, err, recorder.Body)
		}
	}
	return got
}

// do is as the Cloud Application Administrator, below /v1.0.
func (w *world) do(method, path, body string, headers ...string) reply {
	w.Helper()
	return w.as("entra", method, "/v1.0"+path, body, headers...)
}

// must is do, and the status has to be right.
func (w *world) must(status int, method, path, body string, headers ...string) reply {
	w.Helper()
	got := w.do(method, path, body, headers...)
	if got.status != status {
		w.Fatalf("%s %s: status %d, want %d: %v", method, path, got.status, status, got.body)
	}
	return got
}

// refused checks a refusal by status, code and part of the message.
func (w *world) refused(got reply, status int, code, message string) {
	w.Helper()
	if got.status != status || got.code() != code || !strings.Contains(got.message(), message) {
		w.Errorf("got %d %s %q, want %d %s %q", got.status, got.code(), got.message(), status, code, message)
	}
}

// application makes one and returns its object id and app id.
func (w *world) application() (id, appID string) {
	w.Helper()
	made := w.must(201, "POST", "/applications", `{"displayName":"WebexConnect"}`)
	return made.text("id"), made.text("appId")
}

// principal makes an application with its service principal's object id.
func (w *world) principal() (id string) {
	w.Helper()
	_, appID := w.application()
	return w.must(201, "POST", "/servicePrincipals", `{"appId":"`+appID+`"}`).text("id")
}

func (w *world) lag(d time.Duration) {
	w.tenant.Lock()
	defer w.tenant.Unlock()
	w.tenant.Settings.ReplicationLag = tenant.Duration(d)
}
