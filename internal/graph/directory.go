package graph

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoft/kiota-abstractions-go/serialization"
	kauth "github.com/microsoft/kiota-authentication-azure-go"
	kjson "github.com/microsoft/kiota-serialization-json-go"
	core "github.com/microsoftgraph/msgraph-sdk-go-core"

	"wxmail/internal/cloud"
	"wxmail/internal/microsoft"
)

// Directory is Microsoft Graph v1.0 of one tenant, as one signed-in admin.
// It may be used by several goroutines at once.
type Directory struct {
	endpoints *cloud.Endpoints
	adapter   *core.GraphRequestAdapterBase
	base      string
}

// New makes a Directory that sends through e.Client() and authenticates with
// cred. No request is made.
func New(e *cloud.Endpoints, cred azcore.TokenCredential) (*Directory, error) {
	origin, err := url.Parse(e.Graph)
	if err != nil || origin.Hostname() == "" {
		return nil, fmt.Errorf("graph: %q is not an origin", e.Graph)
	}
	// A host that is not listed gets no token, and no error either.
	hosts := []string{origin.Hostname()}
	auth, err := kauth.NewAzureIdentityAuthenticationProviderWithScopesAndValidHosts(
		credential{cred}, []string{e.Graph + "/.default"}, hosts)
	if err != nil {
		return nil, fmt.Errorf("graph: %w", err)
	}
	parsers, writers := formats()
	adapter, err := core.NewGraphRequestAdapterBaseWithParseNodeFactoryAndSerializationWriterFactoryAndHttpClient(
		auth, core.GraphClientOptions{}, parsers, writers, client(e))
	if err != nil {
		return nil, fmt.Errorf("graph: %w", err)
	}
	base := e.Graph + "/v1.0"
	adapter.SetBaseUrl(base)
	return &Directory{endpoints: e, adapter: adapter, base: base}, nil
}

// formats are registries of our own with JSON in them: the SDK's root client
// would fill the global ones, and without any no body is sent.
func formats() (*serialization.ParseNodeFactoryRegistry, *serialization.SerializationWriterFactoryRegistry) {
	parsers := serialization.NewParseNodeFactoryRegistry()
	parsers.ContentTypeAssociatedFactories["application/json"] = kjson.NewJsonParseNodeFactory()
	writers := serialization.NewSerializationWriterFactoryRegistry()
	writers.ContentTypeAssociatedFactories["application/json"] = kjson.NewJsonSerializationWriterFactory()
	return parsers, writers
}

// client is the cloud's, for the adapter.
func client(e *cloud.Endpoints) *http.Client {
	shared := *e.Client()
	shared.Transport = challenges{shared.Transport}
	return &shared
}

// challenges keeps from the adapter what it cannot bear: it panics on a
// claims challenge without quotes.
type challenges struct{ http.RoundTripper }

func (c challenges) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := c.RoundTripper.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	for parameter := range strings.SplitSeq(resp.Header.Get("WWW-Authenticate"), ",") {
		if strings.Contains(parameter, "claims") && strings.Count(parameter, `"`) < 2 {
			resp.Header.Del("WWW-Authenticate")
		}
	}
	return resp, nil
}

// path is where every request builder of the SDK begins.
func (d *Directory) path() map[string]string {
	return map[string]string{"baseurl": d.base}
}

// call names a request for errors and says whether the transport may repeat
// it after it may have acted.
type call struct {
	operation, object string
	repeatable        bool
}

// send makes one request of what a request builder gave (info, or its err)
// and returns the answer's body, nil when there is none. Every answer >= 400
// is an error. The body is taken raw: the adapter's own decoding cannot tell
// an empty answer from a missing one.
func (d *Directory) send(ctx context.Context, c call, info *abstractions.RequestInformation, err error) ([]byte, error) {
	if err == nil && c.object == "" {
		err = errors.New("the object has no id")
	}
	if err != nil {
		return nil, c.fail(ctx, err)
	}
	ctx = cloud.WithOperation(ctx, c.operation, c.object)
	if c.repeatable {
		ctx = cloud.Idempotent(ctx)
	}
	answer, err := d.adapter.SendPrimitive(ctx, info, "[]byte", nil)
	if err != nil {
		return nil, c.fail(ctx, err)
	}
	body, _ := answer.([]byte)
	return body, nil
}

// do is send for requests whose answer says nothing.
func (d *Directory) do(ctx context.Context, c call, info *abstractions.RequestInformation, err error) error {
	_, err = d.send(ctx, c, info, err)
	return err
}

// fail makes a typed fact of whatever came up through the adapter.
func (c call) fail(ctx context.Context, err error) error {
	var known *microsoft.Error
	var refused *abstractions.ApiError
	var token *credentialError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &token):
		return token.cause
	case errors.As(err, &known):
		return known
	case errors.As(err, &refused): // a claims challenge that a new token did not answer
		return c.named(cloud.ParseGraph(refused.ResponseStatusCode, http.Header{
			"Request-Id": refused.ResponseHeaders.Get("request-id")}, nil))
	default:
		return c.named(&microsoft.Error{Service: microsoft.Graph, Err: err})
	}
}

// named says what a failure is a failure of.
func (c call) named(failure *microsoft.Error) *microsoft.Error {
	failure.Operation, failure.Object = c.operation, c.object
	return failure
}

// credential marks what the credential answers, so that its errors are told
// apart from those of the request.
type credential struct{ azcore.TokenCredential }

type credentialError struct{ cause error }

func (e *credentialError) Error() string { return e.cause.Error() }

func (c credential) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	token, err := c.TokenCredential.GetToken(ctx, options)
	if err != nil {
		return token, &credentialError{err}
	}
	return token, nil
}
