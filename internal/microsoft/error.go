// Package microsoft names the services that wxmail talks to, and their
// refusals and failures as typed facts.
package microsoft

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Service names the peer that an Error came from.
type Service string

// The services wxmail talks to.
const (
	Entra    Service = "entra"
	Graph    Service = "graph"
	Exchange Service = "exchange"
	SMTP     Service = "smtp"
)

// Error is a refusal or failure of a Microsoft service as a typed fact: what
// was attempted, on what, and what the service said. It holds no advice and
// no secret; advice stands in tables above.
type Error struct {
	Service    Service
	Operation  string        // "PATCH /applications/{id}", "Set-Mailbox", "AUTH XOAUTH2"
	Object     string        // whom or what it was done to, for a person: an address, a name, an id
	Status     int           // HTTP status or SMTP reply code; 0: no answer at all; below 400: an answer that makes no sense
	Code       string        // Graph's error code, "AADSTS65001", the .NET type's last part, SMTP's enhanced code "5.7.139"
	Message    string        // the service's own words, one line, capped
	RequestID  string        // Microsoft's request id, trace id or SMTP's bracketed id
	RetryAfter time.Duration // what the service asked for, 0 if nothing
	Err        error         // the cause below, when the service itself refused nothing
	Brought    bool          // a browser brought it in a redirect: the words may be anybody's
	Doubted    bool          // an earlier attempt of the same request may have acted

	// Of Entra ID only: what was asked, by which application, of which tenant.
	// Object is then the account, or the application where none is known.
	Asked  Asked
	Client string
	Tenant string
}

// Refused says that the service did nothing: it said so, and no attempt before
// was left without such an answer.
func (e *Error) Refused() bool {
	return !e.Doubted && e.Status >= 400 && e.Status < 500 &&
		e.Status != 408
}

// Error is one line for logs; people see the advice table's rendering.
func (e *Error) Error() string {
	text := fmt.Sprintf("%s: %s", e.Service, e.Operation)
	if e.Object != "" {
		text += " on " + e.Object
	}
	if e.Status != 0 {
		text += fmt.Sprintf(": %d", e.Status)
	}
	if e.Code != "" {
		text += " " + e.Code
	}
	if e.Message != "" {
		text += ": " + e.Message
	} else if e.Err != nil && e.Err.Error() != "" {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// NotFound says whether the service answered that the object does not exist:
// the only failure that may mean "absent".
func (e *Error) NotFound() bool {
	switch e.Service {
	case Graph:
		return e.Status == 404 && e.Code == "Request_ResourceNotFound"
	case Exchange:
		return e.Code == "ManagementObjectNotFoundException"
	default:
		return false
	}
}

// IsNotFound says whether err is a service's typed not-found.
func IsNotFound(err error) bool {
	e := Of(err)
	return e != nil && e.NotFound()
}

// Of is the service's refusal or failure in err, or nil.
func Of(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// HasCode says whether err is a service's with one of these codes.
func HasCode(err error, codes ...string) bool {
	e := Of(err)
	return e != nil && slices.Contains(codes, e.Code)
}
