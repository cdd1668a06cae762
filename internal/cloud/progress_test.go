package cloud

import (
	"crypto/tls"
	"io"
	"net/http/httptrace"
	"strings"
	"testing"
)

// What net/http tells, one letter each, and the stage that an attempt is in
// then: a dial that gets no answer cannot be had on loopback.
func TestProgress(t *testing.T) {
	for _, c := range []struct {
		name, told string
		start      Stage
		others     int
		want       Stage
	}{
		{"a name is looked up", "", Resolve, 0, Resolve},
		{"dials", "c", Resolve, 0, Connect},
		{"shakes hands", "ct", Resolve, 0, Handshake},
		{"dials another address meanwhile", "ctc", Resolve, 0, Handshake},
		{"the handshake fails", "ctf", Resolve, 0, Handshake},
		{"the handshake succeeds", "ctd", Resolve, 0, Answer},
		{"an idle connection", "g", Resolve, 0, Answer},
		{"dials a proxy", "c", ThroughProxy, 0, ThroughProxy},
		{"shakes hands through it", "ct", ThroughProxy, 0, Handshake},
		{"with an https proxy", "ct", ThroughProxy, 1, ThroughProxy},
		{"asks it for a way", "ctd", ThroughProxy, 1, ThroughProxy},
		{"the handshake with it fails", "ctf", ThroughProxy, 1, ThroughProxy},
		{"shakes hands behind it", "ctdt", ThroughProxy, 1, Handshake},
		{"all the way", "ctdtd", ThroughProxy, 1, Answer},
	} {
		p := &progress{stage: c.start, others: c.others}
		hooks := p.hooks()
		tell := map[string]func(){
			"c": func() { hooks.ConnectStart("tcp", "127.0.0.1:443") },
			"t": hooks.TLSHandshakeStart,
			"d": func() { hooks.TLSHandshakeDone(tls.ConnectionState{}, nil) },
			"f": func() { hooks.TLSHandshakeDone(tls.ConnectionState{}, io.EOF) },
			"g": func() { hooks.GotConn(httptrace.GotConnInfo{}) },
		}
		for event := range strings.SplitSeq(c.told, "") {
			tell[event]()
		}
		if got := p.latest(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
