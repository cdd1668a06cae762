package sandbox_test

import (
	"crypto/tls"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox"
)

// session says EHLO, STARTTLS and EHLO, as far as the server lets it.
func (w *world) session(name string) (*smtp.Client, error) {
	w.Helper()
	conn, err := net.Dial("tcp", w.dial["smtp.office365.com:587"])
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { _ = conn.Close() })
	client, err := smtp.NewClientStartTLS(conn, &tls.Config{RootCAs: w.trust, ServerName: "smtp.office365.com"})
	if err != nil {
		return nil, err
	}
	return client, client.Hello(name)
}

// lastSMTP waits for the log's last entry to be a finished SMTP session.
func (w *world) lastSMTP() object {
	w.Helper()
	for limit := time.Now().Add(10 * time.Second); time.Now().Before(limit); {
		requests, _ := w.control("GET", "/requests", nil).([]any)
		if len(requests) > 0 {
			if last, _ := requests[len(requests)-1].(object); last["service"] == "smtp" && last["ended"] != nil {
				return last
			}
		}
	}
	w.Fatal("no finished SMTP session within 10 s")
	return nil
}

func TestSMTPSessionIsOneRequest(t *testing.T) {
	w := start(t, sandbox.Options{})
	client, err := w.session("wxmail.localhost")
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Mail("support@contoso.example", nil); err == nil {
		t.Error("MAIL before AUTH was accepted")
	}
	if err := client.Quit(); err != nil {
		t.Fatal(err)
	}
	entry := w.lastSMTP()
	for _, name := range []string{"started", "ended"} {
		if _, err := time.Parse(time.RFC3339Nano, text(entry, name)); err != nil {
			t.Error(err)
		}
		delete(entry, name)
	}
	want := object{"n": 1.0, "client": "wxmail", "service": "smtp", "method": "MAIL", "path": "MAIL", "status": 530.0, "write": false}
	if diff := cmp.Diff(want, entry); diff != "" {
		t.Error(diff)
	}
}

func TestSMTPFaults(t *testing.T) {
	w := start(t, sandbox.Options{})
	w.control("POST", "/faults", []object{
		{"service": "smtp", "path": "MAIL", "action": "status:421", "body": "4.3.2 Service not available"},
		{"service": "smtp", "path": "MAIL", "nth": 2, "action": "reset"},
	})
	client, err := w.session("other")
	if err != nil {
		t.Fatal(err)
	}
	var refused *smtp.SMTPError
	if err := client.Mail("support@contoso.example", nil); !errors.As(err, &refused) || refused.Code != 421 {
		t.Errorf("the first MAIL: %v", err)
	}
	_ = client.Close()
	if client, err = w.session("other"); err != nil {
		t.Fatal(err)
	}
	if err := client.Mail("support@contoso.example", nil); err == nil || errors.As(err, &refused) && refused.Code == 530 {
		t.Errorf("the second MAIL: %v", err)
	}
	_ = client.Close()
	if entry := w.lastSMTP(); entry["client"] != "other" || entry["path"] != "MAIL" {
		t.Errorf("logged %v", entry)
	}
}

// The quickest of some tells, where the computer is busy.
func TestSMTPLatencyIsOncePerSession(t *testing.T) {
	const latency, commands = 150 * time.Millisecond, 8
	w := start(t, sandbox.Options{Latency: latency})
	quickest := time.Hour
	for try := 0; try < 5 && quickest > commands*latency/2; try++ {
		began := time.Now()
		client, err := w.session("wxmail")
		if err != nil {
			t.Fatal(err)
		}
		for range 4 {
			if err := client.Noop(); err != nil {
				t.Fatal(err)
			}
		}
		quickest = min(quickest, time.Since(began))
	}
	if quickest < latency || quickest > commands*latency/2 {
		t.Errorf("a session of %d commands took %v at a latency of %v", commands, quickest, latency)
	}
}
