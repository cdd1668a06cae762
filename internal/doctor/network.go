package doctor

import (
	"time"

	"wxmail/internal/step"
	"wxmail/internal/world"
)

// network adds the hosts that cannot be reached, and a clock that is wrong.
func (j *judgement) network() {
	for _, host := range j.probed.Hosts {
		j.add(ofHost(host))
	}
	if skew := j.probed.Skew.Round(time.Second).String(); j.probed.Skew != 0 {
		j.add(Finding{Code: "WX-CLOCK", Severity: step.Warning, Object: "this computer", Detail: skew,
			Evidence: "Date of the services: " + skew + " ahead"})
	}
}

// ofHost is the finding of a host that cannot be reached, by how far a
// connection got.
func ofHost(host world.Host) Finding {
	f := Finding{Severity: step.Error, Object: host.Host, Detail: host.Via, Evidence: host.Stage + ": " + host.Err.Error(), Err: host.Err}
	switch host.Stage {
	case "dns":
		f.Code = "WX-NET-DNS"
	case "tcp":
		f.Code = "WX-NET-TCP"
	case "proxy":
		f.Code = "WX-NET-PROXY"
	case "tls":
		f.Code = "WX-NET-TLS"
	default:
		f.Code = "WX-NET-SILENT"
	}
	if host.At != "" {
		f.Evidence += " (dialled at " + host.At + ")"
	}
	return f
}
