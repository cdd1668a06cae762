package front

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// request is what the log and the faults know of a request.
type request struct {
	method string
	path   string
	write  bool // it changes, or asks to change, something
}

// classify names a request: by its path, or by the cmdlet for Exchange.
func classify(service string, r *http.Request, body []byte) request {
	what := request{method: r.Method, path: r.URL.Path}
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch service {
	case Entra:
		what.write = consents(what.path, body)
	case Graph:
		what.write = !reads && !(strings.HasSuffix(what.path, "/$batch") && batchOfReads(body)) && what.path != "/oidc/userinfo"
	case Exchange:
		what.path = exchangePath(what.path, body)
		what.write = !reads && !strings.HasPrefix(what.path, "Get-") && !strings.HasPrefix(what.path, "Test-")
	case Webex:
		// A call back with a code gives the asset its tokens.
		what.write = !reads || r.URL.Query().Has("code")
	}
	return what
}

// consents says whether a browser accepts a consent page: the one thing at
// Entra that changes the directory.
func consents(path string, body []byte) bool {
	form, err := url.ParseQuery(string(body))
	return err == nil && strings.HasSuffix(path, "/login") && form.Get("step") == "consent" && form.Get("choice") == "accept"
}

// exchangePath is the cmdlet's name, or the last segment of the path.
func exchangePath(path string, body []byte) string {
	_, last, _ := strings.Cut(path, "/adminapi/")
	last = last[strings.LastIndex(last, "/")+1:]
	var command struct{ CmdletInput struct{ CmdletName string } }
	if last == "InvokeCommand" && json.Unmarshal(body, &command) == nil && command.CmdletInput.CmdletName != "" {
		return command.CmdletInput.CmdletName
	}
	if last != "" {
		return last
	}
	return path
}

// batchOfReads says whether a Graph batch holds nothing but GETs. A body that
// is no batch may be anything.
func batchOfReads(body []byte) bool {
	var batch struct {
		Requests []struct{ Method string } `json:"requests"`
	}
	if json.Unmarshal(body, &batch) != nil || len(batch.Requests) == 0 {
		return false
	}
	for _, item := range batch.Requests {
		if !strings.EqualFold(item.Method, http.MethodGet) {
			return false
		}
	}
	return true
}

// clientOf tags who sends, from a User-Agent or the name given to EHLO.
func clientOf(name string) string {
	for _, known := range []struct{ prefix, client string }{
		{"wxmail", "wxmail"},
		{"sandbox-browser", "browser"},
		{"Mozilla/", "browser"},
		{"sandbox-webex", "webex"},
	} {
		if strings.HasPrefix(name, known.prefix) {
			return known.client
		}
	}
	return "other"
}
