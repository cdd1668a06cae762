package webex

import (
	"net/url"
	"slices"
	"strings"

	"wxmail/internal/pattern"
)

const callbackPath = "/callback"

// families are the domains of Webex Connect tenants: the present one and the
// legacy ones, which still work. https://help.webexconnect.io/docs/api-endpoints
func families() []string {
	return []string{
		"webexconnect.io",
		"imiconnect.io", "imiconnect.ca", "imiconnect.eu", "imiconnect.us", "imiconnect.in", "imiconnect.com",
	}
}

// regions are the labels between tenant and webexconnect.io that are known.
// Cisco adds regions: another label is a warning.
func regions() []string {
	return []string{"us", "us1", "ca", "eu", "uk", "in", "au", "sg"}
}

// family is the Webex Connect domain that host lies below.
func family(host string) (string, bool) {
	for _, f := range families() {
		if strings.HasSuffix(host, "."+f) {
			return f, true
		}
	}
	return "", false
}

// ParseCallback cleans and checks the Call Back URL of an asset, which becomes
// a redirect URI and must stay as the page shows it: https, a tenant's host
// and /callback, nothing more; a scheme that was not copied is added, and said. The host comes back in lower case. With an
// error among the problems the value is the cleaned text, to be shown.
func ParseCallback(s string) (string, []Problem) {
	text := Clean(cell(s, isWebAddress))
	if text == "" {
		return "", refuse(Empty, "")
	}
	var added []Problem
	if bareHost().MatchString(text) {
		text, added = "https://"+text, warn(AddedHTTPS, text)
	}
	u, err := url.Parse(text)
	if err != nil {
		return text, refuse(NotAURL, text)
	}
	if problems := checkShape(u); problems != nil {
		return text, problems
	}
	host := lower(u.Hostname())
	return "https://" + host + callbackPath, append(added, checkHost(host)...)
}

// isWebAddress takes one without its scheme too: what is made of a row with
// such a cell must not be another row.
func isWebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" || bareHost().MatchString(s)
}

// bareHost is a host with a path, as it is copied without its scheme.
var bareHost = pattern.Of(`^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+/`)

// checkShape refuses whatever a callback has not, the most telling first.
func checkShape(u *url.URL) []Problem {
	switch {
	case u.Scheme != "https":
		return refuse(NotHTTPS, u.Scheme)
	case u.User != nil:
		return refuse(HasUserInfo, "")
	case u.Opaque != "" || !domain().MatchString(lower(u.Hostname())):
		return refuse(NotAURL, u.Host)
	case u.Host != u.Hostname():
		return refuse(HasPort, u.Port())
	case u.RawQuery != "" || u.ForceQuery:
		return refuse(HasQuery, "")
	case u.Fragment != "":
		return refuse(HasFragment, "")
	case u.EscapedPath() != callbackPath:
		return refuse(WrongPath, u.EscapedPath())
	}
	return nil
}

func checkHost(host string) []Problem {
	parent, known := family(host)
	if !known {
		return refuse(ForeignHost, host)
	}
	if parent != families()[0] {
		return nil // legacy hosts have no region
	}
	labels := strings.Split(strings.TrimSuffix(host, "."+parent), ".")
	region := labels[len(labels)-1]
	switch {
	case len(labels) == 1:
		return warn(NoRegion, host)
	case labels[0] == "oauth":
		return warn(CustomNodeHost, host)
	case !slices.Contains(regions(), region):
		return warn(UnknownRegion, region)
	}
	return nil
}
