package entra

import (
	"crypto/rand"
	"crypto/rsa"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"wxmail/internal/sandbox/tenant"
)

const (
	authority   = "https://login.microsoftonline.com"
	bodyLimit   = 256 << 10
	defaultCode = 1200
)

// Server answers for login.microsoftonline.com.
type Server struct {
	// CodeLength is how many characters an authorization code has; Microsoft
	// promises no limit. Set it before serving.
	CodeLength int

	tenant *tenant.Tenant
	key    *rsa.PrivateKey
	mux    *http.ServeMux
	pages  atomic.Pointer[url.URL]
	memory atomic.Pointer[memory]
}

// signingKey is that of all tenants of this process: to find one takes as long
// as to serve a whole setup.
var signingKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, _ := rsa.GenerateKey(rand.Reader, 2048) // fails only for sizes that are too small
	return key
})

// New makes the token service of a tenant.
func New(t *tenant.Tenant) *Server {
	s := &Server{CodeLength: defaultCode, tenant: t, key: signingKey()}
	s.mux = s.routes()
	s.Reset()
	return s
}

// SetPages names the plain http address, such as "http://localhost:8401", that
// discovery gives as the place of the pages. That listener serves pages only:
// a token request there is refused. An address that does not parse is ignored.
func (s *Server) SetPages(baseURL string) {
	if base, err := url.Parse(strings.TrimSuffix(baseURL, "/")); err == nil {
		s.pages.Store(base)
	}
}

// Reset forgets every code, token, session and half-finished sign-in; access
// tokens already out are refused from then on. It takes no lock.
func (s *Server) Reset() { s.memory.Store(newMemory()) }

// pagesBase is where a browser is sent. The caller holds the tenant's lock.
func (s *Server) pagesBase() string {
	if base := s.pages.Load(); base != nil && !s.tenant.Settings.CanonicalPages {
		return base.String()
	}
	return authority
}

// onPages says that a request came to the plain http listener.
func (s *Server) onPages(r *http.Request) bool {
	base := s.pages.Load()
	return base != nil && r.TLS == nil && strings.HasSuffix(r.Host, ":"+base.Port())
}

func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	handle := func(pattern string, answer func(*call) reply) { mux.Handle(pattern, s.serve(answer)) }
	backChannel := func(path string, answer func(*call) reply) { handle(path, postOnly(answer)) }

	handle("GET /{tenant}/v2.0/.well-known/openid-configuration", (*call).discovery)
	handle("GET /{tenant}/discovery/v2.0/keys", (*call).keys)
	handle("GET /common/discovery/instance", (*call).instance)
	handle("GET /{tenant}/oauth2/v2.0/authorize", (*call).authorize)
	handle("POST /{tenant}/oauth2/v2.0/authorize", (*call).authorize)
	handle("GET /{tenant}/oauth2/v2.0/logout", (*call).logout)
	handle("POST /{tenant}/login", (*call).submit)
	handle("GET /{tenant}/oauth2/deviceauth", (*call).devicePage)
	handle("POST /{tenant}/oauth2/deviceauth", (*call).devicePage)
	handle("GET /{tenant}/v2.0/adminconsent", (*call).adminConsentV2)
	handle("GET /{tenant}/adminconsent", (*call).adminConsentV1)
	handle("GET /{tenant}/oauth2/nativeclient", (*call).nativeClient)
	backChannel("/{tenant}/oauth2/v2.0/token", (*call).token)
	backChannel("/{tenant}/oauth2/v2.0/devicecode", (*call).deviceCode)
	return mux
}

// ServeHTTP serves the canonical https routes, and the pages on plain http.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// call is one request being answered, with the tenant's lock held.
type call struct {
	*Server
	*memory
	r           *http.Request
	now         time.Time
	trace       string
	correlation string
	malformed   bool // the form could not be read
}

// serve reads the request before the lock is taken and writes the answer
// after it is given back: no network under the lock.
func (s *Server) serve(answer func(*call) reply) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, bodyLimit)
		malformed := r.ParseForm() != nil
		c := &call{Server: s, r: r, trace: uuid.NewString(), correlation: correlationID(r), malformed: malformed}
		s.locked(c, answer).write(w, c)
	}
}

func (s *Server) locked(c *call, answer func(*call) reply) reply {
	s.tenant.Lock()
	defer s.tenant.Unlock()
	c.now, c.memory = s.tenant.Clock.Now(), s.memory.Load()
	return answer(c)
}

// correlationID is the client's own id of the request, or a new one. MSAL
// sends it as a header, MSAL for Node.js also in the token URL.
func correlationID(r *http.Request) string {
	for _, id := range []string{r.Header.Get("client-request-id"), r.URL.Query().Get("client-request-id")} {
		if uuid.Validate(id) == nil {
			return id
		}
	}
	return uuid.NewString()
}

// postOnly refuses other methods, and the pages listener: codes and secrets
// never travel over plain http.
func postOnly(answer func(*call) reply) func(*call) reply {
	return func(c *call) reply {
		switch {
		case c.onPages(c.r):
			return reply{status: http.StatusNotFound}
		case c.r.Method != http.MethodPost:
			return c.errorJSON(refuse(900561, c.r.Method))
		case c.malformed:
			return c.errorJSON(refuse(9002313))
		}
		return answer(c)
	}
}
