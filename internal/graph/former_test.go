package graph_test

import (
	"net/http"
	"strings"
	"testing"
)

// What a batch refuses with all its filters is asked for directly; one refusal
// among others means what it says.
func TestFiltersThatABatchRefusesAreAskedDirectly(t *testing.T) {
	bad := refused(http.StatusBadRequest, "Request_UnsupportedQuery", "Invalid filter clause")
	for name, test := range map[string]struct {
		users  answer
		direct bool
	}{
		"every filter": {bad, true},
		"one of two":   {ok(`{"value":[]}`), false},
	} {
		t.Run(name, func(t *testing.T) {
			says := always(world())
			says[appPath] = []answer{notFound}
			says[deleted] = []answer{bad, ok(`{"value":[` + gone("a", uniqueName, 2026) + `]}`)}
			says["GET /users"] = []answer{test.users, ok(`{"value":[]}`)}
			f := &fake{says: says}
			got, err := open(t, f).Read(t.Context(), everything)
			if err != nil || (got.Deleted != nil) != test.direct || (len(got.Unreadable) == 0) != test.direct {
				t.Errorf("deleted %+v, unreadable %v, %v after %v", got.Deleted, got.Unreadable, err, f.paths())
			}
		})
	}
}

// An application that an earlier version made is ours, be it alive or deleted.
func TestReadFindsTheFormerName(t *testing.T) {
	const now = "wxmail-support-contoso-example-00000000"
	q := everything
	q.UniqueName, q.FormerName = now, uniqueName
	newPath := strings.Replace(appPath, "wxmail-support%40contoso.example", now, 1)
	for name, test := range map[string]struct {
		living, former answer
		deleted        string
		found, gone    bool
	}{
		"alive":   {notFound, world()[appPath], `{"value":[]}`, true, false},
		"deleted": {notFound, notFound, `{"value":[` + gone("a", uniqueName, 2026) + `]}`, false, true},
		"neither": {notFound, notFound, `{"value":[]}`, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			says := always(world())
			says[newPath], says[appPath], says[deleted] = []answer{test.living}, []answer{test.former}, []answer{ok(test.deleted)}
			f := &fake{says: says}
			got, err := open(t, f).Read(t.Context(), q)
			if err != nil || (got.Application != nil) != test.found || (got.Deleted != nil) != test.gone {
				t.Errorf("%+v, deleted %+v, %v", got.Application, got.Deleted, err)
			}
		})
	}
	says := always(world())
	says[newPath] = []answer{refused(403, "Authorization_RequestDenied", "No.")}
	if got, err := open(t, &fake{says: says}).Read(t.Context(), q); err == nil {
		t.Errorf("a failed read of one name means the other: %+v", got.Application)
	}
}
