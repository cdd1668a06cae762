package webex

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox/mail"
	"wxmail/internal/sandbox/tenant"
)

func TestDraft(t *testing.T) {
	w := newWorld(t)
	one, two := w.NewDraft(), w.NewDraft()
	if !regexp.MustCompile(`^[0-9a-f]{32}@mail-us\.imiconnect\.io$`).MatchString(one.ForwardingAddress) ||
		one.ForwardingAddress == two.ForwardingAddress {
		t.Errorf("forwarding addresses %q, %q", one.ForwardingAddress, two.ForwardingAddress)
	}
	if one.CallbackURL != "https://contoso.us.webexconnect.io/callback" || one.ID == two.ID {
		t.Errorf("drafts %+v, %+v", one, two)
	}
}

func TestSaveRefuses(t *testing.T) {
	const elsewhere = "https://login.microsoftonline.com/99999999-2222-4333-8444-555555555555/oauth2/v2.0/"
	set := func(label, value string) func(map[string]*string) {
		return func(f map[string]*string) { f[label] = &value }
	}
	tests := []struct {
		name   string
		change func(map[string]*string)
		label  string
	}{
		{"unknown label", set("Grant Type", "code"), "Grant Type"},
		{"the last three", set("Access Token", "x"), "Access Token"},
		{"missing label", func(f map[string]*string) { delete(f, port) }, port},
		{"missing empty label", func(f map[string]*string) { delete(f, loginID) }, loginID},
		{"left empty", func(f map[string]*string) { f[scope] = nil }, scope},
		{"underscore", set(assetName, "a_b"), assetName},
		{"name with space around", set(assetName, "support "), assetName},
		{"no address", set(emailID, "support"), emailID},
		{"forwarding address of another case", func(f map[string]*string) {
			upper := strings.ToUpper(*f[forwardingAddress])
			f[forwardingAddress] = &upper
		}, forwardingAddress},
		{"basic authentication", set(authType, "Username and Password"), authType},
		{"other server", set(smtpServer, "smtp.gmail.com"), smtpServer},
		{"other user", set(username, help), username},
		{"other port", set(port, "25"), port},
		{"no STARTTLS", set(security, "None"), security},
		{"client id", set(clientID, "WebexConnect"), clientID},
		{"secret's id", set(clientSecret, tenantID), clientSecret},
		{"hidden secret", set(clientSecret, "(set)"), clientSecret},
		{"secret with a line break", set(clientSecret, secret+"\n"), clientSecret},
		{"other callback", set(callBackURL, callbackURL+"/"), callBackURL},
		{"common endpoint", set(authorizationURL, "https://login.microsoftonline.com/common/oauth2/v2.0/authorize"), authorizationURL},
		{"v1 endpoint", set(accessTokenURL, "https://login.microsoftonline.com/"+tenantID+"/oauth2/token"), accessTokenURL},
		{"endpoints of two tenants", set(refreshTokenURL, elsewhere+"token"), refreshTokenURL},
		{"swapped scope", set(scope, "https://outlook.office.com/SMTP.Send offline_access"), scope},
		{"tick box", set(review, "yes"), review},
		{"login without its tick box", set(loginID, help), loginID},
		{"tick box without login", set(otherLogin, "on"), username},
		{"login is the asset's address", func(f map[string]*string) {
			shared(f)
			f[emailID] = f[loginID]
		}, loginID},
		{"shared address as user", func(f map[string]*string) {
			shared(f)
			f[username] = f[emailID]
		}, username},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			draft := w.NewDraft()
			fields := right(draft)
			test.change(fields)
			_, err := w.Save(draft.ID, fields)
			var refused *FieldError
			if !errors.As(err, &refused) || refused.Label != test.label {
				t.Errorf("got %v, want a refusal of %q", err, test.label)
			}
			if contains(err, secret) || len(w.model.Webex.Assets) > 0 {
				t.Errorf("after a refusal: %v, assets %v", err, w.model.Webex.Assets)
			}
		})
	}
	if _, err := newWorld(t).Save("none", nil); err == nil {
		t.Error("an unknown draft was saved")
	}
}

func TestSaveTwiceKeepsTheAsset(t *testing.T) {
	w := newWorld(t)
	draft := w.NewDraft()
	first, err := w.Save(draft.ID, right(draft))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.GenerateToken(t.Context(), first, ""); err != nil {
		t.Fatal(err)
	}
	fields, rotated := right(draft), "wxs.client-secret.rotated"
	fields[clientSecret] = &rotated
	second, err := w.Save(draft.ID, fields)
	if err != nil || second != first {
		t.Fatalf("saved again as %q, %v", second, err)
	}
	asset := w.model.Webex.Assets[0]
	if asset.ClientSecret != rotated || *asset.Fields[clientSecret] != "(set)" || asset.RefreshToken == "" {
		t.Errorf("asset %+v", asset)
	}
}

