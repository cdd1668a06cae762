package submit

import (
	"bufio"
	"errors"
	"net"
	"runtime"
	"strings"
	"testing"

	"wxmail/internal/cloud"
	"wxmail/internal/microsoft"
)

// A server that never ends its reply is left, and costs no memory: anybody
// between may say a greeting, before any certificate is seen.
func TestEndlessReplies(t *testing.T) {
	for name, said := range map[string][]string{
		"greeting":         {"220-"},
		"after EHLO":       {"220 hello\r\n", "250-"},
		"after STARTTLS":   {"220 hello\r\n", "250-x\r\n250 STARTTLS\r\n", "220-"},
		"a line":           {"220 " + strings.Repeat("A", 1<<20)},
		"empty lines":      {"220-\r\n"},
		"no reply at all":  {"x\r\n"},
		"lines of nothing": {"\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			e := flooded(t, said)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := Probe(t.Context(), e, user, token())
			runtime.ReadMemStats(&after)
			var failure *microsoft.Error
			if !errors.As(err, &failure) {
				t.Fatalf("%T %v", err, err)
			}
			if took := after.TotalAlloc - before.TotalAlloc; took > 64<<20 {
				t.Errorf("it took %d MiB", took>>20)
			}
			t.Logf("%v", err)
		})
	}
}

// flooded is a cloud whose server says each text after a line of the client's,
// and the last one for ever.
func flooded(t *testing.T, said []string) *cloud.Endpoints {
	t.Helper()
	listener := listen(t)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go flood(conn, said)
		}
	}()
	return endpoints(t, listener.Addr().String(), selfSigned(t, "smtp.office365.com"), "20s")
}

func flood(conn net.Conn, said []string) {
	defer conn.Close()
	heard := bufio.NewReader(conn)
	for _, text := range said[:len(said)-1] {
		if _, err := conn.Write([]byte(text)); err != nil {
			return
		}
		if _, err := heard.ReadString('\n'); err != nil {
			return
		}
	}
	last := said[len(said)-1]
	if strings.HasSuffix(last, "-") {
		last += strings.Repeat("A", 900) + "\r\n"
	}
	block := []byte(strings.Repeat(last, 1+65536/len(last)))
	for {
		if _, err := conn.Write(block); err != nil {
			return
		}
	}
}
