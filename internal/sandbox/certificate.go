package sandbox

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"
)

// The hosts that the sandbox answers for.
const (
	entraHost    = "login.microsoftonline.com"
	graphHost    = "graph.microsoft.com"
	exchangeHost = "outlook.office365.com"
	azureHost    = "management.azure.com"
	smtpHost     = "smtp.office365.com"
	webexHost    = "contoso.us.webexconnect.io"
)

// hostNames is what the certificate is for.
func hostNames() []string {
	return []string{entraHost, graphHost, exchangeHost, azureHost, smtpHost, webexHost, "outlook.office.com", "*.us.webexconnect.io"}
}

// issue makes a CA that lives as long as this process and, signed by it, the
// certificate of all hosts. Only the CA's certificate is kept, as PEM.
func issue(now time.Time) (leaf tls.Certificate, caPEM []byte, err error) {
	ca := template("wxmail sandbox CA", now)
	ca.IsCA, ca.BasicConstraintsValid, ca.KeyUsage = true, true, x509.KeyUsageCertSign
	caKey, caDER, err := sign(ca, nil, nil)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	parent, err := x509.ParseCertificate(caDER)
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("the sandbox's CA: %w", err)
	}
	server := template("wxmail sandbox", now)
	server.DNSNames = hostNames()
	server.KeyUsage = x509.KeyUsageDigitalSignature
	server.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	key, der, err := sign(server, parent, caKey)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	caPEM = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER})
	return tls.Certificate{Certificate: [][]byte{der, caDER}, PrivateKey: key}, caPEM, nil
}

// template is valid from a year ago, for clients whose clock is wrong.
func template(name string, now time.Time) *x509.Certificate {
	return &x509.Certificate{
		Subject:   pkix.Name{CommonName: name},
		NotBefore: now.AddDate(-1, 0, 0),
		NotAfter:  now.AddDate(1, 0, 0),
	}
}

// sign makes a key and its certificate; without a parent it signs itself.
func sign(cert, parent *x509.Certificate, signer *ecdsa.PrivateKey) (*ecdsa.PrivateKey, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("key of %s: %w", cert.Subject.CommonName, err)
	}
	if parent == nil {
		parent, signer = cert, key
	}
	cert.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, nil, fmt.Errorf("serial number of %s: %w", cert.Subject.CommonName, err)
	}
	der, err := x509.CreateCertificate(rand.Reader, cert, parent, &key.PublicKey, signer)
	if err != nil {
		return nil, nil, fmt.Errorf("certificate of %s: %w", cert.Subject.CommonName, err)
	}
	return key, der, nil
}
