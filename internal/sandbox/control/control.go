// Package control is the sandbox's control API: what is there, what happened,
// and how somebody else changes the world. It is plain JSON over HTTP for
// tests and scripts; an unknown route, field or value is refused with a 4xx
// status and {"error":TEXT}.
package control

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"wxmail/internal/sandbox/front"
	"wxmail/internal/sandbox/mail"
	"wxmail/internal/sandbox/scenario"
	"wxmail/internal/sandbox/tenant"
	"wxmail/internal/sandbox/webex"
)

// Options are what the control API controls.
type Options struct {
	Tenant *tenant.Tenant
	Front  *front.Front
	Mail   *mail.Server
	Webex  *webex.Server
	Reset  func() error // a fresh tenant; takes the tenant's lock itself
}

type server struct{ Options }

// New is the control API.
func New(o Options) http.Handler {
	s := &server{o}
	mux := http.NewServeMux()
	for pattern, answer := range map[string]func(*http.Request, body) (any, error){
		"GET /state":                    s.state,
		"GET /secrets":                  s.secrets,
		"GET /requests":                 s.requests,
		"GET /webex/inbox":              s.inbox,
		"POST /faults":                  s.faults,
		"DELETE /faults":                s.forget,
		"POST /tenant":                  s.settings,
		"POST /advance":                 s.advance,
		"POST /mail":                    s.mail,
		"POST /reset":                   s.reset,
		"POST /webex/drafts":            s.draft,
		"POST /webex/assets":            s.save,
		"POST /webex/assets/{id}/token": s.generate,
		"POST /webex/inbox/{id}/reply":  s.reply,
		"PATCH /transportConfig":        s.patchTransportConfig,
		"PATCH /organizationConfig":     s.patchOrganizationConfig,
		"PATCH /policies":               s.patchPolicies,
		"/":                             unknown,
	} {
		mux.HandleFunc(pattern, handle(answer))
	}
	s.collections(mux)
	return mux
}

// refusal is an error with a status of its own.
type refusal struct {
	status int
	text   string
}

func (r *refusal) Error() string { return r.text }

func notFound(what, id string) error {
	return &refusal{http.StatusNotFound, fmt.Sprintf("no %s %q", what, id)}
}

func unknown(r *http.Request, _ body) (any, error) {
	return nil, &refusal{http.StatusNotFound, fmt.Sprintf("the control API has no %s %s", r.Method, r.URL.Path)}
}

// created is an answer with status 201.
type created struct{ item any }

// handle reads the body, answers in JSON, and makes an error a 4xx.
func handle(answer func(*http.Request, body) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 128<<20))
		if err != nil {
			send(w, http.StatusRequestEntityTooLarge, map[string]string{"error": "the body cannot be read"})
			return
		}
		result, err := answer(r, body(bytes.TrimSpace(data)))
		made, isNew := result.(created)
		var refused *refusal
		switch {
		case errors.As(err, &refused):
			send(w, refused.status, map[string]string{"error": refused.text})
		case err != nil:
			send(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		case isNew:
			send(w, http.StatusCreated, made.item)
		default:
			send(w, http.StatusOK, result)
		}
	}
}

func send(w http.ResponseWriter, status int, result any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(result) // a client that has gone is no error of ours
}

// body is a request's JSON.
type body []byte

// into decodes strictly: no unknown field, nothing behind the value.
func (b body) into(value any) error {
	decoder := json.NewDecoder(bytes.NewReader(b))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(value); err != nil {
		return fmt.Errorf("body: %w", err)
	}
	if decoder.More() {
		return errors.New("body: more than one JSON value")
	}
	return nil
}

// empty refuses a body that says something.
func (b body) empty() error {
	if len(b) == 0 {
		return nil
	}
	return b.into(&struct{}{})
}

type done struct{}

func (s *server) requests(*http.Request, body) (any, error) { return s.Front.Requests(), nil }

func (s *server) secrets(*http.Request, body) (any, error) {
	s.Tenant.Lock()
	defer s.Tenant.Unlock()
	return s.Tenant.Secrets(), nil
}

func (s *server) faults(_ *http.Request, b body) (any, error) {
	var faults []front.Fault
	if err := b.into(&faults); err != nil {
		return nil, err
	}
	return done{}, s.Front.Inject(faults)
}

func (s *server) forget(_ *http.Request, b body) (any, error) {
	if err := b.empty(); err != nil {
		return nil, err
	}
	s.Front.Forget()
	return done{}, nil
}

func (s *server) settings(_ *http.Request, b body) (any, error) {
	s.Tenant.Lock()
	defer s.Tenant.Unlock()
	err := scenario.Apply(s.Tenant, json.RawMessage(b))
	return scenario.Observe(s.Tenant), err
}

func (s *server) advance(_ *http.Request, b body) (any, error) {
	var asked struct{ By tenant.Duration }
	if err := b.into(&asked); err != nil {
		return nil, err
	}
	s.Tenant.Clock.Advance(asked.By.Duration())
	return struct {
		Now time.Time `json:"now"`
	}{s.Tenant.Clock.Now()}, nil
}

func (s *server) reset(_ *http.Request, b body) (any, error) {
	if err := b.empty(); err != nil {
		return nil, err
	}
	return done{}, s.Reset()
}

func (s *server) mail(_ *http.Request, b body) (any, error) {
	var letter struct{ From, To, Subject, Text string }
	if err := b.into(&letter); err != nil {
		return nil, err
	}
	for _, address := range []string{letter.From, letter.To} {
		if !strings.Contains(address, "@") {
			return nil, fmt.Errorf("body: %q is no address", address)
		}
	}
	legs, err := s.Mail.Send(letter.From, letter.To, letter.Subject, letter.Text)
	return struct {
		Messages []tenant.Message `json:"messages"`
	}{legs}, err
}
