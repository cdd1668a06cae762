//go:build foreign

package foreign

import "testing"

// @azure/identity gets tokens of an application and of people.
func TestAzureIdentity(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	service := params{"aud": "https://outlook.office365.com", "own": true, "idtyp": "app", "roles": []string{"Mail.Send"}}
	w.goesThrough(t, "identity.mjs", []expected{
		{name: "client secret", says: service},
		{name: "the tenant by its domain", says: service},
		{name: "with claims challenges", says: service},
		{name: "wrong secret", fails: []string{"AuthenticationRequiredError", "AADSTS7000215:"}},
		{name: "no such application", fails: []string{"AADSTS700016:"}},
		{name: "no such tenant", fails: []string{"AADSTS90002:"}},
		{name: "one permission, which is not asked for so", fails: []string{"AADSTS1002012:"}},
		{name: "device code", says: tokenOf(mailbox)},
		{name: "device code, kept", says: tokenOf(mailbox)},
		{name: "device code, the library's own client", says: tokenOf(entraAdmin)},
	})
}

func tokenOf(who string) params {
	return params{"aud": "https://graph.microsoft.com", "own": false, "idtyp": "user", "upn": who}
}
