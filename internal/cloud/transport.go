package cloud

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"wxmail/internal/microsoft"
)

const (
	maxAnswer = 4 << 20  // a longer success is none of ours
	maxValues = 100_000  // 300 transport rules, as many as there may be, have half of it
	maxError  = 64 << 10 // as much of a refusal as is read
)

// Causes that stand below a *microsoft.Error.
var (
	ErrForeignHost = microsoft.NewCause("WX-ANSWER-UNUSABLE", "not a host of this cloud")
	ErrRedirected  = microsoft.NewCause("WX-ANSWER-UNUSABLE", "redirected to another host")
	ErrNotJSON     = microsoft.NewCause("WX-ANSWER-UNUSABLE", "the answer is not JSON")
	ErrTooLong     = microsoft.NewCause("WX-ANSWER-UNUSABLE", "the answer is too long")
	ErrStalled     = microsoft.NewCause("WX-UNREACHABLE", "no answer in time")
)

// transport is the one place where requests leave.
type transport struct {
	e               *Endpoints
	dialled, direct *http.Transport
}

// CloseIdleConnections is what http.Client's method of that name calls.
func (t *transport) CloseIdleConnections() {
	t.dialled.CloseIdleConnections()
	t.direct.CloseIdleConnections()
}

func (e *Endpoints) newClient() (*transport, *http.Client) {
	t := &transport{e: e, dialled: e.newTransport(true), direct: e.newTransport(false)}
	return t, &http.Client{Transport: t, CheckRedirect: t.checkRedirect}
}

const maxRedirects = 5

// checkRedirect follows a read within its host and nothing else: no token
// and no write may end up where it was not sent.
func (t *transport) checkRedirect(next *http.Request, via []*http.Request) error {
	first := via[0]
	if len(via) <= maxRedirects && first.Method == http.MethodGet && hostOf(next.URL) == hostOf(first.URL) {
		return nil
	}
	service, _ := t.e.service(first.URL)
	c := &call{req: first, service: service}
	return c.fail(ErrRedirected)
}

// call is one request with all its attempts.
type call struct {
	req     *http.Request
	body    []byte
	hasBody bool
	service microsoft.Service
	doubted bool // an attempt may have acted
}

// RoundTrip sends a request, again where that is safe, and types failures.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	c, err := t.newCall(req)
	if err != nil {
		return nil, err
	}
	for try := 1; ; try++ {
		resp, failure := t.attempt(c)
		if failure == nil {
			return resp, nil
		}
		failure.Doubted = c.doubted
		c.doubted = !failure.Refused()
		if err := req.Context().Err(); err != nil {
			return nil, err
		}
		if !c.repeatable(failure) {
			return c.result(resp, failure)
		}
		if err := t.e.Again(req.Context(), try, failure); err == failure {
			return c.result(resp, failure)
		} else if err != nil {
			return nil, err
		}
	}
}

// newCall reads the body once, so that it can be sent more than once.
func (t *transport) newCall(req *http.Request) (*call, error) {
	c := &call{req: req, hasBody: req.Body != nil && req.Body != http.NoBody}
	if req.Body != nil {
		defer func() { _ = req.Body.Close() }()
	}
	var known bool
	if c.service, known = t.e.service(req.URL); !known {
		return nil, c.fail(ErrForeignHost)
	}
	if c.hasBody {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, c.fail(err)
		}
		c.body = body
	}
	return c, nil
}

// attempt sends once. A refusal gives both the answer and its typed form.
func (t *transport) attempt(c *call) (*http.Response, *microsoft.Error) {
	ctx, cancel := context.WithTimeout(c.req.Context(), t.e.Timeouts.Request)
	defer cancel()
	defer t.e.Awaiting(c.service)()
	start := time.Now()
	req := c.fresh(ctx)
	resp, err := t.pick(req).RoundTrip(req)
	var body []byte
	if err == nil {
		t.e.clock.learn(resp.Header)
		body, err = readAnswer(resp)
	}
	t.e.traceAttempt(req, resp, err, time.Since(start))
	if err != nil {
		if ctx.Err() != nil { // of this attempt: the caller's is looked at later
			err = ErrStalled
		}
		return nil, c.fail(NameHandshake(hostOf(req.URL), err))
	}
	resp.Request = c.req.WithContext(context.WithValue(c.req.Context(), serviceKey, c.service))
	resp.Body = io.NopCloser(bytes.NewReader(body))
	t.e.witnessed(c, resp.StatusCode, body)
	return resp, c.judge(resp, body)
}

