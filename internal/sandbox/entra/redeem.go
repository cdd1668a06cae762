package entra

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"net/url"
	"time"

	"wxmail/internal/sandbox/tenant"
)

// Lifetimes of what is redeemed.
// https://learn.microsoft.com/entra/identity-platform/refresh-tokens#token-lifetime
const (
	codeLifetime       = 10 * time.Minute
	refreshLifetime    = 90 * 24 * time.Hour
	refreshLifetimeSPA = 24 * time.Hour
	refreshLength      = 1100
)

// code is an authorization code that was given out.
type code struct {
	delegation
	redirectURI string
	challenge   string
	method      string
	used        bool
}

func (c *call) issueCode(q *authorizeRequest, d delegation) string {
	value := c.tenant.Issue("authorization-code", secretOf("code", c.CodeLength))
	c.codes[value] = &code{delegation: d, redirectURI: q.redirectURI, challenge: q.challenge, method: q.method}
	return value
}

func (c *call) issueRefresh(d delegation) string {
	value := c.tenant.Issue("refresh-token", secretOf("refresh", refreshLength))
	c.refresh[value] = d
	return value
}

// secretOf is an opaque value of at least so many characters.
func secretOf(kind string, characters int) string {
	return tenant.NewSecret(kind, max(32, characters*3/4))
}

// redeemCode answers the authorization code grant.
func (c *call) redeemCode(cl *client, form url.Values) reply {
	issued, refused := c.checkCode(cl, form)
	if refused != nil {
		return c.errorJSON(refused)
	}
	answer, refused := c.tokens(cl, issued.delegation, form)
	if refused != nil {
		return c.errorJSON(refused)
	}
	issued.used = true
	return jsonReply(http.StatusOK, answer)
}

func (c *call) checkCode(cl *client, form url.Values) (*code, *refusal) {
	for _, name := range []string{"code", "redirect_uri"} {
		if form.Get(name) == "" {
			return nil, refuse(900144, name)
		}
	}
	issued := c.codes[form.Get("code")]
	if issued == nil || issued.client != cl.id {
		return nil, refuse(70000, "code")
	}
	if refused := c.authenticate(cl, form.Get("client_secret"), issued.platform != web); refused != nil {
		return nil, refused
	}
	switch {
	case issued.redirectURI != form.Get("redirect_uri"):
		return nil, refuse(500112, form.Get("redirect_uri"), issued.redirectURI)
	case issued.used:
		return nil, refuse(54005)
	case c.now.Sub(issued.at) > codeLifetime:
		return nil, refuse(70008)
	case !issued.verifiedBy(form.Get("code_verifier")):
		return nil, refuse(501481)
	case issued.platform == spa && c.r.Header.Get("Origin") == "":
		return nil, refuse(9002327)
	}
	return issued, nil
}

// verifiedBy checks PKCE's second half; a verifier without a challenge is
// refused too.
func (issued *code) verifiedBy(verifier string) bool {
	if issued.method == "S256" && verifier != "" {
		sum := sha256.Sum256([]byte(verifier))
		verifier = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	return subtle.ConstantTimeCompare([]byte(verifier), []byte(issued.challenge)) == 1
}

// redeemRefresh answers the refresh token grant. The old token stays good.
func (c *call) redeemRefresh(cl *client, form url.Values) reply {
	if form.Get("refresh_token") == "" {
		return c.errorJSON(refuse(900144, "refresh_token"))
	}
	d, known := c.refresh[form.Get("refresh_token")]
	if !known || d.client != cl.id {
		return c.errorJSON(refuse(70000, "refresh_token"))
	}
	confidential := d.platform == web || d.platform == none && !cl.fallbackPublic()
	if refused := c.authenticate(cl, form.Get("client_secret"), !confidential); refused != nil {
		return c.errorJSON(refused)
	}
	if refused := c.alive(d); refused != nil {
		return c.errorJSON(refused)
	}
	answer, refused := c.tokens(cl, d, form)
	if refused != nil {
		return c.errorJSON(refused)
	}
	return jsonReply(http.StatusOK, answer)
}

// alive refuses a refresh token that was not used for too long.
func (c *call) alive(d delegation) *refusal {
	age, issued := c.now.Sub(d.at), d.at.Format(time.RFC3339)
	switch {
	case d.platform == spa && age > refreshLifetimeSPA:
		return refuse(700084, issued)
	case age > refreshLifetime:
		return refuse(700082, issued, "90.00:00:00")
	}
	return nil
}
