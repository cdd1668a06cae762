package sandbox_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox"
)

func TestCloudFile(t *testing.T) {
	w := start(t, sandbox.Options{})
	var got object
	if err := json.Unmarshal(w.read(filepath.Join(w.dir, "cloud.json")), &got); err != nil {
		t.Fatal(err)
	}
	dial, _ := got["dial"].(object)
	for _, key := range []string{"*:443", "smtp.office365.com:587"} {
		host, _, err := net.SplitHostPort(fmt.Sprint(dial[key]))
		if err != nil || !net.ParseIP(host).IsLoopback() {
			t.Errorf("dial %s: %v", key, dial[key])
		}
	}
	got["dial"] = len(dial)
	want := object{
		"name": "sandbox", "base": "public", "dial": 2, "caFile": "ca.pem", "pollInterval": "20ms",
		"timeouts": object{"request": "60s", "signIn": "10m"}, "retry": object{"base": "1s", "max": "30s"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestHostsAndProtocols(t *testing.T) {
	w := start(t, sandbox.Options{})
	for _, http2 := range []bool{true, false} {
		w.client = w.newClient(http2)
		for address, want := range map[string]int{
			"https://login.microsoftonline.com/contoso.example/v2.0/.well-known/openid-configuration": 200,
			"https://graph.microsoft.com/v1.0/organization":                                           401,
			"https://outlook.office365.com/adminapi/v1.0/x/EXOModuleFile":                             401,
			"https://contoso.us.webexconnect.io/nothing":                                              404,
			"https://other.us.webexconnect.io/callback":                                               421,
			"https://outlook.office.com/":                                                             421,
		} {
			response, _ := w.send("GET", address, "", nil)
			if response.StatusCode != want || response.ProtoMajor != map[bool]int{true: 2, false: 1}[http2] {
				t.Errorf("%s: %s over %s, want %d", address, response.Status, response.Proto, want)
			}
			if response.Header.Get("Date") == "" {
				t.Errorf("%s: no Date", address)
			}
		}
	}
	if _, err := w.client.Get("https://example.org/"); err == nil {
		t.Error("the certificate is good for a host of somebody else's")
	}
	old := &tls.Config{RootCAs: w.trust, ServerName: "graph.microsoft.com", MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	if conn, err := tls.Dial("tcp", w.dial["*:443"], old); err == nil {
		_ = conn.Close()
		t.Error("TLS 1.1 was accepted")
	}
}

func TestLoopbackDoorsRefuseOtherNames(t *testing.T) {
	w := start(t, sandbox.Options{})
	request, err := http.NewRequest("GET", w.Control()+"/state", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = "rebound.example"
	response, err := w.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("answered %s", response.Status)
	}
}

func TestTenantFollowsFromTheSeed(t *testing.T) {
	id := func(w *world) string { return text(w.control("GET", "/state", nil), "organization", "id") }
	first, second := start(t, sandbox.Options{}), start(t, sandbox.Options{Scenario: "hardened"})
	other := start(t, sandbox.Options{Seed: 9})
	before := id(first)
	first.control("POST", "/advance", object{"by": "48h"})
	first.control("POST", "/faults", []object{{"action": "reset", "count": 99}})
	first.control("POST", "/reset", nil)
	if id(first) != before || id(second) != before || id(other) == before {
		t.Errorf("tenants %s, after the reset %s, %s, and of another seed %s", before, id(first), id(second), id(other))
	}
	response, _ := first.send("GET", "https://login.microsoftonline.com/contoso.example/v2.0/.well-known/openid-configuration", "", nil)
	date, err := http.ParseTime(response.Header.Get("Date"))
	if err != nil || time.Until(date) > time.Hour || response.StatusCode != 200 {
		t.Errorf("after a reset: %s, Date %v, %v", response.Status, date, err)
	}
}

func TestStartRefuses(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]sandbox.Options{
		"scenario":  {Dir: t.TempDir(), Scenario: "no-such"},
		"port":      {Dir: t.TempDir(), HTTPSPort: taken.Addr().(*net.TCPAddr).Port},
		"directory": {Dir: file},
	} {
		if s, err := sandbox.Start(context.Background(), o); err == nil {
			_ = s.Close()
			t.Errorf("%s: it started", name)
		}
	}
}

func TestTheEndOfTheContextStopsIt(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s, err := sandbox.Start(ctx, sandbox.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	address := strings.TrimPrefix(s.Control(), "http://")
	for limit := time.Now().Add(10 * time.Second); ; {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			return
		}
		_ = conn.Close()
		if time.Now().After(limit) {
			t.Fatal("still listening after 10 s")
		}
	}
}

const (
	graph         = "https://graph.microsoft.com/v1.0"
	graphTools    = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
	exchangeShell = "fb78d390-0c51-40cd-8e17-fdbfab77341b"
	directory     = "https://graph.microsoft.com/Application.ReadWrite.All https://graph.microsoft.com/DelegatedPermissionGrant.ReadWrite.All"
	callback      = "https://contoso.us.webexconnect.io/callback"
)

// TestTheGuideByHand does what the guide says, with nothing but the wire:
// sign in, register, grant, open the mailbox, save the asset, generate the
// token, and let mail go in and out.
func TestTheGuideByHand(t *testing.T) {
	w := start(t, sandbox.Options{})
	clientID, secret := w.register(w.signIn(graphTools, directory, "admin@contoso.example"))
	draft := w.control("POST", "/webex/drafts", object{})
	w.openMailbox(text(draft, "forwardingAddress"))
	tenantID := text(w.control("GET", "/state", nil), "organization", "id")

	authority := "https://login.microsoftonline.com/" + tenantID + "/oauth2/v2.0/"
	asset := w.control("POST", "/webex/assets", object{"draft": text(draft, "id"), "fields": object{
		"Asset Name": "support", "Email ID": "support@contoso.example", "Forwarding Address": text(draft, "forwardingAddress"),
		"Authentication Type": "OAuth 2.0", "SMTP Server": "smtp.office365.com", "Username": "support@contoso.example", "Port": "587",
		"Security": "STARTTLS", "Client ID": clientID, "Client Secret": secret, "Call Back URL": text(draft, "callbackUrl"),
		"Authorization URL": authority + "authorize", "Scope": "offline_access https://outlook.office.com/SMTP.Send",
		"Access Token URL": authority + "token", "Refresh Token URL": authority + "token",
		"Use different email address than the asset email ID for generating tokens": "off", "Login ID For Generating Token": nil,
		"I would like to explicitly review before providing consent for authentication": "off",
	}})
	made := w.control("POST", "/webex/assets/"+text(asset, "id")+"/token", object{})
	if fields, _ := made.(object); fields["ok"] != true || text(made, "account") != "support@contoso.example" {
		t.Fatalf("Generate Token: %v", made)
	}

	w.control("POST", "/mail", object{
		"from":    "customer@fabrikam.example",
		"to":      "support@contoso.example",
		"subject": "Hello",
		"text":    "Anyone there?",
	})
	inbox := w.control("GET", "/webex/inbox", nil)
	if text(inbox, 0, "from") != "customer@fabrikam.example" || text(inbox, 0, "subject") != "Hello" {
		t.Fatalf("the agent received %v", inbox)
	}
	w.control("POST", "/advance", object{"by": "2h"}) // the asset must refresh by itself
	w.control("POST", "/webex/inbox/"+text(inbox, 0, "id")+"/reply", object{"text": "Yes."})
	w.checkTraffic()
}

// register makes the application with its grant and returns its client ID
// and secret.
func (w *world) register(token string) (clientID, secret string) {
	app := w.must("POST", graph+"/applications", token, object{
		"displayName": "by the wire", "web": object{"redirectUris": []string{callback}}})
	clientID = text(app, "appId")
	credential := w.must("POST", graph+"/applications/"+text(app, "id")+"/addPassword", token, object{
		"passwordCredential": object{"displayName": "test"}})
	sp := w.must("POST", graph+"/servicePrincipals", token, object{"appId": clientID})
	exchange := w.must("GET", graph+"/servicePrincipals(appId='00000002-0000-0ff1-ce00-000000000000')", token, nil)
	w.must("POST", graph+"/oauth2PermissionGrants", token, object{
		"clientId": text(sp, "id"), "consentType": "AllPrincipals", "resourceId": text(exchange, "id"), "scope": "SMTP.Send"})
	return clientID, text(credential, "secretText")
}

// openMailbox turns on SMTP AUTH and forwarding for support@.
func (w *world) openMailbox(forwardTo string) {
	token := w.byDevice(exchangeShell, "https://outlook.office365.com/.default", "exchange@contoso.example")
	for _, command := range []struct {
		name       string
		parameters object
	}{
		{"Set-CASMailbox", object{"Identity": "support@contoso.example", "SmtpClientAuthenticationDisabled": false}},
		{"New-HostedOutboundSpamFilterPolicy", object{"Name": "test", "AutoForwardingMode": "On"}},
		{"New-HostedOutboundSpamFilterRule", object{
			"Name":                           "test",
			"HostedOutboundSpamFilterPolicy": "test",
			"From":                           []string{"support@contoso.example"},
		}},
		{"Set-Mailbox", object{"Identity": "support@contoso.example", "ForwardingSmtpAddress": forwardTo, "DeliverToMailboxAndForward": true}},
	} {
		w.cmdlet(token, command.name, command.parameters)
	}
}

func (w *world) cmdlet(token, name string, parameters object) any {
	w.Helper()
	tenantID := text(w.control("GET", "/state", nil), "organization", "id")
	return w.must("POST", "https://outlook.office365.com/adminapi/beta/"+tenantID+"/InvokeCommand", token,
		object{"CmdletInput": object{"CmdletName": name, "Parameters": parameters}})
}

// checkTraffic looks at the log of the whole story.
func (w *world) checkTraffic() {
	w.Helper()
	requests, _ := w.control("GET", "/requests", nil).([]any)
	seen, writes := map[string]int{}, 0
	for i, entry := range requests {
		fields, _ := entry.(object)
		if fields["n"] != float64(i+1) || fields["started"] == nil {
			w.Errorf("entry %d: %v", i+1, entry)
		}
		seen[text(entry, "service")+" "+text(entry, "client")]++
		if text(entry, "client") == "wxmail" && fields["write"] == true {
			writes++
		}
	}
	for _, source := range []string{
		"entra wxmail", "entra browser", "graph wxmail", "exchange wxmail", "webex browser", "entra webex", "smtp webex",
	} {
		if seen[source] == 0 {
			w.Errorf("nothing of %q in the log: %v", source, seen)
		}
	}
	if writes != 8 {
		w.Errorf("%d writes, want 4 at Graph and 4 at Exchange", writes)
	}
	secrets := w.control("GET", "/secrets", nil)
	if list, _ := secrets.([]any); len(list) < 5 {
		w.Errorf("secrets: %v", secrets)
	}
}
