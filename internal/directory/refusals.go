package directory

import (
	"errors"
	"slices"
	"strings"

	"wxmail/internal/microsoft"
)

// refusal is what a Graph error is known by. Microsoft says not to go by
// texts; for the directory's codes there is nothing else. "" is any.
type refusal struct {
	status     int
	code, text string
}

func (r refusal) matches(e *microsoft.Error) bool {
	return e.Service == microsoft.Graph && e.Status == r.status &&
		(r.code == "" || e.Code == r.code) &&
		strings.Contains(strings.ToLower(e.Message), strings.ToLower(r.text))
}

func isOneOf(err error, refusals ...refusal) bool {
	var e *microsoft.Error
	if !errors.As(err, &e) {
		return false
	}
	for _, r := range refusals {
		if r.matches(e) {
			return true
		}
	}
	return false
}

// NotYet says whether err may mean only that something made a moment ago has
// not reached every replica: an object, or a client secret that is proved for
// the first time. It says so of no other moment: elsewhere the same answers
// mean what they say.
// https://learn.microsoft.com/entra/architecture/architecture#data-consistency
func NotYet(err error) bool {
	return unproved(err) || isOneOf(err,
		refusal{404, "Request_ResourceNotFound", ""},
		refusal{400, "", "queried reference-property objects are not present"},
		refusal{400, "Request_BadRequest", "does not reference a valid application object"},
		refusal{400, "Request_BadRequest", "Not a valid reference update"},
		refusal{403, "", "the backing application of the service principal being created must"},
		refusal{409, "", "inconsistent state"},
	)
}

// unproved is Entra ID's refusal of a client secret, or of an application or
// service principal, that it may not have heard of yet.
func unproved(err error) bool {
	var e *microsoft.Error
	return errors.As(err, &e) && e.Asked == microsoft.SecretProof &&
		slices.Contains([]string{"AADSTS7000215", "AADSTS700016", "AADSTS7000229"}, e.Code)
}

// IsExists says whether err means that the assignment or grant to be made is
// there already. It never says so of what IsUniqueNameTaken knows.
func IsExists(err error) bool {
	return !IsUniqueNameTaken(err) && isOneOf(err,
		refusal{400, "Request_BadRequest", "already exists"},
		refusal{409, "Request_MultipleObjectsWithSameKeyValue", ""},
	)
}

// IsAppPolicy says whether err means that one of the tenant's policies for
// applications forbids it. Their codes are not listed anywhere: those that are
// known end so.
// https://learn.microsoft.com/graph/api/resources/appmanagementapplicationconfiguration
func IsAppPolicy(err error) bool {
	e := microsoft.Of(err)
	return e != nil && e.Service == microsoft.Graph && strings.HasSuffix(e.Code, "AsPerAppPolicy")
}

// IsUniqueNameTaken says whether err means that another application has the
// unique name. UpsertApplication sets one that lives, so that one is most
// likely among the deleted items: Snapshot.Deleted.
// https://learn.microsoft.com/graph/templates/known-issues-graph-bicep
func IsUniqueNameTaken(err error) bool {
	return isOneOf(err, refusal{400, "", "same value for property uniqueName"})
}
