package entra

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"sync"
)

//go:embed pages/*.html
var pageFiles embed.FS

var pageTemplates = sync.OnceValue(func() *template.Template { return template.Must(template.ParseFS(pageFiles, "pages/*.html")) })

// view is what a page shows. Every page is a plain form and needs no script.
type view struct {
	Page     string // names the template, and the body's data-page attribute
	Action   string // where the form goes
	Flow     string
	Client   string // display name of the application
	User     string
	Hint     string
	Accounts []string
	Scopes   []scopeLine
	Error    string
	Text     string
	Answer   map[string]string // form_post: what the application gets

	Admin        bool // the organization's tick box is offered
	Organization bool // consent is for the organization whatever is ticked

	Correlation string
	Stamp       string
}

// scopeLine is one permission on a consent page.
type scopeLine struct{ Value, Resource string }

func (c *call) page(status int, v view) reply {
	v.Correlation, v.Stamp = c.correlation, c.stamp()
	var body bytes.Buffer
	if err := pageTemplates().ExecuteTemplate(&body, v.Page+".html", v); err != nil {
		return reply{http.StatusInternalServerError, http.Header{"Content-Type": {"text/plain"}}, []byte(err.Error())}
	}
	return reply{status, http.Header{"Content-Type": {"text/html; charset=utf-8"}}, body.Bytes()}
}

// errorPage shows a refusal in the browser: the application never hears of it.
func (c *call) errorPage(e *refusal) reply {
	return c.page(http.StatusBadRequest, view{Page: "error", Error: e.Error()})
}
