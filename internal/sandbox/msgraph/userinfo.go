package msgraph

import (
	"net/http"
	"slices"
)

// userinfoPath stands beside the versions of Graph.
const userinfoPath = "/oidc/userinfo"

// userinfo is OpenID Connect's UserInfo endpoint, which discovery announces.
// What it says follows from the scopes of the token; the sandbox has neither
// first and family names nor pictures.
// https://learn.microsoft.com/entra/identity-platform/userinfo
func (s *server) userinfo(r *http.Request) (answer, error) {
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		return answer{}, methodNotAllowed()
	}
	token, err := s.authenticate(r.Header.Get("Authorization"))
	if err != nil {
		return answer{}, err
	}
	s.tenant.Lock()
	defer s.tenant.Unlock()
	u, found := s.tenant.Users.Get(token.ObjectID)
	has := func(scope string) bool { return slices.Contains(token.Scopes, scope) }
	if !found || !has("openid") {
		return answer{}, denied()
	}
	claims := map[string]string{"sub": token.Subject}
	if has("profile") {
		claims["name"] = u.DisplayName
	}
	if has("email") && u.Mail != nil {
		claims["email"] = *u.Mail
	}
	return ok(claims), nil
}
