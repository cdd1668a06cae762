package signin

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"time"

	"golang.org/x/oauth2"

	"wxmail/internal/cloud"
)

// Flow is how people are asked to sign in; one Flow serves many sign-ins,
// one at a time.
type Flow struct {
	Endpoints   *cloud.Endpoints
	OpenBrowser bool
	Show        func(Prompt) // called once per sign-in, before the browser opens
	Words       Words        // of the page in the browser; zero: English

	// Pasted are texts that the person pasted instead of being redirected: a
	// redirect URL of any length. What cannot be one goes to PasteRefused.
	Pasted       <-chan string
	PasteRefused func(*PasteError)

	Reopen <-chan struct{} // the person wants the browser again

	// Answered is called when the person has signed in, before the code is
	// redeemed; its error ends the sign-in. nil: nothing is to be done.
	Answered func(context.Context) error
}

// SignIn lets a person sign in with a browser and redeems the code. It may
// be repeated; each time is a new sign-in. The redirect URI is
// http://localhost with a port: Entra ID ignores the port for localhost.
// https://learn.microsoft.com/entra/identity-platform/reply-url#localhost-exceptions
//
// Errors: *microsoft.Error when Entra ID refused, in the browser or at the token
// endpoint; *TimeoutError; ctx's; *ListenError; Answered's.
// The account is not compared with the one asked for: see Verify.
func (f *Flow) SignIn(ctx context.Context, req Request) (*Token, error) {
	page, err := listen(req.RedirectPort, req.Metadata.Issuer, f.Words)
	if err != nil {
		return nil, err
	}
	defer page.close()
	verifier, nonce := oauth2.GenerateVerifier(), newState()
	config := codeConfig(f.Endpoints, req, page.redirectURI())
	prompt := Prompt{Role: req.Role, Account: req.LoginHint, SSHHint: sshHint(page.port)}
	prompt.URL = authorizeURL(config, req, page.state, nonce, verifier)
	f.Show(prompt)
	f.open(page, prompt.URL)
	got, err := f.await(ctx, req.Role, page, prompt.URL)
	if err != nil {
		return nil, err
	}
	if got.refusal != nil {
		return nil, req.about("sign in").name(got.refusal)
	}
	if f.Answered != nil {
		if err := f.Answered(ctx); err != nil {
			return nil, err
		}
	}
	return redeem(ctx, f.Endpoints, config, req, got.code, verifier, nonce)
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

func authorizeURL(config *oauth2.Config, req Request, state, nonce, verifier string) string {
	options := []oauth2.AuthCodeOption{
		oauth2.S256ChallengeOption(verifier),
		oauth2.SetAuthURLParam("response_mode", "query"),
		oauth2.SetAuthURLParam("nonce", nonce),
	}
	if req.LoginHint != "" {
		options = append(options, oauth2.SetAuthURLParam("login_hint", req.LoginHint))
	} else {
		// Otherwise whoever happens to be signed in would be taken unasked.
		options = append(options, oauth2.SetAuthURLParam("prompt", "select_account"))
	}
	return config.AuthCodeURL(state, options...)
}

// await waits for the browser, or for what is pasted instead.
func (f *Flow) await(ctx context.Context, role Role, page *page, url string) (*answer, error) {
	limit := time.NewTimer(f.Endpoints.Timeouts.SignIn)
	defer limit.Stop()
	pasted, reopen := f.Pasted, f.Reopen
	for {
		select {
		case got := <-page.answers:
			return got, nil
		case text, open := <-pasted:
			if !open {
				pasted = nil
			} else if got := f.read(text, page.awaited); got != nil {
				return got, nil
			}
		case _, open := <-reopen:
			if !open {
				reopen = nil
				continue
			}
			f.open(page, url)
		case <-limit.C:
			return nil, &TimeoutError{Role: role}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// read takes a pasted text; nil if it is not the answer.
func (f *Flow) read(text string, want awaited) *answer {
	got, err := parsePasted(text, want)
	refused := (*PasteError)(nil)
	if errors.As(err, &refused) && f.PasteRefused != nil {
		f.PasteRefused(refused)
	}
	return got
}

// open opens the browser by way of our own page: arguments of programs are
// seen by everybody on this computer.
func (f *Flow) open(page *page, url string) {
	if f.OpenBrowser {
		openBrowser(page.lead(url))
	}
}

// newState is the value that only the page we asked for can give back.
func newState() string { return rand.Text() + rand.Text() }
