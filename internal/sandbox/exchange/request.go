package exchange

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"wxmail/internal/sandbox/pattern"
)

// request is an InvokeCommand request whose form is right.
type request struct {
	cmdlet     string
	parameters map[string]json.RawMessage
	properties []string // of $select; empty: all
	pageSize   int
}

// maxBody is more than any cmdlet here needs.
const maxBody = 1 << 20

func readRequest(r *http.Request) (*request, error) {
	if err := checkHeaders(r.Header); err != nil {
		return nil, err
	}
	properties, err := selected(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
	if err != nil {
		return nil, badRequest("System.IO.InvalidDataException", "The body of the request can't be read.")
	}
	var envelope struct {
		CmdletInput *struct {
			CmdletName string
			Parameters map[string]json.RawMessage
		}
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&envelope); err != nil || decoder.More() || envelope.CmdletInput == nil {
		return nil, badRequest("Microsoft.OData.ODataException", `The body isn't {"CmdletInput":{"CmdletName":…,"Parameters":{…}}}.`)
	}
	size, err := pageSize(r.Header)
	if err != nil {
		return nil, err
	}
	in := &request{envelope.CmdletInput.CmdletName, envelope.CmdletInput.Parameters, properties, size}
	if name := r.Header.Get("X-CmdletName"); name != "" && name != in.cmdlet {
		return nil, badRequest("System.ArgumentException", "The header X-CmdletName names another cmdlet than the body.")
	}
	return in, nil
}

var anchor = pattern.Of(`^((UPN|APP|SMTP):\S+@\S+|MBX:\S+@\S+|DiscoverySearchMailbox\{[0-9A-Fa-f-]{36}\}@\S+)$`)

// checkHeaders refuses what would not be served as asked.
func checkHeaders(h http.Header) error {
	if kind, _, err := mime.ParseMediaType(h.Get("Content-Type")); err != nil || kind != "application/json" {
		return &cmdletError{status: http.StatusUnsupportedMediaType, code: "UnsupportedMediaType", text: "The body must be application/json."}
	}
	if format := h.Get("X-ResponseFormat"); format != "" && format != "json" {
		return badRequest("System.ArgumentException", "The sandbox answers X-ResponseFormat json only.")
	}
	if hint := h.Get("X-AnchorMailbox"); hint != "" && !anchor().MatchString(hint) {
		return &cmdletError{
			status: http.StatusBadRequest,
			code:   "ErrorIncorrectRoutingHint",
			text:   "The X-AnchorMailbox header isn't a routing hint.",
		}
	}
	return nil
}

// selected is the $select option, the only one that is known.
func selected(r *http.Request) ([]string, error) {
	var properties []string
	for option, values := range r.URL.Query() {
		if option != "$select" || len(values) != 1 || values[0] == "" {
			return nil, badRequest("Microsoft.OData.ODataException", fmt.Sprintf("The query parameter %q isn't supported.", option))
		}
		properties = strings.Split(values[0], ",")
	}
	return properties, nil
}
