package submit

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/cloud"
	"wxmail/internal/microsoft"
)

// wantReached compares all but the error, and where it was dialled.
func wantReached(t *testing.T, got cloud.Reached, stage cloud.Stage) {
	t.Helper()
	want := cloud.Reached{Service: microsoft.SMTP, Host: host + ":587", At: got.At, Stage: stage, Err: got.Err}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b error) bool { return errors.Is(a, b) })); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.At == "" || (got.Err == nil) != (stage == "") {
		t.Errorf("dialled at %q, error %v", got.At, got.Err)
	}
}

func TestReach(t *testing.T) {
	s := &server{}
	e := s.serve(t, host)
	for range 2 {
		wantReached(t, Reach(t.Context(), e), "")
		<-s.loggedOut
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.identity != "" || s.from != "" || !s.startedTLS {
		t.Errorf("identity %q, from %q, TLS %v", s.identity, s.from, s.startedTLS)
	}
}

// starting is a server that agrees to STARTTLS and then does something else.
func starting(t *testing.T, timeout string, then func(net.Conn)) *cloud.Endpoints {
	t.Helper()
	listener := listen(t)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		in := bufio.NewReader(conn)
		for _, reply := range []string{"220 hello", "250-hello\r\n250 STARTTLS"} {
			_, _ = fmt.Fprintf(conn, "%s\r\n", reply)
			_, _ = in.ReadString('\n') // EHLO, then STARTTLS
		}
		_, _ = io.WriteString(conn, "220 go\r\n")
		_, _ = conn.Read(make([]byte, 1)) // the handshake has begun
		then(conn)
	}()
	return endpoints(t, listener.Addr().String(), selfSigned(t, host), timeout)
}

func reaches(t *testing.T, address, timeout string) *cloud.Endpoints {
	return endpoints(t, address, selfSigned(t, host), timeout)
}

func says(t *testing.T, timeout string, lines ...string) *cloud.Endpoints {
	e, _ := script(t, timeout, lines...)
	return e
}

func TestReachEnds(t *testing.T) {
	const closed = "127.0.0.1:1" // a port that is given to nobody
	otherCA := (&server{}).serve(t, host)
	for _, test := range []struct {
		name  string
		e     *cloud.Endpoints
		stage cloud.Stage
		want  error // below the error, if not nil
	}{
		{"no such name", reaches(t, "nobody.invalid:587", "1m"), cloud.Resolve, nil},
		{"a closed port", reaches(t, closed, "1m"), cloud.Connect, nil},
		{"no answer to the dial", reaches(t, closed, "1ns"), cloud.Connect, nil},
		{"says nothing", says(t, "500ms"), cloud.Greeting, context.DeadlineExceeded},
		{"busy", says(t, "1m", "421 4.3.2 Service not available"), cloud.Greeting, nil},
		{"refuses", says(t, "1m", "554 5.7.1 No service here"), cloud.Greeting, nil},
		{"not SMTP", says(t, "1m", "HTTP/1.1 400 Bad Request"), cloud.Greeting, nil},
		{"no STARTTLS", says(t, "1m", "220 hello", "250 hello"), cloud.Greeting, nil},
		{"refuses STARTTLS", says(t, "1m", "220 hello", "250-hello\r\n250 STARTTLS", "454 4.7.0 not now"), cloud.Greeting, nil},
		{"silent in the handshake", starting(t, "500ms", func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }),
			cloud.Handshake, context.DeadlineExceeded},
		{"hangs up in the handshake", starting(t, "1m", func(net.Conn) {}), cloud.Handshake, nil},
		{"not TLS", starting(t, "1m", func(conn net.Conn) { _, _ = io.WriteString(conn, "250 hello\r\n") }), cloud.Handshake, nil},
		{"another CA", reaches(t, Reach(t.Context(), otherCA).At, "1m"), cloud.Handshake, nil},
		{"another's name", (&server{}).serve(t, "mail.fabrikam.com"), cloud.Handshake, nil},
		{"no XOAUTH2", (&server{mechanisms: []string{"LOGIN"}}).serve(t, host), cloud.Greeting, errNoXOAUTH2},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := Reach(t.Context(), test.e)
			wantReached(t, got, test.stage)
			var failure *microsoft.Error
			if !errors.As(got.Err, &failure) || failure.Service != microsoft.SMTP || test.want != nil && !errors.Is(got.Err, test.want) {
				t.Errorf("%T %v", got.Err, got.Err)
			}
			var named *cloud.Untrusted
			if untrusted := strings.HasPrefix(test.name, "another"); untrusted != errors.As(got.Err, &named) {
				t.Errorf("a refused certificate: %v; named: %+v", untrusted, named)
			}
		})
	}
}

func TestReachIsCancelled(t *testing.T) {
	e, heard := script(t, "1h", "220 hello")
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-heard // EHLO has arrived; no answer will come
		cancel()
	}()
	for _, stage := range []cloud.Stage{cloud.Greeting, cloud.Connect} { // the second time, ctx has ended before
		got := Reach(ctx, e)
		wantReached(t, got, stage)
		if !errors.Is(got.Err, context.Canceled) {
			t.Errorf("%v", got.Err)
		}
	}
}
