package cloud_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/cloud"
	"wxmail/internal/cloud/cloudtest"
	"wxmail/internal/microsoft"
)

func TestRetryMatrix(t *testing.T) {
	idempotent := cloud.Idempotent(context.Background())
	plain := context.Background()
	cases := []struct {
		name   string
		ctx    context.Context
		method string
		first  http.HandlerFunc
		tries  int
		status int // of the error; -1: none
	}{
		{"429 repeats a write", plain, "POST", status(429, "Retry-After", "0"), 2, -1},
		{"429 repeats a read", plain, "GET", status(429), 2, -1},
		{"503 repeats a read", plain, "GET", status(503), 2, -1},
		{"408 repeats a read", plain, "GET", status(408), 2, -1},
		{"500 repeats a read", plain, "GET", status(500), 2, -1},
		{"502 repeats a read", plain, "GET", status(502), 2, -1},
		{"504 repeats what is idempotent", idempotent, "PATCH", status(504), 2, -1},
		{"503 never repeats a write", plain, "POST", status(503), 1, 503},
		{"504 never repeats a write", plain, "PATCH", status(504), 1, 504},
		{"500 never repeats a removal", plain, "DELETE", status(500), 1, 500},
		{"501 repeats nothing", plain, "GET", status(501), 1, 501},
		{"404 repeats nothing", plain, "GET", status(404), 1, 404},
		{"400 repeats nothing", idempotent, "POST", status(400), 1, 400},
		{"reset repeats a read", plain, "GET", reset, 2, -1},
		{"reset repeats what is idempotent", idempotent, "POST", reset, 2, -1},
		{"reset never repeats a write", plain, "POST", reset, 1, 0},
		{"a torn answer repeats a read", plain, "GET", halfBody, 2, -1},
		{"a torn answer never repeats a write", plain, "POST", halfBody, 1, 0},
		{"garbage repeats a read", plain, "GET", answer("application/json", `{"x":`), 2, -1},
		{"garbage never repeats a write", plain, "POST", answer("application/json", `{"x":`), 1, 200},
		{"a page repeats a read", plain, "GET", answer("text/html", `<p>hello`), 2, -1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := &script{steps: []http.HandlerFunc{c.first, ok}}
			e := cloudtest.Serve(t, s, nil)
			resp, err := do(c.ctx, e, c.method, anything, `{"n":1}`)
			if err == nil {
				_ = resp.Body.Close()
			}
			if s.requests() != c.tries {
				t.Errorf("%d requests, want %d", s.requests(), c.tries)
			}
			for i, body := range s.bodies {
				if body != `{"n":1}` {
					t.Errorf("request %d had body %q", i+1, body)
				}
			}
			wantStatus(t, err, c.status)
		})
	}
}

func wantStatus(t *testing.T, err error, status int) {
	t.Helper()
	if status < 0 {
		if err != nil {
			t.Errorf("got %v, want success", err)
		}
		return
	}
	var failure *microsoft.Error
	if !errors.As(err, &failure) || failure.Status != status {
		t.Errorf("got %v, want a *Error of status %d", err, status)
	}
}

func TestRetryGivesUp(t *testing.T) {
	s := &script{steps: []http.HandlerFunc{status(503)}}
	e := cloudtest.Serve(t, s, nil)
	var waits []string
	e.SetObserver(cloud.Observer{Wait: func(w cloud.Wait) { waits = append(waits, w.For) }})
	_, err := do(context.Background(), e, "GET", anything, "")
	wantStatus(t, err, 503)
	if len(s.bodies) != 4 {
		t.Errorf("%d requests, want 4", len(s.bodies))
	}
	if diff := cmp.Diff([]string{"graph: unavailable", "graph: unavailable", "graph: unavailable"}, waits); diff != "" {
		t.Error(diff)
	}
}

// A refusal after an attempt without one does not mean that nothing was done.
func TestRefusalAfterDoubt(t *testing.T) {
	for name, c := range map[string]struct {
		steps   []http.HandlerFunc
		refused bool
	}{
		"at once":          {[]http.HandlerFunc{status(409)}, true},
		"after throttling": {[]http.HandlerFunc{status(429), status(409)}, true},
		"after a failure":  {[]http.HandlerFunc{status(504), status(409)}, false},
		"long after it":    {[]http.HandlerFunc{status(504), status(429), status(409)}, false},
		"a failure":        {[]http.HandlerFunc{status(504)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			e := cloudtest.Serve(t, &script{steps: c.steps}, nil)
			_, err := do(cloud.Idempotent(context.Background()), e, "PATCH", anything, "{}")
			var failure *microsoft.Error
			if !errors.As(err, &failure) || failure.Refused() != c.refused {
				t.Errorf("got %v, refused should be %t", err, c.refused)
			}
		})
	}
}

func TestAnswerThatDoesNotComeIsReported(t *testing.T) {
	s := &script{steps: []http.HandlerFunc{stall, ok}}
	e := cloudtest.Serve(t, s, map[string]any{"timeouts": map[string]string{"request": "500ms"}})
	waits := make(chan string, 10)
	e.SetObserver(cloud.Observer{Wait: func(w cloud.Wait) { waits <- w.For }})
	_, err := do(context.Background(), e, "GET", anything, "")
	wantStatus(t, err, -1)
	for _, want := range []string{"graph: no answer yet", "graph: unavailable"} {
		if got := <-waits; got != want {
			t.Errorf("waiting for %q, want %q", got, want)
		}
	}
}

func TestRetryAfterTooLong(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	cases := map[string][]string{
		"seconds": {"Retry-After", "90"},
		"a date":  {"Retry-After", now.Add(90 * time.Second).Format(http.TimeFormat), "Date", now.Format(http.TimeFormat)},
	}
	for name, headers := range cases {
		t.Run(name, func(t *testing.T) {
			s := &script{steps: []http.HandlerFunc{status(429, headers...)}}
			e := cloudtest.Serve(t, s, nil)
			_, err := do(context.Background(), e, "GET", anything, "")
			var failure *microsoft.Error
			if !errors.As(err, &failure) || failure.RetryAfter != 90*time.Second || len(s.bodies) != 1 {
				t.Errorf("got %v after %d requests", err, len(s.bodies))
			}
		})
	}
}

func TestRetryWaitIsCancelled(t *testing.T) {
	s := &script{steps: []http.HandlerFunc{status(429, "Retry-After", "60")}}
	e := cloudtest.Serve(t, s, map[string]any{"retry": map[string]string{"max": "10m"}})
	ctx, cancel := context.WithCancel(context.Background())
	e.SetObserver(cloud.Observer{Wait: func(cloud.Wait) { cancel() }})
	if _, err := do(ctx, e, "GET", anything, ""); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

func TestStall(t *testing.T) {
	short := map[string]any{"timeouts": map[string]string{"request": "250ms"}}
	read := &script{steps: []http.HandlerFunc{stall, ok}}
	if _, err := do(context.Background(), cloudtest.Serve(t, read, short), "GET", anything, ""); err != nil {
		t.Errorf("a read after one stall: %v", err)
	}
	write := &script{steps: []http.HandlerFunc{stall, ok}}
	_, err := do(context.Background(), cloudtest.Serve(t, write, short), "POST", anything, "{}")
	if !errors.Is(err, cloud.ErrStalled) || errors.Is(err, context.DeadlineExceeded) || write.requests() != 1 {
		t.Errorf("a write: %v after %d requests", err, write.requests())
	}
}
