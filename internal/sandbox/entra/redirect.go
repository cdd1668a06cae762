package entra

import (
	"net/url"
	"slices"
	"strings"
)

// platform is where a redirect URI is registered: it decides how the client
// proves itself and how long its refresh tokens live.
type platform string

const (
	web    platform = "web"
	spa    platform = "spa"
	public platform = "public"
	none   platform = "" // device code: no redirect URI
)

// platformOf finds a redirect URI among those registered, byte for byte but
// for the port of http://localhost.
// https://learn.microsoft.com/entra/identity-platform/reply-url#localhost-exceptions
func (cl *client) platformOf(redirectURI string) (platform, *refusal) {
	registered := cl.redirects()
	all := 0
	for _, on := range []platform{web, public, spa} {
		all += len(registered[on])
		if slices.ContainsFunc(registered[on], func(known string) bool { return matches(known, redirectURI) }) {
			return on, nil
		}
	}
	if all == 0 {
		return none, refuse(500113)
	}
	return none, refuse(50011, redirectURI, cl.id)
}

func (cl *client) redirects() map[platform][]string {
	if cl.own != nil {
		return map[platform][]string{public: cl.own.redirects}
	}
	return map[platform][]string{
		web: cl.app.Web.RedirectURIs, public: cl.app.PublicClient.RedirectURIs, spa: cl.app.SPA.RedirectURIs,
	}
}

func matches(registered, asked string) bool {
	return registered == asked || portless(registered) != "" && portless(registered) == portless(asked)
}

// portless is an http://localhost address without its port, or "".
func portless(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() != "localhost" || !strings.HasPrefix(address, "http://localhost") || u.User != nil {
		return ""
	}
	return "http://localhost" + strings.TrimPrefix(strings.TrimPrefix(address, "http://localhost"), portOf(u))
}

func portOf(u *url.URL) string {
	if u.Port() == "" {
		return ""
	}
	return ":" + u.Port()
}

// answerAt adds the answer's parameters to a redirect URI, which gets a
// trailing slash where it has no path, as Microsoft sends it.
func answerAt(redirectURI, mode string, answer url.Values) string {
	u, err := url.Parse(redirectURI)
	if err != nil {
		return redirectURI // registered, so it parses
	}
	if u.Path == "" {
		u.Path = "/"
	}
	if mode == "fragment" {
		return u.String() + "#" + answer.Encode()
	}
	if u.RawQuery != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += answer.Encode()
	return u.String()
}
