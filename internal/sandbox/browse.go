package sandbox

import (
	"context"

	"wxmail/internal/sandbox/robot"
)

// devicePage is where a device code is entered.
const devicePage = "https://" + entraHost + "/common/oauth2/deviceauth"

// Browse opens a URL as a browser would, signs in, consents and follows
// redirects, and returns the address where it ends. The sandbox is the one
// whose endpoints file is in dir. As whom: as, or the URL's login_hint, or
// the tenant's admin. A page that shows an error is an error.
func Browse(ctx context.Context, dir, url, as string) (string, error) {
	browser, err := newBrowser(dir)
	if err != nil {
		return "", err
	}
	defer browser.Client.CloseIdleConnections()
	return browser.Browse(ctx, url, as)
}

// BrowseCode enters a device code at the sandbox of dir and signs in; the
// rest is as for Browse.
func BrowseCode(ctx context.Context, dir, code, as string) error {
	browser, err := newBrowser(dir)
	if err != nil {
		return err
	}
	defer browser.Client.CloseIdleConnections()
	return browser.Code(ctx, devicePage, code, as)
}

func newBrowser(dir string) (*robot.Browser, error) {
	https, trust, err := readCloud(dir)
	if err != nil {
		return nil, err
	}
	return &robot.Browser{Client: client(https, trust, "")}, nil
}
