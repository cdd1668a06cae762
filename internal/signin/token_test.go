package signin

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"wxmail/internal/microsoft"
	"wxmail/internal/secret"
)

var (
	appSecret = secret.New("canary-secret")
	refresh   = secret.New("canary-refresh-0")
)

func grant() Grant {
	return Grant{TenantID: tenant, ClientID: client, ClientSecret: appSecret, Refresh: refresh, Account: upn}
}

// badAnswers are token answers that must come out as typed errors and leak
// nothing; code is the one expected.
var badAnswers = []struct {
	name   string
	status int
	body   any
	code   string
}{
	{"refused", 400, refusal("invalid_grant", "AADSTS70008: expired"), "AADSTS70008"},
	{"refused with a success", 200, refusal("invalid_grant", "AADSTS70008: expired"), "AADSTS70008"},
	{"failed", 500, map[string]any{"x": "canary"}, ""},
	{"a page", 200, "<html>canary</html>", ""},
	{"an array", 200, []string{"canary"}, ""},
	{"no access token", 200, tokens(map[string]any{"access_token": nil}), ""},
	{"access token a number", 200, tokens(map[string]any{"access_token": 7}), ""},
	{"no expiry", 200, tokens(map[string]any{"expires_in": nil}), ""},
	{"expiry in nanoseconds", 200, tokens(map[string]any{"expires_in": 3600_000_000_000}), ""},
	{"another type", 200, tokens(map[string]any{"token_type": "mac"}), ""},
}

func TestBadTokenAnswers(t *testing.T) {
	for _, c := range badAnswers {
		t.Run(c.name, func(t *testing.T) {
			s := newSTS()
			s.token = func(url.Values) (int, any) { return c.status, c.body }
			_, err := Refresh(context.Background(), serve(t, s), grant())
			var failure *microsoft.Error
			if !errors.As(err, &failure) || failure.Code != c.code || failure.Operation != "refresh the token" {
				t.Errorf("got %v, want code %q", err, c.code)
			}
			if err != nil && strings.Contains(err.Error(), "canary") {
				t.Errorf("a secret in %v", err)
			}
			if len(s.forms) != 1 {
				t.Errorf("sent %d times", len(s.forms))
			}
		})
	}
}

func TestSignInNeedsAnIDToken(t *testing.T) {
	other := jwt(map[string]any{"aud": "another", "tid": tenant, "preferred_username": upn})
	for name, id := range map[string]any{"none": nil, "broken": "a.%.c", "not three parts": "canary", "another client's": other} {
		t.Run(name, func(t *testing.T) {
			s := newSTS()
			s.token = func(url.Values) (int, any) { return 0, tokens(map[string]any{"id_token": id}) }
			p, ended := start(context.Background(), t, &Flow{Endpoints: serve(t, s)}, mailboxRequest())
			get(t, callback(t, p, "code=x"))
			if got := <-ended; !errors.Is(got.err, ErrTokenAnswer) {
				t.Errorf("got %v", got.err)
			}
		})
	}
}

func TestRefresh(t *testing.T) {
	for name, want := range map[string]string{"a new one": "canary-refresh-1", "none": "canary-refresh-0"} {
		t.Run(name, func(t *testing.T) {
			s := newSTS()
			s.token = func(url.Values) (int, any) {
				if name == "none" {
					return 0, tokens(map[string]any{"refresh_token": nil, "id_token": nil, "expires_in": "3600"})
				}
				return 0, tokens(nil)
			}
			got, err := Refresh(context.Background(), serve(t, s), grant())
			if err != nil {
				t.Fatal(err)
			}
			if got.Refresh.Reveal() != want || got.Account.UPN != upn {
				t.Errorf("refresh token %q, account %q", got.Refresh.Reveal(), got.Account.UPN)
			}
			if s.forms[0].Get("refresh_token") != "canary-refresh-0" || s.forms[0].Get("client_secret") != "canary-secret" {
				t.Errorf("sent %v", s.forms[0])
			}
		})
	}
}

func TestRefreshIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s := newSTS()
	s.token = func(url.Values) (int, any) { cancel(); <-ctx.Done(); return 500, nil }
	if _, err := Refresh(ctx, serve(t, s), grant()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestProveSecret(t *testing.T) {
	s := newSTS()
	s.token = func(form url.Values) (int, any) {
		if form.Get("grant_type") != "client_credentials" || form.Get("scope") != "https://graph.microsoft.com/.default" {
			return 400, refusal("invalid_request", "AADSTS900144: "+form.Encode())
		}
		if form.Get("client_secret") != "canary-secret" {
			return 401, refusal("invalid_client", "AADSTS7000215: Invalid client secret provided.")
		}
		return 0, tokens(map[string]any{"refresh_token": nil, "id_token": nil, "scope": nil})
	}
	e := serve(t, s)
	if err := ProveSecret(context.Background(), e, tenant, client, appSecret); err != nil {
		t.Error(err)
	}
	err := ProveSecret(context.Background(), e, tenant, client, secret.New("canary-wrong"))
	var failure *microsoft.Error
	if !errors.As(err, &failure) || failure.Code != "AADSTS7000215" || failure.Object != client {
		t.Errorf("got %v", err)
	}
}

func TestVerify(t *testing.T) {
	got := Account{UPN: "Support@Contoso.example", TenantID: tenant}
	cases := []struct {
		name, tenant, upn string
		got               Account
		fine              bool
	}{
		{"the one meant", tenant, upn, got, true},
		{"tenant in capitals", strings.ToUpper(tenant), upn, got, true},
		{"anyone of the tenant", tenant, "", got, true},
		{"somebody else", tenant, "admin@contoso.example", got, false},
		{"a guest, by the tenant's name", tenant, "sup_port_contoso.example#EXT#@fabrikam.example",
			Account{UPN: "sup_port@contoso.example", TenantID: tenant}, true},
		{"another guest", tenant, "sales_contoso.example#EXT#@fabrikam.example", got, false},
		{"another tenant", "0f8fad5b-d9cb-469f-a165-70867728950e", upn, got, false},
		{"anyone, another tenant", "0f8fad5b-d9cb-469f-a165-70867728950e", "", got, false},
		{"nobody", tenant, "", Account{TenantID: tenant}, false},
		{"a long s", tenant, upn, Account{UPN: strings.Replace(upn, "s", "\u017f", 1), TenantID: tenant}, false},
		{"the sign of Kelvin", tenant, "kim@contoso.example", Account{UPN: "\u212aim@contoso.example", TenantID: tenant}, false},
		{"a Cyrillic o", tenant, upn, Account{UPN: strings.Replace(upn, "o", "\u043e", 1), TenantID: tenant}, false},
		{"a NUL behind it", tenant, upn, Account{UPN: upn + "\x00", TenantID: tenant}, false},
		{"a blank behind it", tenant, upn, Account{UPN: upn + " ", TenantID: tenant}, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := Verify(Mailbox, c.got, c.tenant, c.upn)
			var wrong *WrongAccount
			if c.fine != (err == nil) || !c.fine && (!errors.As(err, &wrong) || wrong.Got != c.got.UPN || wrong.Wanted != c.upn) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// A guest is who they are at home, whatever a token or an answer calls them.
func TestAtHome(t *testing.T) {
	for upn, want := range map[string]string{
		"pat_partner.example#EXT#@contoso.example":        "pat@partner.example",
		"pat_van_os_partner.example#EXT#@contoso.example": "pat_van_os@partner.example",
		"pat_partner.example#ext#@contoso.example":        "pat@partner.example",
		"nothing#EXT#@contoso.example":                    "nothing#EXT#@contoso.example",
		"pat_partner@contoso.example":                     "pat_partner@contoso.example", "": "",
	} {
		if got := AtHome(upn); got != want {
			t.Errorf("%s: %s, want %s", upn, got, want)
		}
	}
}

func TestCredential(t *testing.T) {
	ctx, options := context.Background(), policy.TokenRequestOptions{EnableCAE: true}
	s := newSTS()
	e := serve(t, s)
	access := func(left time.Duration, refresh string) (string, error) {
		token := &Token{Access: secret.New("old"), Refresh: secret.New(refresh), Expires: e.Now().Add(left)}
		got, err := Credential(e, tenant, client, token).GetToken(ctx, options)
		return got.Token, err
	}
	if got, err := access(time.Hour, "r"); got != "old" || err != nil || len(s.forms) != 0 {
		t.Errorf("a token with life left: %q, %v, %d requests", got, err, len(s.forms))
	}
	if got, err := access(time.Minute, "r"); got == "old" || err != nil || s.forms[0].Get("refresh_token") != "r" {
		t.Errorf("a token about to expire: %q, %v", got, err)
	}
	if _, err := access(0, ""); !errors.Is(err, ErrNoRefresh) {
		t.Errorf("nothing to renew it with: %v", err)
	}
	s.token = func(url.Values) (int, any) { return 400, refusal("invalid_grant", "AADSTS50173: revoked") }
	if got, err := access(time.Minute, "r"); got != "old" || err != nil {
		t.Errorf("not yet expired and not renewed: %q, %v", got, err)
	}
	var failure *microsoft.Error
	if _, err := access(-time.Minute, "r"); !errors.As(err, &failure) || failure.Code != "AADSTS50173" {
		t.Errorf("expired and not renewed: %v", err)
	}
	options.Claims = `{"access_token":{}}`
	if _, err := access(time.Hour, "r"); !errors.Is(err, ErrClaims) || !errors.As(err, &failure) {
		t.Errorf("claims: %v", err)
	}
}
