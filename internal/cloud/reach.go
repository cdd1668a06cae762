package cloud

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"

	"wxmail/internal/microsoft"
)

// Reached says how far a connection to one host got.
type Reached struct {
	Service microsoft.Service
	Host    string // host:port as Microsoft names it
	Via     string // the proxy's host:port, "" for a direct connection
	At      string // where an endpoints file has it dialled, "" if at Host
	Stage   Stage  // where it ended; "" when the host answered
	Err     error  // why: a *microsoft.Error, or ctx's; nil when the host answered
}

// Reach tries the three https hosts, Entra ID, Graph and Exchange, side by
// side, and gives them in this order; the submission host is submit.Reach's.
// Each gets one HEAD of its root, over the connections, trust and proxy of
// Client: no token, no retry, no redirect. Any HTTP status is an answer. It
// takes Timeouts.Request at most, may be repeated, teaches the clock, and
// stands in the trace.
//
// It never fails as a whole. A refused certificate is an *Untrusted and a
// refusing proxy a *ProxyRefused below Err. When ctx ends, what is unfinished
// has ctx's error and the stage that it was in.
func (e *Endpoints) Reach(ctx context.Context) []Reached {
	services := []microsoft.Service{microsoft.Entra, microsoft.Graph, microsoft.Exchange}
	origins := []string{e.Authority, e.Graph, e.Exchange}
	reached := make([]Reached, len(services))
	t := e.transport()
	var trying sync.WaitGroup
	for i, service := range services {
		trying.Go(func() { reached[i] = t.reach(ctx, service, origins[i]) })
	}
	trying.Wait()
	return reached
}

// SubmissionHost is where the submission host is, for package submit to add
// how far it got: Service, Host and At. There is never a proxy.
func (e *Endpoints) SubmissionHost() Reached {
	return Reached{Service: microsoft.SMTP, Host: e.smtpAddress(), At: e.wire.elsewhere(e.smtpAddress())}
}

// reach is the attempt at one origin.
func (t *transport) reach(ctx context.Context, service microsoft.Service, origin string) Reached {
	to := &url.URL{Scheme: "https", Host: strings.TrimPrefix(origin, "https://"), Path: "/"}
	req := &http.Request{Method: http.MethodHead, URL: to, Header: http.Header{}}
	r := Reached{Service: service, Host: hostOf(to) + ":443"}
	r.At = t.e.wire.elsewhere(r.Host)
	seen := &progress{stage: Resolve}
	if proxy := t.proxy(req); proxy != nil {
		r.Via, seen.stage = proxyAddress(proxy), ThroughProxy
		if proxy.Scheme == "https" {
			seen.others = 1
		}
	}
	req = req.WithContext(httptrace.WithClientTrace(ctx, seen.hooks()))
	_, failure := t.attempt(&call{req: req, service: service})
	if failure == nil || failure.Status != 0 {
		return r
	}
	r.Stage, r.Err = stageOf(failure, seen.latest()), failure
	if ended := ctx.Err(); ended != nil {
		r.Err = ended
	}
	return r
}

// proxy is the one that a request goes through, nil for none.
func (t *transport) proxy(req *http.Request) *url.URL {
	choose := t.pick(req).Proxy
	if choose == nil {
		return nil
	}
	proxy, err := choose(req)
	if err != nil {
		return nil // and the request will say so
	}
	return proxy
}
