package entra

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// authorizeRequest is an authorization request whose redirect URI is known to
// be the client's.
type authorizeRequest struct {
	client        *client
	redirectURI   string
	platform      platform
	responseTypes []string
	mode          string
	state         string
	nonce         string
	challenge     string
	method        string // of the challenge: plain or S256
}

// once are the parameters that may be given only once; others are ignored, as
// Microsoft ignores them.
var once = []string{
	"client_id", "response_type", "redirect_uri", "scope", "response_mode", "state", "nonce", "prompt",
	"login_hint", "domain_hint", "code_challenge", "code_challenge_method", "claims", "resource",
}

// authorize begins a sign-in. Until the redirect URI is known to be the
// client's, what is wrong is shown in the browser.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#request-an-authorization-code
func (c *call) authorize() reply {
	request, refused := c.authorizeRequest()
	if refused != nil {
		return c.errorPage(refused)
	}
	f := c.newFlow(request.client, request)
	if refused := c.readAuthorize(f, request); refused != nil {
		return request.refused(c, f, refused)
	}
	c.silent(f)
	return c.advance(f)
}

func (c *call) authorizeRequest() (*authorizeRequest, *refusal) {
	if refused := c.wellFormed(once); refused != nil {
		return nil, refused
	}
	in, refused := c.realm()
	if refused != nil {
		return nil, refused
	}
	for _, name := range []string{"client_id", "redirect_uri", "response_type"} {
		if c.r.Form.Get(name) == "" {
			return nil, refuse(900144, name)
		}
	}
	cl, refused := c.client(c.r.Form.Get("client_id"), in)
	if refused != nil {
		return nil, refused
	}
	request := &authorizeRequest{client: cl, redirectURI: c.r.Form.Get("redirect_uri"), state: c.r.Form.Get("state")}
	request.platform, refused = cl.platformOf(request.redirectURI)
	return request, refused
}

// wellFormed refuses a form that could not be read or repeats a parameter.
func (c *call) wellFormed(once []string) *refusal {
	if c.malformed {
		return refuse(9002313)
	}
	for _, name := range once {
		if len(c.r.Form[name]) > 1 {
			return refuse(9002313)
		}
	}
	return nil
}

// readAuthorize reads the rest of the request: what is wrong from here on is
// sent back to the application.
func (c *call) readAuthorize(f *flow, request *authorizeRequest) (refused *refusal) {
	form := c.r.Form
	request.nonce, f.hint = form.Get("nonce"), form.Get("login_hint")
	if refused := request.readResponse(form); refused != nil {
		return refused
	}
	if refused := request.readChallenge(form); refused != nil {
		return refused
	}
	if form.Has("resource") {
		return refuse(901002)
	}
	f.prompt = form.Get("prompt")
	if !slices.Contains([]string{"", "none", "login", "consent", "select_account"}, f.prompt) {
		return refuse(90023, "prompt")
	}
	f.forced = f.prompt == "consent"
	f.scope = form.Get("scope")
	f.ask, refused = c.ask(request.client, f.scope)
	return refused
}

// readResponse reads how the answer is wanted. The code is refused to nobody;
// tokens only to an application that ticked the implicit grant's boxes.
func (q *authorizeRequest) readResponse(form url.Values) *refusal {
	q.responseTypes = strings.Fields(form.Get("response_type"))
	q.mode = form.Get("response_mode")
	for _, kind := range q.responseTypes {
		if refused := q.client.mayRespond(kind); refused != nil {
			return refused
		}
	}
	onlyCode := len(q.responseTypes) == 1 && q.wants("code")
	switch {
	case q.mode == "" && onlyCode:
		q.mode = "query"
	case q.mode == "":
		q.mode = "fragment"
	case q.mode == "query" && !onlyCode, !slices.Contains([]string{"query", "fragment", "form_post"}, q.mode):
		return refuse(70007, q.mode, form.Get("response_type"))
	}
	if q.wants("id_token") && q.nonce == "" {
		return refuse(900144, "nonce")
	}
	return nil
}

func (q *authorizeRequest) wants(kind string) bool { return slices.Contains(q.responseTypes, kind) }

func (cl *client) mayRespond(kind string) *refusal {
	switch {
	case kind == "code":
		return nil
	case kind == "token" && (cl.app == nil || !cl.app.Web.ImplicitGrantSettings.EnableAccessTokenIssuance):
		return refuse(700051)
	case kind == "id_token" && (cl.app == nil || !cl.app.Web.ImplicitGrantSettings.EnableIDTokenIssuance):
		return refuse(700054)
	case kind == "token" || kind == "id_token":
		return nil
	}
	return refuse(70005, kind)
}

// readChallenge reads PKCE's part (RFC 7636).
func (q *authorizeRequest) readChallenge(form url.Values) *refusal {
	q.challenge, q.method = form.Get("code_challenge"), form.Get("code_challenge_method")
	switch {
	case q.challenge == "" && q.method != "":
		return refuse(900144, "code_challenge")
	case q.challenge == "" && q.platform == spa:
		return refuse(9002325)
	case q.challenge == "":
		return nil
	case len(q.challenge) < 43 || len(q.challenge) > 128:
		return refuse(501491)
	case q.method == "":
		q.method = "plain"
	case q.method != "plain" && q.method != "S256":
		return refuse(90023, "code_challenge_method")
	}
	return nil
}

// done answers the application with what it asked for.
func (q *authorizeRequest) done(c *call, f *flow) reply {
	answer := url.Values{"session_state": {uuid.NewString()}}
	d := delegation{
		client: f.client.id, user: f.user.ID, scope: f.scope, platform: q.platform,
		fresh: f.fresh, mfa: f.mfa, nonce: q.nonce, at: c.now,
	}
	if q.wants("code") {
		answer.Set("code", c.issueCode(q, d))
	}
	if q.wants("token") || q.wants("id_token") {
		if refused := c.implicit(f.client, q, d, f.ask, answer); refused != nil {
			return q.refused(c, f, refused)
		}
	}
	return q.send(c, answer)
}

// refused sends an error back to the application.
func (q *authorizeRequest) refused(c *call, _ *flow, e *refusal) reply {
	return q.send(c, url.Values{
		"error": {e.oauth}, "error_description": {c.describe(e)}, "error_uri": {e.uri()},
	})
}

func (q *authorizeRequest) send(c *call, answer url.Values) reply {
	if q.state != "" {
		answer.Set("state", q.state)
	}
	if q.mode == "form_post" {
		return c.page(http.StatusOK, view{Page: "form_post", Action: q.redirectURI, Answer: flatten(answer)})
	}
	return redirectReply(answerAt(q.redirectURI, q.mode, answer))
}

func flatten(answer url.Values) map[string]string {
	flat := map[string]string{}
	for name := range answer {
		flat[name] = answer.Get(name)
	}
	return flat
}
