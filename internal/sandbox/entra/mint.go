package entra

import (
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"hash/fnv"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"wxmail/internal/sandbox/tenant"
)

// minted is an access token for a person and what belongs to it.
type minted struct {
	ask      ask
	granted  []string
	lifetime int
	access   string
	identity jwt.MapClaims // of the ID token, nil without openid
	info     string        // client_info, empty unless asked for
}

// mint makes a person's tokens for the first resource of an ask, if the
// person, the policies and the grants still allow it.
func (c *call) mint(cl *client, d delegation, a ask, form url.Values) (minted, *refusal) {
	user, refused := c.stillAllowed(cl, d)
	if refused != nil {
		return minted{}, refused
	}
	needs, refused := c.needs(cl, user.ID, a, d.fresh)
	if refused != nil {
		return minted{}, refused
	}
	if len(c.missing(cl, user.ID, needs, d.fresh)) > 0 {
		return minted{}, refuse(65001, cl.id, cl.name)
	}
	r := a.resources[0]
	m := minted{ask: a, granted: c.granted(cl, r.sp, user.ID, d.fresh), lifetime: lifetimeOf(cl.id, user.ID, r.uri)}
	m.access = c.sign("access-token", c.accessClaims(cl, d, user, r.uri, m, wantsCAE(form.Get("claims"))))
	if a.has("openid") {
		m.identity = c.idClaims(cl, d, user, a)
	}
	if form.Get("client_info") == "1" {
		m.info = encode(map[string]string{"uid": user.ID, "utid": c.tenant.Organization.ID})
	}
	return m, nil
}

// stillAllowed checks the person behind a code or a refresh token.
func (c *call) stillAllowed(cl *client, d delegation) (tenant.User, *refusal) {
	user, found := c.tenant.Users.Get(d.user)
	switch {
	case !found:
		return user, refuse(50034, d.user, c.tenant.Organization.ID)
	case !user.AccountEnabled:
		return user, refuse(50057)
	case d.at.Before(user.SignInSessionsValidFrom):
		return user, refuse(50173, d.at.Format(time.RFC3339), user.SignInSessionsValidFrom.Format(time.RFC3339))
	case c.tenant.Settings.ConditionalAccess == "block", c.tenant.Settings.ConditionalAccess == "block-webex" && c.fromWebex():
		return user, refuse(53003)
	case c.mfaWanted() && !d.mfa:
		return user, refuse(50076, cl.id)
	}
	return user, c.mustBeAssigned(cl, user)
}

// fromWebex says that the request comes from Webex Connect's servers, whose
// place a policy may not know.
func (c *call) fromWebex() bool { return strings.HasPrefix(c.r.UserAgent(), "sandbox-webex") }

// answer is the token endpoint's success, but for ID and refresh token.
func (m minted) answer() map[string]any {
	answer := map[string]any{
		"token_type": "Bearer", "scope": m.scope(), "expires_in": m.lifetime, "ext_expires_in": m.lifetime,
		"access_token": m.access,
	}
	if m.info != "" {
		answer["client_info"] = m.info
	}
	return answer
}

// scope is the granted scopes as Microsoft writes them: with their resource,
// OpenID Connect's bare, and offline_access never.
func (m minted) scope() string {
	r := m.ask.resources[0]
	out := []string{}
	for _, value := range m.ask.oidc {
		if value != "offline_access" {
			out = append(out, value)
		}
	}
	for _, value := range m.granted {
		if !slices.Contains(oidcScopes, value) {
			out = append(out, r.uri+"/"+value)
		}
	}
	if r.all {
		out = append(out, r.uri+"/.default")
	}
	return strings.Join(out, " ")
}

// accessClaims are those of a v1 access token, which is what Exchange and
// Microsoft Graph accept.
// https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
func (c *call) accessClaims(cl *client, d delegation, u tenant.User, audience string, m minted, cae bool) jwt.MapClaims {
	claims := c.baseClaims(cl, audience, m.lifetime)
	scp := slices.DeleteFunc(slices.Clone(m.granted), func(v string) bool { return v == "offline_access" })
	maps.Copy(claims, jwt.MapClaims{
		"scp": strings.Join(scp, " "), "oid": u.ID, "upn": u.UserPrincipalName, "unique_name": u.UserPrincipalName,
		"name": u.DisplayName, "wids": wids(u), "sub": pairwise(cl.id, u.ID), "idtyp": "user", "amr": amr(d.mfa),
		"appidacr": "0",
	})
	if d.platform == web {
		claims["appidacr"] = "1"
	}
	ofGuest(claims, u)
	if cae {
		claims["xms_cc"] = []string{"cp1"}
	}
	return claims
}

// home is the tenant that every guest is from.
const home = "https://sts.windows.net/5d8c1b0e-3f64-4f0e-9a57-0c6d0f1c2b3a/"

