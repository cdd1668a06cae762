//go:build foreign

package foreign

import (
	"cmp"
	"crypto/x509"
	"strings"
	"testing"
	"time"
)

// spoiled is a server that nobody should talk to, and what wxmail makes of it.
type spoiled struct {
	name   string
	issue  func(s *street, host string) params
	server params
	code   string   // of a command that needs it
	doctor string   // of the finding, "" for the same
	says   []string // why, and the fix; a command and doctor alike
	nots   []string
}

func leaf(spoil func(*x509.Certificate)) func(*street, string) params {
	return func(s *street, host string) params { return s.ca.issue(host, spoil) }
}

func good(s *street, host string) params { return s.ca.issue(host) }

// spoiledServers are what stands between, mostly: a firewall or a proxy that
// inspects TLS connections, or a computer whose clock is wrong.
var spoiledServers = []spoiled{
	{"expired", leaf(func(c *x509.Certificate) { c.NotAfter = time.Now().AddDate(0, 0, -1) }), nil, "WX-CERTIFICATE-DATE", "",
		[]string{"has expired", "A CA of somebody's", "date and time of this computer"}, nil},
	{"not yet valid", leaf(func(c *x509.Certificate) { c.NotBefore = time.Now().AddDate(0, 0, 1) }), nil, "WX-CERTIFICATE-DATE", "",
		[]string{"not valid yet", "A CA of somebody's", "date and time of this computer"}, nil},
	{"another host's", leaf(func(c *x509.Certificate) { c.DNSNames = []string{"portal.hotel.example"} }), nil, "WX-CERTIFICATE-HOST", "",
		[]string{"portal.hotel.example", "hosts file"}, []string{"date and time"}},
	{"of a CA that nobody knows", func(s *street, host string) params { return newAuthority(s.t).issue(host) }, nil,
		"WX-UNREACHABLE", "WX-NET-TLS", []string{"A CA of somebody's", "not trusted", "--ca-file"}, []string{"date and time"}},
	{"TLS 1.0 alone", good, params{"version": "TLSv1"}, "WX-TLS-REFUSED", "",
		[]string{"protocol version not supported", "TLS 1.2 or newer"}, []string{"date and time"}},
	// With TLS 1.3 this comes when the client is through, and may be lost.
	{"wants a certificate", good, params{"version": "TLSv1.2", "wantsCertificate": true}, "WX-TLS-REFUSED", "",
		[]string{"handshake failure", "pass this host through"}, []string{"date and time"}},
}

// Graph as Node.js serves it: asked once, and once again by no means.
func TestSpoiledGraph(t *testing.T) {
	s := open(t)
	s.settle()
	for _, c := range spoiledServers {
		t.Run(c.name, func(t *testing.T) {
			cloud := s.cloud(map[string]string{graphHost + ":443": s.serve("https", c.issue(s, graphHost), c.server)}, nil)
			before := s.seen().HTTPS
			ran := s.RunWith(s.home, []string{cloud}, "plan", "--no-input")
			outcome{8, c.code, append(c.says, graphHost), append(c.nots, "status.cloud.microsoft")}.judge(t, ran)
			if tries := s.seen().HTTPS - before; tries != 1 {
				t.Errorf("%d connections: it stays as it is, however often it is asked", tries)
			}
		})
	}
}

// Submission as smtp-server offers it, for the proof of a token.
func TestSpoiledSubmission(t *testing.T) {
	s := open(t)
	s.settle()
	s.forget()
	all := append([]spoiled{{"no STARTTLS", good, params{"starttls": false},
		"WX-UNREACHABLE", "", []string{"STARTTLS"}, []string{"date and time"}}}, spoiledServers...)
	for _, c := range all {
		t.Run(c.name, func(t *testing.T) {
			server := s.serve("smtp", c.issue(s, smtpHost), c.server, params{"user": mailbox})
			cloud := s.cloud(map[string]string{smtpHost + ":587": server}, nil)
			ran := s.RunWith(s.home, []string{cloud}, "token", "--no-input", "-y")
			outcome{8, c.code, append(c.says, smtpHost), append(c.nots, "status.cloud.microsoft")}.judge(t, ran)
		})
	}
	if told := s.seen().SMTP; len(told) > 0 {
		t.Errorf("a token was told to %d of them", len(told))
	}
}

// What doctor finds of both, without a sign-in.
func TestSpoiledNetwork(t *testing.T) {
	s := open(t)
	for _, c := range spoiledServers {
		t.Run(c.name, func(t *testing.T) {
			cloud := s.cloud(map[string]string{
				graphHost + ":443": s.serve("https", c.issue(s, graphHost), c.server),
				smtpHost + ":587":  s.serve("smtp", c.issue(s, smtpHost), c.server),
			}, nil)
			ran := s.RunWith(s.home, []string{cloud}, "doctor", "--only", "network", "--no-input")
			code := cmp.Or(c.doctor, c.code)
			outcome{3, code, append(c.says, graphHost+":443", smtpHost+":587"), append(c.nots, "status.cloud.microsoft")}.judge(t, ran)
			if strings.Count(ran.Stdout, "failed  "+code) != 2 {
				t.Errorf("%s is not what both are\n%s", code, ran.Stdout)
			}
		})
	}
}

// A private CA is trusted once it was named: by --ca-file, or by what programs
// on Linux read (https://pkg.go.dev/crypto/x509#SystemCertPool).
func TestPrivateCA(t *testing.T) {
	s := open(t)
	s.settle()
	servers := map[string]string{smtpHost + ":587": s.serve("smtp", s.ca.issue(smtpHost), params{"user": mailbox})}
	cloud, bundle := s.cloud(servers, params{"caFile": nil}), s.bundle()
	for name, c := range map[string]struct {
		env, args []string
		outcome
	}{
		"unknown":       {nil, nil, outcome{8, "WX-UNREACHABLE", []string{"is not trusted", "--ca-file"}, nil}},
		"--ca-file":     {nil, []string{"--ca-file", bundle}, outcome{}},
		"SSL_CERT_FILE": {[]string{"SSL_CERT_FILE=" + bundle}, nil, outcome{}},
	} {
		t.Run(name, func(t *testing.T) {
			if c.exit == 0 {
				s.forget()
			}
			ran := s.RunWith(s.home, append(c.env, cloud), append([]string{"token", "--no-input", "-y"}, c.args...)...)
			c.judge(t, ran)
		})
	}
	if len(s.seen().SMTP) != 2 {
		t.Errorf("%d sign-ins at the submission, want 2", len(s.seen().SMTP))
	}
}
