//go:build foreign

package foreign

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// msal is a process that runs @azure/msal-node.
type msal struct {
	t       *testing.T
	ask     io.Writer
	answers *bufio.Reader
}

type params map[string]any

// answer holds what any of the operations tells.
type answer struct {
	URL, UserCode, Verifier, Challenge string
	Account, Tenant                    string
	Scopes                             []string
	AccessToken, RefreshToken          string
	FromCache                          bool
	Error                              *struct{ Code, Message string }
}

func (w *world) msal(kind, authority, client, secret string) *msal {
	w.t.Helper()
	cmd := exec.Command("node", "msal.mjs")
	cmd.Dir = filepath.Join("testdata", "msal")
	cmd.Env = append(os.Environ(), "WXMAIL_CLOUD="+w.CloudFile(), "NODE_EXTRA_CA_CERTS="+w.ca())
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		w.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		w.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	m := &msal{w.t, in, bufio.NewReader(out)}
	w.t.Cleanup(func() {
		_ = in.Close() // ends its loop
		if err := cmd.Wait(); err != nil {
			w.t.Errorf("msal-node: %v", err)
		}
	})
	auth := params{"clientId": client, "authority": authority}
	if secret != "" {
		auth["clientSecret"] = secret
	}
	m.do(kind, params{"auth": auth})
	return m
}

func (w *world) ca() string { return filepath.Join(filepath.Dir(w.CloudFile()), "ca.pem") }

// start sends a request, and next reads an answer: do is both.
func (m *msal) start(operation string, p params) {
	m.t.Helper()
	message := params{"operation": operation}
	for name, value := range p {
		message[name] = value
	}
	raw, err := json.Marshal(message)
	if err != nil {
		m.t.Fatal(err)
	}
	if _, err := fmt.Fprintf(m.ask, "%s\n", raw); err != nil {
		m.t.Fatal(err)
	}
}

func (m *msal) next() answer {
	m.t.Helper()
	line, err := m.answers.ReadBytes('\n')
	if err != nil {
		m.t.Fatalf("msal-node ended: %v", err)
	}
	var a answer
	if err := json.Unmarshal(line, &a); err != nil {
		m.t.Fatalf("msal-node: %v", err)
	}
	return a
}

func (m *msal) do(operation string, p params) answer {
	m.t.Helper()
	m.start(operation, p)
	return m.next()
}

// good fails the test when the library reports an error.
func (a answer) good(t *testing.T) answer {
	t.Helper()
	if a.Error != nil {
		t.Fatalf("msal-node: %s: %s", a.Error.Code, a.Error.Message)
	}
	return a
}

// bad fails the test unless the library reports this error: its code, which is
// OAuth's word for it, and a text in its message, mostly Microsoft's number.
func (a answer) bad(t *testing.T, code, text string) {
	t.Helper()
	if a.Error == nil {
		t.Fatalf("msal-node got a token, want %s %s", code, text)
	}
	if a.Error.Code != code || !strings.Contains(a.Error.Message, text) {
		t.Errorf("msal-node: %s: %s\nwant %s %s", a.Error.Code, a.Error.Message, code, text)
	}
}
