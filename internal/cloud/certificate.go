package cloud

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"wxmail/internal/microsoft"
)

// Untrusted is a certificate that was refused: whose it says it is, and who
// signed it, which tells a proxy that inspects from anything else.
type Untrusted struct {
	Host            string // that was asked
	Subject, Issuer string // distinguished names, one line each
	Err             error  // a *tls.CertificateVerificationError
}

// Error names the host and the certificate.
func (u *Untrusted) Error() string {
	return fmt.Sprintf("the certificate of %s (subject %q, issuer %q) is not trusted: %v", u.Host, u.Subject, u.Issuer, u.Err)
}

// Unwrap gives the library's error.
func (u *Untrusted) Unwrap() error { return u.Err }

// Fact gives the code of the advice, the host and the certificate: no CA that
// is trusted mends one that is out of date, or another host's.
func (u *Untrusted) Fact() (code, object, detail string) {
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(u.Err, &invalid) && invalid.Reason == x509.Expired:
		return "WX-CERTIFICATE-DATE", u.Host, u.Error()
	case is[x509.HostnameError](u.Err):
		return "WX-CERTIFICATE-HOST", u.Host, u.Error()
	}
	return "WX-UNREACHABLE", u.Host, u.Error()
}

// NoTLS is a handshake that host refused, or that it does not know how to
// make: however often it is tried, and whoever is trusted.
type NoTLS struct {
	Host string // that was asked
	Err  error  // of crypto/tls or net/http
}

// Error names the host and what was said.
func (n *NoTLS) Error() string { return fmt.Sprintf("no TLS connection to %s: %v", n.Host, n.Err) }

// Unwrap gives the library's error.
func (n *NoTLS) Unwrap() error { return n.Err }

// Fact gives the code of the advice, the host and what was said.
func (n *NoTLS) Fact() (code, object, detail string) { return "WX-TLS-REFUSED", n.Host, n.Error() }

// lastingAlerts end the texts of handshakes that fail alike each time. Other
// alerts may be a busy server's, or a damaged connection's.
// https://www.rfc-editor.org/rfc/rfc8446#section-6.2
var lastingAlerts = []string{
	"protocol version not supported", "unsupported protocol version", "handshake failure", "insufficient security level",
	"certificate required", "bad certificate", "unknown certificate authority", "access denied", "unrecognized name",
}

// NameHandshake turns a failed verification of host into an *Untrusted, and
// another handshake that cannot succeed into a *NoTLS; any other error stays
// as it is, that of a proxy's handshake too.
func NameHandshake(host string, err error) error {
	if StageOf(err) != Handshake {
		return err
	}
	var failed *tls.CertificateVerificationError
	if !errors.As(err, &failed) {
		lasting := func(alert string) bool { return strings.Contains(err.Error(), alert) }
		if is[tls.RecordHeaderError](err) || errors.Is(err, http.ErrSchemeMismatch) || slices.ContainsFunc(lastingAlerts, lasting) {
			return &NoTLS{host, err}
		}
		return err
	}
	if len(failed.UnverifiedCertificates) == 0 {
		return err
	}
	leaf := failed.UnverifiedCertificates[0]
	subject, issuer := microsoft.OneLine(leaf.Subject.String()), microsoft.OneLine(leaf.Issuer.String())
	return &Untrusted{Host: host, Subject: subject, Issuer: issuer, Err: failed}
}
