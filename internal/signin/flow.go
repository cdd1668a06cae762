package signin

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"wxmail/internal/cloud"
	"wxmail/internal/microsoft"
)

// Flow is how people are asked to sign in; one Flow serves many sign-ins,
// one at a time.
type Flow struct {
	Endpoints   *cloud.Endpoints
	OpenBrowser bool
	Show        func(Prompt) // called once per attempt, before the browser opens
	Page        *Page        // where the browser ends; nil: one of its own, without words, for each sign-in

	// Typed are lines that the person typed or pasted: r wants the browser
	// again, u the whole address, and all else is to be the redirect URL, of
	// any length. What came of it goes to Tell.
	Typed <-chan string
	Tell  func(Notice)

	// Answered is called when the person has signed in, before the code is
	// redeemed, at each attempt; its error ends the sign-in. nil: nothing is to
	// be done.
	Answered func(context.Context) error

	// Check refuses the wrong account; nil takes any. Where somebody is there,
	// it is asked for again, Attempts times in all.
	Check    func(Account) error
	Attempts int

	// Ended is called when an attempt has ended, and gives what the browser's
	// page says of it. again: there is another. nil: Words of the page.
	Ended func(who Account, err error, again bool) Verdict
}

// attempt is one try of a sign-in.
type attempt struct {
	*visit
	req             Request
	config          *oauth2.Config
	verifier, nonce string
	opener          chan error // why the opener failed
}

// SignIn lets a person sign in with a browser, redeems the code and checks who
// came. It may be repeated; each time is a new sign-in. The redirect URI is
// http://localhost with a port: Entra ID ignores the port for localhost.
// https://learn.microsoft.com/entra/identity-platform/reply-url#localhost-exceptions
//
// Errors: *microsoft.Error when Entra ID refused, in the browser or at the token
// endpoint; *TimeoutError; ctx's; *ListenError; Answered's; Check's.
func (f *Flow) SignIn(ctx context.Context, req Request) (*Token, error) {
	page := f.Page
	if page == nil {
		page = NewPage(Words{})
		defer page.Close()
	}
	now, err := f.begin(page, req, 1)
	if err != nil {
		return nil, err
	}
	for number := 1; ; number++ {
		token, err := f.try(ctx, page, now, number)
		var next *attempt
		if f.again(err, number) {
			next, _ = f.begin(page, req, number+1) // the page listens already
		}
		f.end(now, next, token, err)
		if next == nil {
			return token, err
		}
		now = next
	}
}

// begin prepares an attempt. One that follows another asks for the password
// again: else Entra would take the same account.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#request-an-authorization-code
func (f *Flow) begin(page *Page, req Request, number int) (*attempt, error) {
	v, err := page.expect(req.Metadata.Issuer)
	if err != nil {
		return nil, err
	}
	a := &attempt{visit: v, req: req, config: codeConfig(f.Endpoints, req, v.redirectURI()), verifier: oauth2.GenerateVerifier(),
		nonce: newState(), opener: make(chan error, 1)}
	a.visit.url = a.authorizeURL(number)
	return a, nil
}

// try shows an attempt, waits for it, redeems its code and checks the account.
func (f *Flow) try(ctx context.Context, page *Page, a *attempt, number int) (*Token, error) {
	f.Show(Prompt{Role: a.req.Role, Account: a.req.LoginHint, URL: a.url, Short: a.lead(forPerson), Limit: f.Endpoints.Timeouts.SignIn,
		Attempt: number, Here: onLoopback(a.url), SSHHint: sshHint(a.port, a.url)})
	if number == 1 { // from the second on, the page in the browser leads there
		f.open(a)
	}
	got, err := f.await(ctx, page, a)
	if err != nil {
		return nil, err
	}
	if got.refusal != nil {
		return nil, a.req.about("sign in").name(got.refusal)
	}
	if f.Answered != nil {
		if err := f.Answered(ctx); err != nil {
			return nil, err
		}
	}
	token, err := redeem(ctx, f.Endpoints, a.config, a.req, got.code, a.verifier, a.nonce)
	if err == nil && f.Check != nil {
		return token, f.Check(token.Account)
	}
	return token, err
}

// again says whether an attempt that ended so is followed by another: a person
// may have taken the wrong account, or have pressed the wrong button.
func (f *Flow) again(err error, number int) bool {
	wrong := (*WrongAccount)(nil)
	return number < f.Attempts && (errors.As(err, &wrong) || microsoft.HasCode(err, "access_denied", "AADSTS65004"))
}

