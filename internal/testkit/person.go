package testkit

import (
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"wxmail/internal/sandbox/robot"
)

// opener writes another xdg-open: lines of shell that get the URL as $1.
func (w *World) opener(lines string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.Dir, "bin", "xdg-open"), []byte("#!/bin/sh\n"+lines), 0o755); err != nil {
		w.t.Fatal(err)
	}
}

// NobodySignsIn makes nothing happen in the browser where the URL holds the
// text; elsewhere the robot signs in.
func (w *World) NobodySignsIn(text string) {
	w.opener("case \"$1\" in *'" + text + "'*) exit 0;; esac\n" + w.browse())
}

func (w *World) browse() string {
	return "exec wxmail sandbox browse --dir '" + filepath.Join(w.Dir, "sandbox") + "' \"$1\"\n"
}

// SignsInToDemo makes the robot sign in to the sandbox that a demo keeps in
// its TMPDIR.
func (w *World) SignsInToDemo() {
	w.opener("exec wxmail sandbox browse --dir \"$TMPDIR\"/wxmail-demo-*/sandbox \"$1\"\n")
}

// RedirectURL signs in on another computer, where the page at the end cannot
// be opened, and gives that page's address: what a person copies from the
// address bar.
func (w *World) RedirectURL(authorizeURL string) string { return w.RedirectURLOf("", authorizeURL) }

// RedirectURLOf is RedirectURL for somebody else than the URL names.
func (w *World) RedirectURLOf(as, authorizeURL string) string {
	w.t.Helper()
	asked, err := url.Parse(authorizeURL)
	if err != nil {
		w.t.Fatal(err)
	}
	end := ""
	unreachable := errors.New("no such page on this computer")
	elsewhere := robot.Browser{Client: &http.Client{CheckRedirect: func(req *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(req.URL.String(), asked.Query().Get("redirect_uri")) {
			end = req.URL.String()
			return unreachable
		}
		return nil
	}}}
	if _, err := elsewhere.Browse(w.t.Context(), authorizeURL, as); !errors.Is(err, unreachable) {
		w.t.Fatalf("the sign-in did not end at the redirect URI: %v", err)
	}
	return end
}
