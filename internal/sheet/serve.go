package sheet

import (
	"encoding/json"
	"net/http"
	"strings"

	"wxmail/internal/webex"
)

// maxBody is what a request may bring: a form that was pasted whole is shorter.
const maxBody = 64 << 10

// ServeHTTP answers whoever comes.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	guard(w.Header())
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	name, inFolder := strings.CutPrefix(r.URL.Path, p.folder())
	switch {
	case r.Host != p.host: // a web page that had its own name point to this computer
		p.refuse(w, http.StatusMisdirectedRequest, "stray")
	case inFolder && !p.admitted(r):
		p.refuse(w, http.StatusForbidden, "used")
	case r.Method == http.MethodPost && !p.own(r):
		p.refuse(w, http.StatusForbidden, "stray")
	case inFolder && r.Method == http.MethodPost:
		p.act(w, r, name)
	case inFolder && r.Method == http.MethodGet && name == "":
		p.showSheet(w)
	case r.Method == http.MethodPost && r.URL.Path == "/code":
		p.takeCode(w, r)
	case r.Method == http.MethodGet:
		p.outside(w, r)
	default:
		w.Header().Set("Allow", http.MethodGet)
		p.refuse(w, http.StatusMethodNotAllowed, "stray")
	}
}

// guard keeps an answer out of caches, frames and other sites.
// https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html
func guard(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "same-origin") // without one, a form's Origin would be null
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "+
		"img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
}

// outside is what anybody may ask for: what looks the same for all, and the door.
func (p *Page) outside(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	switch {
	case name == "sheet.css":
		send(w, "text/css", name)
	case name == "sheet.js":
		send(w, "text/javascript", name)
	case name == "" && p.door.shut():
		p.refuse(w, http.StatusGone, "used")
	case name == "":
		p.showDoor(w, http.StatusOK, false)
	case p.door.byToken(name):
		p.admit(w)
	case equal(name, p.door.token):
		p.refuse(w, http.StatusGone, "used")
	default:
		p.refuse(w, http.StatusNotFound, "stray")
	}
}

func (p *Page) takeCode(w http.ResponseWriter, r *http.Request) {
	switch {
	case p.door.byCode(r.PostFormValue("code")):
		p.admit(w)
	case p.door.shut():
		p.refuse(w, http.StatusGone, "used")
	default:
		p.showDoor(w, http.StatusForbidden, true)
	}
}

// request is what the page sends: one thing of these.
type request struct {
	Line string `json:"line"` // of the sheet, to be ticked or not
	On   bool   `json:"on"`
	Text string `json:"text"` // to be compared
}

func (p *Page) act(w http.ResponseWriter, r *http.Request, name string) {
	var asked request
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		p.refuse(w, http.StatusBadRequest, "stray")
		return
	}
	switch name {
	case "secrets":
		answer(w, p.secrets())
	case "copied":
		if p.isSecret(asked.Line) {
			p.sheet.Copied(asked.Line)
		}
		answer(w, struct{}{})
	case "tick":
		p.tick(w, asked)
	case "compare":
		answer(w, p.compare(asked.Text))
	case "done":
		answer(w, struct{}{})
		p.once.Do(func() { close(p.finished) })
	default:
		p.refuse(w, http.StatusNotFound, "stray")
	}
}

func (p *Page) tick(w http.ResponseWriter, asked request) {
	if err := p.sheet.Tick(asked.Line, asked.On); err != nil {
		p.refuse(w, http.StatusInternalServerError, "not-kept")
		return
	}
	answer(w, struct{}{})
}

// secrets are the values that stand in no page, by their labels.
func (p *Page) secrets() map[string]string {
	values := map[string]string{}
	for _, f := range p.sheet.Fields {
		if f.Secret && f.Entry() == webex.Pasted {
			values[f.Label] = f.Text()
		}
	}
	return values
}

func (p *Page) isSecret(label string) bool {
	_, is := p.secrets()[label]
	return is
}

// line is one sentence about what was compared.
type line struct {
	Right bool   `json:"right"`
	Text  string `json:"text"`
}

func (p *Page) compare(text string) []line {
	lines := []line{}
	for _, c := range webex.Compare(p.sheet.Fields, text) {
		lines = append(lines, line{c.Verdict == webex.Same, p.sheet.Catalogue.Say(Sentence(c))})
	}
	return lines
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
	_ = http.NewResponseController(w).Flush()
}
