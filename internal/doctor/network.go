package doctor

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"wxmail/internal/microsoft"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// network adds the hosts that cannot be reached, and a clock that is wrong.
func (j *judgement) network() {
	for _, host := range j.probed.Hosts {
		j.add(ofHost(host))
	}
	if skew := j.probed.Skew.Round(time.Second).String(); j.probed.Skew != 0 {
		j.add(Finding{Code: "WX-CLOCK", Severity: step.Warning, Object: microsoft.ThisComputer, Detail: skew,
			Evidence: "Date of the services: " + skew + " ahead"})
	}
}

// handshakes are failures of a handshake that another CA does not mend, and
// that say so themselves.
func handshakes() []string {
	return []string{"WX-CERTIFICATE-DATE", "WX-CERTIFICATE-HOST", "WX-TLS-REFUSED"}
}

// ofHandshake is the code of a handshake that failed, "" where its stage is all
// that is known.
func ofHandshake(err error) string {
	var cause interface {
		error
		Fact() (code, object, detail string)
	}
	if errors.As(err, &cause) {
		if code, _, _ := cause.Fact(); slices.Contains(handshakes(), code) {
			return code
		}
	}
	return ""
}

// stage is how far a connection got, and the code of who got no further.
type stage struct{ name, code string }

// stages are all of them, in order; the last is that of every other name.
func stages() []stage {
	return []stage{{"dns", "WX-NET-DNS"}, {"tcp", "WX-NET-TCP"}, {"proxy", "WX-NET-PROXY"}, {"tls", "WX-NET-TLS"}, {"", "WX-NET-SILENT"}}
}

// ofHost is the finding of a host that cannot be reached.
func ofHost(host world.Host) Finding {
	f := Finding{Severity: step.Error, Object: host.Host, Detail: host.Via, Evidence: host.Stage + ": " + host.Err.Error(), Err: host.Err}
	for _, s := range stages() {
		if f.Code = s.code; s.name == host.Stage {
			break
		}
	}
	f.Code = cmp.Or(ofHandshake(host.Err), f.Code)
	if host.At != "" {
		f.Evidence += " (dialled at " + host.At + ")"
	}
	return f
}
