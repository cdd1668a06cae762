package release_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"wxmail/internal/release"
)

func TestPage(t *testing.T) {
	for module, want := range map[string]string{
		"github.com/acme/wxmail":      "https://github.com/acme/wxmail/releases/latest",
		"codeberg.org/acme/wxmail/v2": "https://codeberg.org/acme/wxmail/releases/latest",
		"wxmail":                      "",
		"wxmail/v2":                   "",
		"github.com/wxmail":           "",
		"command-line-arguments":      "",
	} {
		page, err := release.Page(module)
		if page != want || (want == "") != errors.Is(err, release.ErrNoHome) {
			t.Errorf("%s: %q, %v", module, page, err)
		}
	}
}

// Whatever the page answers, no tag is made up.
func TestNewest(t *testing.T) {
	for name, c := range map[string]struct {
		status   int
		location string
		want     string
		says     string
	}{
		"a release":        {302, "/acme/wxmail/releases/tag/v1.2.3", "v1.2.3", ""},
		"a candidate":      {302, "/acme/wxmail/releases/tag/v2.0.0-rc.1", "v2.0.0-rc.1", ""},
		"none yet":         {302, "/acme/wxmail/releases", "", "none-named"},
		"no such project":  {404, "", "", "none-named (404)"},
		"not a redirect":   {200, "", "", "none-named (200)"},
		"a page to log in": {302, "/login?return_to=v9.9.9", "", "none-named"},
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked++
				if c.location != "" {
					w.Header().Set("Location", c.location)
				}
				w.WriteHeader(c.status)
			}))
			defer server.Close()
			client := server.Client()
			client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			got, err := release.Newest(t.Context(), client, server.URL+"/acme/wxmail/releases/latest")
			if got != c.want || (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) || asked != 1 {
				t.Errorf("%q, %v, asked %d times", got, err, asked)
			}
		})
	}
}

func TestNewestIsAskedOverTLS(t *testing.T) {
	var unanswered *release.Unanswered
	for _, page := range []string{"http://example.com/releases/latest", "file:///etc/passwd", "http://localhost.example/", ":"} {
		if _, err := release.Newest(t.Context(), nil, page); !errors.As(err, &unanswered) {
			t.Errorf("%s: %v", page, err)
		}
	}
}

func TestNewestIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := release.Newest(ctx, http.DefaultClient, "http://127.0.0.1:1/"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestNewer(t *testing.T) {
	for _, c := range []struct {
		tag, version string
		newer, known bool
	}{
		{"v1.2.3", "v1.2.2", true, true},
		{"v1.2.3", "v1.2.3", false, true},
		{"v1.10.0", "v1.9.0", true, true},
		{"v1.2.3", "v1.2.4-0.20260101000000-abcdefabcdef", false, true},
		{"v1.2.3", "devel", false, false},
	} {
		if newer, known := release.Newer(c.tag, c.version); newer != c.newer || known != c.known {
			t.Errorf("%s after %s: %v, %v", c.tag, c.version, newer, known)
		}
	}
}

func TestFacts(t *testing.T) {
	for _, err := range []error{release.ErrNoHome, &release.Unanswered{Page: "p", Err: errors.New("r")}} {
		code, object, detail := err.(interface {
			Fact() (code, object, detail string)
		}).Fact()
		if !strings.HasPrefix(code, "WX-RELEASES-") || detail == "" || (object == "p") == errors.Is(err, release.ErrNoHome) {
			t.Errorf("%v: %s, %q, %q", err, code, object, detail)
		}
	}
}

// A test binary records neither a commit nor modules: what is unknown is null,
// never absent.
func TestThisBuild(t *testing.T) {
	b := release.This("v1")
	if b.Version != "v1" || b.Go == "" || b.OS == "" || b.Arch == "" || b.Commit != nil || b.Date != nil {
		t.Errorf("%+v", b)
	}
	raw, err := json.Marshal(b)
	if err != nil || !strings.Contains(string(raw), `"commit":null`) || !strings.Contains(string(raw), `"modules":[`) {
		t.Errorf("%s, %v", raw, err)
	}
}
