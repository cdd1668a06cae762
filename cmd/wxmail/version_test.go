package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// How it was built is told whole, and nobody is asked for it.
func TestVersionTellsHowItWasBuilt(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	var got map[string]any
	w.Run(w.Home(), "version", "--json").Must(t, 0).Document(t, &got)
	for _, key := range []string{"version", "commit", "date", "modified", "go", "os", "arch", "module", "modules"} {
		if _, there := got[key]; !there {
			t.Errorf("version --json lacks %s", key)
		}
	}
	if _, asked := got["newest"]; asked {
		t.Error("nobody asked for the newest release")
	}
	if plain := w.Run(w.Home(), "version").Must(t, 0); plain.Stdout != "wxmail "+got["version"].(string)+"\n" {
		t.Errorf("version prints %q", plain.Stdout)
	}
}

// The page of releases is asked when --check is typed, once, and by no other
// command.
func TestNewestReleaseIsAskedForWhenTyped(t *testing.T) {
	t.Parallel()
	asked := make(chan *http.Request, 10)
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r
		http.Redirect(w, r, "/acme/wxmail/releases/tag/v99.0.0", http.StatusFound)
	}))
	defer page.Close()
	w := testkit.Start(t, sandbox.Options{})
	env := []string{"WXMAIL_RELEASES=" + page.URL}
	for _, args := range [][]string{{"version"}, {"version", "--json"}, {"help"}, {"profile", "list"}, {"plan", "--no-input"}} {
		w.RunWith(w.Home(), env, args...)
	}
	if len(asked) != 0 {
		t.Fatalf("asked without --check: %v", <-asked)
	}
	ran := w.RunWith(w.Home(), env, "version", "--check").Must(t, 0)
	if !strings.Contains(ran.Stdout, "v99.0.0") || !strings.Contains(ran.Stdout, page.URL) {
		t.Errorf("it does not tell of the release:\n%s", ran.Stdout)
	}
	if len(asked) != 1 {
		t.Fatalf("asked %d times", len(asked))
	}
	if r := <-asked; r.Method != http.MethodHead || !strings.HasPrefix(r.Header.Get("User-Agent"), "wxmail/") || r.URL.RawQuery != "" {
		t.Errorf("sent %s %s %v", r.Method, r.URL, r.Header)
	}
	var got struct {
		Newest string
		Newer  *bool
	}
	w.RunWith(w.Home(), env, "version", "--check", "--json").Must(t, 0).Document(t, &got)
	if got.Newest != "v99.0.0" {
		t.Errorf("%+v", got)
	}
}

// A build that nobody has published says so, and where nobody answers it is
// no news either.
func TestNewestReleaseIsNotMadeUp(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	w.RunWith(w.Home(), []string{"WXMAIL_RELEASES=http://127.0.0.1:1"}, "version", "--check").Must(t, 8).Explains(t, "127.0.0.1:1")
	w.RunWith(w.Home(), []string{"WXMAIL_RELEASES=http://example.com"}, "version", "--check").Must(t, 8).Explains(t, "https://")
}
