package exchange

import (
	"errors"
	"net/http"
	"strings"
)

// cmdletError is a refusal in Exchange's form. kind is the .NET type, which
// is what clients should judge by.
type cmdletError struct {
	status int
	code   string
	kind   string
	tag    string // hex tag of details; often empty
	text   string
}

func (e *cmdletError) Error() string { return e.text }

const (
	tasks      = "Microsoft.Exchange.Configuration.Tasks."
	invocation = "Microsoft.Exchange.AdminApi.CommandInvocation."
)

func badRequest(kind, text string) *cmdletError {
	return &cmdletError{status: http.StatusBadRequest, code: "BadRequest", kind: kind, text: text}
}

func notFound(identity string) *cmdletError {
	return &cmdletError{
		status: http.StatusNotFound, code: "NotFound", tag: "Ex6F9304", kind: tasks + "ManagementObjectNotFoundException",
		text: "The operation couldn't be performed because object '" + identity + "' couldn't be found on 'SANDBOXDC01.prod.outlook.com'.",
	}
}

func alreadyExists(kind, name string) *cmdletError {
	return badRequest("Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException",
		"A "+kind+" with the name \""+name+"\" already exists. Specify another name.")
}

// invalid is a value that is well-formed and still not possible.
func invalid(text string) *cmdletError {
	return badRequest(tasks+"TaskArgumentException", text)
}

func dehydrated() *cmdletError {
	return badRequest(tasks+"InvalidOperationInDehydratedContextException",
		"The command you tried to run isn't currently allowed in your organization. "+
			"To run this command, you first need to run the command: Enable-OrganizationCustomization.")
}

// writeError writes an error body. error.message is always the same; the
// text stands in details and in the inner error.
func writeError(w http.ResponseWriter, err error) {
	var e *cmdletError
	if !errors.As(err, &e) {
		e = &cmdletError{status: http.StatusInternalServerError, code: "InternalServerError", kind: "System.Exception", text: err.Error()}
	}
	if e.kind == "" { // refused before any cmdlet ran
		writeJSON(w, e.status, map[string]any{"error": map[string]any{"code": e.code, "message": e.text}})
		return
	}
	const constant = "Invalid Operation"
	writeJSON(w, e.status, map[string]any{
		"@adminapi.warnings": []string{},
		"error": map[string]any{
			"code":    e.code,
			"message": constant,
			"details": []any{map[string]any{"code": "Context", "target": "", "message": strings.Join([]string{e.tag, e.kind, e.text}, "|")}},
			"innererror": map[string]any{
				"message": constant, "type": "Microsoft.Exchange.Admin.OData.Core.ODataServiceException", "stacktrace": "",
				"internalexception": map[string]any{"message": e.text, "type": e.kind, "stacktrace": ""},
			},
		},
	})
}
