//go:build foreign

package foreign

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wxmail/internal/testkit"
)

// internet is what a proxy reaches: the hosts of Microsoft are the sandbox's.
func (s *street) internet() string {
	s.t.Helper()
	sandbox := s.dial()["*:443"]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		there, err := net.Dial("tcp", sandbox)
		if err != nil || r.Method != http.MethodConnect {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		here, read, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		_, _ = io.WriteString(here, "HTTP/1.1 200 OK\r\n\r\n")
		go func() { _, _ = io.Copy(there, read); _ = there.Close() }()
		go func() { _, _ = io.Copy(here, there); _ = here.Close() }()
	}))
	s.t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

// tinyproxy runs Debian's (https://tinyproxy.github.io), with more lines of its
// configuration, and gives its address and the file of its log.
func (s *street) tinyproxy(t *testing.T, lines ...string) (address, log string) {
	t.Helper()
	program, err := exec.LookPath("tinyproxy")
	if err != nil {
		t.Fatal("install Debian's package tinyproxy-bin")
	}
	address, log = free(t), filepath.Join(t.TempDir(), "log")
	_, port, _ := net.SplitHostPort(address)
	config := append([]string{"Port " + port, "Listen 127.0.0.1", "Timeout 60", "MaxClients 100", `LogFile "` + log + `"`, "LogLevel Connect",
		"Upstream http " + s.internet()}, lines...)
	proxy := exec.Command(program, "-d", "-c", file(t, strings.Join(config, "\n")+"\n"))
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = proxy.Process.Kill()
		_ = proxy.Wait()
	})
	listening(t, address)
	return address, log
}

// free is a port of loopback that nobody has.
func free(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// listening waits until somebody takes connections there.
func listening(t *testing.T, address string) {
	t.Helper()
	again, enough := time.NewTicker(10*time.Millisecond), time.After(20*time.Second)
	for {
		if conn, err := net.Dial("tcp", address); err == nil {
			_ = conn.Close()
			return
		}
		select {
		case <-again.C:
		case <-enough:
			t.Fatalf("nobody listens on %s", address)
		}
	}
}

// connects are how often each host was asked for, by the proxy's log.
func connects(t *testing.T, log string) map[string]int {
	t.Helper()
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for line := range strings.Lines(string(text)) {
		if _, request, is := strings.Cut(line, "): CONNECT "); is {
			host, _, _ := strings.Cut(request, ":")
			count[host]++
		}
	}
	return count
}

// through sends what is for https through a proxy, and SMTP straight to the
// sandbox, as wxmail does everywhere; its CA is trusted as any other.
func (s *street) through(proxy string) []string {
	s.t.Helper()
	return []string{"HTTPS_PROXY=http://" + proxy, "SSL_CERT_FILE=" + s.world.ca(),
		s.cloud(map[string]string{"*:443": ""}, params{"caFile": nil, "retry": soon})}
}

// soon shortens the pauses between tries.
var soon = params{"base": "5ms", "max": "1s"}

// password stands in the address of a proxy, and nowhere else.
const password = "geheim-4711"

func TestProxy(t *testing.T) {
	filter := file(t, "graph.microsoft.com\n")
	for _, c := range []struct {
		name   string
		lines  []string // of tinyproxy's configuration; nil: it does not run
		as     string   // "name:password@"
		setup  outcome
		doctor outcome
		once   string // a host that is asked for once by each, and refused
	}{
		{"open", []string{}, "", outcome{}, outcome{}, ""},
		{"with a password", []string{"BasicAuth wxmail " + password}, "wxmail:" + password + "@", outcome{}, outcome{}, ""},
		{"without the password", []string{"BasicAuth wxmail another"}, "",
			outcome{8, "WX-NET-PROXY", []string{"(407 ", entraHost, "its user name and password"}, []string{"--ca-file"}},
			outcome{3, "WX-NET-PROXY", []string{"407", "its user name and password", graphHost, entraHost}, nil}, entraHost},
		{"a wrong password", []string{"BasicAuth wxmail another"}, "wxmail:" + password + "@",
			outcome{8, "WX-NET-PROXY", []string{"(401 ", entraHost, "its user name and password"}, []string{"--ca-file"}},
			outcome{3, "WX-NET-PROXY", []string{"its user name and password", graphHost, entraHost}, nil}, entraHost},
		{"one host forbidden", []string{`Filter "` + filter + `"`}, "",
			outcome{8, "WX-NET-PROXY", []string{"(403 Filtered)", graphHost, "allows"}, []string{"--ca-file"}},
			outcome{3, "WX-NET-PROXY", []string{"403", graphHost}, []string{entraHost}}, graphHost},
		{"down", nil, "wxmail:" + password + "@",
			outcome{8, "WX-UNREACHABLE", []string{"proxyconnect", "connection refused", "HTTPS_PROXY"}, nil},
			outcome{3, "WX-NET-PROXY", []string{"connection refused", graphHost, entraHost}, nil}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t)
			at, log := free(t), ""
			if c.lines != nil {
				at, log = s.tinyproxy(t, c.lines...)
			}
			env, trace := s.through(c.as+at), filepath.Join(s.home, "trace")
			ran := s.RunWith(s.home, env, "setup", "--no-input", "-y", "--trace", trace, "--answers", s.AnswersFile(s.Draft().Answers(mailbox)))
			c.setup.judge(t, ran)
			found := s.RunWith(s.home, env, "doctor", "--only", "network", "--no-input", "--trace", trace+"2")
			c.doctor.judge(t, found)
			s.nowhere(t, password, ran.Stdout+ran.Stderr+found.Stdout+found.Stderr)
			if c.lines == nil {
				return
			}
			asked := connects(t, log)
			if c.once != "" && asked[c.once] != 2 {
				t.Errorf("%s was asked for %d times: once by each command is an answer", c.once, asked[c.once])
			}
			if asked[smtpHost] > 0 || asked[entraHost] == 0 || asked[graphHost] == 0 {
				t.Errorf("the proxy was asked for %v", asked)
			}
		})
	}
}

// nowhere looks for a secret in what was said, and in every file of the home.
func (s *street) nowhere(t *testing.T, secret, said string) {
	t.Helper()
	if strings.Contains(said, secret) {
		t.Error("the password was said")
	}
	for _, path := range testkit.Files(t, s.home) {
		if raw, err := os.ReadFile(path); err != nil || strings.Contains(string(raw), secret) {
			t.Errorf("the password stands in %s: %v", path, err)
		}
	}
}
