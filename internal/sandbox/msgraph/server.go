package msgraph

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"wxmail/internal/sandbox/tenant"
)

const (
	origin      = "https://graph.microsoft.com"
	base        = "/v1.0/"
	bodyLimit   = 4 << 20
	contentType = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
	challenge   = `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", ` +
		`client_id="00000003-0000-0000-c000-000000000000"`
)

type server struct {
	tenant *tenant.Tenant
	verify tenant.Verify
	routes []route
	owners map[registration]string // the object id of the user who created it
}

// registration tells an application from one that had its id before a reset.
type registration struct {
	id      string
	created int64
}

// New serves Graph v1.0 for t. verify is called without t's lock; the lock is
// then held for the whole of one request's work on the model, a batch
// included, and never while reading from or writing to the network.
func New(t *tenant.Tenant, verify tenant.Verify) http.Handler {
	return &server{tenant: t, verify: verify, routes: routes(), owners: map[registration]string{}}
}

// request is one operation, from the wire or from inside a batch.
type request struct {
	method string
	path   string // escaped, below /v1.0/
	query  url.Values
	header http.Header
	body   []byte
	token  tenant.Token
	nested bool
}

// answer is what an operation says; without a body it says nothing.
type answer struct {
	status   int
	location string
	body     any
}

func noContent() answer { return answer{status: http.StatusNoContent} }

func ok(body any) answer { return answer{status: http.StatusOK, body: body} }

// trace is the pair of ids in every answer's headers and in every error.
type trace struct{ request, client string }

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ids := trace{request: uuid.NewString(), client: r.Header.Get("client-request-id")}
	if ids.client == "" {
		ids.client = ids.request
	}
	a, err := s.serve(w, r, ids)
	if err != nil {
		a = s.refuse(err, ids)
	}
	write(w, a, ids)
}

func (s *server) serve(w http.ResponseWriter, r *http.Request, ids trace) (answer, error) {
	if r.URL.Path == userinfoPath {
		return s.userinfo(r)
	}
	req, err := read(w, r)
	if err != nil {
		return answer{}, err
	}
	if req.token, err = s.authenticate(r.Header.Get("Authorization")); err != nil {
		return answer{}, err
	}
	s.tenant.Lock()
	defer s.tenant.Unlock()
	if req.token.TenantID != s.tenant.Organization.ID {
		return answer{}, unauthenticated("Access token validation failure. Invalid issuer.")
	}
	return s.dispatch(req, ids)
}

func read(w http.ResponseWriter, r *http.Request) (request, error) {
	path, found := strings.CutPrefix(r.URL.EscapedPath(), base)
	if !found {
		version, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		return request{}, malformed("Invalid version: %s", version)
	}
	if r.Header.Get("Content-Encoding") != "" {
		return request{}, &refusal{status: http.StatusUnsupportedMediaType, code: "UnsupportedMediaType",
			message: "The request body must not be encoded."}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
	if err != nil {
		return request{}, &refusal{status: http.StatusRequestEntityTooLarge, code: "BadRequest",
			message: "The request body could not be read or is too large."}
	}
	return newRequest(r.Method, path, r.URL.RawQuery, r.Header, body)
}

func newRequest(method, path, rawQuery string, header http.Header, body []byte) (request, error) {
	query, err := url.ParseQuery(rawQuery)
	if err != nil {
		return request{}, malformed("The query of the request URL could not be read.")
	}
	// m365 and older clients name the tenant of the token this way.
	path = strings.TrimPrefix(path, "myorganization/")
	return request{method: method, path: path, query: query, header: header, body: body}, nil
}

// refuse renders an error; what is no refusal is a mistake of the sandbox.
func (s *server) refuse(err error, ids trace) answer {
	r := &refusal{status: http.StatusInternalServerError, code: "InternalServerError", message: err.Error()}
	errors.As(err, &r)
	body := map[string]any{
		"code": r.code, "message": r.message,
		"innerError": map[string]string{
			"date":       s.tenant.Clock.Now().Format("2006-01-02T15:04:05"),
			"request-id": ids.request, "client-request-id": ids.client,
		},
	}
	if r.details != nil {
		body["details"] = r.details
	}
	return answer{status: r.status, body: map[string]any{"error": body}}
}

func write(w http.ResponseWriter, a answer, ids trace) {
	h := w.Header()
	h.Set("request-id", ids.request)
	h.Set("client-request-id", ids.client)
	h.Set("Cache-Control", "no-cache")
	if a.status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", challenge)
	}
	if a.location != "" {
		h.Set("Location", a.location)
	}
	if a.body == nil {
		w.WriteHeader(a.status)
		return
	}
	h.Set("Content-Type", contentType)
	h.Set("OData-Version", "4.0")
	w.WriteHeader(a.status)
	_ = json.NewEncoder(w).Encode(a.body) // the client may have gone away
}
