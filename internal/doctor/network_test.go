package doctor

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"wxmail/internal/microsoft"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

func networkAilments() []ailment {
	only := func(stage string) func(*patient) {
		return func(p *patient) {
			p.areas = []Area{Network}
			p.probed.Hosts = []world.Host{{Service: "smtp", Host: "smtp.office365.com:587", Stage: stage, Err: errors.New("no")}}
		}
	}
	refused := func(code string) func(*patient) {
		return func(p *patient) {
			only("tls")(p)
			p.probed.Hosts[0].Err = fmt.Errorf("STARTTLS: %w", microsoft.NewCause(code, "no"))
		}
	}
	return []ailment{
		{"a name does not resolve", []string{"WX-NET-DNS"}, only("dns")},
		{"nothing answers", []string{"WX-NET-TCP"}, only("tcp")},
		{"the proxy says no", []string{"WX-NET-PROXY"}, only("proxy")},
		{"somebody else's certificate", []string{"WX-NET-TLS"}, only("tls")},
		{"a certificate out of date", []string{"WX-CERTIFICATE-DATE"}, refused("WX-CERTIFICATE-DATE")},
		{"another host's certificate", []string{"WX-CERTIFICATE-HOST"}, refused("WX-CERTIFICATE-HOST")},
		{"no TLS that we speak", []string{"WX-TLS-REFUSED"}, refused("WX-TLS-REFUSED")},
		{"a CA that nobody knows", []string{"WX-NET-TLS"}, refused("WX-UNREACHABLE")},
		{"a host that says nothing", []string{"WX-NET-SILENT"}, only("http")},
		{"no server of mail", []string{"WX-NET-SILENT"}, only("smtp")},
		{"the clock is wrong", []string{"WX-CLOCK"}, func(p *patient) { p.probed.Skew = time.Hour }},
		{"nobody asked for it", []string{}, func(p *patient) {
			only("dns")(p)
			p.areas = []Area{Token}
		}},
	}
}

func TestHostIsToldInFull(t *testing.T) {
	f := ofHost(world.Host{Host: "graph.microsoft.com:443", Via: "proxy:8080", At: "127.0.0.1:1", Stage: "proxy", Err: errors.New("407")})
	if f.Object != "graph.microsoft.com:443" || f.Detail != "proxy:8080" || f.Evidence != "proxy: 407 (dialled at 127.0.0.1:1)" {
		t.Errorf("told as %+v", f)
	}
}

// Where Entra ID cannot say whose tenant it is, that is a finding of no step.
func TestNobodyKnowsTheTenant(t *testing.T) {
	p := healthy()
	p.directory, p.exchange, p.here = nil, nil, nil
	p.probed.Tenant = graphRefusal()
	findings, _ := p.judge(t)
	if len(findings) != 1 || findings[0].Step != "" || findings[0].Severity != step.Error {
		t.Errorf("found %+v", findings)
	}
}
