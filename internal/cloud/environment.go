package cloud

import (
	"net"
	"net/url"
	"strconv"
	"strings"

	"wxmail/internal/microsoft"
)

// Environment is what is known of one Microsoft cloud before anything is
// sent: its name and the addresses and values that are its own. It is data,
// may be copied and compared, and holds no secret. Microsoft's own tools call
// it by the same word.
// https://learn.microsoft.com/powershell/microsoftgraph/authentication-commands
type Environment struct {
	Name     string // a named cloud, or the name that an endpoints file gives itself
	Base     string // the named cloud whose hosts these are
	FromFile bool   // from an endpoints file: perhaps not Microsoft

	Authority     string // https origin of Entra ID
	Graph         string // https origin of Microsoft Graph
	Exchange      string // https origin of the Exchange admin route
	ExchangeScope string // what a token for the Exchange admin route is asked for

	SMTPHost  string // submission host, as Webex Connect is told it
	SMTPPort  int
	SMTPScope string // delegated permission to send, with its resource

	Portals // for links only

	// ExchangeEnvironment is the cloud's name for Connect-ExchangeOnline, "" for
	// the public one.
	// https://learn.microsoft.com/powershell/module/exchange/connect-exchangeonline
	ExchangeEnvironment string
}

// hosts are all hosts of this cloud that are ever connected to.
func (e *Environment) hosts() []string {
	all := []string{e.SMTPHost}
	for _, origin := range []string{e.Authority, e.Graph, e.Exchange} {
		all = append(all, strings.TrimPrefix(origin, "https://"))
	}
	return all
}

// smtpAddress is the submission host with its port.
func (e *Environment) smtpAddress() string {
	return net.JoinHostPort(e.SMTPHost, strconv.Itoa(e.SMTPPort))
}

// service says whose host a URL names; false for a host that is not this
// cloud's or a URL that is not plain https.
func (e *Environment) service(u *url.URL) (microsoft.Service, bool) {
	if u.Scheme != "https" || u.User != nil {
		return "", false
	}
	switch "https://" + hostOf(u) {
	case e.Authority:
		return microsoft.Entra, true
	case e.Graph:
		return microsoft.Graph, true
	case e.Exchange:
		return microsoft.Exchange, true
	default:
		return "", false
	}
}
