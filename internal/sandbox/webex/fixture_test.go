package webex

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"wxmail/internal/sandbox/mail"
	"wxmail/internal/sandbox/tenant"
)

const (
	support  = "support@contoso.example"
	help     = "help@contoso.example"
	customer = "customer@fabrikam.example"
	tenantID = "11111111-2222-4333-8444-555555555555"
	secret   = "wxs.client-secret.abcdefgh"
)

// world is Webex Connect beside a real transport and an Entra that says what
// the test wants.
type world struct {
	*Server
	model *tenant.Tenant
	mail  *mail.Server

	mu       sync.Mutex
	visited  url.Values // the query of the last authorize URL
	as       string
	asked    []url.Values // the forms that the token endpoint got
	refuse   string       // an OAuth error body, if it is to refuse
	redirect func(url.Values) string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	model := tenant.New(&tenant.Clock{}, 1)
	model.Organization = tenant.Organization{
		ID:              tenantID,
		VerifiedDomains: []tenant.VerifiedDomain{{Name: "contoso.example", IsDefault: true}},
	}
	for address, kind := range map[string]string{support: "UserMailbox", help: "SharedMailbox"} {
		model.Users.Put(address, tenant.User{
			ID:             address,
			AccountEnabled: true,
			AssignedPlans:  []tenant.AssignedPlan{{Service: "exchange", CapabilityStatus: "Enabled"}},
		})
		model.Mailboxes.Put(address, tenant.Mailbox{
			PrimarySMTPAddress: address, UserPrincipalName: address, ExternalDirectoryObjectID: address,
			ExchangeGUID: address, RecipientTypeDetails: kind, SendAs: []string{support},
		})
	}
	w := &world{model: model, mail: mail.New(model, verify(model))}
	dial, trust := w.serve(t)
	w.Server = New(model, Options{HTTP: &http.Client{Transport: w}, DialSMTP: dial, TLS: trust, Browse: w.browse})
	w.mail.SetDeliver(w.Deliver)
	w.redirect = func(q url.Values) string { return "code=the-code&state=" + url.QueryEscape(q.Get("state")) }
	return w
}

// verify accepts mint's tokens until the sandbox's clock says that they have run out.
func verify(model *tenant.Tenant) tenant.Verify {
	return func(raw string) (tenant.Token, error) {
		claims := jwt.MapClaims{}
		if _, _, err := jwt.NewParser().ParseUnverified(raw, claims); err != nil {
			return tenant.Token{}, err
		}
		if ends, err := claims.GetExpirationTime(); err != nil || model.Clock.Now().After(ends.Time) {
			return tenant.Token{}, errors.New("expired")
		}
		upn, _ := claims["upn"].(string)
		return tenant.Token{Audience: "https://outlook.office.com", UPN: upn, ObjectID: upn, Scopes: []string{"SMTP.Send"}}, nil
	}
}

// serve starts the SMTP server under Microsoft's name.
func (w *world) serve(t *testing.T) (func(context.Context) (net.Conn, error), *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"smtp.office365.com"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(certificate)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = w.mail.Serve(l, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, mail.Blind{})
	}()
	t.Cleanup(func() { _ = w.mail.Close() })
	dial := func(ctx context.Context) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp", l.Addr().String())
	}
	return dial, &tls.Config{RootCAs: roots}
}

// browse signs in and comes back to the redirect URI.
func (w *world) browse(_ context.Context, address, as string) (string, error) {
	parsed, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	w.mu.Lock()
	w.visited, w.as = parsed.Query(), as
	w.mu.Unlock()
	back := w.redirect(parsed.Query())
	if back == "" {
		return "https://login.microsoftonline.com/error?x=1", nil
	}
	target := parsed.Query().Get("redirect_uri") + "?" + back
	recorder := httptest.NewRecorder()
	w.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, target, nil))
	if recorder.Code != http.StatusOK {
		return target, errors.New("the page said no")
	}
	return target, nil
}

// RoundTrip is the token endpoint.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	form.Set("url", r.URL.String())
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = append(w.asked, form)
	if w.refuse != "" {
		return response(http.StatusBadRequest, w.refuse), nil
	}
	answer, err := json.Marshal(map[string]any{
		"token_type": "Bearer", "expires_in": 3600, "refresh_token": "refresh-" + form.Get("grant_type"),
		"access_token": w.mint(),
	})
	return response(http.StatusOK, string(answer)), err
}

func (w *world) mint() string {
	claims := jwt.MapClaims{"upn": w.as, "exp": w.model.Clock.Now().Add(time.Hour).Unix()}
	raw, _ := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString([]byte("key"))
	return raw
}

func response(status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(bytes.NewReader([]byte(body))),
	}
}

// right is the form as it should be for a draft.
func right(d tenant.Draft) map[string]*string {
	const base = "https://login.microsoftonline.com/" + tenantID + "/oauth2/v2.0/"
	values := map[string]string{
		assetName: "support", emailID: support, forwardingAddress: d.ForwardingAddress, authType: "OAuth 2.0",
		smtpServer: "smtp.office365.com", username: support, port: "587", security: "STARTTLS",
		clientID: "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee", clientSecret: secret, callBackURL: d.CallbackURL,
		authorizationURL: base + "authorize", scope: "offline_access https://outlook.office.com/SMTP.Send",
		accessTokenURL: base + "token", refreshTokenURL: base + "token", otherLogin: "off", review: "off",
	}
	fields := map[string]*string{loginID: nil}
	for label, value := range values {
		fields[label] = &value
	}
	return fields
}

func shared(fields map[string]*string) {
	on, box, login := "on", help, support
	fields[emailID], fields[username], fields[otherLogin], fields[loginID] = &box, &login, &on, &login
}

// saved is an asset with the right form.
func (w *world) saved(t *testing.T, change func(map[string]*string)) string {
	t.Helper()
	draft := w.NewDraft()
	fields := right(draft)
	if change != nil {
		change(fields)
	}
	id, err := w.Save(draft.ID, fields)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func contains(err error, text string) bool { return err != nil && strings.Contains(err.Error(), text) }
