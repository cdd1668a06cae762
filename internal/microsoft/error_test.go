package microsoft_test

import (
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"wxmail/internal/microsoft"
)

// Only an answer of 4xx, with no attempt before it that was left open, says
// that nothing was done.
func TestRefused(t *testing.T) {
	for status, refused := range map[int]bool{
		0: false, 200: false, 399: false, 400: true, 403: true, 408: false, 429: true, 499: true, 500: false, 503: false,
	} {
		for doubted, want := range map[bool]bool{false: refused, true: false} {
			if got := (&microsoft.Error{Status: status, Doubted: doubted}).Refused(); got != want {
				t.Errorf("%d, doubted %v: %v", status, doubted, got)
			}
		}
	}
}

func TestErrorIsOneLine(t *testing.T) {
	for want, e := range map[string]*microsoft.Error{
		"smtp: connect on smtp.office365.com:587: EOF": {Service: microsoft.SMTP, Operation: "connect",
			Object: "smtp.office365.com:587", Err: io.EOF},
		"graph: GET /users: 403 AccessDenied: No.": {Service: microsoft.Graph, Operation: "GET /users", Status: 403,
			Code: "AccessDenied", Message: "No.", Err: io.EOF},
		"entra: sign in: 500": {Service: microsoft.Entra, Operation: "sign in", Status: 500, RetryAfter: time.Minute},
	} {
		if got := e.Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestCauseIsBelow(t *testing.T) {
	cause := microsoft.NewCause("WX-UNREACHABLE", "no answer in time")
	err := fmt.Errorf("wrapped: %w", &microsoft.Error{Service: microsoft.Graph, Err: cause})
	var found *microsoft.Cause
	if !errors.Is(err, cause) || !errors.As(err, &found) || found != cause {
		t.Errorf("%v has lost %v", err, cause)
	}
	if errors.Is(err, microsoft.NewCause("WX-UNREACHABLE", "no answer in time")) {
		t.Error("one cause passes for another of the same words")
	}
}

func TestOfAndHasCode(t *testing.T) {
	failure := &microsoft.Error{Service: microsoft.Entra, Code: "AADSTS50057"}
	err := fmt.Errorf("wrapped: %w", failure)
	if microsoft.Of(err) != failure || !microsoft.HasCode(err, "AADSTS50034", "AADSTS50057") || microsoft.HasCode(err, "AADSTS50034") {
		t.Errorf("%v is not found in %v", failure, err)
	}
	for _, other := range []error{nil, io.EOF} {
		if microsoft.Of(other) != nil || microsoft.HasCode(other, "") {
			t.Errorf("%v is no service's", other)
		}
	}
}

// Only a service's typed not-found means "absent".
func TestIsNotFound(t *testing.T) {
	for _, c := range []struct {
		failure microsoft.Error
		want    bool
	}{
		{microsoft.Error{Service: microsoft.Graph, Status: 404, Code: "Request_ResourceNotFound"}, true},
		{microsoft.Error{Service: microsoft.Graph, Status: 404}, false},
		{microsoft.Error{Service: microsoft.Graph, Status: 400, Code: "Request_ResourceNotFound"}, false},
		{microsoft.Error{Service: microsoft.Exchange, Status: 404, Code: "ManagementObjectNotFoundException"}, true},
		{microsoft.Error{Service: microsoft.Exchange, Status: 404}, false},
		{microsoft.Error{Service: microsoft.Entra, Status: 404, Code: "AADSTS90002"}, false},
		{microsoft.Error{Service: microsoft.SMTP, Status: 550}, false},
	} {
		if got := microsoft.IsNotFound(fmt.Errorf("wrapped: %w", &c.failure)); got != c.want {
			t.Errorf("%v: %v", &c.failure, got)
		}
	}
	if microsoft.IsNotFound(nil) || microsoft.IsNotFound(io.EOF) {
		t.Error("no answer of a service means that")
	}
}
