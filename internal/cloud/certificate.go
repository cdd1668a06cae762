package cloud

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"

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

// NameCertificate turns a failed verification of host into an *Untrusted; any
// other error stays as it is, that of a proxy's certificate too.
func NameCertificate(host string, err error) error {
	var failed *tls.CertificateVerificationError
	if StageOf(err) != Handshake || !errors.As(err, &failed) || len(failed.UnverifiedCertificates) == 0 {
		return err
	}
	leaf := failed.UnverifiedCertificates[0]
	subject, issuer := microsoft.OneLine(leaf.Subject.String()), microsoft.OneLine(leaf.Issuer.String())
	return &Untrusted{Host: host, Subject: subject, Issuer: issuer, Err: failed}
}
