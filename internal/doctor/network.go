package doctor

import (
	"context"

	"wxmail/internal/cloud"
	"wxmail/internal/submit"
)

// network tries each host, and remembers those that do not answer.
func (e *examination) network(ctx context.Context) {
	smtp := make(chan cloud.Reached, 1)
	go func() { smtp <- submit.Reach(ctx, e.run.Cloud) }()
	for _, host := range append(e.run.Cloud.Reach(ctx), <-smtp) {
		if host.Err == nil {
			continue
		}
		e.silent = append(e.silent, host.Service)
		e.add(ofHost(host))
	}
	if skew, known := e.run.Cloud.ClockSkew(); known && e.run.Cloud.MaxClockSkew > 0 && skew.Abs() > e.run.Cloud.MaxClockSkew {
		e.add(Finding{Code: "WX-CLOCK", Severity: Warning, Object: "this computer", Detail: skew.Round(1e9).String(), Evidence: "Date of the services: " + skew.Round(1e9).String() + " ahead"})
	}
}

// ofHost is the finding of a host that cannot be reached, by how far a
// connection got.
func ofHost(host cloud.Reached) Finding {
	f := Finding{Severity: Error, Object: host.Host, Detail: host.Via, Evidence: string(host.Stage) + ": " + host.Err.Error(), Err: host.Err}
	f.Code = map[cloud.Stage]string{cloud.Resolve: "WX-NET-DNS", cloud.Connect: "WX-NET-TCP", cloud.ThroughProxy: "WX-NET-PROXY",
		cloud.Handshake: "WX-NET-TLS"}[host.Stage]
	if f.Code == "" {
		f.Code = "WX-NET-SILENT"
	}
	if host.At != "" {
		f.Evidence += " (dialled at " + host.At + ")"
	}
	return f
}
