package cloud

import (
	"net/http"
	"strings"

	"wxmail/internal/microsoft"
)

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// freeText is a refusal in no known form: plain text is kept, since Exchange
// throttles with it; a page for browsers is not.
func freeText(header http.Header, body []byte) string {
	text := microsoft.OneLine(string(body))
	if strings.HasPrefix(text, "<") || strings.HasPrefix(text, "{") || strings.Contains(header.Get("Content-Type"), "html") {
		return ""
	}
	return text
}
