package signin

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	azcloud "github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"wxmail/internal/cloud"
	"wxmail/internal/pattern"
	"wxmail/internal/secret"
)

// DeviceCode is NewDeviceCode with the person of a Flow: Enter opens the page,
// the account is checked, and asked for again as SignIn does.
func (f *Flow) DeviceCode(ctx context.Context, req Request) (azcore.TokenCredential, Account, error) {
	for number := 1; ; number++ {
		cred, who, err := f.deviceCode(ctx, req, number)
		again := f.again(err, number)
		if f.Ended != nil {
			f.Ended(who, err, again)
		}
		if !again {
			return cred, who, err
		}
	}
}

func (f *Flow) deviceCode(ctx context.Context, req Request, number int) (azcore.TokenCredential, Account, error) {
	waiting, stop := context.WithCancel(ctx)
	defer stop()
	cred, who, err := NewDeviceCode(ctx, f.Endpoints, req, func(p Prompt) {
		p.Attempt = number
		f.Show(p)
		go f.heedEnter(waiting, p.URL)
	})
	if err == nil && f.Check != nil {
		err = f.Check(who)
	}
	return cred, who, err
}

// heedEnter opens the page of the device code whenever the person presses
// Enter.
func (f *Flow) heedEnter(ctx context.Context, page string) {
	failed := make(chan error, 1)
	for {
		select {
		case _, open := <-f.Typed:
			if !open {
				return
			}
			if f.OpenBrowser {
				openBrowser(page, failed)
			}
		case err := <-failed:
			f.tell(Notice{What: noticeOf(err)})
		case <-ctx.Done():
			return
		}
	}
}

// NewDeviceCode signs an admin in with a code that is typed on any device.
// show is called once, with the code. Errors as of Flow.SignIn. The
// credential is for the resource of req.Scopes and renews its token by
// itself, never with a new prompt.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
func NewDeviceCode(ctx context.Context, e *cloud.Endpoints, req Request, show func(Prompt)) (azcore.TokenCredential, Account, error) {
	memory := &lastRefusal{client: e.Client()}
	device, err := azidentity.NewDeviceCodeCredential(deviceOptions(e, req, memory, show))
	if err != nil {
		return nil, Account{}, &InputError{What: "azure.tenant", Value: req.Metadata.TenantID}
	}
	// Without CAE here and everywhere, Graph's adapter and azcore would look
	// into another cache and find no token.
	options := policy.TokenRequestOptions{Scopes: resourceScopes(req.Scopes), EnableCAE: true}
	record, err := authenticate(ctx, e, req, memory, device, options)
	if err != nil {
		return nil, Account{}, err
	}
	served := serving(record.Username, req.ClientID, record.TenantID)
	renew := func(ctx context.Context, _ *Token) (*Token, error) {
		ctx = named(ctx, served)
		access, err := device.GetToken(ctx, options)
		if err != nil {
			return nil, memory.typed(ctx)
		}
		return fromLibrary(e, access), nil
	}
	token, err := renew(ctx, nil)
	if err != nil {
		return nil, Account{}, err
	}
	account := token.Account
	account.UPN, account.TenantID = record.Username, record.TenantID
	account.ObjectID, _, _ = strings.Cut(record.HomeAccountID, ".")
	return &credential{e: e, about: served, renew: renew, token: token}, account, nil
}

func deviceOptions(e *cloud.Endpoints, req Request, transport policy.Transporter,
	show func(Prompt)) *azidentity.DeviceCodeCredentialOptions {
	return &azidentity.DeviceCodeCredentialOptions{
		ClientOptions: azcore.ClientOptions{
			Cloud:     azcloud.Configuration{ActiveDirectoryAuthorityHost: e.Authority},
			Transport: transport,
			Retry:     policy.RetryOptions{MaxRetries: -1}, // its own would repeat token requests
		},
		TenantID: req.Metadata.TenantID,
		ClientID: req.ClientID,
		// A refresh that fails must be an error, not a second prompt.
		DisableAutomaticAuthentication: true,
		// It would ask login.microsoft.com, whatever the authority.
		DisableInstanceDiscovery: true,
		UserPrompt: func(_ context.Context, message azidentity.DeviceCodeMessage) error {
			if !isDevicePage(message.VerificationURL, e.Authority) || !userCode().MatchString(message.UserCode) {
				return errNoPrompt
			}
			show(Prompt{Role: req.Role, Account: req.LoginHint, URL: message.VerificationURL, Code: message.UserCode,
				Limit: e.Timeouts.SignIn, Attempt: 1})
			return nil
		},
	}
}

// authenticate waits for the person, but no longer than allowed: the library
// heeds neither the limit nor, at once, a cancelled context.
func authenticate(ctx context.Context, e *cloud.Endpoints, req Request, memory *lastRefusal,
	device *azidentity.DeviceCodeCredential, options policy.TokenRequestOptions) (azidentity.AuthenticationRecord, error) {
	limited, cancel := context.WithTimeout(named(ctx, req.about("sign in with a device code")), e.Timeouts.SignIn)
	defer cancel()
	var record azidentity.AuthenticationRecord
	done := make(chan error, 1)
	go func() {
		var err error
		record, err = device.Authenticate(limited, &options)
		done <- err
	}()
	select {
	case err := <-done:
		if err == nil {
			return record, nil
		}
	case <-limited.Done():
	}
	none := azidentity.AuthenticationRecord{}
	if ctx.Err() == nil && limited.Err() != nil {
		return none, &TimeoutError{Role: req.Role}
	}
	return none, memory.typed(limited)
}

// fromLibrary takes over an access token whose expiry was reckoned by the
// local clock.
func fromLibrary(e *cloud.Endpoints, access azcore.AccessToken) *Token {
	skew, _ := e.ClockSkew()
	return &Token{
		Access:  secret.New(access.Token),
		Expires: access.ExpiresOn.Add(skew),
		Account: accountOf("", access.Token),
	}
}

// lastRefusal carries azidentity's requests and remembers the last refusal:
// by the time the library reports one, its body has been read, and its own
// texts may hold tokens.
type lastRefusal struct {
	client *http.Client

	mu   sync.Mutex
	last error
}

// Do sends a request of the library's.
func (l *lastRefusal) Do(req *http.Request) (*http.Response, error) {
	resp, err := l.client.Do(req.WithContext(cloud.RawErrors(req.Context())))
	l.remember(err)
	if err != nil || resp.StatusCode < http.StatusBadRequest {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(body))
	l.remember(of(req.Context(), cloud.ParseEntra(resp.StatusCode, resp.Header, body)))
	return resp, err
}

func (l *lastRefusal) remember(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = err
}

// typed is what to say of a call of the library's that failed.
func (l *lastRefusal) typed(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last == nil {
		return typed(ctx, errNoCause)
	}
	return typed(ctx, l.last)
}

var (
	errNoCause  = errors.New("no refusal was seen")
	errNoPrompt = errors.New("a page or a code that nobody is sent to")
)

// userCode is what a person can type, and nothing else goes into a clipboard.
var userCode = pattern.Of(`^[A-Za-z0-9-]{1,32}$`)

// isDevicePage: a person enters the code on a page of Microsoft's, or of the
// authority; which of them differs by cloud.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code#device-authorization-response
func isDevicePage(page, authority string) bool {
	if mayBrowse(page, authority) {
		return true
	}
	u, err := url.Parse(page)
	if err != nil {
		return false
	}
	host := strings.ToLower(u.Host)
	return strings.HasSuffix("."+host, ".microsoft.com") && mayBrowse(page, "https://"+host)
}
