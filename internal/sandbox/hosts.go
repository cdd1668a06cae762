package sandbox

import (
	"net"
	"net/http"
	"strings"

	"wxmail/internal/sandbox/azure"
	"wxmail/internal/sandbox/exchange"
	"wxmail/internal/sandbox/front"
	"wxmail/internal/sandbox/msgraph"
	"wxmail/internal/sandbox/tenant"
)

// dated puts the sandbox's clock into answers that do not come from a service.
func (s *Sandbox) dated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", s.tenant.Clock.Now().Format(http.TimeFormat))
		next.ServeHTTP(w, r)
	})
}

// byHost is the service of the host that a client believes to speak to.
func (s *Sandbox) byHost(entraService front.Service) http.Handler {
	verify := s.entra.Verify
	overGraph := func(t *tenant.Tenant) http.Handler { return msgraph.New(t, verify) }
	overExchange := func(t *tenant.Tenant) http.Handler { return exchange.New(t, verify) }
	hosts := map[string]http.Handler{
		entraHost:    s.front.Handler(entraService),
		graphHost:    s.front.Handler(front.Service{Name: front.Graph, Handler: overGraph(s.tenant), Over: overGraph}),
		exchangeHost: s.front.Handler(front.Service{Name: front.Exchange, Handler: overExchange(s.tenant), Over: overExchange}),
		azureHost:    s.front.Handler(front.Service{Name: front.Azure, Handler: azure.New(s.tenant, verify)}),
		webexHost:    s.front.Handler(front.Service{Name: front.Webex, Handler: s.webex}),
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler, known := hosts[hostOf(r)]
		if !known {
			http.Error(w, "the sandbox does not answer for this host", http.StatusMisdirectedRequest)
			return
		}
		handler.ServeHTTP(w, r)
	})
}

// localOnly refuses a page elsewhere that a browser was lured to under a name
// that leads here.
func localOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLoopback(r.Host) {
			http.Error(w, "the sandbox answers on loopback only", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// hostOf is the host a request names, lower case and without the port.
func hostOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	return strings.ToLower(host)
}
