package front_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox/front"
	"wxmail/internal/sandbox/tenant"
)

// bench is one service behind the front, on a real connection.
type bench struct {
	*httptest.Server
	front  *front.Front
	tenant *tenant.Tenant
	acted  atomic.Int32
}

// newBench serves a service that shows and renames the one user there is.
func newBench(t *testing.T, service string, http2 bool, latency time.Duration) *bench {
	t.Helper()
	b := &bench{tenant: tenant.New(&tenant.Clock{}, 1)}
	b.tenant.Users.Put("1", tenant.User{DisplayName: "before"})
	b.front = front.New(b.tenant, latency)
	over := func(model *tenant.Tenant) http.Handler { return b.service(model) }
	b.Server = httptest.NewUnstartedServer(b.front.Handler(front.Service{Name: service, Handler: over(b.tenant), Over: over}))
	b.EnableHTTP2 = http2
	b.StartTLS()
	t.Cleanup(b.Close)
	return b
}

func (b *bench) service(model *tenant.Tenant) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		b.acted.Add(1)
		body, _ := io.ReadAll(r.Body)
		model.Lock()
		defer model.Unlock()
		if r.Method == http.MethodPatch {
			model.Users.Put("1", tenant.User{DisplayName: string(body)})
		}
		user, _ := model.Users.Get("1")
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{"name": user.DisplayName})
	}
}

func (b *bench) inject(t *testing.T, faults string) {
	t.Helper()
	var list []front.Fault
	if err := json.Unmarshal([]byte(faults), &list); err != nil {
		t.Fatal(err)
	}
	if err := b.front.Inject(list); err != nil {
		t.Fatal(err)
	}
}

// send is one request's status, headers and body, or why there is none.
func (b *bench) send(method, path, body string) (*http.Response, string, error) {
	return b.sendAs(context.Background(), "wxmail/1", method, path, body)
}

func (b *bench) sendAs(ctx context.Context, agent, method, path, body string) (*http.Response, string, error) {
	// A reader that cannot be rewound: a client must not repeat by itself.
	r, err := http.NewRequestWithContext(ctx, method, b.URL+path, io.MultiReader(strings.NewReader(body)))
	if err != nil {
		return nil, "", err
	}
	r.Header.Set("User-Agent", agent)
	response, err := b.Client().Do(r)
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response, string(text), err
}

func bothProtocols(t *testing.T, run func(t *testing.T, b *bench)) {
	for _, http2 := range []bool{false, true} {
		t.Run(map[bool]string{false: "http1", true: "http2"}[http2], func(t *testing.T) {
			b := newBench(t, front.Graph, http2, 0)
			run(t, b)
		})
	}
}

func TestFaultsThatAnswer(t *testing.T) {
	for _, test := range []struct {
		name, action, extra string
		method              string
		status              int
		body                string
		acted               int32
		header              map[string]string
	}{
		{name: "status", action: "status:503", method: "GET", status: 503},
		{name: "status with everything", action: "status:429", method: "PATCH", status: 429, body: "slow down",
			extra:  `,"body":"slow down","retryAfter":"7","headers":{"X-Reason":"test"}`,
			header: map[string]string{"Retry-After": "7", "X-Reason": "test"}},
		{name: "status with JSON and a number", action: "status:429", method: "GET", status: 429, body: `{"error": {"code":"x"}}`,
			extra:  `,"body":{"error": {"code":"x"}},"retryAfter":1`,
			header: map[string]string{"Retry-After": "1", "Content-Type": "application/json"}},
		{name: "commit-status", action: "commit-status:504", method: "PATCH", status: 504, acted: 1},
		{name: "stall", action: "stall:1ms", method: "GET", status: 200, body: `{"name":"before"}` + "\n", acted: 1},
		{name: "commit-stall", action: "commit-stall:1ms", method: "PATCH", status: 200, body: `{"name":"after"}` + "\n", acted: 1},
		{name: "garbage", action: "garbage", method: "GET", status: 200, body: `{"name":"`, acted: 1},
		{name: "a page of what is no list", action: "page", method: "GET", status: 200, body: `{"name":"before"}` + "\n", acted: 1},
		{name: "a plain text", action: "text:Too many requests: wait", method: "PATCH", status: 200, body: "Too many requests: wait", acted: 1,
			header: map[string]string{"Content-Type": "text/plain; charset=utf-8"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			bothProtocols(t, func(t *testing.T, b *bench) {
				b.inject(t, fmt.Sprintf(`[{"service":"graph","method":%q,"path":"/users","action":%q%s}]`, test.method, test.action, test.extra))
				response, body, err := b.send(test.method, "/v1.0/users", "after")
				if err != nil {
					t.Fatal(err)
				}
				if response.StatusCode != test.status || body != test.body || b.acted.Load() != test.acted {
					t.Errorf("status %d, body %q, acted %d times", response.StatusCode, body, b.acted.Load())
				}
				for name, want := range test.header {
					if got := response.Header.Get(name); got != want {
						t.Errorf("%s: %q, want %q", name, got, want)
					}
				}
				if logged := b.front.Requests()[0]; logged.Status != test.status || logged.Ended == nil {
					t.Errorf("logged %+v", logged)
				}
			})
		})
	}
}

