package advice

import (
	"cmp"
	"context"
	"errors"
	"os"
	"strings"

	"wxmail/internal/directory"
	"wxmail/internal/microsoft"
)

// fact is what an error says: the code of the advice, what it is about, and
// what the words need besides.
type fact struct{ code, object, detail string }

// coded is an error that knows its code.
type coded interface {
	Fact() (code, object, detail string)
}

// or is the fact with what it lacks taken from another.
func (f fact) or(other fact) fact {
	return fact{f.code, cmp.Or(f.object, other.object), cmp.Or(f.detail, other.detail)}
}

// factOf is what an error says: the outermost part of it that says something.
// What was interrupted is that and nothing else.
func factOf(err error) fact {
	if errors.Is(err, context.Canceled) {
		return fact{code: "WX-INTERRUPTED"}
	}
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		if f := tells(inner); f.code != "" {
			return f
		}
	}
	return fact{code: "WX-FAILED"}
}

// tells is what an error says itself, whatever it wraps; the zero fact where
// that is nothing.
func tells(err error) fact {
	switch e := err.(type) {
	case coded:
		return said(e)
	case *microsoft.Error:
		return refused(e)
	case *os.PathError:
		return fact{"WX-DISK", e.Path, e.Error()}
	case *os.LinkError:
		return fact{"WX-DISK", e.New, e.Error()}
	}
	return fact{}
}

func said(e coded) fact {
	code, object, detail := e.Fact()
	return fact{code, object, detail}
}

// below is what the cause of a service's failure says, where it says
// something.
func below(e *microsoft.Error) fact {
	var cause coded
	if errors.As(e.Err, &cause) {
		return said(cause)
	}
	return fact{}
}

// about is whom or what a service's failure is about, and what was said.
func about(e *microsoft.Error, code string) fact {
	f := fact{code, directory.About(e, code), words(e.Code, strings.TrimSuffix(e.Message, "."))}
	if f.detail == "" && e.Err != nil {
		f.detail = e.Err.Error()
	}
	f.detail = cmp.Or(f.detail, e.Error()) // what was asked, and the status
	return f
}

// words are those texts that are not empty.
func words(texts ...string) string {
	return strings.Join(strings.Fields(strings.Join(texts, " ")), " ")
}
