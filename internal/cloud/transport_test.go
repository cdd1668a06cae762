package cloud_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/cloud"
	"wxmail/internal/cloud/cloudtest"
	"wxmail/internal/microsoft"
)

// script answers the nth request by its nth step, the last one for good, and
// keeps what was sent.
type script struct {
	steps []http.HandlerFunc

	mu     sync.Mutex
	bodies []string
	heads  []http.Header
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	s.bodies, s.heads = append(s.bodies, string(body)), append(s.heads, r.Header)
	step := s.steps[min(len(s.bodies), len(s.steps))-1]
	s.mu.Unlock()
	step(w, r)
}

// requests is how many have come.
func (s *script) requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.bodies)
}

func status(code int, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
	}
}

func answer(kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		_, _ = io.WriteString(w, body)
	}
}

var ok = answer("application/json", `{"ok":true}`)

func reset(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func halfBody(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"ok":`)
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// stall answers nothing until the client has gone.
func stall(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func do(ctx context.Context, e *cloud.Endpoints, method, url, body string) (*http.Response, error) {
	var reader io.Reader
	if body != "" { // of a type that net/http cannot rewind by itself
		reader = io.MultiReader(strings.NewReader(body))
	}
	req, err := http.NewRequestWithContext(ctx, method, url, reader)
	if err != nil {
		return nil, err
	}
	return e.Client().Do(req)
}

const anything = "https://" + cloudtest.Graph + "/v1.0/me"

func TestHeaders(t *testing.T) {
	s := &script{steps: []http.HandlerFunc{status(429), ok}}
	e := cloudtest.Serve(t, s, nil)
	if _, err := do(context.Background(), e, "POST", anything, "{}"); err != nil {
		t.Fatal(err)
	}
	first, second := s.heads[0], s.heads[1]
	if got, want := first.Get("User-Agent"), "wxmail/"+cloud.Version; got != want {
		t.Errorf("User-Agent %q, want %q", got, want)
	}
	id, next := first.Get("client-request-id"), second.Get("client-request-id")
	if len(id) != 36 || len(next) != 36 || id == next {
		t.Errorf("client-request-id %q, then %q", id, next)
	}
}

func TestHTTP2(t *testing.T) {
	e := cloudtest.Serve(t, ok, nil)
	resp, err := do(context.Background(), e, "GET", anything, "")
	if err != nil || resp.ProtoMajor != 2 {
		t.Errorf("got %v %v, want HTTP/2", resp, err)
	}
}

func TestHostsElsewhere(t *testing.T) {
	var reached atomic.Int32
	e := cloudtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reached.Add(1)
		ok(w, r)
	}), nil)
	for _, url := range []string{
		"https://evil.example/", "http://graph.microsoft.com/", "https://graph.microsoft.com:444/",
		"https://smtp.office365.com/", "https://user@graph.microsoft.com/", "https://graph.microsoft.us/",
	} {
		_, err := do(context.Background(), e, "GET", url, "")
		if !errors.Is(err, cloud.ErrForeignHost) {
			t.Errorf("%s: %v", url, err)
		}
	}
	if reached.Load() != 0 {
		t.Errorf("%d requests went out", reached.Load())
	}
}

func TestRedirects(t *testing.T) {
	cases := []struct {
		name, method, to string
		want             error
	}{
		{"within the host", "GET", "https://graph.microsoft.com/there", nil},
		{"to another of our hosts", "GET", "https://login.microsoftonline.com/there", cloud.ErrRedirected},
		{"elsewhere", "GET", "https://evil.example/there", cloud.ErrRedirected},
		{"a write", "POST", "https://graph.microsoft.com/there", cloud.ErrRedirected},
		{"in a circle", "GET", "https://graph.microsoft.com/v1.0/me", cloud.ErrRedirected},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e := cloudtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/there" {
					ok(w, r)
					return
				}
				http.Redirect(w, r, c.to, http.StatusFound)
			}), nil)
			_, err := do(context.Background(), e, c.method, anything, "")
			var failure *microsoft.Error
			if !errors.Is(err, c.want) || c.want != nil && !errors.As(err, &failure) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestChallengePassesThrough(t *testing.T) {
	const challenge = `Bearer error="insufficient_claims", claims="eyJ9"`
	e := cloudtest.Serve(t, status(401, "WWW-Authenticate", challenge), nil)
	resp, err := do(context.Background(), e, "GET", anything, "")
	if err != nil || resp.StatusCode != 401 || resp.Header.Get("WWW-Authenticate") != challenge {
		t.Errorf("got %v, %v", resp, err)
	}
	e = cloudtest.Serve(t, status(401, "WWW-Authenticate", `Bearer error="invalid_token"`), nil)
	_, err = do(context.Background(), e, "GET", anything, "")
	wantStatus(t, err, 401)
}

func TestRawErrors(t *testing.T) {
	e := cloudtest.Serve(t, status(400), nil)
	resp, err := do(cloud.RawErrors(context.Background()), e, "POST", anything, "{}")
	if err != nil || resp.StatusCode != 400 {
		t.Errorf("got %v, %v", resp, err)
	}
}

func TestErrorNamesItsOperation(t *testing.T) {
	refuse := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("request-id", "r-1")
		w.WriteHeader(404)
		_, _ = io.WriteString(w, `{"error":{"code":"Request_ResourceNotFound","message":"gone"}}`)
	})
	e := cloudtest.Serve(t, refuse, nil)
	want := &microsoft.Error{Service: microsoft.Graph, Operation: "GET /v1.0/me", Status: 404,
		Code: "Request_ResourceNotFound", Message: "gone", RequestID: "r-1"}
	_, err := do(context.Background(), e, "GET", anything+"?$filter=x", "")
	wantError(t, err, want)
	if !microsoft.IsNotFound(err) {
		t.Error("not taken for not found")
	}
	want.Operation, want.Object = "read the user", "support@contoso.example"
	_, err = do(cloud.WithOperation(context.Background(), want.Operation, want.Object), e, "GET", anything, "")
	wantError(t, err, want)
}

func wantError(t *testing.T, err error, want *microsoft.Error) {
	t.Helper()
	var got *microsoft.Error
	if !errors.As(err, &got) {
		t.Fatalf("got %v, want a *Error", err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDecodeJSON(t *testing.T) {
	cases := []struct {
		name string
		give http.HandlerFunc
		fine bool
	}{
		{"an object", ok, true},
		{"OData", answer("application/json;odata.metadata=minimal", `{"ok":true}`), true},
		{"nothing", status(200), false},
		{"another shape", answer("application/json", `["secret"]`), false},
		{"another type", answer("application/json", `{"ok":"secret"}`), false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e := cloudtest.Serve(t, c.give, nil)
			resp, err := do(context.Background(), e, "GET", anything, "")
			if err != nil {
				t.Fatal(err)
			}
			var into struct {
				OK bool `json:"ok"`
			}
			err = cloud.DecodeJSON(resp, &into)
			if c.fine != (err == nil) || into.OK != c.fine {
				t.Errorf("got %v, %v", into, err)
			}
			if err != nil && (!errors.Is(err, cloud.ErrNotJSON) || strings.Contains(err.Error(), "secret")) {
				t.Errorf("got %v", err)
			}
		})
	}
}