func TestGenerateToken(t *testing.T) {
	w := newWorld(t)
	id := w.saved(t, nil)
	account, validity, err := w.GenerateToken(t.Context(), id, "")
	if err != nil || account != support || validity != "3600" {
		t.Fatalf("%q %q %v", account, validity, err)
	}
	w.visited.Del("state")
	want := url.Values{
		"client_id": {"aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"}, "response_type": {"code"}, "response_mode": {"query"},
		"redirect_uri": {callbackURL}, "scope": {"offline_access https://outlook.office.com/SMTP.Send"},
	}
	if diff := cmp.Diff(want, w.visited); diff != "" {
		t.Errorf("authorize (-want +got):\n%s", diff)
	}
	form := url.Values{
		"grant_type": {"authorization_code"}, "code": {"the-code"}, "redirect_uri": {callbackURL},
		"client_id": {"aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"}, "client_secret": {secret},
		"url": {"https://login.microsoftonline.com/" + tenantID + "/oauth2/v2.0/token"},
	}
	if diff := cmp.Diff([]url.Values{form}, w.asked); diff != "" {
		t.Errorf("token request (-want +got):\n%s", diff)
	}
}

func TestGenerateTokenSignsInAs(t *testing.T) {
	on := "on"
	for _, test := range []struct {
		name   string
		change func(map[string]*string)
		as     string
		want   string
		prompt string
	}{
		{"the login user of a shared mailbox", shared, "", support, ""},
		{"somebody else", nil, "admin@contoso.example", "admin@contoso.example", ""},
		{"with the review box", func(f map[string]*string) { f[review] = &on }, "", support, "consent"},
	} {
		w := newWorld(t)
		account, _, err := w.GenerateToken(t.Context(), w.saved(t, test.change), test.as)
		if err != nil || account != test.want || w.visited.Get("prompt") != test.prompt {
			t.Errorf("%s: %q, prompt %q, %v", test.name, account, w.visited.Get("prompt"), err)
		}
	}
}

func TestGenerateTokenFails(t *testing.T) {
	tests := []struct {
		name string
		set  func(*world)
		want string
	}{
		{"redirect with an error", func(w *world) {
			w.redirect = func(q url.Values) string {
				return "error=access_denied&error_description=AADSTS65004%3A+declined&state=" + url.QueryEscape(q.Get("state"))
			}
		}, "access_denied: AADSTS65004: declined"},
		{"refused code", func(w *world) {
			w.refuse = `{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided."}`
		}, "invalid_client: AADSTS7000215: Invalid client secret provided."},
		{"never came back", func(w *world) { w.redirect = func(url.Values) string { return "" } },
			"ended at https://login.microsoftonline.com/error and not"},
		{"another state", func(w *world) { w.redirect = func(url.Values) string { return "code=x&state=y" } }, "the page said no"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			test.set(w)
			id := w.saved(t, nil)
			if _, _, err := w.GenerateToken(t.Context(), id, ""); !contains(err, test.want) || contains(err, secret) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if w.model.Webex.Assets[0].AccessToken != "" {
				t.Error("a token was kept")
			}
		})
	}
}

func TestCallbackIsStrict(t *testing.T) {
	w := newWorld(t)
	for _, test := range []struct {
		method, path string
		want         int
	}{
		{http.MethodGet, "/", 404},
		{http.MethodGet, "/callback/", 404},
		{http.MethodPost, "/callback?code=x&state=y", 405},
		{http.MethodGet, "/callback", 400},
		{http.MethodGet, "/callback?code=x&state=y", 400},
		{http.MethodGet, "/callback?code=x&code=y", 400},
		{http.MethodGet, "/callback?token=x", 400},
	} {
		recorder := httptest.NewRecorder()
		w.ServeHTTP(recorder, httptest.NewRequest(test.method, test.path, nil))
		if recorder.Code != test.want {
			t.Errorf("%s %s: %d, want %d", test.method, test.path, recorder.Code, test.want)
		}
	}
}

