package azure_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"wxmail/internal/sandbox/azure"
	"wxmail/internal/sandbox/tenant"
)

const version = "?api-version=2022-12-01"

func TestLists(t *testing.T) {
	model := tenant.New(&tenant.Clock{}, 1)
	model.Organization = tenant.Organization{ID: "the-tenant", DisplayName: "Contoso", VerifiedDomains: []tenant.VerifiedDomain{
		{Name: "contoso.onmicrosoft.com"}, {Name: "contoso.example", IsDefault: true}}}
	audiences := map[string]string{
		"old": "https://management.core.windows.net/", "new": "https://management.azure.com", "graph": "https://graph.microsoft.com"}
	service := azure.New(model, func(raw string) (tenant.Token, error) {
		if audiences[raw] == "" {
			return tenant.Token{}, errors.New("nobody's")
		}
		return tenant.Token{Audience: audiences[raw], TenantID: "the-tenant"}, nil
	})
	for name, test := range map[string]struct {
		method, target, token string
		status                int
		says                  string
	}{
		"the tenant":       {"GET", "/tenants" + version, "Bearer old", 200, `"defaultDomain":"contoso.example"`},
		"no subscription":  {"GET", "/subscriptions" + version, "Bearer new", 200, `"value":[]`},
		"no token":         {"GET", "/tenants" + version, "", 401, "AuthenticationFailed"},
		"somebody's token": {"GET", "/tenants" + version, "Bearer stolen", 401, "InvalidAuthenticationToken"},
		"a token of Graph": {"GET", "/tenants" + version, "Bearer graph", 401, "InvalidAuthenticationTokenAudience"},
		"no version":       {"GET", "/tenants", "Bearer old", 400, "MissingApiVersionParameter"},
		"another list":     {"GET", "/providers" + version, "Bearer old", 404, "has no GET /providers"},
		"a write":          {"PUT", "/subscriptions" + version, "Bearer old", 404, "has no PUT /subscriptions"},
	} {
		t.Run(name, func(t *testing.T) {
			request := httptest.NewRequest(test.method, test.target, http.NoBody)
			if test.token != "" {
				request.Header.Set("Authorization", test.token)
			}
			got := httptest.NewRecorder()
			service.ServeHTTP(got, request)
			if got.Code != test.status || !strings.Contains(got.Body.String(), test.says) {
				t.Errorf("%d %s", got.Code, got.Body)
			}
		})
	}
}