// ofGuest makes the names in a guest's token those of home. The name that the
// tenant has for them stands in none, unless an application asks for it.
// https://learn.microsoft.com/entra/identity-platform/optional-claims-reference#v10-and-v20-optional-claims-set
func ofGuest(claims jwt.MapClaims, u tenant.User) {
	if u.UserType != "Guest" || u.Mail == nil {
		return
	}
	claims["idp"] = home
	for _, name := range []string{"unique_name", "preferred_username"} {
		if _, has := claims[name]; has {
			claims[name] = *u.Mail
		}
	}
	delete(claims, "upn")
}

// mintApp makes an application's own access token.
func (c *call) mintApp(cl *client, r resourceAsk, roles []string, lifetime int) string {
	claims := c.baseClaims(cl, r.uri, lifetime)
	maps.Copy(claims, jwt.MapClaims{"oid": cl.sp.ID, "sub": cl.sp.ID, "idtyp": "app", "appidacr": "1"})
	if len(roles) > 0 {
		claims["roles"] = roles
	}
	return c.sign("access-token", claims)
}

func (c *call) baseClaims(cl *client, audience string, lifetime int) jwt.MapClaims {
	uti := strings.ReplaceAll(uuid.NewString(), "-", "")
	c.minted[uti] = c.now
	now := c.now.Unix()
	return jwt.MapClaims{
		"aud": audience, "iss": c.issuerV1(), "iat": now, "nbf": now, "exp": now + int64(lifetime), "appid": cl.id,
		"app_displayname": cl.name, "tid": c.tenant.Organization.ID, "uti": uti, "ver": "1.0",
	}
}

func (c *call) idClaims(cl *client, d delegation, u tenant.User, a ask) jwt.MapClaims {
	now := c.now.Unix()
	claims := jwt.MapClaims{
		"aud": cl.id, "iss": authority + "/" + c.tenant.Organization.ID + "/v2.0", "iat": now, "nbf": now, "exp": now + 3600,
		"oid": u.ID, "sub": pairwise(cl.id, u.ID), "tid": c.tenant.Organization.ID, "ver": "2.0",
	}
	if a.has("profile") {
		claims["preferred_username"], claims["name"] = u.UserPrincipalName, u.DisplayName
	}
	ofGuest(claims, u)
	if a.has("email") && u.Mail != nil {
		claims["email"] = *u.Mail
	}
	if d.nonce != "" {
		claims["nonce"] = d.nonce
	}
	return claims
}

// implicit adds the tokens of the implicit grant to an authorization answer.
func (c *call) implicit(cl *client, q *authorizeRequest, d delegation, a ask, answer url.Values) *refusal {
	a.resources = a.resources[:1]
	m, refused := c.mint(cl, d, a, url.Values{})
	if refused != nil {
		return refused
	}
	if q.wants("token") {
		answer.Set("access_token", m.access)
		answer.Set("token_type", "Bearer")
		answer.Set("expires_in", strconv.Itoa(m.lifetime))
		answer.Set("scope", m.scope())
	}
	if q.wants("id_token") && m.identity != nil {
		answer.Set("id_token", c.idToken(m.identity, answer))
	}
	return nil
}

// idToken signs an ID token that binds what the authorization endpoint sends
// beside it: a code or an access token that somebody exchanged does not fit.
// https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference#payload-claims
// https://openid.net/specs/openid-connect-core-1_0.html#HybridIDToken
func (c *call) idToken(claims jwt.MapClaims, beside url.Values) string {
	for claim, name := range map[string]string{"c_hash": "code", "at_hash": "access_token"} {
		if value := beside.Get(name); value != "" {
			sum := sha256.Sum256([]byte(value))
			claims[claim] = base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
		}
	}
	return c.sign("id-token", claims)
}

func (c *call) sign(kind string, claims jwt.MapClaims) string {
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	kid := keyID(&c.key.PublicKey)
	token.Header["kid"], token.Header["x5t"] = kid, kid
	signed, _ := token.SignedString(c.key) // claims are plain values and the key is RSA
	return c.tenant.Issue(kind, signed)
}

func keyID(key *rsa.PublicKey) string {
	sum := sha256.Sum256(key.N.Bytes())
	return base64.RawURLEncoding.EncodeToString(sum[:20])
}

func (s *Server) issuerV1() string {
	return "https://sts.windows.net/" + s.tenant.Organization.ID + "/"
}

// lifetimeOf is 60 to 90 minutes in seconds, always the same for the same names.
func lifetimeOf(names ...string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(strings.Join(names, " "))) // a hash never fails
	return 3600 + int(h.Sum32()%1800) - 1
}

// pairwise is a subject that is the same for one user in one application.
func pairwise(client, user string) string {
	sum := sha256.Sum256([]byte(client + user))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func amr(mfa bool) []string {
	if mfa {
		return []string{"pwd", "mfa"}
	}
	return []string{"pwd"}
}

// wantsCAE says that a client announced that it understands claims challenges.
func wantsCAE(claims string) bool { return strings.Contains(claims, "xms_cc") }

func encode(value any) string {
	data, _ := json.Marshal(value) // maps of strings always marshal
	return base64.RawURLEncoding.EncodeToString(data)
}
