package cloud

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync"
)

// Stage is a part of the way to a host: the one in which a connection ended.
type Stage string

// The stages, in the order in which a connection comes to them.
const (
	Resolve      Stage = "dns"   // the host's name has no address, or nobody could be asked
	Connect      Stage = "tcp"   // refused, unreachable, or no answer to the dial
	ThroughProxy Stage = "proxy" // the proxy's own name, port or certificate, or its refusal
	Handshake    Stage = "tls"   // no TLS, too old a TLS, or a certificate that is not trusted
	Greeting     Stage = "smtp"  // only package submit: a server that is not what it should be
	Answer       Stage = "http"  // all that comes later
)

// StageOf says in which stage an error ended a connection, from what net/http,
// crypto/tls and this package make of it; "" for nil. Some failures look the
// same in several stages (the end of the connection, a reset, ErrStalled, the
// end of a context): they count as Answer, which is right once there is a
// connection. Reach knows better, since it watches. An error of SMTP that
// came after the dial is Answer too; see submit.Reach.
func StageOf(err error) Stage {
	if err == nil {
		return ""
	}
	return stageOf(err, Answer)
}

// stageOf is StageOf with another answer for what an error does not say.
// Tests show what net/http really returns: TestWhatNetHTTPReturns.
func stageOf(err error, otherwise Stage) Stage {
	var outer *net.OpError
	op := ""
	if errors.As(err, &outer) {
		op = outer.Op
	}
	switch {
	case op == "proxyconnect" || op == "socks connect" || is[*ProxyRefused](err):
		return ThroughProxy
	case is[*net.DNSError](err):
		return Resolve
	case isTLS(err):
		return Handshake
	case op == "dial":
		return Connect
	default:
		return otherwise
	}
}

func is[T error](err error) bool {
	_, ok := errors.AsType[T](err)
	return ok
}

// isTLS knows the failures of a handshake. Most have no type of their own,
// alerts among them, but their texts begin alike.
func isTLS(err error) bool {
	if is[*tls.CertificateVerificationError](err) || is[tls.RecordHeaderError](err) || errors.Is(err, http.ErrSchemeMismatch) {
		return true
	}
	for ; err != nil; err = errors.Unwrap(err) {
		text := err.Error()
		if strings.HasPrefix(text, "tls: ") || strings.HasPrefix(text, "x509: ") || text == "net/http: TLS handshake timeout" {
			return true
		}
	}
	return false
}

// progress is the latest stage that one attempt has come to. net/http may dial
// on when the attempt is over, so it is read while it grows.
type progress struct {
	mu     sync.Mutex
	stage  Stage
	others int // handshakes before the host's own: that of an https proxy
}

// latest is the stage that the attempt is in.
func (p *progress) latest() Stage {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stage
}

// enter goes forward only: addresses are dialled side by side.
func (p *progress) enter(s Stage) {
	order := []Stage{Resolve, Connect, ThroughProxy, Handshake, Answer}
	p.mu.Lock()
	defer p.mu.Unlock()
	if slices.Index(order, s) > slices.Index(order, p.stage) {
		p.stage = s
	}
}

// hooks let net/http tell. With a proxy, stage begins as ThroughProxy, so that
// the dial is the proxy's.
func (p *progress) hooks() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		ConnectStart: func(string, string) { p.enter(Connect) },
		TLSHandshakeStart: func() {
			if !p.proxys(false) {
				p.enter(Handshake)
			}
		},
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			if !p.proxys(err == nil) && err == nil {
				p.enter(Answer)
			}
		},
		GotConn: func(httptrace.GotConnInfo) { p.enter(Answer) },
	}
}

// proxys says whether the handshake under way is the proxy's, which may be over.
func (p *progress) proxys(over bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.others == 0 {
		return false
	}
	if over {
		p.others--
	}
	return true
}
