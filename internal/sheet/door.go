package sheet

import (
	"crypto/subtle"
	"net/http"
	"strings"
	"sync"
)

// codeTries is how often a wrong code may be typed before only the address
// itself opens the page.
const codeTries = 5

// door lets one browser in, by the token or the code, and knows it by its
// cookie afterwards.
type door struct {
	token, code, cookie string

	mu    sync.Mutex
	used  bool
	wrong int
}

// byToken opens the door for the first that knows the token.
func (d *door) byToken(token string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.used || !equal(token, d.token) {
		return false
	}
	d.used = true
	return true
}

// byCode opens it for the first that knows the code, unless too many were
// wrong.
func (d *door) byCode(code string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.used || d.wrong >= codeTries {
		return false
	}
	if !equal(digits(code), digits(d.code)) {
		d.wrong++
		return false
	}
	d.used = true
	return true
}

// shut says whether nothing can be typed that opens it.
func (d *door) shut() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.used || d.wrong >= codeTries
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}

const cookieName = "wxmail-sheet"

// admit gives the browser its cookie and sends it on. Other servers of this
// computer get cookies of this host too, so it is for a folder that they do
// not know: https://www.rfc-editor.org/rfc/rfc6265#section-8.5
func (p *Page) admit(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{Name: cookieName, Value: p.door.cookie, Path: p.folder(), HttpOnly: true,
		SameSite: http.SameSiteStrictMode})
	w.Header().Set("Location", p.folder())
	w.WriteHeader(http.StatusSeeOther)
}

func (p *Page) folder() string { return "/" + p.session + "/" }

// admitted says whether a request comes from the browser that was let in.
func (p *Page) admitted(r *http.Request) bool {
	cookie, err := r.Cookie(cookieName)
	return err == nil && equal(cookie.Value, p.door.cookie)
}

// own says whether a request that changes or tells something was made by this
// page: browsers say of each where it comes from.
func (p *Page) own(r *http.Request) bool { return r.Header.Get("Origin") == p.origin() }