func TestDeliver(t *testing.T) {
	w := newWorld(t)
	id := w.saved(t, nil)
	address := w.model.Webex.Assets[0].ForwardingAddress
	draft := w.NewDraft()
	in := mail.Inbound{
		From:              customer,
		To:                support,
		Subject:           "Hi",
		Text:              "hello",
		MessageID:         "<1@fabrikam.example>",
		ForwardingAddress: strings.ToUpper(address),
	}
	if err := w.Deliver(in); err != nil {
		t.Fatal(err)
	}
	own, unsaved := in, in
	own.From = support
	unsaved.ForwardingAddress = draft.ForwardingAddress
	if err := w.Deliver(own); err != nil {
		t.Errorf("mail from the asset itself: %v", err)
	}
	if err := w.Deliver(unsaved); !contains(err, "no saved asset") {
		t.Errorf("mail for a draft: %v", err)
	}
	inbox := w.Inbox()
	want := []tenant.InboxMessage{{
		ID:        inbox[0].ID,
		Asset:     id,
		From:      customer,
		To:        support,
		Subject:   "Hi",
		Text:      "hello",
		MessageID: "<1@fabrikam.example>",
	}}
	if diff := cmp.Diff(want, inbox); diff != "" {
		t.Errorf("inbox (-want +got):\n%s", diff)
	}
}

// received is an inbox message for the only asset.
func (w *world) received(t *testing.T) string {
	t.Helper()
	asset := w.model.Webex.Assets[0]
	err := w.Deliver(mail.Inbound{
		From:              customer,
		To:                *asset.Fields[emailID],
		Subject:           "Café",
		Text:              "hello",
		ForwardingAddress: asset.ForwardingAddress,
	})
	if err != nil {
		t.Fatal(err)
	}
	return w.Inbox()[0].ID
}

func TestReply(t *testing.T) {
	for name, change := range map[string]func(map[string]*string){support: nil, help: shared} {
		w := newWorld(t)
		id := w.saved(t, change)
		if _, _, err := w.GenerateToken(t.Context(), id, ""); err != nil {
			t.Fatal(err)
		}
		if err := w.Reply(t.Context(), w.received(t), "Bonjour, ça va ?"); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got := w.model.Messages[0]
		if got.From != name || got.To != customer || got.Subject != "Re: Café" || got.Text != "Bonjour, ça va ?" || got.Status != "delivered" {
			t.Errorf("%s: sent %+v", name, got)
		}
	}
}

func TestReplyRefreshes(t *testing.T) {
	w := newWorld(t)
	if _, _, err := w.GenerateToken(t.Context(), w.saved(t, nil), ""); err != nil {
		t.Fatal(err)
	}
	inbox := w.received(t)
	w.model.Clock.Advance(2 * time.Hour)
	if err := w.Reply(t.Context(), inbox, "hello"); err != nil {
		t.Fatal(err)
	}
	last := w.asked[len(w.asked)-1]
	if last.Get("grant_type") != "refresh_token" || last.Get("refresh_token") != "refresh-authorization_code" ||
		last.Get("client_secret") != secret {
		t.Errorf("refresh request %v", last)
	}
	if asset := w.model.Webex.Assets[0]; asset.RefreshToken != "refresh-refresh_token" {
		t.Errorf("kept %q", asset.RefreshToken)
	}
	w.model.Clock.Advance(2 * time.Hour)
	w.refuse = `{"error":"invalid_grant","error_description":"AADSTS50173: revoked"}`
	if err := w.Reply(t.Context(), inbox, "hello"); !contains(err, "AADSTS50173") {
		t.Errorf("with a revoked token: %v", err)
	}
}

func TestReplyFails(t *testing.T) {
	tests := []struct {
		name string
		as   string
		set  func(*world)
		want string
	}{
		{"token of somebody else", "admin@contoso.example", nil, "535 5.7.3 Authentication unsuccessful"},
		{"SMTP AUTH is off", "", func(w *world) { w.model.TransportConfig.SMTPClientAuthenticationDisabled = true }, "535 5.7.139"},
		{"untrusted server", "", func(w *world) { w.TLS.RootCAs = nil }, "certificate"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			if _, _, err := w.GenerateToken(t.Context(), w.saved(t, nil), test.as); err != nil {
				t.Fatal(err)
			}
			if test.set != nil {
				test.set(w)
			}
			if err := w.Reply(t.Context(), w.received(t), "hello"); !contains(err, test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
	w := newWorld(t)
	w.saved(t, nil)
	if err := w.Reply(t.Context(), w.received(t), "hello"); !contains(err, "no token") {
		t.Errorf("before Generate Token: %v", err)
	}
	if err := w.Reply(t.Context(), "none", "hello"); err == nil {
		t.Error("answered a message that is not there")
	}
}
