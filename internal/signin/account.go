package signin

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
)

// Account is who signed in, as the id token says, or the access token where
// there is none. Roles and Scopes are read from the access token, which is
// not ours to rely on: for diagnostics only, nil where it cannot be read.
type Account struct {
	UPN      string
	ObjectID string
	TenantID string
	Roles    []string // template ids of directory roles (wids)
	Scopes   []string // delegated permissions (scp)
}

// WrongAccount says that somebody else signed in, or to another tenant.
type WrongAccount struct {
	Role                    Role
	Wanted, Got             string // user principal names
	WantedTenant, GotTenant string // tenant ids
}

func (w *WrongAccount) Error() string {
	return fmt.Sprintf("%s sign-in: as %q of tenant %s, wanted %q of tenant %s",
		w.Role, w.Got, w.GotTenant, w.Wanted, w.WantedTenant)
}

// Fact gives the code of the advice, who signed in, and who was meant; with
// the tenants where these differ.
func (w *WrongAccount) Fact() (code, object, detail string) {
	wanted, got := w.Wanted, w.Got
	if !strings.EqualFold(w.WantedTenant, w.GotTenant) {
		wanted, got = wanted+" (tenant "+w.WantedTenant+")", got+" (tenant "+w.GotTenant+")"
	}
	return "WX-WRONG-ACCOUNT", got, wanted
}

// Accounts are who was meant, and who signed in.
func (w *WrongAccount) Accounts() (wanted, got string) { return w.Wanted, w.Got }

// Verify compares who signed in with who was meant; its error is a
// *WrongAccount. A login hint is only a hint, and neither Entra ID nor a
// library makes this check. An empty wantUPN accepts anyone of the tenant.
func Verify(role Role, got Account, wantTenant, wantUPN string) error {
	tenantFits := strings.EqualFold(got.TenantID, wantTenant)
	// ſ folds to s, and the sign of Kelvin to k: they are longer.
	gotHome, wantHome := AtHome(got.UPN), AtHome(wantUPN)
	userFits := wantUPN == "" || strings.EqualFold(gotHome, wantHome) && len(gotHome) == len(wantHome)
	if tenantFits && userFits && got.UPN != "" {
		return nil
	}
	return &WrongAccount{Role: role, Wanted: wantUPN, Got: got.UPN, WantedTenant: wantTenant, GotTenant: got.TenantID}
}

// AtHome is the name by which an account signs in. A guest does so by the
// address at home, of which the tenant makes its own name for them:
// "pat_partner.example#EXT#@contoso.example" is pat@partner.example.
// https://learn.microsoft.com/entra/external-id/user-properties
func AtHome(upn string) string {
	mark := max(strings.Index(upn, "#EXT#@"), strings.Index(upn, "#ext#@")) // an answer is in lower case
	at := strings.LastIndexByte(upn[:max(0, mark)], '_')                    // a domain has none
	if at < 0 {
		return upn
	}
	return upn[:at] + "@" + upn[at+1:mark]
}

// claims are the parts of Microsoft's tokens that are read here.
// https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
type claims struct {
	Audience string   `json:"aud"`
	TenantID string   `json:"tid"`
	ObjectID string   `json:"oid"`
	Username string   `json:"preferred_username"`
	UPN      string   `json:"upn"`
	Unique   string   `json:"unique_name"`
	Roles    []string `json:"wids"`
	Scopes   string   `json:"scp"`
	Nonce    string   `json:"nonce"`
}

// readClaims reads a JWT without checking its signature: it came straight
// from the token endpoint over TLS, which OpenID Connect Core 3.1.3.7 takes
// in its place. Access tokens may be opaque: false.
func readClaims(token string) (claims, bool) {
	var c claims
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return c, false
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return c, false
	}
	if json.Unmarshal(payload, &c) != nil {
		return claims{}, false // not even the part that could be read
	}
	return c, true
}

// accountOf reads who signed in. Without an id token (a refresh, the Azure
// CLI) the access token has to tell, if it can be read.
func accountOf(id, access string) Account {
	seen, _ := readClaims(access)
	who, found := readClaims(id)
	if !found {
		who = seen
	}
	return Account{
		UPN:      AtHome(firstOf(who.UPN, who.Username, who.Unique)),
		ObjectID: who.ObjectID,
		TenantID: who.TenantID,
		Roles:    seen.Roles,
		Scopes:   strings.Fields(seen.Scopes),
	}
}

func (t *Token) issuedFor(clientID string) bool {
	id, ok := readClaims(t.ID.Reveal())
	return ok && strings.EqualFold(id.Audience, clientID)
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// ofAnother says whether the id token names another sign-in than the one of
// that nonce. One that names none says nothing.
func (t *Token) ofAnother(nonce string) bool {
	c, ok := readClaims(t.ID.Reveal())
	return ok && c.Nonce != "" && c.Nonce != nonce
}