func TestFaultsWithoutAnswer(t *testing.T) {
	for action, acted := range map[string]int32{"reset": 0, "commit-reset": 1} {
		t.Run(action, func(t *testing.T) {
			bothProtocols(t, func(t *testing.T, b *bench) {
				b.inject(t, fmt.Sprintf(`[{"method":"PATCH","action":%q}]`, action))
				if response, body, err := b.send("PATCH", "/v1.0/users", "after"); err == nil {
					t.Errorf("answered %d %q", response.StatusCode, body)
				}
				if b.acted.Load() != acted {
					t.Errorf("acted %d times", b.acted.Load())
				}
				if _, body, err := b.send("GET", "/v1.0/users", ""); err != nil || !strings.Contains(body, "name") {
					t.Errorf("the request after: %q, %v", body, err)
				}
			})
		})
	}
}

func TestStallEndsWhenTheClientLeaves(t *testing.T) {
	bothProtocols(t, func(t *testing.T, b *bench) {
		b.inject(t, `[{"action":"stall:10m"}]`)
		ctx, cancel := context.WithCancel(context.Background())
		gone := make(chan error, 1)
		go func() {
			_, _, err := b.sendAs(ctx, "wxmail/1", "PATCH", "/v1.0/users", "after")
			gone <- err
		}()
		await(t, func() bool { return len(b.front.Requests()) == 1 })
		cancel()
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Errorf("the client got %v", err)
		}
		await(t, func() bool { return b.front.Requests()[0].Ended != nil })
		if b.acted.Load() != 0 {
			t.Error("the service acted for a client that had gone")
		}
	})
}

func TestStallEndsWhenItIsTakenBack(t *testing.T) {
	bothProtocols(t, func(t *testing.T, b *bench) {
		b.inject(t, `[{"action":"stall:10m"}]`)
		answered := make(chan error, 1)
		go func() {
			_, _, err := b.sendAs(context.Background(), "wxmail/1", "PATCH", "/v1.0/users", "after")
			answered <- err
		}()
		await(t, func() bool { return len(b.front.Requests()) == 1 })
		b.front.Forget()
		if err := <-answered; err != nil || b.acted.Load() != 1 {
			t.Errorf("the client got %v, the service acted %d times", err, b.acted.Load())
		}
	})
}

func TestCommitStallActsFirstAndSaysSo(t *testing.T) {
	bothProtocols(t, func(t *testing.T, b *bench) {
		b.inject(t, `[{"action":"commit-stall:10m"}]`)
		ctx, cancel := context.WithCancel(context.Background())
		gone := make(chan error, 1)
		go func() {
			_, _, err := b.sendAs(ctx, "wxmail/1", "PATCH", "/v1.0/users", "after")
			gone <- err
		}()
		await(t, func() bool { all := b.front.Requests(); return len(all) == 1 && all[0].Status == http.StatusOK })
		if b.acted.Load() != 1 || b.front.Requests()[0].Ended != nil {
			t.Errorf("acted %d times, logged %+v", b.acted.Load(), b.front.Requests()[0])
		}
		cancel()
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Errorf("the client got %v", err)
		}
		await(t, func() bool { return b.front.Requests()[0].Ended != nil })
	})
}

