package sandbox

import (
	"crypto/x509"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Names of the files in the sandbox's directory.
const (
	cloudName = "cloud.json"
	caName    = "ca.pem"
)

// cloudFile is the endpoints file that clients of the sandbox are given.
type cloudFile struct {
	Name         string            `json:"name"`
	Base         string            `json:"base"`
	Dial         map[string]string `json:"dial"`
	CAFile       string            `json:"caFile"`
	Timeouts     timeouts          `json:"timeouts"`
	Retry        retry             `json:"retry"`
	PollInterval string            `json:"pollInterval"`
}

type timeouts struct {
	Request string `json:"request"`
	SignIn  string `json:"signIn"`
}

type retry struct {
	Base string `json:"base"`
	Max  string `json:"max"`
}

// The two keys of dial.
const (
	dialHTTPS = "*:443"
	dialSMTP  = smtpHost + ":587"
)

// writeCloud writes the CA and then the endpoints file, so that who sees the
// second can trust the first.
func writeCloud(dir, https, smtp string, ca []byte) (string, error) {
	cloud := cloudFile{
		Name: "sandbox", Base: "public",
		Dial:         map[string]string{dialHTTPS: https, dialSMTP: smtp},
		CAFile:       caName,
		Timeouts:     timeouts{Request: "60s", SignIn: "10m"},
		Retry:        retry{Base: "1s", Max: "30s"},
		PollInterval: "20ms",
	}
	data, err := json.MarshalIndent(cloud, "", "  ")
	if err != nil {
		return "", fmt.Errorf("endpoints file: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("directory of the sandbox: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, caName), ca, 0o644); err != nil {
		return "", fmt.Errorf("CA file: %w", err)
	}
	path := filepath.Join(dir, cloudName)
	if err := os.WriteFile(path, append(data, '\n'), 0o644); err != nil {
		return "", fmt.Errorf("endpoints file: %w", err)
	}
	return path, nil
}

// readCloud is where the sandbox of dir listens for https and whom to trust.
func readCloud(dir string) (https string, trust *x509.CertPool, err error) {
	data, err := os.ReadFile(filepath.Join(dir, cloudName))
	if err != nil {
		return "", nil, fmt.Errorf("endpoints file: %w", err)
	}
	var cloud cloudFile
	if err := json.Unmarshal(data, &cloud); err != nil {
		return "", nil, fmt.Errorf("endpoints file: %w", err)
	}
	ca, err := os.ReadFile(filepath.Join(dir, cloud.CAFile))
	if err != nil {
		return "", nil, fmt.Errorf("CA file: %w", err)
	}
	trust, err = pool(ca)
	return cloud.Dial[dialHTTPS], trust, err
}

func pool(ca []byte) (*x509.CertPool, error) {
	trust := x509.NewCertPool()
	if !trust.AppendCertsFromPEM(ca) {
		return nil, fmt.Errorf("CA file: no certificate in it")
	}
	return trust, nil
}
