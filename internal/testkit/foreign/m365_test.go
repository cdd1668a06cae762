//go:build foreign

package foreign

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// m365 is CLI for Microsoft 365 with a home of its own.
// https://pnp.github.io/cli-microsoft365/
type m365 struct {
	*world
	home string
}

func (m m365) command(t *testing.T, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(t.Context(), filepath.Join("testdata", "m365", "node_modules", ".bin", "m365"),
		append(args, "--output", "json")...)
	cmd.Env = append(os.Environ(), "HOME="+m.home, "NODE_EXTRA_CA_CERTS="+m.ca(), "CLIMICROSOFT365_NOUPDATE=1")
	return cmd
}

func (m m365) run(t *testing.T, args []string) (exit int, answer, said string) {
	return answers(t, m.command(t, args...))
}

// TestM365 makes and removes an application with CLI for Microsoft 365.
func TestM365(t *testing.T) {
	t.Parallel()
	w, ok := behindNames(t)
	if !ok {
		return
	}
	m := m365{w, t.TempDir()}
	w.signIn(t, m.command(t, "login", "--authType", "deviceCode", "--appId", graphTools, "--tenant", "contoso.example"), entraAdmin)
	cli := &tool{run: m.run, known: map[string]string{
		"exchange": "https://outlook.office365.com", "callback": "https://contoso.us.webexconnect.io/callback"}}
	cli.take(t, m365Steps)
}

var m365Steps = []step{
	{name: "create an application, with secret and consent", command: "entra app add --name Foreign --withSecret --grantAdminConsent " +
		"--apisDelegated {exchange}/SMTP.Send --apisApplication {exchange}/Mail.Send --platform web --redirectUris {callback}",
		shows: map[string]string{"secrets.0.displayName": "Default"}, keeps: map[string]string{"app": "appId", "object": "objectId"}},
	{name: "a permission of nobody", command: "entra app add --name Other --apisDelegated {exchange}/Nothing.Send",
		fails: "Nothing.Send"},
	{name: "get", command: "entra app get --appId {app}", shows: map[string]string{"id": "{object}", "web.redirectUris.0": "{callback}",
		"requiredResourceAccess.0.resourceAccess.1.type": "Role", "passwordCredentials.0.displayName": "Default"}},
	{name: "its principal", command: "entra enterpriseapp get --displayName Foreign", shows: map[string]string{"appId": "{app}"},
		keeps: map[string]string{"principal": "id"}},
	{name: "its consent", command: "entra oauth2grant list --spObjectId {principal}",
		shows: map[string]string{"0.scope": "SMTP.Send", "0.consentType": "AllPrincipals"}},
	{name: "list", command: "entra app list", shows: map[string]string{"0.appId": "{app}"}},
	{name: "remove", command: "entra app remove --appId {app} --force"},
	{name: "it is gone", command: "entra app get --appId {app}", fails: "not found in Microsoft Entra ID"},
}
