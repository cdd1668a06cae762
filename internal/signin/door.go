package signin

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// doorPath is where the opener is sent: its argument is seen by everybody on
// this computer, so it says nothing that only the sign-in's two ends may know.
const doorPath = "/open/"

// door leads a browser from an address of this page to the sign-in, once.
type door struct {
	mu   sync.Mutex
	name string // "" while it is shut
	to   string
}

// secretParameters are those of an authorization request that bind the answer
// to who asked.
var secretParameters = [...]string{"state", "nonce", "code_challenge", "code_challenge_method"}

// lead opens the door to an address and gives the one that leads there. An
// earlier one leads nowhere any more. Who signs in to what may be read in it,
// by openers of the operator's own.
func (p *page) lead(to string) string {
	query := url.Values{}
	if u, err := url.Parse(to); err == nil {
		query = u.Query()
	}
	for _, name := range secretParameters {
		query.Del(name)
	}
	p.door.mu.Lock()
	defer p.door.mu.Unlock()
	p.door.name, p.door.to = rand.Text(), to
	return p.redirectURI() + doorPath + p.door.name + "?" + query.Encode()
}

// enter is where a request to the door goes; false where it is shut.
func (d *door) enter(path string) (to string, open bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if name, is := strings.CutPrefix(path, doorPath); !is || d.name == "" || name != d.name {
		return "", false
	}
	d.name = ""
	return d.to, true
}

// pass sends a browser on. The address that it leaves is told to nobody.
func (p *page) pass(w http.ResponseWriter, r *http.Request) {
	to, open := p.door.enter(r.URL.Path)
	if !open {
		p.write(w, http.StatusGone, p.words.Used, "")
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Location", to)
	w.WriteHeader(http.StatusFound)
}
