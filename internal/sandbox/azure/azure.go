// Package azure is the sandbox's Azure Resource Manager, for a tenant that has
// no subscription: the Azure CLI lists tenants and subscriptions at each
// sign-in, whatever it is used for.
package azure

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"wxmail/internal/sandbox/tenant"
)

// audiences are the names under which tokens for this service are taken.
var audiences = []string{
	"https://management.core.windows.net/", "https://management.core.windows.net",
	"https://management.azure.com/", "https://management.azure.com",
}

type server struct {
	tenant *tenant.Tenant
	verify tenant.Verify
}

// New is the handler of host management.azure.com. Whatever is not one of its
// two lists is 404. verify is called without t's lock.
func New(t *tenant.Tenant, verify tenant.Verify) http.Handler {
	s := &server{t, verify}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /tenants", s.withToken(s.tenants))
	mux.HandleFunc("GET /subscriptions", s.withToken(s.subscriptions))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, http.StatusNotFound, "InvalidResourceType", "The sandbox's Azure has no "+r.Method+" "+r.URL.Path+".")
	})
	return mux
}

// withToken lets in who has a token for this service and names a version.
// https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
func (s *server) withToken(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		raw, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		token, err := s.verify(raw)
		switch {
		case !bearer:
			refuse(w, http.StatusUnauthorized, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")
		case err != nil:
			refuse(w, http.StatusUnauthorized, "InvalidAuthenticationToken", "The access token is invalid.")
		case !slices.Contains(audiences, token.Audience):
			refuse(w, http.StatusUnauthorized, "InvalidAuthenticationTokenAudience", fmt.Sprintf(
				"The access token has been obtained for wrong audience or resource '%s'. It should exactly match with one of "+
					"the allowed audiences '%s'.", token.Audience, strings.Join(audiences, "','")))
		case r.URL.Query().Get("api-version") == "":
			refuse(w, http.StatusBadRequest, "MissingApiVersionParameter",
				"The api-version query parameter (?api-version=) is required for all requests.")
		default:
			next(w, r)
		}
	}
}

// tenants is the one that there is.
// https://learn.microsoft.com/rest/api/resources/tenants/list
func (s *server) tenants(w http.ResponseWriter, _ *http.Request) {
	s.tenant.Lock()
	defer s.tenant.Unlock()
	domains, first := []string{}, ""
	for _, d := range s.tenant.Organization.VerifiedDomains {
		domains = append(domains, d.Name)
		if d.IsDefault {
			first = d.Name
		}
	}
	id := s.tenant.Organization.ID
	answer(w, http.StatusOK, map[string]any{"value": []map[string]any{{
		"id": "/tenants/" + id, "tenantId": id, "displayName": s.tenant.Organization.DisplayName, "tenantCategory": "Home",
		"tenantType": "AAD", "defaultDomain": first, "domains": domains,
	}}})
}

// subscriptions are none.
// https://learn.microsoft.com/rest/api/resources/subscriptions/list
func (s *server) subscriptions(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{"value": []any{}, "count": map[string]any{"type": "Total", "value": 0}})
}

func refuse(w http.ResponseWriter, status int, code, text string) {
	answer(w, status, map[string]any{"error": map[string]string{"code": code, "message": text}})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client may be gone
}