// await polls a condition that another goroutine will make true.
func await(t *testing.T, condition func() bool) {
	t.Helper()
	tick, limit := time.NewTicker(time.Millisecond), time.After(10*time.Second)
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatal("waited 10 s in vain")
		}
	}
}

func TestStaleReadShowsWhatWasBeforeTheLastWrite(t *testing.T) {
	bothProtocols(t, func(t *testing.T, b *bench) {
		for _, name := range []string{"second", "third"} {
			if _, _, err := b.send("PATCH", "/v1.0/users", name); err != nil {
				t.Fatal(err)
			}
		}
		b.inject(t, `[{"method":"GET","action":"stale"}]`)
		for _, want := range []string{"second", "third"} {
			if _, body, err := b.send("GET", "/v1.0/users", ""); err != nil || !strings.Contains(body, want) {
				t.Errorf("read %q, %v; want %s", body, err, want)
			}
		}
	})
}

func TestFaultsCountFromNow(t *testing.T) {
	b := newBench(t, front.Graph, true, 0)
	get := func(path string) int {
		response, _, err := b.send("GET", path, "")
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode
	}
	get("/a")
	b.inject(t, `[{"service":"graph","method":"GET|PATCH","path":"^/a$","nth":2,"count":2,"action":"status:500"},
		{"service":"exchange","action":"status:501"},{"method":"POST","action":"status:502"}]`)
	got := []int{get("/a"), get("/b"), get("/a"), get("/ab"), get("/a"), get("/a")}
	if diff := cmp.Diff([]int{200, 200, 500, 200, 500, 200}, got); diff != "" {
		t.Error(diff)
	}
	b.inject(t, `[{"action":"status:500","count":9}]`)
	b.front.Reset()
	if status := get("/a"); status != 200 {
		t.Errorf("after a reset: %d", status)
	}
}

