package cloud_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/cloud"
	"wxmail/internal/microsoft"
)

const pwned = "eyJhbGciOiJSUzI1NiJ9.eyJvaWQiOiJ4In0.c2lnbmF0dXJl"

var graphBodies = []struct{ name, body, code, message, request string }{
	{"documented", `{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges","innerError":{"request-id":"r-1"}}}`,
		"Authorization_RequestDenied", "Insufficient privileges", "r-1"},
	{"other spelling", `{"error":{"code":"x","message":"y","innererror":{"request-id":"r-2"}}}`, "x", "y", "r-2"},
	{"no message", `{"error":{"code":"x"}}`, "x", "", ""},
	{"null message", `{"error":{"code":"x","message":null,"innerError":null}}`, "x", "", ""},
	{"parts of another shape", `{"error":{"code":"x","message":7,"innerError":[1]}}`, "x", "", ""},
	{"JSON inside", `{"error":{"code":"UnknownError","message":"{\"error\":{\"code\":\"AccessDenied\",\"message\":\"scopes\"}}"}}`,
		"AccessDenied", "scopes", ""},
	{"empty object", `{}`, "", "", ""},
	{"error a text", `{"error":"x"}`, "", "", ""},
	{"null", `null`, "", "", ""},
	{"an array", `[1,2]`, "", "", ""},
	{"empty", ``, "", "", ""},
	{"a page", `<html>oops</html>`, "", "", ""},
	{"broken", `{"error":`, "", "", ""},
	{"plain text", "Slow\r\ndown\x00 please", "", "Slow down please", ""},
	{"a token in it", `{"error":{"code":"x","message":"bad token ` + pwned + `!"}}`, "x", "bad token (token)!", ""},
}

func TestParseGraph(t *testing.T) {
	for _, c := range graphBodies {
		t.Run(c.name, func(t *testing.T) {
			got := cloud.ParseGraph(418, http.Header{"Retry-After": {"7"}}, []byte(c.body))
			want := &microsoft.Error{Service: microsoft.Graph, Status: 418, Code: c.code, Message: c.message,
				RequestID: c.request, RetryAfter: 7 * time.Second}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

const notFound = "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException"

var exchangeBodies = []struct{ name, body, code, message string }{
	{"documented", `{"error":{"code":"NotFound","message":"Invalid Operation",
		"details":[{"code":"Context","message":"Ex6F9304|` + notFound + `|The object 'x' couldn't be found."}],
		"innererror":{"message":"Error executing cmdlet","type":"Microsoft.Exchange.Admin.OData.Core.ODataServiceException",
		"internalexception":{"message":"The object 'x' couldn't be found.","type":"` + notFound + `"}}}}`,
		"ManagementObjectNotFoundException", "The object 'x' couldn't be found."},
	{"other spelling", `{"error":{"InnerError":{"internalException":{"message":"gone","type":"a.b.C"}}}}`, "C", "gone"},
	{"no tag", `{"error":{"message":"Invalid Operation","details":[{"message":"|a.b.Cd|two | parts"}]}}`, "Cd", "two | parts"},
	{"a wrapper around it", `{"error":{"innererror":{"message":"outer","type":"x.Outer","internalexception":{"message":"wrapped",
		"type":"x.Wrapper","internalexception":{"message":"Ex1|x.Real|the text","type":"x.Inner"}}}}}`, "Real", "the text"},
	{"details only as text",
		`{"error":{"code":"BadRequest","message":"Invalid Operation","details":[{"message":"plain"}]}}`, "BadRequest", "plain"},
	{"only the outer message", `{"error":{"code":"Unauthorized","message":"not allowed to call Get-Mailbox"}}`,
		"Unauthorized", "not allowed to call Get-Mailbox"},
	{"NULs", "\x00\x00\x00\x00", "", ""},
	{"plain text", "You have reached the maximum number of concurrent requests per tenant.", "",
		"You have reached the maximum number of concurrent requests per tenant."},
	{"empty", "", "", ""},
	{"details of another shape", `{"error":{"code":"x","details":{"message":"y"}}}`, "x", ""},
	{"an array", `[]`, "", ""},
}

func TestParseExchange(t *testing.T) {
	for _, c := range exchangeBodies {
		t.Run(c.name, func(t *testing.T) {
			got := cloud.ParseExchange(400, http.Header{"Request-Id": {"r-9"}}, []byte(c.body))
			want := &microsoft.Error{Service: microsoft.Exchange, Status: 400, Code: c.code, Message: c.message, RequestID: "r-9"}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

const trace = "0f8fad5b-d9cb-469f-a165-70867728950e"

var entraBodies = []struct{ name, body, code, message, request string }{
	{"documented", `{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided.\r\nTrace ID: ` + trace +
		`\r\nCorrelation ID: y\r\nTimestamp: 2026","error_codes":[7000215],"trace_id":"` + trace + `"}`,
		"AADSTS7000215", "Invalid client secret provided.", trace},
	{"code only in the list", `{"error":"invalid_grant","error_description":"expired","error_codes":[70008]}`, "AADSTS70008", "expired", ""},
	{"no code", `{"error":"authorization_pending","error_description":"wait"}`, "authorization_pending", "wait", ""},
	{"codes as texts", `{"error":"invalid_grant","error_description":"x","error_codes":["1"]}`, "invalid_grant", "x", ""},
	{"a page", `<html><p>AADSTS90002: Tenant not found</p></html>`, "AADSTS90002", "", ""},
	{"empty", ``, "", "", ""},
	{"an array", `[]`, "", "", ""},
	{"null", `null`, "", "", ""},
}

func TestParseEntra(t *testing.T) {
	for _, c := range entraBodies {
		t.Run(c.name, func(t *testing.T) {
			got := cloud.ParseEntra(400, http.Header{}, []byte(c.body))
			want := &microsoft.Error{Service: microsoft.Entra, Status: 400, Code: c.code, Message: c.message, RequestID: c.request}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEntraRefusal(t *testing.T) {
	got := cloud.EntraRefusal("access_denied",
		"AADSTS65004: User declined to consent to access the app. Trace ID: "+trace+" Correlation ID: z Timestamp: 2026")
	want := &microsoft.Error{Service: microsoft.Entra, Code: "AADSTS65004", RequestID: trace,
		Message: "User declined to consent to access the app."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMessagesAreCapped(t *testing.T) {
	got := cloud.ParseGraph(500, nil, []byte(`{"error":{"message":"`+strings.Repeat("語", 9000)+`"}}`)).Message
	if n := utf8.RuneCountInString(got); n != 500 {
		t.Errorf("%d runes", n)
	}
}

func fuzzBody(f *testing.F, parse func(int, http.Header, []byte) *microsoft.Error) {
	for _, c := range graphBodies {
		f.Add(c.body)
	}
	for _, c := range exchangeBodies {
		f.Add(c.body)
	}
	for _, c := range entraBodies {
		f.Add(c.body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		got := parse(400, http.Header{}, []byte(body))
		for _, text := range []string{got.Code, got.Message, got.RequestID} {
			if utf8.RuneCountInString(text) > 500 || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
				t.Errorf("unfit for a line: %q", text)
			}
		}
	})
}

func FuzzGraphBody(f *testing.F)    { fuzzBody(f, cloud.ParseGraph) }
func FuzzExchangeBody(f *testing.F) { fuzzBody(f, cloud.ParseExchange) }
func FuzzEntraBody(f *testing.F)    { fuzzBody(f, cloud.ParseEntra) }
