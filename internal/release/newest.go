package release

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"

	"golang.org/x/mod/semver"
)

// ErrNoHome is a program whose module has no host: nobody has published it.
var ErrNoHome error = &noHome{}

type noHome struct{}

func (*noHome) Error() string { return "this build does not say where it is published" }

// Fact gives the code of the advice.
func (e *noHome) Fact() (code, object, detail string) { return "WX-RELEASES-NOWHERE", "", e.Error() }

// Unanswered is a page of releases that did not name the newest one.
type Unanswered struct {
	Page string
	Err  error
}

// Error names the page and the reason.
func (e *Unanswered) Error() string { return e.Page + ": " + e.Err.Error() }

// Unwrap gives the reason.
func (e *Unanswered) Unwrap() error { return e.Err }

// Fact gives the code of the advice, the page and the reason.
func (e *Unanswered) Fact() (code, object, detail string) {
	return "WX-RELEASES-UNANSWERED", e.Page, e.Err.Error()
}

// Page is where the newest release of a module is found: an address that
// redirects to one ending in the release's tag, as GitHub and Forgejo have it
// (https://docs.github.com/repositories/releasing-projects-on-github/linking-to-releases).
// A module without a host is ErrNoHome.
func Page(module string) (string, error) {
	host, rest, _ := strings.Cut(module, "/")
	owner, rest, _ := strings.Cut(rest, "/")
	name, _, _ := strings.Cut(rest, "/")
	if !strings.Contains(host, ".") || owner == "" || name == "" {
		return "", ErrNoHome
	}
	return "https://" + host + "/" + owner + "/" + name + "/releases/latest", nil
}

// Newest asks the page once for the tag of the newest release. The client
// must follow no redirect. Its error is an *Unanswered, or ctx's.
func Newest(ctx context.Context, client *http.Client, page string) (string, error) {
	tag, err := ask(ctx, client, page)
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		return "", &Unanswered{page, err}
	}
	return tag, nil
}

// noRelease is a page that does not name a release.
type noRelease struct {
	why    string // a key of the texts version.<why>
	status int    // of the answer, 0 where it does not matter
}

func (n *noRelease) Error() string { return fmt.Sprintf("%s (%d)", n.why, n.status) }

// Words name the text that says it, and its values.
func (n *noRelease) Words() (id string, values []any) {
	return "version." + n.why, []any{"Status", n.status}
}

func ask(ctx context.Context, client *http.Client, page string) (string, error) {
	if !private(page) {
		return "", &noRelease{why: "not-https"}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, page, nil)
	if err != nil {
		return "", err
	}
	answer, err := client.Do(req)
	if err != nil {
		return "", bare(err)
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body) // a HEAD has none
	to, err := answer.Location()
	if err != nil {
		return "", &noRelease{"none-named", answer.StatusCode}
	}
	if tag := path.Base(to.Path); semver.IsValid(tag) {
		return tag, nil
	}
	return "", &noRelease{"none-named", answer.StatusCode}
}

// private tells whether nobody on the way can answer instead.
func private(page string) bool {
	to, err := url.Parse(page)
	if err != nil {
		return false
	}
	ip := net.ParseIP(to.Hostname())
	return to.Scheme == "https" || to.Scheme == "http" && ip != nil && ip.IsLoopback()
}

// bare is the failure without the method and the address.
func bare(err error) error {
	if failed := (*url.Error)(nil); errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

// Newer tells whether a release's tag is newer than a version. known is false
// where the version is no release's and can't be compared.
func Newer(tag, version string) (newer, known bool) {
	if !semver.IsValid(version) {
		return false, false
	}
	return semver.Compare(tag, version) > 0, true
}
