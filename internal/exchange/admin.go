// Package exchange is Exchange Online in wxmail's own words: what the setup
// reads and changes there, over the route that Exchange's PowerShell module
// itself uses. Nothing here decides; the pure functions only say what a
// configuration means.
//
// The supported Admin API (https://learn.microsoft.com/exchange/reference/admin-api-overview)
// covers none of the writes that are needed, hence InvokeCommand, which
// Microsoft does not document for direct callers.
package exchange

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"wxmail/internal/cloud"
	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
)

// systemMailbox is the arbitration mailbox that every organization has: a
// routing hint for cmdlets that concern no mailbox of a person.
const systemMailbox = "SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}"

// Admin runs cmdlets in one tenant as one administrator. Its methods may be
// called from several goroutines. Every error is a *microsoft.Error of the
// service, the credential's error, or that of the context.
type Admin struct {
	endpoints *cloud.Endpoints
	pipeline  runtime.Pipeline
	origin    string
	tenant    string
	rehearse  func(command) // not nil: takes what would be run
}

// New prepares an Admin for a tenant, named by its id. Nothing is sent yet;
// cred is asked for tokens of e.ExchangeScope when they are needed.
func New(e *cloud.Endpoints, cred azcore.TokenCredential, tenantID string) *Admin {
	bearer := runtime.NewBearerTokenPolicy(cred, []string{e.ExchangeScope}, nil)
	options := policy.ClientOptions{
		Transport: e.Client(),
		Retry:     policy.RetryOptions{MaxRetries: -1}, // the transport repeats what may be repeated
		Telemetry: policy.TelemetryOptions{Disabled: true},
	}
	pipeline := runtime.NewPipeline("wxmail", "", runtime.PipelineOptions{PerRetry: []policy.Policy{bearer}}, &options)
	return &Admin{endpoints: e, pipeline: pipeline, origin: e.Exchange, tenant: tenantID}
}

// command is one cmdlet to run.
type command struct {
	cmdlet  string
	params  params
	mailbox string   // the address of the mailbox it concerns: the routing hint; "" for the organization
	object  string   // whom an error names; the mailbox if empty
	selects []string // the properties wanted, all if empty
	page    string   // where the list goes on; "" for its beginning
}

// about is whom or what an error of the cmdlet names.
func (c command) about() string { return cmp.Or(c.object, c.mailbox, "the organization") }

// params are a cmdlet's parameters by name. nil as a value clears a property.
type params map[string]any

// changesNothing: only such a cmdlet may arrive twice.
func (c command) changesNothing() bool {
	return strings.HasPrefix(c.cmdlet, "Get-") || strings.HasPrefix(c.cmdlet, "Test-")
}

// passes says whether a refusal goes away by itself and the cmdlet may be run
// again: one that was not begun, or one that ends in the same state however
// often it is run. A create might find its own object.
func (c command) passes(failure *microsoft.Error) bool {
	tried := failure.Status == http.StatusTooManyRequests || c.changesNothing() && cloud.Transient(failure) // by the transport
	settles := !strings.HasPrefix(c.cmdlet, "New-")
	return !tried && (mailflow.IsOverloaded(failure) || settles && mailflow.IsTransient(failure))
}

// invoke runs a cmdlet, again where its refusal passes. An answer that reports
// errors, or asks for confirmation, is an error.
func (a *Admin) invoke(ctx context.Context, c command) (*answer, error) {
	if a.rehearse != nil {
		a.rehearse(c)
		return &answer{}, nil
	}
	ctx = cloud.WithOperation(ctx, c.cmdlet, c.about())
	if c.changesNothing() {
		ctx = cloud.Idempotent(ctx)
	}
	doubted := false
	for try := 1; ; try++ {
		got, err := a.once(ctx, c)
		var failure *microsoft.Error
		if !errors.As(err, &failure) {
			return got, err
		}
		failure.Doubted = failure.Doubted || doubted
		doubted = !failure.Refused() && !mailflow.IsOverloaded(failure)
		if !c.passes(failure) {
			return nil, failure
		}
		if err := a.endpoints.Again(ctx, try, failure); err != nil {
			return nil, err
		}
	}
}

// once runs a cmdlet once, as far as the transport goes.
func (a *Admin) once(ctx context.Context, c command) (*answer, error) {
	req, err := a.request(ctx, c)
	if err != nil {
		return nil, err
	}
	about := fact{c.cmdlet, c.about()}
	resp, err := a.do(req, about)
	if err != nil {
		return nil, err
	}
	return readAnswer(resp, about)
}

// pageSize is how many records a page may have: as many as is known to work.
// https://github.com/GreyCorbel/ExoHelper
const pageSize = "1000"

func (a *Admin) request(ctx context.Context, c command) (*policy.Request, error) {
	address := a.route("beta", "InvokeCommand")
	if len(c.selects) > 0 {
		address += "?$select=" + url.QueryEscape(strings.Join(c.selects, ","))
	}
	req, err := a.newRequest(ctx, http.MethodPost, cmp.Or(c.page, address), c.mailbox)
	if err != nil {
		return nil, err
	}
	req.Raw().Header.Set("X-CmdletName", c.cmdlet)
	if c.changesNothing() {
		req.Raw().Header.Set("Prefer", "odata.maxpagesize="+pageSize)
	}
	input := c.params
	if input == nil {
		input = params{} // null is another request than {}
	}
	type cmdletInput struct {
		CmdletName string
		Parameters params
	}
	return req, runtime.MarshalAsJSON(req, struct{ CmdletInput cmdletInput }{cmdletInput{c.cmdlet, input}})
}

func (a *Admin) route(version, name string) string {
	return a.origin + "/adminapi/" + version + "/" + url.PathEscape(a.tenant) + "/" + name
}

// newRequest sets the headers of every call. The language is pinned because
// some refusals are only recognized by their text.
func (a *Admin) newRequest(ctx context.Context, method, address, mailbox string) (*policy.Request, error) {
	req, err := runtime.NewRequest(ctx, method, address)
	if err != nil {
		return nil, err
	}
	anchor := "APP:" + systemMailbox + "@" + a.tenant
	if mailbox != "" {
		anchor = "SMTP:" + mailbox
	}
	for name, value := range map[string]string{
		"Accept":              "application/json",
		"Accept-Language":     "en-US",
		"X-AnchorMailbox":     anchor,
		"X-ClientApplication": "wxmail",
		"X-ResponseFormat":    "json",
	} {
		req.Raw().Header.Set(name, value)
	}
	return req, nil
}

// do sends a request and gives a success, or the typed failure without the
// layers that HTTP clients wrap around it.
func (a *Admin) do(req *policy.Request, about fact) (*http.Response, error) {
	resp, err := a.pipeline.Do(req)
	var failure *microsoft.Error
	if errors.As(err, &failure) {
		return nil, failure
	}
	if err != nil {
		return nil, err
	}
	if resp.StatusCode < http.StatusBadRequest {
		return resp, nil
	}
	// A claims challenge that a new token did not satisfy arrives as it is.
	body, err := runtime.Payload(resp)
	if err != nil {
		return nil, err
	}
	failure = cloud.ParseExchange(resp.StatusCode, resp.Header, body)
	failure.Operation, failure.Object = about.operation, about.object
	return nil, failure
}