func TestInjectRefuses(t *testing.T) {
	f := front.New(tenant.New(&tenant.Clock{}, 1), 0)
	for _, bad := range []front.Fault{
		{Action: "explode"}, {Action: ""}, {Action: "status"}, {Action: "status:99"}, {Action: "status:abc"},
		{Action: "stall"}, {Action: "stall:-1s"}, {Action: "commit-stall"}, {Action: "commit-stall:1s", Which: front.Which{Service: "smtp"}},
		{Action: "reset:now"}, {Action: "reset", Which: front.Which{Service: "teams"}},
		{Action: "reset", Which: front.Which{Path: "("}}, {Action: "reset", Which: front.Which{Method: "("}}, {Action: "reset", Nth: -1},
		{Action: "reset", Count: -1},
	} {
		if f.Inject([]front.Fault{bad}) == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}

func TestThrottledTenant(t *testing.T) {
	b := newBench(t, front.Exchange, true, 0)
	b.tenant.Settings.Throttled = true
	refused := 0
	for range 8 {
		response, _, err := b.send("POST", "/adminapi/beta/x/InvokeCommand", `{"CmdletInput":{"CmdletName":"Get-Mailbox"}}`)
		if err != nil {
			t.Fatal(err)
		}
		if response.StatusCode == http.StatusTooManyRequests {
			refused++
			if response.Header.Get("Retry-After") != "1" {
				t.Error("no Retry-After of a second")
			}
		}
	}
	if refused != 2 {
		t.Errorf("%d of 8 requests were refused", refused)
	}
}

func TestLogOfARequest(t *testing.T) {
	for _, test := range []struct {
		service, agent, method, path, body string
		want                               front.Entry
	}{
		{"graph", "wxmail/1.2", "GET", "/v1.0/me?$select=id", "", front.Entry{Client: "wxmail", Path: "/v1.0/me"}},
		{"graph", "Mozilla/5.0", "PATCH", "/v1.0/applications(uniqueName='wxmail-a%40b')", "{}",
			front.Entry{Client: "browser", Path: "/v1.0/applications(uniqueName='wxmail-a@b')", Write: true}},
		{"graph", "sandbox-browser/1", "POST", "/v1.0/$batch", `{"requests":[{"method":"GET"},{"method":"get"}]}`,
			front.Entry{Client: "browser", Path: "/v1.0/$batch"}},
		{"graph", "wxmail/1", "POST", "/v1.0/$batch", `{"requests":[{"method":"GET"},{"method":"DELETE"}]}`,
			front.Entry{Client: "wxmail", Path: "/v1.0/$batch", Write: true}},
		{"graph", "curl/8", "POST", "/oidc/userinfo", "", front.Entry{Client: "other", Path: "/oidc/userinfo"}},
		{"graph", "wxmail/1", "POST", "/v1.0/$batch", `not json`, front.Entry{Client: "wxmail", Path: "/v1.0/$batch", Write: true}},
		{"exchange", "wxmail/1", "POST", "/adminapi/beta/t/InvokeCommand?$select=a",
			`{"CmdletInput":{"CmdletName":"Get-Mailbox","Parameters":{}}}`, front.Entry{Client: "wxmail", Path: "Get-Mailbox"}},
		{"exchange", "wxmail/1", "POST", "/adminapi/beta/t/InvokeCommand", `{"CmdletInput":{"CmdletName":"Set-Mailbox"}}`,
			front.Entry{Client: "wxmail", Path: "Set-Mailbox", Write: true}},
		{"exchange", "curl/8", "GET", "/adminapi/v1.0/t/EXOModuleFile?Version=3.7.1", "", front.Entry{Client: "other", Path: "EXOModuleFile"}},
		{"exchange", "wxmail/1", "POST", "/adminapi/beta/t/InvokeCommand", `garbage`,
			front.Entry{Client: "wxmail", Path: "InvokeCommand", Write: true}},
		{"entra", "wxmail/1", "POST", "/t/oauth2/v2.0/token", "grant_type=refresh_token",
			front.Entry{Client: "wxmail", Path: "/t/oauth2/v2.0/token"}},
		{"entra", "sandbox-browser/1", "POST", "/t/login", "flow=1&step=login&login=a", front.Entry{Client: "browser", Path: "/t/login"}},
		{"entra", "sandbox-browser/1", "POST", "/t/login", "flow=1&step=consent&choice=accept",
			front.Entry{Client: "browser", Path: "/t/login", Write: true}},
		{"webex", "sandbox-browser/1", "GET", "/callback?code=c&state=s", "", front.Entry{Client: "browser", Path: "/callback", Write: true}},
	} {
		t.Run(test.service+" "+test.method+" "+test.want.Path, func(t *testing.T) {
			b := newBench(t, test.service, true, 0)
			if _, _, err := b.sendAs(context.Background(), test.agent, test.method, test.path, test.body); err != nil {
				t.Fatal(err)
			}
			got := b.front.Requests()[0]
			if got.Ended == nil || got.Ended.Before(got.Started) {
				t.Errorf("started %v, ended %v", got.Started, got.Ended)
			}
			test.want.N, test.want.Service, test.want.Method, test.want.Status = 1, test.service, test.method, 200
			got.Started, got.Ended = time.Time{}, nil
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLatencyIsFromTheStartAndInParallel(t *testing.T) {
	const latency = 60 * time.Millisecond
	b := newBench(t, front.Graph, true, latency)
	ended := make(chan error, 8)
	for range cap(ended) {
		go func() { _, _, err := b.send("GET", "/v1.0/users", ""); ended <- err }()
	}
	for range cap(ended) {
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
	}
	entries := b.front.Requests()
	for _, entry := range entries {
		if took := entry.Ended.Sub(entry.Started); took < latency*9/10 {
			t.Errorf("request %d took %v", entry.N, took)
		}
		if !entry.Started.Before(*entries[0].Ended) {
			t.Errorf("request %d waited for the first", entry.N)
		}
	}
}

func TestDateIsTheSandboxClock(t *testing.T) {
	b := newBench(t, front.Graph, true, 0)
	b.tenant.Clock.Advance(100 * time.Hour)
	b.inject(t, `[{"path":"fault","action":"status:500"}]`)
	for _, path := range []string{"/v1.0/users", "/fault"} {
		response, _, err := b.send("GET", path, "")
		if err != nil {
			t.Fatal(err)
		}
		date, err := http.ParseTime(response.Header.Get("Date"))
		if err != nil {
			t.Fatal(err)
		}
		if off := b.tenant.Clock.Now().Sub(date); off < 0 || off > 5*time.Second {
			t.Errorf("%s: Date is %v off", path, off)
		}
	}
}
