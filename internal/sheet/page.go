package sheet

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"

	"wxmail/internal/webex"
)

//go:embed files
var files embed.FS

// show writes one of the pages. Its texts are those of the catalogue whose id
// begins with "sheet.".
func (p *Page) show(w http.ResponseWriter, status int, name string, view any) {
	catalogue := p.sheet.Catalogue
	text := func(id string, pairs ...any) string { return catalogue.Text("sheet."+id, pairs...) }
	// What the page itself says of a line: where its label stands is for the script to find.
	said := func(id string) string { return text(id, "Label", "{label}") }
	var body bytes.Buffer
	words := template.FuncMap{"text": text, "said": said, "lang": catalogue.Language}
	pages, err := template.New("").Funcs(words).ParseFS(files, "files/*.html")
	if err == nil {
		err = pages.ExecuteTemplate(&body, name, view)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes())
}

// send writes a file as it is. net/http's own way knows ranges and times, and
// would be 60 KB of the program.
func send(w http.ResponseWriter, kind, name string) {
	raw, err := files.ReadFile("files/" + name)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", kind+"; charset=utf-8")
	_, _ = w.Write(raw)
}

// refuse tells in one sentence why there is nothing to see.
func (p *Page) refuse(w http.ResponseWriter, status int, text string) {
	p.show(w, status, "word.html", text)
}

func (p *Page) showDoor(w http.ResponseWriter, status int, wrong bool) {
	p.show(w, status, "door.html", wrong)
}

// row is one field of the form as the page shows it.
type row struct {
	webex.Field
	Ticked bool
}

// view is the whole page.
type view struct {
	Asset  string
	Rows   []row
	Clicks []clickRow
	Links  []Link
}

type clickRow struct {
	Click
	Ticked bool
}

func (p *Page) showSheet(w http.ResponseWriter) {
	v := view{Links: p.sheet.Links}
	for _, f := range p.sheet.Fields {
		if f.Label == webex.LabelEmailID {
			v.Asset = f.Text()
		}
		v.Rows = append(v.Rows, row{f, p.sheet.Ticked(f.Label)})
	}
	for _, c := range p.sheet.Clicks {
		v.Clicks = append(v.Clicks, clickRow{c, p.sheet.Ticked(c.ID)})
	}
	p.show(w, http.StatusOK, "sheet.html", v)
}
