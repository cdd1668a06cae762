package graph_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/directory"
	"wxmail/internal/microsoft"
)

// gone is a deleted application as it stands in a list.
func gone(id, name string, year int) string {
	return fmt.Sprintf(`{"id":%q,"appId":%q,"uniqueName":%q,"createdDateTime":"%d-01-01T00:00:00Z","tags":["wxmail"]}`, id, appID, name, year)
}

func TestReadFindsWhatWasDeleted(t *testing.T) {
	const next = `,"@odata.nextLink":"https://graph.microsoft.com/v1.0/next"`
	for _, test := range []struct {
		name  string
		pages []string // of the list
		want  string
	}{
		{"nothing", []string{`{"value":[]}`}, ""},
		{"ours", []string{`{"value":[` + gone("a", uniqueName, 2025) + `]}`}, "a"},
		{"in other letters", []string{`{"value":[` + gone("a", strings.ToUpper(uniqueName), 2025) + `]}`}, "a"},
		{"several", []string{`{"value":[` + gone("a", uniqueName, 2024) + `,` + gone("b", uniqueName, 2026) + `,` +
			gone("c", uniqueName, 2025) + `]}`}, "b"},
		{"on several pages", []string{`{"value":[` + gone("a", uniqueName, 2026) + `]` + next + `}`,
			`{"value":[` + gone("b", uniqueName, 2025) + `]}`}, "a"},
		{"somebody else's", []string{`{"value":[` + gone("a", "another", 2026) + `]}`}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			says := always(world())
			says[appPath] = []answer{notFound}
			says[deleted] = []answer{ok(test.pages[0])}
			says["GET /next"] = []answer{ok(test.pages[len(test.pages)-1])}
			f := &fake{says: says}
			got, err := open(t, f).Read(t.Context(), everything)
			if err != nil {
				t.Fatal(err)
			}
			if got.Application != nil || (got.Deleted == nil) != (test.want == "") || got.Deleted != nil && got.Deleted.ObjectID != test.want {
				t.Errorf("%+v, deleted %+v", got.Application, got.Deleted)
			}
			if len(got.Unreadable) != 0 || len(f.paths()) != len(test.pages) {
				t.Errorf("unreadable %v after %v", got.Unreadable, f.paths())
			}
		})
	}
}

func TestDeletedOnTheWire(t *testing.T) {
	says := world()
	says["GET /applications(appId='"+appID+"')"] = says[appPath]
	says["GET /applications(uniqueName='it%27%27s')"] = notFound
	f := &fake{says: always(says)}
	d := open(t, f)
	if _, err := d.Read(t.Context(), directory.Query{Application: true, UniqueName: "it's"}); err != nil {
		t.Fatal(err)
	}
	want := `"/directory/deletedItems/microsoft.graph.application?%24filter=uniqueName%20eq%20%27it%27%27s%27&%24select=id,appId,uniqueName,`
	if !strings.Contains(f.last().Body, want) {
		t.Errorf("batch: %s", f.last().Body)
	}
	for _, q := range []directory.Query{
		{Application: true, AppID: appID, HintAppID: appID, UniqueName: uniqueName}, {Organization: true, UniqueName: uniqueName},
	} {
		if _, err := d.Read(t.Context(), q); err != nil || strings.Contains(f.last().Body, "deletedItems") {
			t.Errorf("%v, batch: %s", err, f.last().Body)
		}
	}
}

func TestDeletedMayBeUnreadable(t *testing.T) {
	list := `{"value":[` + gone("a", uniqueName, 2025) + `]`
	for _, test := range []struct {
		name   string
		answer answer
	}{
		{"refused", refused(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")},
		{"not to be filtered", refused(400, "Request_UnsupportedQuery", "Unsupported or invalid query filter clause specified.")},
		{"not found", notFound},
		{"down for good", answer{status: 503}},
		{"throttled for long", answer{status: 429, headers: map[string]string{"Retry-After": "3600"}}},
		{"no answer", answer{}},
		{"nonsense", ok(`{}`)},
		{"only an id", ok(`{"value":[{"id":"a","appId":null,"uniqueName":null}]}`)},
		{"next page elsewhere", ok(list + `,"@odata.nextLink":"https://elsewhere.example/next"}`)},
		{"next page refused", ok(list + `,"@odata.nextLink":"https://graph.microsoft.com/v1.0/next"}`)},
	} {
		t.Run(test.name, func(t *testing.T) {
			says := always(world())
			says[deleted] = []answer{test.answer}
			says["GET /next"] = []answer{refused(403, "x", "y")}
			says[exoPath] = []answer{{status: 429}, says[exoPath][0]} // and it holds up no other part
			got, err := open(t, &fake{says: says}).Read(t.Context(), everything)
			if err != nil {
				t.Fatal(err)
			}
			var e *microsoft.Error
			if !errors.As(got.Unreadable[directory.PartDeleted], &e) || e.Object != uniqueName || len(got.Unreadable) != 1 {
				t.Errorf("unreadable: %v", got.Unreadable)
			}
			got.Unreadable = map[string]error{}
			if diff := cmp.Diff(wholeWorld(), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRestoreApplication(t *testing.T) {
	path := "POST /directory/deletedItems/" + objectID + "/restore"
	for _, test := range []struct {
		name   string
		answer answer
		bad    bool
	}{
		{"restored", ok(`{"@odata.type":"#microsoft.graph.application","id":"` + objectID + `"}`), false},
		{"restored, without a word", answer{status: http.StatusNoContent}, false},
		{"not there", notFound, true},
		{"refused", refused(403, "Authorization_RequestDenied", "no"), true},
		{"may have acted", answer{status: 503}, true},
	} {
		f := &fake{says: map[string][]answer{path: {test.answer}}}
		err := open(t, f).RestoreApplication(t.Context(), objectID)
		var e *microsoft.Error
		if (err != nil) != test.bad || err != nil && (!errors.As(err, &e) || e.Object != objectID || e.Status != test.answer.status) {
			t.Errorf("%s: %v", test.name, err)
		}
		if len(f.paths()) != 1 || f.last().Body != "" {
			t.Errorf("%s: %v, the last with %q", test.name, f.paths(), f.last().Body)
		}
	}
}
