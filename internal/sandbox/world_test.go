package sandbox_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wxmail/internal/sandbox"
)

// world is a running sandbox and a client that knows only cloud.json.
type world struct {
	*testing.T
	*sandbox.Sandbox
	dir    string
	client *http.Client
	dial   map[string]string
	trust  *x509.CertPool
}

func start(t *testing.T, o sandbox.Options) *world {
	t.Helper()
	o.Dir = filepath.Join(t.TempDir(), "made", "on", "the", "way")
	s, err := sandbox.Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	w := &world{T: t, Sandbox: s, dir: o.Dir, trust: x509.NewCertPool()}
	var cloud struct{ Dial map[string]string }
	if err := json.Unmarshal(w.read(s.CloudFile()), &cloud); err != nil {
		t.Fatal(err)
	}
	w.dial = cloud.Dial
	w.trust.AppendCertsFromPEM(w.read(filepath.Join(o.Dir, "ca.pem")))
	w.client = w.newClient(true)
	return w
}

func (w *world) read(path string) []byte {
	w.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		w.Fatal(err)
	}
	return data
}

func (w *world) newClient(http2 bool) *http.Client {
	transport := &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: w.trust},
		ForceAttemptHTTP2: http2,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if strings.HasSuffix(address, ":443") {
				address = w.dial["*:443"]
			}
			return (&net.Dialer{}).DialContext(ctx, network, address)
		},
	}
	w.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// send is a request with a JSON body, or a form, and the JSON answered.
func (w *world) send(method, address, token string, body any) (*http.Response, any) {
	w.Helper()
	var payload io.Reader
	kind := "application/json"
	switch body := body.(type) {
	case nil:
	case url.Values:
		payload, kind = strings.NewReader(body.Encode()), "application/x-www-form-urlencoded"
	default:
		data, err := json.Marshal(body)
		if err != nil {
			w.Fatal(err)
		}
		payload = bytes.NewReader(data)
	}
	request, err := http.NewRequest(method, address, payload)
	if err != nil {
		w.Fatal(err)
	}
	request.Header.Set("User-Agent", "wxmail/test")
	request.Header.Set("Content-Type", kind)
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := w.client.Do(request)
	if err != nil {
		w.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		w.Fatal(err)
	}
	var answer any
	if len(data) > 0 && strings.Contains(response.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(data, &answer); err != nil {
			w.Fatalf("%s %s: %q", method, address, data)
		}
	}
	return response, answer
}

// must is send, and anything but success ends the test.
func (w *world) must(method, address, token string, body any) any {
	w.Helper()
	response, answer := w.send(method, address, token, body)
	if response.StatusCode/100 != 2 {
		w.Fatalf("%s %s: %s %v", method, address, response.Status, answer)
	}
	return answer
}

func (w *world) control(method, path string, body any) any {
	w.Helper()
	return w.must(method, w.Control()+path, "", body)
}

type object = map[string]any

// text is a string inside JSON: text(v, "a", 0, "b").
func text(value any, path ...any) string {
	found, _ := at(value, path...).(string)
	return found
}

// at is what stands inside JSON, nil for nothing.
func at(value any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			fields, _ := value.(object)
			value = fields[step]
		case int:
			list, _ := value.([]any)
			if step >= len(list) {
				return nil
			}
			value = list[step]
		}
	}
	return value
}

// signIn is a client with a loopback page, to which the browser brings a
// code; it returns an access token.
func (w *world) signIn(client, scope, as string) string {
	w.Helper()
	codes := make(chan string, 1)
	page := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if code := r.URL.Query().Get("code"); code != "" {
			codes <- code
		}
	}))
	defer page.Close()
	redirect := strings.Replace(page.URL, "127.0.0.1", "localhost", 1)
	discovery := w.must("GET", "https://login.microsoftonline.com/contoso.example/v2.0/.well-known/openid-configuration", "", nil)
	start := text(discovery, "authorization_endpoint")
	if !strings.HasPrefix(start, "http://localhost:") {
		w.Errorf("a person would meet the sandbox's certificate at %s", start)
	}
	question := url.Values{
		"client_id": {client}, "response_type": {"code"}, "redirect_uri": {redirect}, "scope": {scope}, "response_mode": {"query"},
		"state": {"s"}, "login_hint": {as}, "code_challenge": {"some-verifier-of-more-than-forty-three-characters"},
		"code_challenge_method": {"plain"},
	}
	if _, err := sandbox.Browse(context.Background(), w.dir, start+"?"+question.Encode(), ""); err != nil {
		w.Fatalf("sign-in as %s: %v", as, err)
	}
	answer := w.must("POST", text(discovery, "token_endpoint"), "", url.Values{
		"client_id": {client}, "grant_type": {"authorization_code"}, "code": {<-codes}, "redirect_uri": {redirect},
		"code_verifier": {"some-verifier-of-more-than-forty-three-characters"},
	})
	return text(answer, "access_token")
}

// byDevice signs in on another device.
func (w *world) byDevice(client, scope, as string) string {
	w.Helper()
	authority := "https://login.microsoftonline.com/contoso.example/oauth2/v2.0"
	device := w.must("POST", authority+"/devicecode", "", url.Values{"client_id": {client}, "scope": {scope}})
	if err := sandbox.BrowseCode(context.Background(), w.dir, text(device, "user_code"), as); err != nil {
		w.Fatal(err)
	}
	return text(w.must("POST", authority+"/token", "", url.Values{
		"client_id": {client}, "grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "device_code": {text(device, "device_code")},
	}), "access_token")
}