// pick chooses the connections: dialled hosts trust and are reached otherwise.
func (t *transport) pick(req *http.Request) *http.Transport {
	if _, dialled := t.e.wire.dialled(hostOf(req.URL) + ":443"); dialled {
		return t.dialled
	}
	return t.direct
}

// fresh is the request as it goes out, whole and with an id of its own.
func (c *call) fresh(ctx context.Context) *http.Request {
	req := c.req.Clone(ctx)
	req.Header.Set("User-Agent", "wxmail/"+Version)
	req.Header.Set("client-request-id", uuid.NewString())
	if c.hasBody {
		req.Body = io.NopCloser(bytes.NewReader(c.body))
		req.ContentLength = int64(len(c.body))
		req.TransferEncoding = nil
		req.GetBody = nil
	}
	return req
}

// readAnswer reads a body to its end; of a refusal, whatever can be had.
func readAnswer(resp *http.Response) ([]byte, error) {
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode >= http.StatusBadRequest {
		body, _ := io.ReadAll(io.LimitReader(resp.Body, maxError))
		return body, nil
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err == nil && (len(body) > maxAnswer || values(body) > maxValues) {
		return nil, ErrTooLong
	}
	return body, err
}

// values are about as many as a JSON text holds: what is read of it takes more
// room the more there are, and not the longer they are.
func values(body []byte) (n int) {
	quoted := false
	for i := 0; i < len(body); i++ {
		switch b := body[i]; {
		case quoted && b == '\\':
			i++
		case b == '"':
			quoted = !quoted
		case !quoted && (b == ',' || b == '[' || b == '{'):
			n++
		}
	}
	return n
}

// judge types an answer that is a refusal, or a success that makes no sense.
func (c *call) judge(resp *http.Response, body []byte) *microsoft.Error {
	if resp.StatusCode < http.StatusBadRequest {
		return c.judgeSuccess(resp, body)
	}
	failure := parse(c.service, resp.StatusCode, resp.Header, body)
	failure.Operation, failure.Object = c.operation()
	return failure
}

func (c *call) judgeSuccess(resp *http.Response, body []byte) *microsoft.Error {
	redirect := resp.StatusCode >= http.StatusMultipleChoices
	if redirect || len(body) == 0 || isJSON(resp.Header) && json.Valid(body) {
		return nil
	}
	return c.notJSON(resp)
}

func (c *call) notJSON(resp *http.Response) *microsoft.Error {
	failure := c.fail(ErrNotJSON)
	failure.Status, failure.RequestID = resp.StatusCode, requestID(resp.Header)
	return failure
}

func isJSON(header http.Header) bool {
	kind, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	return err == nil && (kind == "application/json" || strings.HasSuffix(kind, "+json"))
}

// result is what the caller gets of a failure in the end.
func (c *call) result(resp *http.Response, failure *microsoft.Error) (*http.Response, error) {
	refused := resp != nil && resp.StatusCode >= http.StatusBadRequest
	if refused && (marked(c.req.Context(), rawErrorsKey) || challenged(resp)) {
		return resp, nil
	}
	return nil, failure
}

// challenged: the service wants a token with more claims, and libraries know
// how to get one.
func challenged(resp *http.Response) bool {
	return resp.StatusCode == http.StatusUnauthorized &&
		strings.Contains(strings.Join(resp.Header.Values("WWW-Authenticate"), ","), "claims=")
}

func (c *call) fail(err error) *microsoft.Error {
	failure := &microsoft.Error{Service: c.service, Err: err}
	failure.Operation, failure.Object = c.operation()
	return failure
}

func (c *call) operation() (name, object string) {
	if op, ok := c.req.Context().Value(operationKey).(operation); ok {
		return op.name, op.object
	}
	return c.req.Method + " " + c.req.URL.Path, ""
}
