package msgraph

import (
	"fmt"
	"net/http"
)

// refusal is an error as Graph words it.
// https://learn.microsoft.com/graph/errors
type refusal struct {
	status  int
	code    string
	message string
	details []detail
}

type detail struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Target  string `json:"target"`
}

func (r *refusal) Error() string { return fmt.Sprintf("%d %s: %s", r.status, r.code, r.message) }

// malformed is a request that the front door of Graph cannot read.
func malformed(format string, args ...any) error {
	return &refusal{status: http.StatusBadRequest, code: "BadRequest", message: fmt.Sprintf(format, args...)}
}

func methodNotAllowed() error {
	return &refusal{status: http.StatusMethodNotAllowed, code: "BadRequest",
		message: "Specified HTTP method is not allowed for the request target."}
}

// invalid is a request that the directory refuses.
func invalid(format string, args ...any) error {
	return &refusal{status: http.StatusBadRequest, code: "Request_BadRequest", message: fmt.Sprintf(format, args...)}
}

func unsupported(format string, args ...any) error {
	return &refusal{status: http.StatusBadRequest, code: "Request_UnsupportedQuery", message: fmt.Sprintf(format, args...)}
}

func badValue(property, resource string) error {
	return invalid("Invalid value specified for property '%s' of resource '%s'.", property, resource)
}

func conflict(message string) error {
	return &refusal{status: http.StatusConflict, code: "Request_MultipleObjectsWithSameKeyValue", message: message}
}

func notFound(id string) error {
	return &refusal{status: http.StatusNotFound, code: "Request_ResourceNotFound", message: absent(id)}
}

func absent(id string) string {
	return fmt.Sprintf("Resource '%s' does not exist or one of its queried reference-property objects are not present.", id)
}

func denied() error {
	return &refusal{status: http.StatusForbidden, code: "Authorization_RequestDenied",
		message: "Insufficient privileges to complete the operation."}
}

func scopesMissing() error {
	return &refusal{status: http.StatusForbidden, code: "AccessDenied",
		message: "You cannot perform the requested operation, required scopes are missing in the token."}
}

func unauthenticated(message string) error {
	return &refusal{status: http.StatusUnauthorized, code: "InvalidAuthenticationToken", message: message}
}
