package entra

import (
	"cmp"
	"encoding/base64"
	"math/big"
	"net/http"
	"slices"
	"strings"
)

// discovery is the OpenID Connect metadata. A browser is sent to the pages'
// address; the token endpoint is always the authority's.
// https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#fetch-the-openid-configuration-document
func (c *call) discovery() reply {
	if refused := onlyKnown(nil, c.r.URL.Query()); refused != nil {
		return c.errorJSON(refused)
	}
	in, refused := c.realm()
	if refused != nil {
		return c.errorJSON(refused)
	}
	name, issuer := c.tenant.Organization.ID, c.tenant.Organization.ID
	if in.multi {
		name, issuer = in.name, "{tenantid}"
	}
	base, pages := authority+"/"+name, c.pagesBase()+"/"+name
	instance, login := cmp.Or(c.tenant.Settings.CloudInstance, "microsoftonline.com"), authority
	if instance != "microsoftonline.com" { // a tenant of another cloud is known here, and sends everybody there
		login = "https://login." + instance
		base, pages = login+"/"+name, login+"/"+name
	}
	return jsonReply(http.StatusOK, map[string]any{
		"issuer":                                login + "/" + issuer + "/v2.0",
		"authorization_endpoint":                pages + "/oauth2/v2.0/authorize",
		"token_endpoint":                        base + "/oauth2/v2.0/token",
		"device_authorization_endpoint":         base + "/oauth2/v2.0/devicecode",
		"end_session_endpoint":                  pages + "/oauth2/v2.0/logout",
		"jwks_uri":                              base + "/discovery/v2.0/keys",
		"userinfo_endpoint":                     "https://graph.microsoft.com/oidc/userinfo",
		"token_endpoint_auth_methods_supported": []string{"client_secret_post", "client_secret_basic"},
		"response_modes_supported":              []string{"query", "fragment", "form_post"},
		"response_types_supported":              []string{"code", "id_token", "code id_token", "id_token token"},
		"subject_types_supported":               []string{"pairwise"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"scopes_supported":                      oidcScopes,
		"claims_supported": []string{
			"sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "ver", "email",
		},
		"request_uri_parameter_supported": false,
		"http_logout_supported":           true,
		"frontchannel_logout_supported":   true,
		"tenant_region_scope":             "EU",
		"cloud_instance_name":             instance,
		"cloud_graph_host_name":           "graph.windows.net",
		"msgraph_host":                    "graph.microsoft.com",
		"rbac_url":                        "https://pas.windows.net",
	})
}

// keys is the JSON Web Key Set (RFC 7517).
func (c *call) keys() reply {
	if _, refused := c.realm(); refused != nil {
		return c.errorJSON(refused)
	}
	key := c.key.PublicKey
	encoded := base64.RawURLEncoding.EncodeToString
	return jsonReply(http.StatusOK, map[string]any{"keys": []map[string]any{{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": keyID(&key), "x5t": keyID(&key),
		"n": encoded(key.N.Bytes()), "e": encoded(big.NewInt(int64(key.E)).Bytes()),
		"issuer": authority + "/{tenantid}/v2.0",
	}}})
}

// instance tells MSAL which hosts are one cloud.
func (c *call) instance() reply {
	endpoint := c.r.URL.Query().Get("authorization_endpoint")
	rest, of := strings.CutPrefix(endpoint, authority+"/")
	name, _, _ := strings.Cut(rest, "/")
	c.r.SetPathValue("tenant", name)
	_, refused := c.realm()
	switch {
	case !slices.Contains([]string{"1.0", "1.1"}, c.r.URL.Query().Get("api-version")) || !of:
		return c.errorJSON(refuse(9002313))
	case refused != nil:
		return c.errorJSON(refused)
	}
	hosts := []string{"login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"}
	return jsonReply(http.StatusOK, map[string]any{
		"tenant_discovery_endpoint": authority + "/" + name + "/v2.0/.well-known/openid-configuration",
		"api-version":               "1.1",
		"metadata": []map[string]any{{
			"preferred_network": hosts[0], "preferred_cache": "login.windows.net", "aliases": hosts,
		}},
	})
}
