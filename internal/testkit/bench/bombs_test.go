//go:build bench

package bench

import (
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// bombMiB is what wxmail takes at most, whatever anybody sends it.
const bombMiB = 150

// A bomb is a text that is small where it is sent and large where it is read.
func bombs() map[string]func(size int) string {
	fill := func(begin, each, end string) func(int) string {
		return func(size int) string {
			text := begin + strings.Repeat(each, (size-len(begin)-len(end))/len(each)) + end
			return strings.Replace(text, ","+end, end, 1)
		}
	}
	return map[string]func(int) string{
		"deep arrays":       func(size int) string { return strings.Repeat("[", size) },
		"deep objects":      fill("", `{"a":`, ""),
		"many records":      fill(`{"value":[`, `{},`, `]}`),
		"many texts":        fill(`{"value":[`, `"",`, `]}`),
		"many answers":      fill(`{"responses":[`, `{},`, `]}`),
		"records, read":     func(int) string { return fill(`{"value":[`, `{},`, `]}`)(3 * most) },
		"a record, read":    func(int) string { return `{"value":[` + names(10*most) + `]}` },
		"answers, read":     func(int) string { return fill(`{"responses":[`, `{},`, `]}`)(3 * most) },
		"errors, read":      func(int) string { return fill(`{"@adminapi.errors":[`, `{},`, `]}`)(3 * most / 2) },
		"texts, read":       func(size int) string { return fill(`{"value":[`, `"`+strings.Repeat("x", 36)+`",`, `]}`)(size) },
		"a text":            fill(`{"value":"`, `x`, `"}`),
		"escapes":           fill(`{"value":"`, `\u0001`, `"}`),
		"many names":        names,
		"errors in success": fill(`{"@adminapi.errors":[`, `{},`, `]}`),
	}
}

// most is nearly as many values as are read at all.
const most = 90_000

// names is an object of as many names as have room.
func names(size int) string {
	var b strings.Builder
	b.WriteString(`{"z":0`)
	for i := 0; b.Len() < size-24; i++ {
		fmt.Fprintf(&b, `,"%x":0`, i)
	}
	return b.String() + "}"
}

// TestBombs throws bombs at every door, and measures what wxmail takes.
func TestBombs(t *testing.T) {
	table := &table{}
	t.Run("services", func(t *testing.T) { services(t, table) })
	t.Run("strangers", func(t *testing.T) { strangers(t, table) })
	t.Run("files", func(t *testing.T) { files(t, table) })
	table.print(os.Stdout)
	table.judge(t)
}

// services answer with bombs as large as is read at all, once a run knows them.
func services(t *testing.T, table *table) {
	w := testkit.Start(t, sandbox.Options{})
	for _, door := range []struct{ service, method, path string }{
		{"entra", "GET", "openid-configuration"}, {"entra", "POST", "token"}, {"graph", "POST", "batch"}, {"exchange", "POST", "."},
	} {
		for _, name := range slices.Sorted(mapKeys(bombs())) {
			b := &bench{w, t, table, door.service + " " + door.path}
			home, answers := b.begin()
			light(t, home)
			w.Endpoints(map[string]any{"retry": map[string]string{"base": "1ms", "max": "2ms"}, "timeouts": map[string]string{"signIn": "3s"}})
			body, err := json.Marshal(bombs()[name](answerLimit))
			if err != nil {
				t.Fatal(err)
			}
			w.Call("POST", "/faults", []map[string]any{{"service": door.service, "method": door.method, "path": door.path, "count": 1000,
				"action": "status:200", "body": json.RawMessage(body), "headers": map[string]string{"Content-Type": "application/json"}}}, nil)
			b.bomb(name, home, "setup", "--no-input", "-y", "--answers", answers)
			w.Call("POST", "/reset", map[string]any{}, nil)
		}
	}
}

// answerLimit is as much of an answer as is read.
const answerLimit = 4<<20 - 1

// bomb runs wxmail, however it ends, and takes down its peak.
func (b *bench) bomb(name, home string, args ...string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), 20*time.Second)
	defer cancel()
	self, err := os.Executable()
	if err != nil {
		b.t.Fatal(err)
	}
	report := filepath.Join(b.t.TempDir(), "peak")
	cmd := b.Command(ctx, home, args...)
	cmd.Path, cmd.Args = self, append([]string{self}, cmd.Args...)
	cmd.Env = append(cmd.Env, peakEnv+"="+report)
	out, _ := cmd.CombinedOutput() // how it ends does not matter here
	if strings.Contains(string(out), "goroutine ") || strings.Contains(string(out), "panic") {
		b.t.Errorf("%s: %s\n%.2000s", b.scenario, name, out)
	}
	raw, err := os.ReadFile(report)
	if err != nil {
		b.t.Fatalf("%s: %s: %v\n%.500s", b.scenario, name, err, out)
	}
	kib, err := strconv.ParseFloat(string(raw), 64)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Logf("%s: %s: %.0f MiB", b.scenario, name, kib/1024)
	b.table.add(b.scenario+": "+name, "MiB", bombMiB, kib/1024)
}

