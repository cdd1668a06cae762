package cloud_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"wxmail/internal/cloud"
	"wxmail/internal/cloud/cloudtest"
	"wxmail/internal/microsoft"
)

func TestNowFollowsTheService(t *testing.T) {
	ahead := 26 * time.Hour
	e := cloudtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", time.Now().Add(ahead).UTC().Format(http.TimeFormat))
		ok(w, r)
	}), nil)
	if skew, known := e.ClockSkew(); skew != 0 || known {
		t.Errorf("before any answer: %v, %v", skew, known)
	}
	for _, ahead = range []time.Duration{26 * time.Hour, -3 * time.Hour} {
		if _, err := do(context.Background(), e, "GET", anything, ""); err != nil {
			t.Fatal(err)
		}
		skew, known := e.ClockSkew()
		if !known || (skew-ahead).Abs() > 2*time.Second {
			t.Errorf("skew %v, %v; want about %v", skew, known, ahead)
		}
		if off := time.Until(e.Now()) - ahead; off.Abs() > 2*time.Second {
			t.Errorf("Now is off by %v", off)
		}
	}
}

func TestBadDatesTeachNothing(t *testing.T) {
	e := cloudtest.Serve(t, status(400, "Date", "yesterday"), nil)
	_, err := do(context.Background(), e, "GET", anything, "")
	wantStatus(t, err, 400)
	if skew, known := e.ClockSkew(); known {
		t.Errorf("learnt %v", skew)
	}
}

func TestSettle(t *testing.T) {
	e := cloudtest.Serve(t, ok, nil)
	var waits []cloud.Wait
	e.SetObserver(cloud.Observer{Wait: func(w cloud.Wait) { waits = append(waits, w) }})
	looks := 0
	err := e.Settle(context.Background(), "the secret", func(context.Context) (bool, error) {
		looks++
		return looks == 5, nil
	})
	if err != nil || looks != 5 || len(waits) != 1 || waits[0].For != "the secret" {
		t.Errorf("got %v after %d looks, waits %v", err, looks, waits)
	}
}

func TestSettleEnds(t *testing.T) {
	broken := errors.New("broken")
	never := func(context.Context) (bool, error) { return false, nil }
	e := cloudtest.Serve(t, ok, nil)
	err := e.Settle(context.Background(), "x", func(context.Context) (bool, error) { return false, broken })
	if !errors.Is(err, broken) {
		t.Errorf("got %v, want check's error", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	e.SetObserver(cloud.Observer{Wait: func(cloud.Wait) { cancel() }})
	if err := e.Settle(ctx, "x", never); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	slow := cloudtest.Serve(t, ok, map[string]any{"timeouts": map[string]string{"settle": "30ms"}, "pollInterval": "20ms"})
	var late *microsoft.NotSettled
	if err := slow.Settle(context.Background(), "the grant", never); !errors.As(err, &late) || late.What != "the grant" {
		t.Errorf("got %v, want *NotSettled", err)
	}
}

func TestTraceHoldsNoSecret(t *testing.T) {
	e := cloudtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("request-id", "r-7")
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(400)
		_, _ = w.Write([]byte(`{"error":{"message":"canary-body"}}`))
	}), nil)
	var log bytes.Buffer
	e.SetTrace(&log)
	req, err := http.NewRequest("POST",
		anything+"?$select=id&code=canary-code&state=canary-state&%63ode=canary-code&canary-flag", strings.NewReader("canary-sent"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer canary-token")
	_, err = e.Client().Do(req)
	wantStatus(t, err, 400)
	got := log.String()
	for _, wanted := range []string{"POST https://graph.microsoft.com/v1.0/me?$select=id", " 400 ", "request-id=r-7", "ms\n"} {
		if !strings.Contains(got, wanted) {
			t.Errorf("no %q in %q", wanted, got)
		}
	}
	if strings.Contains(strings.ReplaceAll(got, "canary-flag=(masked)", ""), "canary") {
		t.Errorf("a secret in %q", got)
	}
}

// Whoever compares answers sees successes of Graph and Exchange, by names that
// name nobody, and never one of Entra ID, which holds tokens.
func TestWitness(t *testing.T) {
	e := cloudtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if strings.HasSuffix(r.URL.Path, "gone") {
			w.WriteHeader(404)
		}
		_, _ = w.Write([]byte(`{"told":true}`))
	}), nil)
	var seen []string
	e.SetWitness(func(a cloud.Answered) { seen = append(seen, string(a.Service)+" "+a.Name+" "+string(a.Body)) })
	for _, address := range []string{e.Graph + "/v1.0/applications(uniqueName='anna')", e.Graph + "/v1.0/gone",
		e.Authority + "/x/oauth2/v2.0/token", e.Exchange + "/adminapi/beta/x/InvokeCommand"} {
		req, err := http.NewRequest("GET", address, nil)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(address, e.Exchange) {
			req.Header.Set("X-CmdletName", "Get-Mailbox")
		}
		if resp, err := e.Client().Do(req); err == nil {
			_ = resp.Body.Close()
		}
	}
	want := []string{`graph GET applications {"told":true}`, `exchange Get-Mailbox {"told":true}`}
	if !slices.Equal(seen, want) {
		t.Errorf("got %q", seen)
	}
}
