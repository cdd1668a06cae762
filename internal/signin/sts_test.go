package signin

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"wxmail/internal/cloud"
	"wxmail/internal/cloud/cloudtest"
)

const (
	tenant = "6f5b3c8e-0d2a-4a53-9b1e-2f60c1d7a911"
	client = "8b0a7c51-7a5e-4f0e-8e6b-90f2b1d4c3a7"
	upn    = "support@contoso.example"
)

// sts is as much of Entra ID as a sign-in meets.
type sts struct {
	discovery map[string]any
	token     func(form url.Values) (int, any) // 0: 200
	device    func(form url.Values) (int, any)

	mu    sync.Mutex
	forms []url.Values // what the token endpoint was sent
}

func newSTS() *sts {
	return &sts{
		discovery: map[string]any{
			"issuer":                 "https://login.microsoftonline.com/" + tenant + "/v2.0",
			"authorization_endpoint": "https://login.microsoftonline.com/" + tenant + "/oauth2/v2.0/authorize",
			"token_endpoint":         "https://evil.example/token",
			"cloud_instance_name":    "microsoftonline.com",
		},
		token: func(url.Values) (int, any) { return 0, tokens(nil) },
	}
}

func (s *sts) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/" + tenant + "/v2.0/.well-known/openid-configuration", "/contoso.example/v2.0/.well-known/openid-configuration":
		reply(w, 200, s.discovery)
	case "/" + tenant + "/oauth2/v2.0/token":
		code, body := s.token(s.form(r))
		reply(w, code, body)
	case "/" + tenant + "/oauth2/v2.0/devicecode":
		code, body := s.device(s.form(r))
		reply(w, code, body)
	default:
		reply(w, 400, refusal("invalid_tenant", "AADSTS90002: Tenant not found."))
	}
}

func (s *sts) form(r *http.Request) url.Values {
	_ = r.ParseForm()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forms = append(s.forms, r.PostForm)
	return r.PostForm
}

func reply(w http.ResponseWriter, code int, body any) {
	if page, isPage := body.(string); isPage {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, page)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if code != 0 {
		w.WriteHeader(code)
	}
	_ = json.NewEncoder(w).Encode(body)
}

func refusal(name, description string) map[string]any {
	return map[string]any{"error": name, "error_description": description}
}

// tokens is a good token answer, with some keys changed; nil leaves one out.
func tokens(change map[string]any) map[string]any {
	answer := map[string]any{
		"token_type": "Bearer", "expires_in": 3600, "scope": "https://graph.microsoft.com/User.Read.All",
		"access_token":  jwt(map[string]any{"upn": upn, "wids": []string{"role-1"}, "scp": "User.Read.All SMTP.Send"}),
		"refresh_token": "canary-refresh-1",
		"id_token":      jwt(map[string]any{"aud": client, "tid": tenant, "oid": "oid-1", "preferred_username": upn}),
	}
	maps.Copy(answer, change)
	maps.DeleteFunc(answer, func(_ string, v any) bool { return v == nil })
	return answer
}

func jwt(claims map[string]any) string {
	payload, _ := json.Marshal(claims)
	part := base64.RawURLEncoding.EncodeToString
	return part([]byte(`{"alg":"none"}`)) + "." + part(payload) + "." + part([]byte("canary-signature"))
}

func challengeOf(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func serve(t testing.TB, handler http.Handler) *cloud.Endpoints {
	t.Helper()
	return cloudtest.Serve(t, handler, nil)
}

func metadata() *Metadata {
	return &Metadata{TenantID: tenant,
		AuthorizationEndpoint: "https://login.microsoftonline.com/" + tenant + "/oauth2/v2.0/authorize"}
}
