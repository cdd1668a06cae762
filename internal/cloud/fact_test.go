package cloud_test

import (
	"crypto/x509"
	"errors"
	"testing"

	"wxmail/internal/cloud"
)

// fact is what the advice needs of an error.
type fact interface {
	error
	Fact() (code, object, detail string)
}

func TestFacts(t *testing.T) {
	for _, c := range []struct {
		err                  fact
		code, object, detail string
	}{
		{&cloud.ConfigError{File: "f.json", Key: "name", Why: "given twice"}, "WX-CLOUD-FILE", "f.json", "f.json: name: given twice"},
		{&cloud.Untrusted{Host: "h", Subject: "s", Issuer: "i", Err: errors.New("unknown")}, "WX-UNREACHABLE", "h",
			`the certificate of h (subject "s", issuer "i") is not trusted: unknown`},
		{&cloud.ProxyRefused{Proxy: "p:1", Host: "h:443", Status: 407, Said: "407 no"}, "WX-NET-PROXY", "h:443", "p:1 (407 no)"},
		{&cloud.Untrusted{Host: "h", Err: x509.CertificateInvalidError{Reason: x509.Expired}}, "WX-CERTIFICATE-DATE", "h",
			`the certificate of h (subject "", issuer "") is not trusted: ` + x509.CertificateInvalidError{Reason: x509.Expired}.Error()},
		{&cloud.Untrusted{Host: "h", Err: x509.HostnameError{Certificate: &x509.Certificate{DNSNames: []string{"other"}}, Host: "h"}},
			"WX-CERTIFICATE-HOST", "h",
			`the certificate of h (subject "", issuer "") is not trusted: x509: certificate is valid for other, not h`},
		{&cloud.NoTLS{Host: "h", Err: errors.New("handshake failure")}, "WX-TLS-REFUSED", "h", "no TLS connection to h: handshake failure"},
		{cloud.ErrForeignHost, "WX-ANSWER-UNUSABLE", "", "not a host of this cloud"},
		{cloud.ErrRedirected, "WX-ANSWER-UNUSABLE", "", "redirected to another host"},
		{cloud.ErrNotJSON, "WX-ANSWER-UNUSABLE", "", "the answer is not JSON"},
		{cloud.ErrTooLong, "WX-ANSWER-UNUSABLE", "", "the answer is too long"},
		{cloud.ErrStalled, "WX-UNREACHABLE", "", "no answer in time"},
	} {
		if code, object, detail := c.err.Fact(); code != c.code || object != c.object || detail != c.detail {
			t.Errorf("%v: %s, %q, %q", c.err, code, object, detail)
		}
	}
}

// The instance that a tenant's metadata names leads to the clouds of that name.
func TestNamesByInstance(t *testing.T) {
	for instance, want := range map[string]int{
		"microsoftonline.com": 1, "microsoftonline.us": 2, "partner.microsoftonline.cn": 1, "": 0, "evil.example": 0,
	} {
		if got := cloud.NamesByInstance(instance); len(got) != want {
			t.Errorf("%q: %v", instance, got)
		}
	}
}
