// Package robot is a browser without a screen for the sandbox's sign-in
// pages: it fills in forms and presses buttons as a person would, and knows
// nothing of the services but their HTML.
package robot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
)

const (
	userAgent   = "sandbox-browser/1"
	password    = "sandbox" // everybody's, in every scenario
	defaultUser = "admin@contoso.example"
	pageLimit   = 4 << 20
	maxPages    = 30
)

// Browser signs people in. Its client decides how hosts are reached and whom
// TLS trusts; without a cookie jar every call is a private window.
type Browser struct {
	Client *http.Client
}

// Browse opens a URL and goes on until no page asks for anything: it signs in
// as the user named (default: the URL's login_hint, else the administrator),
// approves a second factor, accepts a consent page without ever ticking the
// organization's box, and follows redirects, an application's own loopback
// page among them. It returns the last URL, which may hold a code.
//
// An error page, a consent that needs an administrator (the robot then
// returns to the application first) and an application that answers 400 or
// more are errors; the text is the page's, AADSTS code included. The error
// never holds a query or a form.
func (b *Browser) Browse(ctx context.Context, address, as string) (string, error) {
	if as == "" {
		as = hint(address)
	}
	w := b.window(as)
	p, err := w.get(ctx, address)
	if err != nil {
		return "", err
	}
	return w.finish(ctx, p)
}

// Code opens the page of a device code flow, types the code and signs in. The
// rest is as for Browse.
func (b *Browser) Code(ctx context.Context, verificationURL, code, as string) error {
	if as == "" {
		as = defaultUser
	}
	w := b.window(as)
	w.code = code
	p, err := w.get(ctx, verificationURL)
	if err != nil {
		return err
	}
	if p.name != "device" {
		return errors.New("the address is not a page that asks for a device code")
	}
	_, err = w.finish(ctx, p)
	return err
}

func hint(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Query().Get("login_hint") == "" {
		return defaultUser
	}
	return u.Query().Get("login_hint")
}

// window is one visit: who sits before it, and what it has been told.
type window struct {
	client *http.Client
	as     string
	code   string
	sorry  string // what a page said before the robot had to turn back
}

func (b *Browser) window(as string) *window {
	client := *b.Client
	if client.Jar == nil {
		client.Jar, _ = cookiejar.New(nil) // fails only for options that are not given
	}
	return &window{client: &client, as: as}
}

// finish answers pages until none is left.
func (w *window) finish(ctx context.Context, p *page) (string, error) {
	for range maxPages {
		next, err := w.answer(p)
		if err != nil {
			return p.address, err
		}
		if next == nil {
			return p.address, w.verdict(p)
		}
		if p, err = w.post(ctx, next); err != nil {
			return "", err
		}
	}
	return p.address, fmt.Errorf("the sign-in did not end within %d pages", maxPages)
}

// verdict says whether the last page is a good end.
func (w *window) verdict(p *page) error {
	switch {
	case w.sorry != "":
		return errors.New(w.sorry)
	case p.status >= http.StatusBadRequest:
		return fmt.Errorf("%s answered %d", place(p.address), p.status)
	}
	return nil
}

// submission is a filled-in form.
type submission struct {
	action string
	fields url.Values
}

// answer fills in a page's form, or returns nil where there is nothing to do.
func (w *window) answer(p *page) (*submission, error) {
	switch p.name {
	case "error":
		return nil, errors.New(p.alert)
	case "login", "device":
		if p.alert != "" {
			return nil, errors.New(p.alert)
		}
	case "approval":
		w.sorry = p.alert
	}
	press, known := w.press(p)
	if !known {
		return nil, nil
	}
	if p.form == nil {
		return nil, fmt.Errorf("the page %s has no form", place(p.address))
	}
	fields := p.form.fields
	for name, value := range map[string]string{"login": w.as, "passwd": password, "otc": w.code} {
		if fields.Has(name) {
			fields.Set(name, value)
		}
	}
	if press != "" {
		fields.Set("choice", press)
	}
	return &submission{p.form.action, fields}, nil
}

// press is the button for a page, "" where the only one has no name.
func (w *window) press(p *page) (button string, known bool) {
	switch p.name {
	case "device", "form_post":
		return "", true
	case "pick":
		return p.form.offered(w.as, "other"), true
	}
	button, known = map[string]string{
		"login": "next", "mfa": "approve", "confirm": "continue", "consent": "accept", "approval": "return",
	}[p.name]
	return button, known
}

func (w *window) get(ctx context.Context, address string) (*page, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, errors.New("the address is not a URL")
	}
	return w.load(request)
}

func (w *window) post(ctx context.Context, s *submission) (*page, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.action, strings.NewReader(s.fields.Encode()))
	if err != nil {
		return nil, errors.New("the form's action is not a URL")
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.load(request)
}

func (w *window) load(request *http.Request) (*page, error) {
	request.Header.Set("User-Agent", userAgent)
	response, err := w.client.Do(request)
	if err != nil {
		return nil, quiet(err)
	}
	defer func() { _ = response.Body.Close() }()
	p := &page{address: response.Request.URL.String(), status: response.StatusCode}
	if !strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") {
		return p, nil
	}
	if err := p.parse(io.LimitReader(response.Body, pageLimit)); err != nil {
		return nil, fmt.Errorf("reading %s: %w", place(p.address), err)
	}
	return p, nil
}

// quiet keeps what failed and where, without the query, which may hold a code.
func quiet(err error) error {
	var failed *url.Error
	if !errors.As(err, &failed) {
		return err
	}
	return fmt.Errorf("%s %s: %w", strings.ToLower(failed.Op), place(failed.URL), failed.Err)
}

// place is an address without its query and fragment.
func place(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "a page"
	}
	return u.Scheme + "://" + u.Host + u.Path
}
