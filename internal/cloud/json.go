package cloud

import (
	"encoding/json"
	"net/http"

	"wxmail/internal/microsoft"
)

// DecodeJSON reads a success of Client's into v and closes it. An empty body,
// another content type, or JSON of another shape is a *microsoft.Error with ErrNotJSON
// below it: never an empty value, which would pass for "absent". No part of
// the body is in the error.
func DecodeJSON(resp *http.Response, v any) error {
	defer func() { _ = resp.Body.Close() }()
	if isJSON(resp.Header) && json.NewDecoder(resp.Body).Decode(v) == nil {
		return nil
	}
	service, _ := resp.Request.Context().Value(serviceKey).(microsoft.Service)
	c := call{req: resp.Request, service: service}
	return c.notJSON(resp)
}
