package robot

import (
	"io"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// page is what the browser shows: the name that the sandbox's pages carry in
// data-page ("" for any other page), the alert and the form.
type page struct {
	address string
	status  int
	name    string
	alert   string
	form    *form
}

// form is the first form of a page. Ticks are left as they are, that is, off.
type form struct {
	action  string // absolute
	fields  url.Values
	buttons []string // values
}

// offered is the button of a value, whatever its case, or otherwise another.
func (f *form) offered(value, otherwise string) string {
	if f == nil {
		return otherwise
	}
	i := slices.IndexFunc(f.buttons, func(known string) bool { return strings.EqualFold(known, value) })
	if i < 0 {
		return otherwise
	}
	return f.buttons[i]
}

func (p *page) parse(r io.Reader) error {
	root, err := html.Parse(r)
	if err != nil {
		return err
	}
	for node := range root.Descendants() {
		if node.Type != html.ElementNode {
			continue
		}
		switch {
		case node.Data == "body":
			p.name = attribute(node, "data-page")
		case attribute(node, "id") == "error":
			p.alert = text(node)
		case node.Data == "form" && p.form == nil:
			p.form = p.readForm(node)
		}
	}
	return nil
}

func (p *page) readForm(node *html.Node) *form {
	f := &form{action: p.resolve(attribute(node, "action")), fields: url.Values{}}
	for child := range node.Descendants() {
		kind := attribute(child, "type")
		switch {
		case child.Data == "button":
			f.buttons = append(f.buttons, attribute(child, "value"))
		case child.Data == "input" && kind != "checkbox" && kind != "submit" && attribute(child, "name") != "":
			f.fields.Add(attribute(child, "name"), attribute(child, "value"))
		}
	}
	return f
}

// resolve makes a form's action absolute, as a browser does.
func (p *page) resolve(action string) string {
	base, err := url.Parse(p.address)
	if err != nil {
		return action
	}
	target, err := base.Parse(action)
	if err != nil {
		return action
	}
	return target.String()
}

func attribute(node *html.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func text(node *html.Node) string {
	var words strings.Builder
	for child := range node.Descendants() {
		if child.Type == html.TextNode {
			words.WriteString(child.Data)
		}
	}
	return strings.TrimSpace(words.String())
}