// strangers are servers that nobody trusts yet, and one that speaks first.
func strangers(t *testing.T, table *table) {
	for name, answer := range map[string]http.HandlerFunc{
		"gzip of 2 GiB": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Header().Set("Content-Type", "application/json")
			z := gzip.NewWriter(w)
			_, _ = io.CopyN(z, zeros{}, 2<<30)
			_ = z.Close()
		},
		"a body without end": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.Copy(w, zeros{}) },
		"a refusal without end": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.Copy(w, zeros{})
		},
	} {
		server := httptest.NewTLSServer(answer)
		home := stranger(t, server, server.Listener.Addr().String())
		b := &bench{home.World, t, table, "anybody"}
		b.bomb(name, home.dir, "plan", "--no-input", "--cloud", home.cloud, "--email-id", mailbox)
		server.Close()
	}
	for name, line := range map[string]string{
		"SMTP greeting without end": "220-" + strings.Repeat("A", 500) + "\r\n",
		"SMTP line without end":     "A",
	} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go greet(l, strings.Repeat(line, 1+(64<<10)/len(line)))
		server := httptest.NewTLSServer(http.NotFoundHandler())
		home := stranger(t, server, l.Addr().String())
		b := &bench{home.World, t, table, "anybody"}
		b.bomb(name, home.dir, "doctor", "--no-input", "--only", "network", "--cloud", home.cloud, "--email-id", mailbox)
		server.Close()
		_ = l.Close()
	}
}

// greet never stops to greet whoever comes.
func greet(l net.Listener, text string) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			for {
				if _, err := io.WriteString(c, text); err != nil {
					return
				}
			}
		}()
	}
}

// visitor is a home whose cloud is a stranger's server.
type visitor struct {
	*testkit.World
	dir, cloud string
}

func stranger(t *testing.T, server *httptest.Server, smtp string) visitor {
	t.Helper()
	v := visitor{World: testkit.Start(t, sandbox.Options{}), cloud: filepath.Join(t.TempDir(), "cloud.json")}
	v.dir = v.Home()
	ca := filepath.Join(filepath.Dir(v.cloud), "ca.pem")
	pem := "-----BEGIN CERTIFICATE-----\n" + base64Lines(server.Certificate().Raw) + "-----END CERTIFICATE-----\n"
	write(t, ca, pem)
	raw, err := json.Marshal(map[string]any{"name": "stranger", "base": "public", "caFile": "ca.pem",
		"dial":     map[string]string{"*:443": server.Listener.Addr().String(), "smtp.office365.com:587": smtp},
		"timeouts": map[string]string{"request": "20s", "signIn": "5s"}, "retry": map[string]string{"base": "1ms", "max": "2ms"}})
	if err != nil {
		t.Fatal(err)
	}
	write(t, v.cloud, string(raw))
	return v
}

// files are wxmail's own, and those that people give it, as large as they are
// read at all, and without end.
func files(t *testing.T, table *table) {
	w := testkit.Start(t, sandbox.Options{})
	for name, content := range map[string]string{
		"journal.jsonl, records":   journal(3 << 20),
		"journal.jsonl, one line":  bombs()["a text"](3<<20-1) + "\n",
		"profile.json, answers":    `{"version":1,"answers":` + strings.ReplaceAll(names(7<<20), ":0", `:""`) + "}",
		"profile.json, deep":       bombs()["deep arrays"](8<<20 - 1),
		"profile.json, too large":  bombs()["a text"](256 << 20),
		"journal.jsonl, too large": bombs()["a text"](256 << 20),
		"vault.age":                bombs()["a text"](1<<20 - 1),
		"vault.key.age":            bombs()["a text"](256 << 20),
		"vault.key.age, dear": "age-encryption.org/v1\n-> scrypt " + strings.Repeat("A", 22) + " 20\n" + strings.Repeat("A", 43) +
			"\n--- " + strings.Repeat("A", 43) + "\n",
		"pasted.json":              names(1<<20 - 1),
		"lock.json, deep":          bombs()["deep objects"](1<<20 - 1),
		"trace.log":                strings.Repeat("x\n", 100<<20),
		"answers, deep":            "a: " + bombs()["deep arrays"](16<<10-10),
		"answers, too large":       bombs()["a text"](256 << 20),
		"seen.json, rules":         strings.ReplaceAll(bombs()["many records"](1<<20-1), `"value"`, `"TransportRules"`),
		"seen.json, too large":     bombs()["a text"](256 << 20),
		"cloud.json":               names(1<<20 - 1),
		"an attachment, too large": strings.Repeat("x", 100<<20),
	} {
		b := &bench{w, t, table, "a file"}
		home, answers := b.begin()
		b.Run(home, "webex", "collect", "--no-input", "-y", "--answers", answers).Must(t, 0)
		light(t, home)
		path := filepath.Join(home, "profiles", "default", strings.SplitN(name, ",", 2)[0])
		args := []string{"plan", "--no-input"}
		switch {
		case strings.HasPrefix(name, "answers"):
			args = append(args, "--answers", path)
		case strings.HasPrefix(name, "seen"):
			args = []string{"handoff", "exchange", "--seen", path}
		case strings.HasPrefix(name, "cloud"):
			args = append(args, "--cloud", path)
		case strings.HasPrefix(name, "an attachment"):
			args = []string{"support-bundle", "-o", filepath.Join(home, "b.zip"), "--attach", path}
		case strings.HasPrefix(name, "pasted"):
			args = []string{"summary"}
		case strings.HasPrefix(name, "trace"):
			args = []string{"support-bundle", "-o", filepath.Join(home, "b.zip")}
		}
		write(t, path, content)
		b.bomb(name, home, args...)
	}
}

// journal is one of as many records as have room.
func journal(size int) string {
	const record = `{}`
	sum := crc32.Checksum([]byte(record), crc32.MakeTable(crc32.Castagnoli))
	line := fmt.Sprintf(`{"sum":"%08x","record":%s}`+"\n", sum, record)
	return strings.Repeat(line, size/len(line))
}

// zeros never end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func mapKeys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func base64Lines(raw []byte) string {
	text := base64.StdEncoding.EncodeToString(raw)
	var b strings.Builder
	for len(text) > 64 {
		b.WriteString(text[:64] + "\n")
		text = text[64:]
	}
	return b.String() + text + "\n"
}
