//go:build foreign

package foreign

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// az is the Azure CLI with a folder of its own: who signs in there is signed
// in nowhere else.
type az struct {
	*world
	dir string
}

// command is the Azure CLI as a process. It trusts the sandbox by the variable
// that its manual names for a CA of one's own.
// https://learn.microsoft.com/cli/azure/use-azure-cli-successfully-troubleshooting#work-behind-a-proxy
func (a az) command(t *testing.T, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(t.Context(), "az", append(args, "--output", "json")...)
	cmd.Env = append(os.Environ(), "HOME="+a.dir, "LC_ALL=C.UTF-8", "NO_COLOR=1", "REQUESTS_CA_BUNDLE="+a.ca())
	cmd.Env = append(cmd.Env, a.env()...)
	return cmd
}

// env is what wxmail, too, finds this Azure CLI by.
func (a az) env() []string {
	return []string{"AZURE_CONFIG_DIR=" + a.dir, "AZURE_CORE_COLLECT_TELEMETRY=0", "REQUESTS_CA_BUNDLE=" + a.ca()}
}

func (a az) run(t *testing.T, args []string) (exit int, answer, said string) {
	return answers(t, a.command(t, args...))
}

// TestAzureCLI makes and removes an application with Debian's Azure CLI, which
// nobody changed, and lets wxmail take its account.
func TestAzureCLI(t *testing.T) {
	t.Parallel()
	need(t, "az", "azure-cli")
	w, ok := behindNames(t)
	if !ok {
		return
	}
	a := az{w, t.TempDir()}
	w.signIn(t, a.command(t, "login", "--use-device-code", "--allow-no-subscriptions"), entraAdmin)
	secret := filepath.Join(t.TempDir(), "secret")
	cli := &tool{run: a.run, known: map[string]string{
		"exchange": "00000002-0000-0ff1-ce00-000000000000", "SMTP.Send": "76faac2a-0f20-42f1-928a-50de5b9dbe52",
		"Mail.Send": "b633e1c5-b582-4048-a93e-9f11b44c7e96", "callback": "https://contoso.us.webexconnect.io/callback",
		"secret-file": secret,
	}}
	cli.take(t, azSignedIn)
	cli.take(t, azRegisters)
	t.Run("sign in as the application", func(t *testing.T) {
		a.asApplication(t, cli, secret)
	})
	t.Run("wxmail takes its account", func(t *testing.T) { a.wxmail(t, cli) })
	cli.take(t, azRemoves)
}

var azSignedIn = []step{
	{name: "who is signed in", command: "account show",
		shows: map[string]string{"user.name": entraAdmin, "user.type": "user"}, keeps: map[string]string{"tenant": "tenantId"}},
	{name: "a token of Graph", command: "account get-access-token --resource https://graph.microsoft.com",
		shows: map[string]string{"tokenType": "Bearer", "tenant": "{tenant}"}},
	{name: "a scope is no resource", command: "account get-access-token --resource https://graph.microsoft.com/User.Read",
		fails: "AADSTS500011"},
	{name: "a resource of nobody", command: "account get-access-token --resource https://mail.example",
		fails: "AADSTS500011"},
	{name: "no subscription, so the tenant", command: "account list --refresh", shows: map[string]string{"0.id": "{tenant}", "1": ""}},
	{name: "me", command: "ad signed-in-user show", shows: map[string]string{"userPrincipalName": entraAdmin}},
}

