package cloud

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"wxmail/internal/microsoft"
)

// shownInTrace are the query options that say what was asked and can hold no
// secret; every other value is masked.
var shownInTrace = map[string]bool{
	"$select": true, "$filter": true, "$expand": true, "$top": true, "$count": true, "Version": true,
}

// traceAttempt writes one line of the HTTP log.
func (e *Endpoints) traceAttempt(req *http.Request, resp *http.Response, err error, took time.Duration) {
	e.audience.mu.Lock()
	defer e.audience.mu.Unlock()
	if e.audience.trace == nil {
		return
	}
	result := "failed: " + microsoft.OneLine(fmt.Sprint(err))
	if err == nil {
		result = fmt.Sprintf("%d request-id=%s", resp.StatusCode, orDash(requestID(resp.Header)))
	}
	cmdlet := ""
	if name := req.Header.Get("X-CmdletName"); name != "" {
		cmdlet = " cmdlet=" + name
	}
	_, _ = fmt.Fprintf(e.audience.trace, "%s %s %s%s %s client-request-id=%s %dms\n",
		e.Now().UTC().Format(time.RFC3339), req.Method, redacted(req.URL), cmdlet, result,
		orDash(req.Header.Get("client-request-id")), took.Milliseconds())
}

// redacted is a URL with query values masked unless they are harmless.
func redacted(u *url.URL) string {
	shown := u.Scheme + "://" + u.Host + u.EscapedPath()
	var options []string
	for option := range strings.SplitSeq(u.RawQuery, "&") {
		key, value, _ := strings.Cut(option, "=")
		name, err := url.QueryUnescape(key)
		if err != nil || !shownInTrace[name] {
			value = "(masked)"
		}
		if option != "" {
			options = append(options, key+"="+value)
		}
	}
	if len(options) == 0 {
		return shown
	}
	return shown + "?" + strings.Join(options, "&")
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}
