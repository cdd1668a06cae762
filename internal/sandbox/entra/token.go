package entra

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"wxmail/internal/sandbox/tenant"
)

// tokenParameters are those of the token and device-code endpoints; what
// starts with "x-" is MSAL's telemetry.
var tokenParameters = []string{
	"client_id", "client_secret", "grant_type", "code", "redirect_uri", "code_verifier", "scope", "refresh_token",
	"device_code", "client_info", "claims", "client-request-id", "return-client-request-id",
}

// token is the token endpoint.
func (c *call) token() reply {
	cl, form, refused := c.backChannel("grant_type", "client_id")
	if refused != nil {
		return c.errorJSON(refused)
	}
	switch form.Get("grant_type") {
	case "authorization_code":
		return c.redeemCode(cl, form)
	case "refresh_token":
		return c.redeemRefresh(cl, form)
	case "client_credentials":
		return c.clientCredentials(cl, form)
	case "device_code", "urn:ietf:params:oauth:grant-type:device_code":
		return c.redeemDevice(cl, form)
	}
	return c.errorJSON(refuse(70003, form.Get("grant_type")))
}

// backChannel reads a request that an application sends by itself.
func (c *call) backChannel(required ...string) (*client, url.Values, *refusal) {
	form := c.r.PostForm
	if refused := onlyKnown(form, c.r.URL.Query()); refused != nil {
		return nil, nil, refused
	}
	if refused := c.basic(form); refused != nil {
		return nil, nil, refused
	}
	for _, name := range required {
		if form.Get(name) == "" {
			return nil, nil, refuse(900144, name)
		}
	}
	in, refused := c.realm()
	if refused != nil {
		return nil, nil, refused
	}
	cl, refused := c.client(form.Get("client_id"), in)
	if refused != nil && refused.code == 700016 && c.registered(form.Get("client_id")) {
		refused = refuse(7000229, form.Get("client_id"), c.tenant.Organization.ID)
	}
	return cl, form, refused
}

// onlyKnown refuses what is repeated or unknown, and the v1 endpoint's resource.
func onlyKnown(form, query url.Values) *refusal {
	for name, values := range form {
		switch {
		case name == "resource":
			return refuse(901002)
		case len(values) > 1, !slices.Contains(tokenParameters, name) && !strings.HasPrefix(strings.ToLower(name), "x-"):
			return refuse(9002313)
		}
	}
	for name := range query {
		if name != "client-request-id" && !strings.HasPrefix(strings.ToLower(name), "x-") {
			return refuse(9002313)
		}
	}
	return nil
}

// basic moves a client's HTTP Basic credential into the form. A client that
// uses both places is refused (RFC 6749 §2.3).
func (c *call) basic(form url.Values) *refusal {
	user, password, given := c.r.BasicAuth()
	if !given {
		return nil
	}
	id, err1 := url.QueryUnescape(user)
	secret, err2 := url.QueryUnescape(password)
	if err1 != nil || err2 != nil || form.Has("client_secret") || form.Has("client_id") && form.Get("client_id") != id {
		return refuse(9002313)
	}
	form.Set("client_id", id)
	form.Set("client_secret", secret)
	return nil
}

// tokens answers for a person: access token, and what else the scopes ask for.
func (c *call) tokens(cl *client, d delegation, form url.Values) (map[string]any, *refusal) {
	scope := d.scope
	if form.Get("scope") != "" {
		scope = form.Get("scope")
	}
	a, refused := c.ask(cl, scope)
	if refused != nil {
		return nil, refused
	}
	if form.Get("scope") != "" && len(a.resources) > 1 {
		return nil, refuse(700022)
	}
	a.resources = a.resources[:1]
	m, refused := c.mint(cl, d, a, form)
	if refused != nil {
		return nil, refused
	}
	answer := m.answer()
	if m.identity != nil {
		answer["id_token"] = c.idToken(m.identity, nil)
	}
	if a.has("offline_access") || form.Get("grant_type") == "refresh_token" {
		d.scope = scope
		if d.platform != spa { // a refresh does not lengthen a single-page application's day
			d.at = c.now
		}
		answer["refresh_token"] = c.issueRefresh(d)
	}
	return answer, nil
}

// clientCredentials answers an application that acts by itself.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
func (c *call) clientCredentials(cl *client, form url.Values) reply {
	in, _ := c.realm()
	if in.multi {
		return c.errorJSON(refuse(50059))
	}
	if refused := c.authenticate(cl, form.Get("client_secret"), false); refused != nil {
		return c.errorJSON(refused)
	}
	a, refused := c.parseScopes(form.Get("scope"))
	if refused != nil {
		return c.errorJSON(refused)
	}
	// MSAL sends OpenID Connect's scopes here too; they mean nothing without a person.
	if len(a.resources) != 1 || !a.resources[0].all {
		return c.errorJSON(refuse(1002012, form.Get("scope")))
	}
	resource := a.resources[0]
	roles := c.appRoles(cl, resource.sp)
	if len(roles) == 0 && resource.sp.AppRoleAssignmentRequired {
		return c.errorJSON(refuse(501051, cl.id, cl.name, resource.sp.AppID, resource.sp.DisplayName))
	}
	lifetime := lifetimeOf(cl.id, resource.uri)
	return jsonReply(http.StatusOK, map[string]any{
		"token_type": "Bearer", "expires_in": lifetime, "ext_expires_in": lifetime,
		"access_token": c.mintApp(cl, resource, roles, lifetime),
	})
}

// appRoles is the application permissions that a client holds on a resource.
func (c *call) appRoles(cl *client, resource tenant.ServicePrincipal) []string {
	values := []string{}
	for _, assignment := range c.tenant.AppRoleAssignments.All() {
		for _, r := range resource.AppRoles {
			if assignment.PrincipalID == cl.sp.ID && assignment.ResourceID == resource.ID && assignment.AppRoleID == r.ID {
				values = append(values, r.Value)
			}
		}
	}
	return values
}
