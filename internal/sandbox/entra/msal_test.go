package entra_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/public"

	"wxmail/internal/sandbox/robot"
)

// microsoftHosts is a client for which every https host is the token service.
func (w *world) microsoftHosts() *http.Client {
	server := httptest.NewTLSServer(w.server)
	w.Cleanup(server.Close)
	client := server.Client()
	transport := client.Transport.(*http.Transport)
	transport.TLSClientConfig.ServerName = "example.com" // what httptest's certificate says
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if host, _, _ := net.SplitHostPort(address); host == "login.microsoftonline.com" {
			address = server.Listener.Addr().String()
		}
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}
	return client
}

// Microsoft's own libraries work against the sandbox, discovery and instance
// metadata included.
func TestAzidentity(t *testing.T) {
	w := newWorld(t)
	client := w.microsoftHosts()
	options := azcore.ClientOptions{Transport: client}
	browser := &robot.Browser{Client: client}

	device, err := azidentity.NewDeviceCodeCredential(&azidentity.DeviceCodeCredentialOptions{
		ClientOptions: options, ClientID: exoShell, TenantID: "contoso.example",
		UserPrompt: func(ctx context.Context, m azidentity.DeviceCodeMessage) error {
			return browser.Code(ctx, m.VerificationURL, m.UserCode, "exchange@contoso.example")
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	service, err := azidentity.NewClientSecretCredential(w.tenant.Organization.ID, appID, secret,
		&azidentity.ClientSecretCredentialOptions{ClientOptions: options})
	if err != nil {
		t.Fatal(err)
	}
	for name, credential := range map[string]azcore.TokenCredential{"device code": device, "client secret": service} {
		for _, cae := range []bool{false, true} {
			token, err := credential.GetToken(t.Context(), policy.TokenRequestOptions{
				Scopes: []string{"https://outlook.office365.com/.default"}, EnableCAE: cae,
			})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if _, err := w.server.Verify(token.Token); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// MSAL's own browser flow: form_post, client_info, select_account.
func TestMSALInteractive(t *testing.T) {
	w := newWorld(t)
	client := w.microsoftHosts()
	browser := &robot.Browser{Client: client}
	app, err := public.New(graphTools, public.WithHTTPClient(client),
		public.WithAuthority("https://login.microsoftonline.com/contoso.example"), public.WithClientCapabilities([]string{"CP1"}))
	if err != nil {
		t.Fatal(err)
	}
	scopes := []string{"https://graph.microsoft.com/Application.ReadWrite.All", "https://graph.microsoft.com/Policy.Read.All"}
	ended := make(chan error, 1)
	result, err := app.AcquireTokenInteractive(t.Context(), scopes, public.WithOpenURL(func(address string) error {
		go func() {
			_, err := browser.Browse(t.Context(), address, "entra@contoso.example")
			ended <- err
		}()
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("the browser: %v", err)
	}
	if result.Account.PreferredUsername != "entra@contoso.example" {
		t.Errorf("signed in as %q", result.Account.PreferredUsername)
	}
	silent, err := app.AcquireTokenSilent(t.Context(), []string{"https://graph.microsoft.com/.default"},
		public.WithSilentAccount(result.Account))
	if err != nil || silent.AccessToken == "" {
		t.Errorf("silently: %v", err)
	}
}
