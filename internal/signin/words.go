package signin

import (
	"bytes"
	"html/template"
	"net/http"
	"strconv"
	"sync"
)

// Words are the texts of the page that the browser ends at, where they do not
// depend on the sign-in.
type Words struct {
	Lang   string // of the texts, for screen readers: "en"
	Done   string // the sign-in succeeded
	Failed string // it did not; Entra's own words may follow
	Stray  string // this page is not the answer awaited
	Again  string // an answer was received before
	Used   string // the address that the browser was opened with leads on once
	Retry  string // of a link: sign in again
}

// Verdict is what the page in the browser says at the end of a sign-in.
type Verdict struct {
	Text   string // what happened; "": the page's own words
	Then   string // what comes next; may be ""
	Detail string // in Entra's own words; may be ""

	good bool
	link string // that signs in again; "" for none
}

var pageTemplate = sync.OnceValue(func() *template.Template { return template.Must(template.New("page").Parse(pageText)) })

const pageText = `<!DOCTYPE html>
<html lang="{{.Words.Lang}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Text}} – wxmail</title>
<style>
:root { color-scheme: light dark; --good: light-dark(#136c2e, #6ddc8b); --bad: light-dark(#b3261e, #ff9b94) }
body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 15vh auto; padding: 0 1rem }
.good, .bad { border-inline-start: .4rem solid; padding-inline-start: 1rem; font-weight: 600 }
.good { color: var(--good) }
.bad { color: var(--bad) }
.detail { font-size: 0.9rem; overflow-wrap: anywhere }
:lang(ko) { word-break: keep-all }
:lang(ja) { line-break: strict }
</style>
</head>
<body>
<main>
<h1>wxmail</h1>
<p{{with .Mood}} class="{{.}}"{{end}}>{{.Text}}</p>
{{with .Then}}<p>{{.}}</p>
{{end}}{{with .Link}}<p><a href="{{.}}">{{$.Words.Retry}}</a></p>
{{end}}{{with .Detail}}<p class="detail" lang="en">{{.}}</p>
{{end}}</main>
</body>
</html>
`

// content is what the template shows.
type content struct {
	Words                          Words
	Mood, Text, Then, Link, Detail string
}

// tell writes a page that says one thing.
func (p *Page) tell(w http.ResponseWriter, status int, text string) {
	p.send(w, status, content{Words: p.words, Text: text})
}

// write writes how a sign-in ended.
func (p *Page) write(w http.ResponseWriter, status int, v Verdict) {
	c := content{Words: p.words, Mood: "good", Text: v.Text, Then: v.Then, Link: v.link, Detail: v.Detail}
	if !v.good {
		c.Mood = "bad"
	}
	switch {
	case c.Text == "" && v.good:
		c.Text = p.words.Done
	case c.Text == "":
		c.Text = p.words.Failed
	}
	p.send(w, status, c)
}

// send sends a page that nobody may keep, frame or pass on.
func (p *Page) send(w http.ResponseWriter, status int, c content) {
	var body bytes.Buffer
	if err := pageTemplate().Execute(&body, c); err != nil {
		status = http.StatusInternalServerError
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(body.Len()))
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy",
		"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes())
	_ = http.NewResponseController(w).Flush()
}
