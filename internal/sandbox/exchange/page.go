package exchange

import (
	"net/http"
	"strconv"
	"strings"
)

// unasked is how many records a page has where nobody asked for more. What
// Exchange does is not documented; this is the stricter choice, below any size
// that was seen.
const unasked = 100

// maxPage is the size that other programs ask for; more is refused, since
// nobody has seen it given.
// https://github.com/GreyCorbel/ExoHelper
const maxPage = 1000

// pageSize reads Prefer: odata.maxpagesize=N.
func pageSize(h http.Header) (int, error) {
	size := unasked
	for _, preference := range strings.Split(strings.Join(h.Values("Prefer"), ","), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(preference), "=")
		if name == "" {
			continue
		}
		asked, err := strconv.Atoi(value)
		if name != "odata.maxpagesize" || err != nil || asked < 1 || asked > maxPage {
			return 0, badRequest("Microsoft.OData.ODataException", "The Prefer header isn't odata.maxpagesize with 1 to 1000.")
		}
		size = asked
	}
	return size, nil
}

// page cuts what does not fit, and gives the address of the rest. A program
// that followed one was seen to get nowhere, so nothing is served there.
func (r *result) page(size int, address string) {
	if len(r.records) > size {
		r.records, r.next = r.records[:size], address+"?$skiptoken="+strconv.Itoa(size)
	}
}
