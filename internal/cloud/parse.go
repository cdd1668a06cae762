package cloud

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"wxmail/internal/microsoft"
	"wxmail/internal/pattern"
)

// parse types a refusal by whose it is. Operation and Object stay empty.
func parse(service microsoft.Service, status int, header http.Header, body []byte) *microsoft.Error {
	switch service {
	case microsoft.Entra:
		return ParseEntra(status, header, body)
	case microsoft.Exchange:
		return ParseExchange(status, header, body)
	default:
		return ParseGraph(status, header, body)
	}
}

// base is what every service says in the same way.
func base(service microsoft.Service, status int, header http.Header) *microsoft.Error {
	return &microsoft.Error{Service: service, Status: status, RequestID: requestID(header), RetryAfter: retryAfter(header)}
}

func requestID(header http.Header) string {
	for _, name := range []string{"request-id", "x-ms-request-id"} {
		if id := header.Get(name); id != "" {
			return microsoft.OneLine(id)
		}
	}
	return ""
}

// retryAfter understands seconds and dates; a date is measured against the
// answer's own Date, so a wrong local clock does not matter. 0: not said.
func retryAfter(header http.Header) time.Duration {
	said := strings.TrimSpace(header.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(said, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	until, err := http.ParseTime(said)
	now, nowErr := http.ParseTime(header.Get("Date"))
	if err != nil || nowErr != nil {
		return 0
	}
	return max(0, until.Sub(now))
}

// understood fills v with what fits of a JSON body; parts of another shape
// than documented are skipped. False for what is no JSON at all.
func understood(body []byte, v any) bool {
	err := json.Unmarshal(body, v)
	shape := (*json.UnmarshalTypeError)(nil)
	return err == nil || errors.As(err, &shape)
}

// graphBody is https://learn.microsoft.com/graph/errors, whose inner error
// comes in two spellings; encoding/json does not mind the case.
type graphBody struct {
	Error struct {
		Code       string `json:"code"`
		Message    string `json:"message"`
		InnerError struct {
			RequestID string `json:"request-id"`
		} `json:"innerError"`
	} `json:"error"`
}

// ParseGraph types a refusal of Microsoft Graph from its status, headers and
// body, also as they stand in an item of a batch. Any body will do: what
// cannot be read leaves Code and Message empty.
func ParseGraph(status int, header http.Header, body []byte) *microsoft.Error {
	failure := base(microsoft.Graph, status, header)
	var answer graphBody
	if !understood(body, &answer) {
		failure.Message = freeText(header, body)
		return failure
	}
	failure.Code, failure.Message = microsoft.OneLine(answer.Error.Code), microsoft.OneLine(answer.Error.Message)
	if failure.RequestID == "" {
		failure.RequestID = microsoft.OneLine(answer.Error.InnerError.RequestID)
	}
	// Some services behind Graph put their whole error into the message.
	var inner graphBody
	if understood([]byte(answer.Error.Message), &inner) && inner.Error.Code != "" {
		failure.Code, failure.Message = microsoft.OneLine(inner.Error.Code), microsoft.OneLine(inner.Error.Message)
	}
	return failure
}

// exception is a .NET exception; the real one is the innermost.
type exception struct {
	Message string     `json:"message"`
	Type    string     `json:"type"`
	Inner   *exception `json:"internalexception"`
}

func (x *exception) innermost() *exception {
	for x.Inner != nil {
		x = x.Inner
	}
	return x
}

type exchangeBody struct {
	Error struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Details []struct {
			Message string `json:"message"`
		} `json:"details"`
		InnerError exception `json:"innererror"`
	} `json:"error"`
}

// ParseExchange types a refusal of the Exchange admin route. The useful text
// is deep inside, and the only reliable kind is the .NET type's name: Code is
// its last part. A 403 may have a body of NUL bytes. Any body will do.
func ParseExchange(status int, header http.Header, body []byte) *microsoft.Error {
	failure := base(microsoft.Exchange, status, header)
	var answer exchangeBody
	var words string
	if json.Unmarshal(body, &words) == nil { // a text of its own, without the form of a refusal
		failure.Message = microsoft.OneLine(words)
		return failure
	}
	if !understood(body, &answer) {
		failure.Message = freeText(header, body)
		return failure
	}
	said, detail := answer.Error, ""
	if len(said.Details) > 0 {
		detail = said.Details[0].Message
	}
	cause := said.InnerError.innermost()
	detailType, detailText := splitDetail(detail)
	causeType, causeText := splitDetail(cause.Message)
	kind := firstOf(detailType, causeType, cause.Type, said.Code)
	failure.Code = microsoft.OneLine(kind[strings.LastIndex(kind, ".")+1:])
	if said.InnerError.Inner == nil { // then it says only that a cmdlet failed
		causeText, detailText = detailText, causeText
	}
	failure.Message = microsoft.OneLine(firstOf(causeText, detailText, said.Message))
	return failure
}

// splitDetail takes "<tag>|<.NET type>|<text>" apart.
func splitDetail(message string) (kind, text string) {
	parts := strings.SplitN(message, "|", 3)
	if len(parts) < 3 {
		return "", message
	}
	return parts[1], parts[2]
}

type entraBody struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
	Codes       []int  `json:"error_codes"`
	TraceID     string `json:"trace_id"`
}

// ParseEntra types a refusal of Entra ID's endpoints: Code is the AADSTS
// code, or the OAuth error where there is none. Any body will do; an error
// page in HTML gives its code too.
func ParseEntra(status int, header http.Header, body []byte) *microsoft.Error {
	failure := base(microsoft.Entra, status, header)
	var answer entraBody
	if !understood(body, &answer) {
		failure.Code = aadsts().FindString(string(body))
		failure.Message = freeText(header, body)
		return failure
	}
	said := EntraRefusal(answer.Error, answer.Description)
	failure.Code, failure.Message = said.Code, said.Message
	failure.RequestID = firstOf(microsoft.OneLine(answer.TraceID), said.RequestID, failure.RequestID)
	if !aadsts().MatchString(said.Code) && len(answer.Codes) > 0 && answer.Codes[0] > 0 {
		failure.Code = "AADSTS" + strconv.Itoa(answer.Codes[0])
	}
	return failure
}

var (
	aadsts  = pattern.Of(`AADSTS\d{4,8}`)
	traceID = pattern.Of(`Trace ID: ([0-9a-fA-F-]{36})`)
)

// EntraRefusal types the error that Entra ID gives to a redirect URI:
// OAuth's error and its description.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#error-response
func EntraRefusal(oauthError, description string) *microsoft.Error {
	failure := &microsoft.Error{Service: microsoft.Entra, Code: aadsts().FindString(description)}
	if failure.Code == "" {
		failure.Code = microsoft.OneLine(oauthError)
	}
	if id := traceID().FindStringSubmatch(description); id != nil {
		failure.RequestID = id[1]
	}
	said, _, _ := strings.Cut(description, "Trace ID:")
	said = strings.TrimPrefix(strings.TrimSpace(said), failure.Code+":")
	failure.Message = microsoft.OneLine(said)
	return failure
}
