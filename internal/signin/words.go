package signin

import (
	"bytes"
	"html/template"
	"net/http"
	"strconv"
)

// Words are the texts of the page that the browser ends at.
type Words struct {
	Lang   string // of the texts, for screen readers: "en"
	Done   string // the sign-in was received
	Failed string // Entra ID refused; its own words follow
	Stray  string // this page is not the answer awaited
	Again  string // an answer was received before
	Used   string // the address that the browser was opened with leads on once
}

func (w Words) orEnglish() Words {
	if w != (Words{}) {
		return w
	}
	return Words{
		Lang:   "en",
		Done:   "Signed in. You can close this window and go back to wxmail.",
		Failed: "The sign-in did not succeed. You can close this window and go back to wxmail.",
		Stray:  "wxmail is not waiting for this page. The sign-in goes on in the other window.",
		Again:  "wxmail has its answer already. You can close this window.",
		Used:   "This address led to the sign-in once. Open the address that wxmail shows, or type r and Enter there.",
	}
}

var pageTemplate = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="{{.Lang}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>wxmail</title>
<style>
:root { color-scheme: light dark }
body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 15vh auto; padding: 0 1rem }
p + p { font-size: 0.9rem; overflow-wrap: anywhere }
</style>
</head>
<body>
<main>
<h1>wxmail</h1>
<p>{{.Text}}</p>
{{with .Detail}}<p lang="en">{{.}}</p>
{{end}}</main>
</body>
</html>
`))

// write sends a page that nobody may keep, frame or pass on.
func (p *page) write(w http.ResponseWriter, status int, text, detail string) {
	var body bytes.Buffer
	content := struct{ Lang, Text, Detail string }{p.words.Lang, text, detail}
	if err := pageTemplate.Execute(&body, content); err != nil {
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
