package entra_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"testing"

	"wxmail/internal/sandbox/tenant"
)

// An ID token binds what the authorization endpoint sends beside it, and
// nothing where it comes alone or from the token endpoint.
func TestIDTokenBindsWhatComesWithIt(t *testing.T) {
	w := newWorld(t)
	w.grantMail()
	w.application(func(a *tenant.Application) {
		a.Web.ImplicitGrantSettings.EnableAccessTokenIssuance, a.Web.ImplicitGrantSettings.EnableIDTokenIssuance = true, true
	})
	for _, kinds := range []string{"id_token", "code id_token", "id_token token", "code id_token token"} {
		v := w.visitor()
		v.authorize(mailRequest(params{"response_type": kinds, "nonce": "n", "scope": "openid " + smtpSend}))
		sent, err := url.ParseQuery(v.signIn("support").location.Fragment)
		if err != nil {
			t.Fatal(err)
		}
		claims := claimsOf(t, sent.Get("id_token"))
		for claim, name := range map[string]string{"c_hash": "code", "at_hash": "access_token"} {
			if got, _ := claims[claim].(string); got != leftHalf(sent.Get(name)) {
				t.Errorf("%s: %s is %q, want %q", kinds, claim, got, leftHalf(sent.Get(name)))
			}
		}
	}
	redeemed := claimsOf(t, w.redeem(w.code(params{"scope": "openid " + smtpSend})).text("id_token"))
	if redeemed["c_hash"] != nil || redeemed["at_hash"] != nil {
		t.Errorf("the token endpoint's ID token: %v", redeemed)
	}
}

// leftHalf is c_hash and at_hash as OpenID Connect has them, "" of nothing.
func leftHalf(value string) string {
	if value == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(value))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}
