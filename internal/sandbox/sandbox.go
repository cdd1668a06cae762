package sandbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"time"

	"wxmail/internal/sandbox/control"
	"wxmail/internal/sandbox/entra"
	"wxmail/internal/sandbox/front"
	"wxmail/internal/sandbox/mail"
	"wxmail/internal/sandbox/robot"
	"wxmail/internal/sandbox/scenario"
	"wxmail/internal/sandbox/tenant"
	"wxmail/internal/sandbox/webex"
)

// Options are those of `wxmail sandbox serve`.
type Options struct {
	Dir       string        // where cloud.json and ca.pem go; made if absent
	Scenario  string        // a name or a file; empty is "default"
	Latency   time.Duration // least time of every request, and of an SMTP banner
	Seed      int64         // of all ids, the tenant's first; 0 is a fixed one
	HTTPSPort int           // 0 is any free one, as below
	SMTPPort  int

	Tamper front.Tamper // of what services answer, nil for none

	CodeLength int // characters of an authorization code; 0 is Microsoft's usual
}

// defaultSeed makes the tenant id the same wherever nobody asks for another.
const defaultSeed = 365

// Sandbox is a running sandbox.
type Sandbox struct {
	tenant   *tenant.Tenant
	scenario scenario.Scenario
	seed     int64
	front    *front.Front
	entra    *entra.Server
	mail     *mail.Server
	webex    *webex.Server

	cloudFile string
	listeners listeners
	servers   []*http.Server
	clients   []*http.Client
	stop      func() bool
}

// Start starts a sandbox that runs until Close or the end of ctx. What cannot
// listen, be written or be read as a scenario is an error, and then nothing
// is left running.
func Start(ctx context.Context, o Options) (*Sandbox, error) {
	made, err := scenario.Load(o.Scenario)
	if err != nil {
		return nil, err
	}
	if o.Seed == 0 {
		o.Seed = defaultSeed
	}
	t := tenant.New(&tenant.Clock{}, o.Seed)
	s := &Sandbox{tenant: t, scenario: made, seed: o.Seed, front: front.New(t, o.Latency)}
	s.front.Tamper = o.Tamper
	s.listeners, err = listen(o)
	if err == nil {
		err = s.serve(o)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.stop = context.AfterFunc(ctx, func() { _ = s.Close() })
	return s, nil
}

// CloudFile is the path of the endpoints file.
func (s *Sandbox) CloudFile() string { return s.cloudFile }

// Control is the base URL of the control API.
func (s *Sandbox) Control() string { return "http://" + s.listeners.control.Addr().String() }

// Close ends every connection and listener. It may be repeated; what is in
// Options.Dir stays.
func (s *Sandbox) Close() error {
	if s.stop != nil {
		s.stop()
	}
	errs := []error{}
	for _, server := range s.servers {
		errs = append(errs, server.Close())
	}
	if s.mail != nil {
		errs = append(errs, s.mail.Close())
	}
	for _, c := range s.clients {
		c.CloseIdleConnections()
	}
	s.listeners.close()
	return errors.Join(errs...)
}

// Reset makes a fresh tenant of the same scenario and seed: requests, faults,
// secrets and the clock start again.
func (s *Sandbox) Reset() error {
	s.tenant.Lock()
	defer s.tenant.Unlock()
	s.tenant.Clock.Reset()
	s.tenant.Reset(s.seed)
	s.entra.Reset()
	s.webex.Reset()
	s.front.Reset()
	return s.scenario.Fill(s.tenant)
}

// listeners are the sandbox's four doors, all on loopback.
type listeners struct{ https, smtp, pages, control net.Listener }

func listen(o Options) (l listeners, err error) {
	for _, door := range []struct {
		listener *net.Listener
		port     int
	}{{&l.https, o.HTTPSPort}, {&l.smtp, o.SMTPPort}, {&l.pages, 0}, {&l.control, 0}} {
		*door.listener, err = net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(door.port)))
		if err != nil {
			return l, fmt.Errorf("the sandbox cannot listen: %w", err)
		}
	}
	return l, nil
}

// close closes what no server has closed yet.
func (l listeners) close() {
	for _, listener := range []net.Listener{l.https, l.smtp, l.pages, l.control} {
		if listener != nil {
			_ = listener.Close() // closed already, mostly
		}
	}
}

// serve fills the tenant, wires the services and opens the doors.
func (s *Sandbox) serve(o Options) error {
	leaf, ca, err := issue(s.tenant.Clock.Now())
	if err != nil {
		return err
	}
	trust, err := pool(ca)
	if err != nil {
		return err
	}
	https := s.listeners.https.Addr().String()
	_, port, _ := net.SplitHostPort(s.listeners.pages.Addr().String())
	browser := client(https, trust, "")
	asset := client(https, trust, "sandbox-webex/1")
	s.clients = []*http.Client{browser, asset}

	s.entra = entra.New(s.tenant)
	if o.CodeLength > 0 {
		s.entra.CodeLength = o.CodeLength
	}
	s.entra.SetPages("http://localhost:" + port)
	s.mail = mail.New(s.tenant, s.entra.Verify)
	s.webex = webex.New(s.tenant, webex.Options{
		HTTP:     asset,
		DialSMTP: s.dialSMTP,
		TLS:      &tls.Config{RootCAs: trust, ServerName: smtpHost, MinVersion: tls.VersionTLS12},
		Browse:   (&robot.Browser{Client: browser}).Browse,
	})
	s.mail.SetDeliver(s.webex.Deliver)
	if err := s.Reset(); err != nil {
		return err
	}
	if s.cloudFile, err = writeCloud(o.Dir, https, s.listeners.smtp.Addr().String(), ca); err != nil {
		return err
	}
	s.open(&tls.Config{Certificates: []tls.Certificate{leaf}, MinVersion: tls.VersionTLS12})
	return nil
}

func (s *Sandbox) dialSMTP(ctx context.Context) (net.Conn, error) {
	return (&net.Dialer{}).DialContext(ctx, "tcp", s.listeners.smtp.Addr().String())
}

// open serves at every door, each until Close.
func (s *Sandbox) open(secure *tls.Config) {
	starttls := secure.Clone() // net/http adds to the one it is given
	entraService := front.Service{Name: front.Entra, Handler: s.entra}
	s.door(s.listeners.https, s.byHost(entraService), secure)
	s.door(s.listeners.pages, localOnly(s.front.Handler(entraService)), nil)
	s.door(s.listeners.control, localOnly(control.New(control.Options{
		Tenant: s.tenant, Front: s.front, Mail: s.mail, Webex: s.webex, Reset: s.Reset,
	})), nil)
	go func() { _ = s.mail.Serve(s.listeners.smtp, starttls, s.front) }()
}

func (s *Sandbox) door(l net.Listener, handler http.Handler, secure *tls.Config) {
	server := &http.Server{
		Handler: s.dated(handler), TLSConfig: secure,
		ReadHeaderTimeout: time.Minute,
		// A client that hangs up or distrusts the CA is nobody's error here.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	s.servers = append(s.servers, server)
	if secure == nil {
		go func() { _ = server.Serve(l) }()
		return
	}
	go func() { _ = server.ServeTLS(l, "", "") }()
}
