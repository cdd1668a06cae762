package setup_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"wxmail/internal/setup"
	"wxmail/internal/signin"
)

const azureCLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"

// accessToken is one that an application of Microsoft's gets for somebody.
func (o *office) accessToken(client, account, resource string) string {
	o.t.Helper()
	c := o.connection(o.nobody())
	ask := url.Values{"client_id": {client}, "response_type": {"code"}, "redirect_uri": {"http://localhost:1"},
		"scope": {resource + "/.default openid"}, "state": {"s"}, "login_hint": {account},
		"code_challenge": {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}, "code_challenge_method": {"S256"}} // RFC 7636, appendix B
	base := c.Cloud.Authority + "/" + "contoso.example" + "/oauth2/v2.0/"
	back, err := url.Parse(o.RedirectURL(base + "authorize?" + ask.Encode()))
	must(o.t, err)
	resp, err := http.PostForm(base+"token", url.Values{"client_id": {client}, "grant_type": {"authorization_code"},
		"code": {back.Query().Get("code")}, "redirect_uri": {"http://localhost:1"},
		"code_verifier": {"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"}})
	must(o.t, err)
	defer resp.Body.Close()
	var token struct {
		AccessToken string `json:"access_token"`
	}
	must(o.t, json.NewDecoder(resp.Body).Decode(&token))
	return token.AccessToken
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
	var made struct{ AppID string }
	o.Call("POST", "/applications", map[string]any{"displayName": "Ours", "isFallbackPublicClient": true,
		"publicClient": map[string]any{"redirectUris": []string{"http://localhost"}}}, &made)
	o.Call("POST", "/servicePrincipals", map[string]any{"appId": made.AppID}, nil)
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
				t.Run(string(way)+", "+app+", "+who, func(t *testing.T) {
					o := open(t, "")
					o.Call("POST", "/tenant", map[string]any{"usersCreateApps": false}, nil)
					o.fault(map[string]any{"service": "entra", "path": "devicecode$", "action": "alter", "json": "interval", "value": 1,
						"count": 100})
					o.tune = func(c *setup.Connection) { c.Signing = way }
					o.answers["azure.sign-in-app"] = app
					if app == "one of our own" {
						o.answers["azure.sign-in-app"] = o.ownClient()
					}
					p, account := o.nobody(), admin
					o.answers["azure.admin"] = admin
					switch who {
					case "another":
						account = colleague
						p.as[signin.Directory], p.as[signin.Exchange] = colleague, colleague
					case "without a role":
						account = colleague
						o.answers["azure.admin"] = colleague
					}
					o.azIs(bin, account)
					result := o.goes(p, whole())
					t.Logf("%v %v writes %d", codes(result.Problems), p.signedIn(), len(o.Writes()))
				})
			}
		}
	}
}
