package setup_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wxmail/internal/setup"
	"wxmail/internal/signin"
)

const azureCLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"

// accessToken is one that an application of Microsoft's gets for somebody.
func (o *office) accessToken(client, account, resource string) string {
	o.t.Helper()
	p := o.nobody()
	c := o.connection(p)
	metadata, err := signin.Discover(o.t.Context(), c.Cloud, "contoso.example")
	must(o.t, err)
	c.Flow.Show = func(prompt signin.Prompt) { p.robots.Go(func() { _ = p.browse(prompt) }) }
	token, err := c.Flow.SignIn(o.t.Context(), signin.Request{Role: signin.Directory, Metadata: metadata, ClientID: client,
		Scopes: []string{resource + "/.default"}, LoginHint: account})
	must(o.t, err)
	p.robots.Wait()
	return token.Access.Reveal()
}

// azIs puts an Azure CLI on PATH that this person has signed in to.
func (o *office) azIs(bin, account string) {
	o.t.Helper()
	for name, resource := range map[string]string{"graph": "https://graph.microsoft.com", "exchange": "https://outlook.office365.com"} {
		said, err := json.Marshal(map[string]any{"accessToken": o.accessToken(azureCLI, account, resource),
			"expires_on": time.Now().Add(time.Hour).Unix()})
		must(o.t, err)
		must(o.t, os.WriteFile(filepath.Join(bin, name), said, 0o600))
	}
	script := "#!/bin/sh\ncase \"$*\" in *graph*) cat <\"${0%/*}/graph\";; *) cat <\"${0%/*}/exchange\";; esac\n"
	must(o.t, os.WriteFile(filepath.Join(bin, "az"), []byte(script), 0o700))
}

// ownClient is an application that somebody registered to sign in with.
func (o *office) ownClient() string {
	o.t.Helper()
	const graph = "00000003-0000-0000-c000-000000000000"
	const needed = "Application.ReadWrite.All AppRoleAssignment.ReadWrite.All DelegatedPermissionGrant.ReadWrite.All Policy.Read.All " +
		"User.Read.All"
	var state struct {
		ServicePrincipals []struct {
			AppID                  string
			Oauth2PermissionScopes []struct{ ID, Value string }
		}
	}
	o.Call("GET", "/state", nil, &state)
	access := []map[string]string{}
	for _, p := range state.ServicePrincipals {
		for _, scope := range p.Oauth2PermissionScopes {
			if p.AppID == graph && strings.Contains(needed, scope.Value) {
				access = append(access, map[string]string{"id": scope.ID, "type": "Scope"})
			}
		}
	}
	var made struct{ AppID string }
	o.Call("POST", "/applications", map[string]any{"displayName": "Ours", "isFallbackPublicClient": true,
		"publicClient":           map[string]any{"redirectUris": []string{"http://localhost"}},
		"requiredResourceAccess": []map[string]any{{"resourceAppId": graph, "resourceAccess": access}}}, &made)
	o.Call("POST", "/servicePrincipals", map[string]any{"appId": made.AppID, "displayName": "Ours"}, nil)
	return made.AppID
}

// Each way to sign in, with each application for it, of the right person, of
// another than was named, and of one without a role.
func TestEveryWayOfSigningIn(t *testing.T) {
	bin := t.TempDir()
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	for _, way := range []setup.Signing{setup.Browser, setup.DeviceCode, setup.AzureCLI} {
		for _, app := range []string{"graph", "azure-cli", "one of our own"} {
			for _, who := range []string{"right", "another", "without a role"} {
				t.Run(string(way)+", "+app+", "+who, func(t *testing.T) { signsIn(t, bin, way, app, who) })
			}
		}
	}
}

func signsIn(t *testing.T, bin string, way setup.Signing, app, who string) {
	o := open(t, "")
	o.Call("POST", "/tenant", map[string]any{"usersCreateApps": false}, nil)
	o.fault(map[string]any{"service": "entra", "path": "devicecode$", "action": "alter", "json": "interval", "value": 1, "count": 100})
	o.tune = func(c *setup.Connection) { c.Signing = way }
	o.answers["azure.sign-in-app"] = app
	if app == "one of our own" {
		o.answers["azure.sign-in-app"] = o.ownClient()
	}
	p, comes := o.nobody(), admin
	if who != "right" {
		comes = colleague
		p.as[signin.Directory], p.as[signin.Exchange] = colleague, colleague
	}
	if who == "without a role" {
		o.answers["azure.admin"] = colleague
	}
	o.azIs(bin, comes)
	result := o.goes(p, whole())
	problems, writes := wayEnds(way, app, who)
	is(t, "problems", codes(result.Problems), problems)
	is(t, "writes", len(o.Writes()), writes)
}

// wayEnds is what a run says, and how often it writes or tries to.
func wayEnds(way setup.Signing, app, who string) (problems []string, writes int) {
	az := way == setup.AzureCLI // no page says that its token may run a cmdlet: the sandbox refuses
	switch {
	case who != "right" && app == "one of our own" && !az:
		return []string{"WX-ROLE-CONSENT"}, 0 // who may not consent to it is not known by name
	case who == "another":
		return []string{"WX-WRONG-ACCOUNT"}, 0
	case who == "without a role" && az:
		return []string{"WX-ROLE-DIRECTORY", "WX-EXCHANGE-AZURE-CLI"}, 1
	case who == "without a role":
		return []string{"WX-ROLE-DIRECTORY", "WX-ROLE-EXCHANGE"}, 1
	case az:
		return []string{"WX-EXCHANGE-AZURE-CLI"}, 8
	}
	return nil, 12
}
