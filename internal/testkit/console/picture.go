//go:build unix

package console

import (
	"fmt"
	"html"
	"strings"

	"github.com/gdamore/tcell/v3/color"
	"github.com/gdamore/tcell/v3/vt"
)

// Size of a cell and of the margin around the screen, in pixels.
const cellWidth, cellHeight, margin = 8, 18, 14

// The colours of a page: its own, that of the text, and that of the edge.
const (
	lightPage = "--page:#fff;--ink:#1f2328;--edge:#d1d9e0"
	darkPage  = "--page:#0d1117;--ink:#e6edf3;--edge:#3d444d"
)

// style is how a picture looks. The numbers are those of the terminal's palette,
// whose fixed part can be read on a light page and on a dark one.
const style = `<style>
svg{%s}
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;
fill:var(--ink);white-space:pre}
rect{fill:var(--page);stroke:var(--edge)}.b{font-weight:700}.u{text-decoration:underline}
.c29{fill:#00875f}.c63{fill:#5f5fff}.c98{fill:#875fd7}.c131{fill:#af5f5f}.c163{fill:#d700af}.c243{fill:#767676}
</style>`

// Picture is the screen as it is now, as an SVG for a light or a dark page.
// Title tells it to who cannot see it.
func (c *Console) Picture(title string, dark bool) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	size, _ := c.term.WindowSize()
	rows := strings.Count(c.screen(), "\n") + 1
	width, height := size.Width*cellWidth+2*margin, rows*cellHeight+2*margin
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%[1]d" height="%[2]d" viewBox="0 0 %[1]d %[2]d" role="img">`,
		width, height)
	page := lightPage
	if dark {
		page = darkPage
	}
	fmt.Fprintf(&out, "\n<title>%s</title>\n"+style+"\n", html.EscapeString(title), page)
	fmt.Fprintf(&out, "<rect x=\".5\" y=\".5\" width=\"%d\" height=\"%d\" rx=\"8\"/>\n", width-1, height-1)
	for y := range rows {
		for _, r := range c.runs(y, size.Width) {
			fmt.Fprintf(&out, `<text x="%d" y="%d" textLength="%d"%s>%s</text>`+"\n", margin+r.at*cellWidth,
				margin+(y+1)*cellHeight-5, r.cells*cellWidth, class(r.style), html.EscapeString(r.text))
		}
	}
	return out.String() + "</svg>\n"
}

// stretch is a part of a line that is shown in one way.
type stretch struct {
	at, cells int
	text      string
	style     vt.Style
}

func (c *Console) runs(y, width int) (all []stretch) {
	for x := 0; x < width; {
		cell := c.term.GetCell(vt.Coord{X: vt.Col(x), Y: vt.Row(y)})
		text, cells := cell.C, max(1, cell.W)
		if text == "" {
			text = " "
		}
		if n := len(all); n > 0 && all[n-1].style.Equal(cell.S) {
			all[n-1].text, all[n-1].cells = all[n-1].text+text, all[n-1].cells+cells
		} else {
			all = append(all, stretch{x, cells, text, cell.S})
		}
		x += cells
	}
	return trimmed(all)
}

// trimmed leaves out what is blank.
func trimmed(all []stretch) (seen []stretch) {
	for _, s := range all {
		short := strings.TrimRight(s.text, " ")
		s.cells -= len(s.text) - len(short)
		if s.text = short; short != "" {
			seen = append(seen, s)
		}
	}
	return seen
}

func class(s vt.Style) string {
	var names []string
	for i := range 256 {
		if s.Fg() == color.PaletteColor(i) {
			names = append(names, fmt.Sprintf("c%d", i))
		}
	}
	for _, way := range []struct {
		attr vt.Attr
		name string
	}{{vt.Bold, "b"}, {vt.Underline, "u"}} {
		if s.Attr()&way.attr != 0 {
			names = append(names, way.name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return ` class="` + strings.Join(names, " ") + `"`
}