// azRegisters is Cisco's guide by az: what wxmail does in the directory.
var azRegisters = []step{
	{name: "create an application", command: "ad app create --display-name Foreign --web-redirect-uris {callback}",
		shows: map[string]string{"displayName": "Foreign", "web.redirectUris.0": "{callback}"},
		keeps: map[string]string{"app": "appId", "object": "id"}},
	{name: "a redirect URI that is none", command: "ad app update --id {app} --web-redirect-uris http://elsewhere.example/callback",
		fails: "redirectUris"},
	{name: "give it a principal", command: "ad sp create --id {app}", shows: map[string]string{"appId": "{app}"},
		keeps: map[string]string{"principal": "id"}},
	{name: "a second principal", command: "ad sp create --id {app}", fails: "already in use"},
	{name: "declare permissions",
		command: "ad app permission add --id {app} --api {exchange} --api-permissions {SMTP.Send}=Scope {Mail.Send}=Role"},
	{name: "list permissions", command: "ad app permission list --id {app}", shows: map[string]string{
		"0.resourceAppId": "{exchange}", "0.resourceAccess.0.id": "{SMTP.Send}", "0.resourceAccess.1.type": "Role"}},
	{name: "grant", command: "ad app permission grant --id {app} --api {exchange} --scope SMTP.Send",
		shows: map[string]string{"clientId": "{principal}", "consentType": "AllPrincipals", "scope": "SMTP.Send"}},
	{name: "list grants", command: "ad app permission list-grants --id {app}", shows: map[string]string{"0.scope": "SMTP.Send", "1": ""}},
	{name: "list by name", command: "ad app list --display-name Foreign", shows: map[string]string{"0.appId": "{app}", "1": ""}},
	{name: "a secret", command: "ad app credential reset --id {app} --append --years 1", shows: map[string]string{"appId": "{app}"},
		keeps: map[string]string{"secret": "password"}},
	{name: "show", command: "ad app show --id {app}", keeps: map[string]string{"key": "passwordCredentials.0.keyId"}, shows: map[string]string{
		"id": "{object}", "requiredResourceAccess.0.resourceAppId": "{exchange}"}},
}

var azRemoves = []step{
	{name: "delete a secret", command: "ad app credential delete --id {app} --key-id {key}"},
	{name: "no secret is left", command: "ad app show --id {app}", shows: map[string]string{"passwordCredentials.0": ""}},
	{name: "delete the application", command: "ad app delete --id {app}"},
	{name: "it is gone", command: "ad app show --id {app}", fails: "does not exist"},
}

// asApplication signs in with the new secret, in a folder of its own; az reads
// it from a file, so that it is no argument.
func (a az) asApplication(t *testing.T, cli *tool, file string) {
	service := &tool{run: az{a.world, t.TempDir()}.run, known: cli.known}
	sign := "login --service-principal --allow-no-subscriptions --tenant {tenant} --username {app} --password @{secret-file}"
	for _, s := range []struct {
		secret string
		step
	}{
		{"not the secret", step{name: "a wrong secret", command: sign, fails: "AADSTS7000215"}},
		{cli.known["secret"], step{name: "its secret", command: sign,
			shows: map[string]string{"0.user.name": "{app}", "0.user.type": "servicePrincipal"}}},
		{"", step{name: "it may read nothing", command: "ad app list", fails: "Insufficient privileges"}},
	} {
		if err := os.WriteFile(file, []byte(s.secret), 0o600); err != nil {
			t.Fatal(err)
		}
		service.take(t, []step{s.step})
	}
}

// wxmail does its half in the directory with the account that az is signed in
// with, at what it takes for Microsoft itself; only the CA is another. Exchange
// takes no token of az's, so that its half waits. What came of it az reads.
func (a az) wxmail(t *testing.T, cli *tool) {
	env := append(a.env(), "WXMAIL_CLOUD=public", "SSL_CERT_FILE="+a.ca())
	ran := a.RunWith(a.Home(), env, "setup", "--azure-cli", "--no-input", "-y",
		"--answers", a.AnswersFile(a.Draft().Answers(mailbox)))
	proved, refused := "done  create token of "+mailbox, "WX-EXCHANGE-AZURE-CLI"
	if ran.Exit != 5 || !strings.Contains(ran.Stderr, proved) || !strings.Contains(ran.Stderr, refused) {
		t.Fatalf("exit %d, want 5, a token, and why not at Exchange\n%s", ran.Exit, ran.Stderr)
	}
	cli.take(t, []step{
		{name: "its application", command: "ad app list --display-name WebexConnect", keeps: map[string]string{"theirs": "0.appId"},
			shows: map[string]string{"0.passwordCredentials.1": "", "0.requiredResourceAccess.0.resourceAppId": "{exchange}"}},
		{name: "its consent", command: "ad app permission list-grants --id {theirs} --show-resource-name",
			shows: map[string]string{"0.resourceDisplayName": "Office 365 Exchange Online", "0.consentType": "AllPrincipals"}},
	})
}
