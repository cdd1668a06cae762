//go:build foreign

package foreign

import "testing"

// relyingParty is the application that wxmail registered as strict clients of
// OpenID Connect use it: with a redirect URI of theirs, and allowed to get ID
// tokens from the authorization endpoint.
func relyingParty(t *testing.T) *world {
	t.Helper()
	w := setUpForStrict(t)
	w.Call("PATCH", "/applications/"+w.value("Client ID"), params{"web": params{
		"redirectUris": []string{"http://localhost/callback"}, "implicitGrantSettings": params{"enableIdTokenIssuance": true},
	}}, nil)
	return w
}

// openid-client, which is certified, goes through the flows of OpenID Connect.
func TestOpenIDClient(t *testing.T) {
	t.Parallel()
	whole := params{"issuer": true, "audience": true, "who": mailbox, "nonce": "as sent", "refresh": true,
		"scopes": []string{"openid", "profile", "email", "https://outlook.office.com/SMTP.Send"}}
	relyingParty(t).goesThrough(t, "openid.mjs", []expected{
		{name: "code, PKCE, nonce; secret in the form", says: whole},
		{name: "code, PKCE, nonce; secret in the header", says: whole},
		{name: "refresh", says: whole},
		{name: "user info", says: params{"name": "Support", "email": mailbox}},
		{name: "code and ID token together", says: whole},
		{name: "the code exchanged for another's", fails: []string{"c_hash"}},
		{name: "ID token alone", says: params{"who": mailbox}},
		{name: "client credentials", says: params{"token_type": "bearer", "lasts": true}},
		{name: "device code", says: params{"who": mailbox}},
		{name: "wrong secret", fails: []string{"invalid_client", "401", "AADSTS7000215:"}},
		{name: "wrong secret in the header", fails: []string{"OAUTH_WWW_AUTHENTICATE_CHALLENGE", "401"}},
		{name: "wrong verifier", fails: []string{"invalid_grant", "AADSTS501481:"}},
		{name: "a nonce of somebody else", fails: []string{"nonce"}},
		{name: "nobody signed in, and no page wanted", fails: []string{"login_required", "AADSTS50058:"}},
	})
}

// oauth4webapi takes nothing that the RFCs do not allow.
func TestOAuth4WebAPI(t *testing.T) {
	t.Parallel()
	relyingParty(t).goesThrough(t, "oauth.mjs", []expected{
		{name: "discovery", says: params{"https": true}},
		{name: "code flow, the ID token checked against the keys",
			says: params{"who": mailbox, "scope": "openid profile https://outlook.office.com/SMTP.Send"}},
		{name: "client credentials, secret in the form", says: params{"type": "bearer"}},
		{name: "client credentials, secret in the header", says: params{"type": "bearer"}},
		{name: "wrong secret in the form", fails: []string{"invalid_client", "401", "AADSTS7000215:"}},
		{name: "wrong secret in the header", fails: []string{"OAUTH_WWW_AUTHENTICATE_CHALLENGE", "401", "basic"}},
		{name: "a key instead of a secret", fails: []string{"invalid_request", "AADSTS9002313:"}},
	})
}
