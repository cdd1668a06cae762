// Package advice is what wxmail says of an error: a stable code, an exit
// status, words, and what to do. It is pure: a coded fact or a service's
// refusal goes in, data comes out.
//
// An error brings its code along by the method Fact. A refusal of one of
// Microsoft's services is judged by what was asked of which service, and then
// by its status. One table leads from every code to its exit; the texts of a
// code are error.<code>.what and error.<code>.fix of package msg.
package advice

import (
	"errors"
	"slices"

	"wxmail/internal/doctor"
	"wxmail/internal/microsoft"
	"wxmail/internal/msg"
	"wxmail/internal/step"
)

// Explanation is an error explained. Texts that are not known are "".
type Explanation struct {
	Code      string // "WX-…"
	Exit      Exit
	Operation string // of the service that refused: "graph: PATCH /applications/{id}"
	Object    string // whom or what the error is about
	RequestID string // of the service that refused
	What      msg.Message
	Fix       msg.Message
	Waits     bool // all is in order on our side: it is shown as waiting
}

// Explain says what an error means; of joined errors, the one that decides the
// exit code. It is the zero Explanation for nil, WX-FAILED for an error that
// nobody knows, and WX-INTERNAL for a code without a row.
func Explain(err error) Explanation { return Worst(ExplainAll([]error{err})) }

// ExplainAll explains errors in their order, joined ones one by one, each once
// by its code and its object.
func ExplainAll(problems []error) (all []Explanation) {
	for _, problem := range problems {
		for _, err := range parts(problem) {
			e := explain(err)
			same := func(other Explanation) bool { return other.Code == e.Code && other.Object == e.Object }
			if !slices.ContainsFunc(all, same) {
				all = append(all, e)
			}
		}
	}
	return all
}

// Worst is the explanation whose exit code has precedence, the first of those;
// the zero Explanation where there is none.
func Worst(all []Explanation) Explanation {
	if len(all) == 0 {
		return Explanation{}
	}
	return slices.MinFunc(all, func(a, b Explanation) int { return a.Exit.rank() - b.Exit.rank() })
}

// parts are the errors that were joined to one. An error that knows its code
// is one, whatever stands below it.
func parts(err error) (all []error) {
	for inner := err; inner != nil && tells(inner).code == ""; inner = errors.Unwrap(inner) {
		if joined, is := inner.(interface{ Unwrap() []error }); is {
			for _, part := range joined.Unwrap() {
				all = append(all, parts(part)...)
			}
			return all
		}
	}
	if err == nil {
		return nil
	}
	return []error{err}
}

// explain explains one error.
func explain(err error) Explanation {
	row, f := lookUp(factOf(err))
	e := Explanation{Code: row.Code, Exit: row.Exit, Waits: row.Exit == Waiting || waits(err)}
	if refusal := microsoft.Of(err); refusal != nil {
		e.Operation, e.RequestID = string(refusal.Service)+": "+refusal.Operation, refusal.RequestID
		f = f.or(about(refusal, row.Code))
	}
	e.Object = f.object
	e.What, e.Fix = row.words(named(f.object), quoted(err, f.detail), inWords(err), link(err), proposal(err))
	return e
}

// reasoned is an error that gives its reason as a text of the catalogue.
type reasoned interface {
	error
	Reason() msg.Message
}

// worded is an error of a room that has no texts: it names one by its id, with
// the values of its placeholders.
type worded interface {
	error
	Words() (id string, values []any)
}

// inWords is an error as a text of the catalogue, or what it says of itself. A
// finding and an obstacle say only their code: their cause speaks for them.
func inWords(err error) any {
	if e, is := errors.AsType[worded](err); is {
		id, values := e.Words()
		return msg.M(id, values...)
	}
	switch detail, cause := bearer(err); {
	case cause != nil && cause != err:
		return inWords(cause)
	case cause == nil:
		return detail
	}
	return err.Error()
}

// bearer is the detail of a finding or an obstacle, and what stands below it;
// any other error is its own cause.
func bearer(err error) (detail string, cause error) {
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		switch e := inner.(type) {
		case *doctor.Finding:
			return e.Detail, e.Err
		case *step.Obstacle:
			return e.Detail, e.Err
		}
		if tells(inner).code != "" {
			break
		}
	}
	return "", err
}

// things are what an error may be about that has no name of its own.
var things = map[string]string{microsoft.TheAdministrator: "thing.administrator", microsoft.TheDirectory: "thing.directory",
	microsoft.ThisComputer: "thing.computer"}

// named is what an error is about, in the person's language where it is no
// name.
func named(object string) any {
	if id, is := things[object]; is {
		return msg.M(id)
	}
	return object
}

// quoted is a detail, with who said it where that is not a service. A
// reason from the catalogue is said in the person's language.
func quoted(err error, detail string) any {
	if e, is := errors.AsType[reasoned](err); is {
		return e.Reason()
	}
	if e, is := errors.AsType[worded](err); is {
		return inWords(e)
	}
	if f, is := errors.AsType[*doctor.Finding](err); is && f.Dated {
		return msg.Day(detail)
	}
	if refusal := microsoft.Of(err); refusal != nil && refusal.Brought && detail != "" {
		return msg.M("detail.brought", "Text", detail)
	}
	return detail
}

// lookUp is the row of a fact. A code that has none is a fault of wxmail's
// own, and is named in the detail.
func lookUp(f fact) (Row, fact) {
	if row, known := Find(f.code); known {
		return row, f
	}
	row, _ := Find("WX-INTERNAL")
	return row, fact{row.Code, f.object, words(f.code, f.detail)}
}

// waits says whether a step waits for another person or for Microsoft.
func waits(err error) bool {
	o, is := errors.AsType[*step.Obstacle](err)
	return is && o.Waiting
}

// proposal is what an error proposes to use instead, or "".
func proposal(err error) string {
	var proposes interface{ Proposal() string }
	if errors.As(err, &proposes) {
		return proposes.Proposal()
	}
	return ""
}

// link is the portal's page that an error names, or "".
func link(err error) string {
	var placed interface{ Where() string }
	if errors.As(err, &placed) {
		return placed.Where()
	}
	return ""
}
