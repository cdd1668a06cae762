package signin

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"wxmail/internal/microsoft"
	"wxmail/internal/secret"
)

// wantAbout checks what a refusal says of the request that it answers.
func wantAbout(t *testing.T, err error, asked microsoft.Asked, object string) {
	t.Helper()
	var failure *microsoft.Error
	if !errors.As(err, &failure) {
		t.Fatalf("got %v", err)
	}
	if failure.Asked != asked || failure.Object != object || failure.Operation == "" || failure.Tenant != tenant {
		t.Errorf("asked %q on %q (%s) of tenant %q: %v", failure.Asked, failure.Object, failure.Operation, failure.Tenant, err)
	}
}

func refusing() *sts {
	s := newSTS()
	s.token = func(url.Values) (int, any) { return 400, refusal("invalid_grant", "AADSTS50057: disabled") }
	return s
}

// A refusal in the browser and one of the code are the same sign-in for an
// administrator; the mailbox user's code is redeemed by the application.
func TestWhatASignInAsked(t *testing.T) {
	for _, c := range []struct {
		role              Role
		hint, object      string
		browser, redeemed microsoft.Asked
	}{
		{Directory, upn, upn, microsoft.DirectorySignIn, microsoft.DirectorySignIn},
		{Exchange, "", client, microsoft.ExchangeSignIn, microsoft.ExchangeSignIn},
		{Mailbox, upn, upn, microsoft.MailboxSignIn, microsoft.Redemption},
	} {
		for answer, asked := range map[string]microsoft.Asked{"error=access_denied": c.browser, "code=x": c.redeemed} {
			req := mailboxRequest()
			req.Role, req.LoginHint = c.role, c.hint
			p, ended := start(context.Background(), t, &Flow{Endpoints: serve(t, refusing())}, req)
			get(t, callback(t, p, answer))
			got := <-ended
			wantAbout(t, got.err, asked, c.object)
		}
	}
}

func TestWhatTheOthersAsked(t *testing.T) {
	ctx, e := context.Background(), serve(t, refusing())
	_, err := Refresh(ctx, e, grant())
	wantAbout(t, err, microsoft.Refresh, upn)
	nobodys := grant()
	nobodys.Account = ""
	_, err = Refresh(ctx, e, nobodys)
	wantAbout(t, err, microsoft.Refresh, client)
	wantAbout(t, ProveSecret(ctx, e, tenant, client, appSecret), microsoft.SecretProof, client)

	options := policy.TokenRequestOptions{EnableCAE: true}
	held := &Token{Refresh: secret.New("r"), Expires: e.Now().Add(-time.Minute), Account: Account{UPN: upn}}
	_, err = Credential(e, tenant, client, held).GetToken(ctx, options)
	wantAbout(t, err, microsoft.AdminRefresh, upn)
	_, err = Credential(e, tenant, client, &Token{Expires: e.Now()}).GetToken(ctx, options)
	wantAbout(t, err, microsoft.AdminRefresh, client)

	_, _, err = NewDeviceCode(ctx, serve(t, deviceSTS(refusal("access_denied", "AADSTS53003: blocked"))), adminRequest(), func(Prompt) {})
	wantAbout(t, err, microsoft.DirectorySignIn, upn)
	credential, _, err := NewDeviceCode(ctx, serve(t, deviceSTS(deviceTokens(60), refusal("invalid_grant", "AADSTS50173: revoked"))),
		adminRequest(), func(Prompt) {})
	if err == nil {
		err = expire(credential)
	}
	wantAbout(t, err, microsoft.AdminRefresh, upn)
}

// A failure on the way says the same as a refusal.
func TestWhatAFailureAsked(t *testing.T) {
	e := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, "<html>") }))
	_, err := Discover(context.Background(), e, tenant)
	wantAbout(t, err, microsoft.Metadata, tenant)
	_, err = Refresh(context.Background(), e, grant())
	wantAbout(t, err, microsoft.Refresh, upn)
}