// end tells what became of an attempt, in the browser too.
func (f *Flow) end(a, next *attempt, token *Token, err error) {
	who := Account{}
	if token != nil {
		who = token.Account
	}
	verdict := Verdict{}
	if f.Ended != nil {
		verdict = f.Ended(who, err, next != nil)
	}
	verdict.good = err == nil
	if verdict.Detail == "" {
		verdict.Detail = refusedWith(err)
	}
	if next != nil {
		verdict.link = next.lead(onPage)
	}
	a.end(verdict)
}

// refusedWith are Entra's own words of a refusal.
func refusedWith(err error) string {
	if e := microsoft.Of(err); e != nil {
		return strings.TrimSpace(e.Code + " " + e.Message)
	}
	return ""
}

func codeConfig(e *cloud.Endpoints, req Request, redirectURI string) *oauth2.Config {
	config := clientConfig(e, req.Metadata.TenantID, req.ClientID, req.ClientSecret)
	config.Endpoint.AuthURL = req.Metadata.AuthorizationEndpoint
	config.RedirectURL = redirectURI
	config.Scopes = withOpenID(req.Scopes)
	return config
}

// withOpenID makes sure that the answer says who signed in.
func withOpenID(scopes []string) []string {
	all := slices.Clone(scopes)
	for _, scope := range []string{"openid", "profile"} {
		if !slices.Contains(all, scope) {
			all = append(all, scope)
		}
	}
	return all
}

func (a *attempt) authorizeURL(number int) string {
	options := []oauth2.AuthCodeOption{
		oauth2.S256ChallengeOption(a.verifier),
		oauth2.SetAuthURLParam("response_mode", "query"),
		oauth2.SetAuthURLParam("nonce", a.nonce),
	}
	if a.req.LoginHint != "" {
		options = append(options, oauth2.SetAuthURLParam("login_hint", a.req.LoginHint))
	}
	switch {
	case number > 1:
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"))
	case a.req.LoginHint == "":
		// Otherwise whoever happens to be signed in would be taken unasked.
		options = append(options, oauth2.SetAuthURLParam("prompt", "select_account"))
	}
	return a.config.AuthCodeURL(a.state, options...)
}

// await waits for the browser, or for what is pasted instead.
func (f *Flow) await(ctx context.Context, page *Page, a *attempt) (*answer, error) {
	limit := time.NewTimer(f.Endpoints.Timeouts.SignIn)
	defer limit.Stop()
	typed := f.Typed
	for {
		select {
		case got := <-a.answers:
			return got, nil
		case line, open := <-typed:
			if !open {
				typed = nil
			} else if got := f.heed(page, a, line); got != nil {
				return got, nil
			}
		case err := <-a.opener:
			f.tell(Notice{What: noticeOf(err)})
		case <-limit.C:
			return nil, &TimeoutError{Role: a.req.Role}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// heed does what a line asks for; nil if it is not the answer.
func (f *Flow) heed(page *Page, a *attempt, line string) *answer {
	switch text := strings.TrimSpace(line); {
	case text == "":
	case strings.EqualFold(text, "r"):
		f.tell(Notice{What: OpenedAgain, Address: a.lead(forPerson)})
		f.open(a)
	case strings.EqualFold(text, "u"):
		f.tell(Notice{What: WholeAddress, Address: a.url})
	default:
		return f.read(page, a, text)
	}
	return nil
}

// read takes a pasted text; nil if it is not the answer.
func (f *Flow) read(page *Page, a *attempt, text string) *answer {
	got, err := parsePasted(text, a.awaited)
	refused := (*PasteError)(nil)
	if errors.As(err, &refused) {
		f.tell(Notice{What: refused.Reason})
		return nil
	}
	if !page.take(a.visit) {
		return <-a.answers // the browser was quicker
	}
	return got
}

func (f *Flow) tell(n Notice) {
	if f.Tell != nil {
		f.Tell(n)
	}
}

// open opens the browser by way of our own page: arguments of programs are
// seen by everybody on this computer.
func (f *Flow) open(a *attempt) {
	if f.OpenBrowser {
		openBrowser(a.leadOpener(), a.opener)
	}
}

// newState is the value that only the page we asked for can give back.
func newState() string { return rand.Text() + rand.Text() }
