package mailflow

import (
	"errors"
	"regexp"
	"slices"

	"wxmail/internal/microsoft"
	"wxmail/internal/pattern"
)

// Exchange answers nearly every refusal with status 400; its kind is the .NET
// type's name, or where that is general, the English text.
var (
	exists            = pattern.Of(`(?i)ADObjectAlreadyExistsException|already exists|is already assigned|already been assigned`)
	dehydrated        = pattern.Of(`(?i)InvalidOperationInDehydratedContextException|Enable-OrganizationCustomization`)
	alreadyCustomized = pattern.Of(`(?i)already enabled for customization`)
	forbidden         = pattern.Of(`(?i)is not allowed to call|aren't present in the role definition`)
	transient         = pattern.Of(`(?i)TransientException|ServerBusyException|UnableToWriteToAadException`)
	overloaded        = pattern.Of(`(?i)maximum number of concurrent requests`)
	writeScope        = pattern.Of(`(?i)out of the current user's write scope`)
)

// IsExists: an object of that name is there already.
func IsExists(err error) bool { return says(err, exists()) }

// IsDehydrated: the organization may not have policies of its own, or not yet
// although EnableCustomization has succeeded.
func IsDehydrated(err error) bool { return says(err, dehydrated()) && !says(err, alreadyCustomized()) }

// IsCustomizedAlready: customization had been enabled before.
func IsCustomizedAlready(err error) bool { return says(err, alreadyCustomized()) }

// IsForbidden: the administrator lacks the role for the cmdlet or for one of
// its parameters.
func IsForbidden(err error) bool {
	failure := refusal(err)
	return failure != nil && failure.Status == 403 || says(err, forbidden())
}

// IsWriteScope: the object is mastered elsewhere (directory synchronization),
// or the administrator's role is limited to other objects.
func IsWriteScope(err error) bool { return says(err, writeScope()) }

// IsTransient: Exchange could not do it now; later it can.
func IsTransient(err error) bool { return says(err, transient()) || IsOverloaded(err) }

// IsOverloaded: the tenant had too many requests at once, and this one was not
// begun. It comes under more than one status.
// https://github.com/GreyCorbel/ExoHelper
func IsOverloaded(err error) bool { return says(err, overloaded()) }

// IsUnreadable: a success whose content is not the answer of a cmdlet.
func IsUnreadable(err error) bool { return hasCode(err, CodeUnreadable) }

// IsOdd: an answer of Exchange's in a form that is not known, of another object
// than was asked for, or only a part of one.
func IsOdd(err error) bool { return hasCode(err, CodeShape, CodeOther, CodeTruncated) }

// IsStrange: an answer, or a record of one, of another form than is known.
func IsStrange(err error) bool { return hasCode(err, CodeShape) }

func hasCode(err error, codes ...string) bool {
	failure := refusal(err)
	return failure != nil && slices.Contains(codes, failure.Code)
}

// refusal is Exchange's own part of err, nil if there is none.
func refusal(err error) *microsoft.Error {
	var failure *microsoft.Error
	if errors.As(err, &failure) && failure.Service == microsoft.Exchange {
		return failure
	}
	return nil
}

// says looks at the type's name first, then at the text.
func says(err error, kind *regexp.Regexp) bool {
	failure := refusal(err)
	return failure != nil && (kind.MatchString(failure.Code) || kind.MatchString(failure.Message))
}

// Codes of failures inside a success.
const (
	CodeTruncated    = "Truncated"            // there is more than was sent, and no reliable way to get it
	CodeConfirmation = "ConfirmationRequired" // nothing was done
	CodeUnreadable   = "Unreadable"           // not the answer of a cmdlet
	CodeShape        = "Unexpected"           // a cmdlet's answer, of another form than is known
	CodeOther        = "AnotherObject"        // a record of something else than was asked for
)
