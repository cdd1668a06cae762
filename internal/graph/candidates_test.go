package graph_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/directory"
)

const (
	callback  = "https://contoso.us.webexconnect.io/callback"
	byHandID  = "77777777-7777-4777-8777-777777777777"
	byHandApp = "88888888-8888-4888-8888-888888888888"
	listPath  = "GET /applications"
	ownerPath = "GET /applications/" + byHandID + "/owners"
)

func registered(id, appID, uri, created string) string {
	return `{"id":"` + id + `","appId":"` + appID + `","displayName":"By hand","createdDateTime":"` + created + `",
		"web":{"redirectUris":["` + uri + `"]}}`
}

// nothingOfOurs is a tenant without our application, in which somebody else's
// has our redirect URI.
func nothingOfOurs(list string) map[string]answer {
	return map[string]answer{appPath: notFound, deleted: ok(`{"value":[]}`), listPath: ok(`{"value":[` + list + `]}`),
		ownerPath: ok(`{"value":[{"id":"o1","displayName":"Pat","userPrincipalName":"pat@contoso.example"},
			{"id":"o2","displayName":"Robot"}]}`),
		"GET /applications/" + keyID + "/owners": refused(403, "Authorization_RequestDenied", "no")}
}

var candidates = directory.Query{Application: true, UniqueName: uniqueName, RedirectURI: callback}

// Candidates have the redirect URI to the letter, whatever the filter brings;
// owners that may not be read are unknown.
func TestCandidates(t *testing.T) {
	f := &fake{says: always(nothingOfOurs(registered(keyID, appID, callback, "2026-01-02T00:00:00Z") + "," +
		registered(byHandID, byHandApp, callback, "2026-03-04T00:00:00Z") + "," +
		registered(graphID, graphID, callback+"/", "2026-05-06T00:00:00Z")))}
	got, err := open(t, f).Read(t.Context(), candidates)
	if err != nil {
		t.Fatal(err)
	}
	type seen struct {
		AppID  string
		Owners []string
		Known  bool
	}
	var all []seen
	for _, c := range got.Candidates {
		all = append(all, seen{c.AppID, c.Owners, c.OwnersKnown})
	}
	want := []seen{{byHandApp, []string{"pat@contoso.example", "Robot"}, true}, {appID, nil, false}}
	if diff := cmp.Diff(want, all); diff != "" || len(got.Unreadable) != 0 {
		t.Errorf("(-want +got):\n%s%v", diff, got.Unreadable)
	}
	if n := len(f.paths()); n != 2 {
		t.Errorf("%d requests", n)
	}
}

// The index of advanced queries is asked with both of its parameters.
func TestCandidatesOnTheWire(t *testing.T) {
	f := &fake{says: always(nothingOfOurs(""))}
	if got, err := open(t, f).Read(t.Context(), candidates); err != nil || got.Candidates != nil {
		t.Fatalf("%+v %v", got, err)
	}
	var batch struct {
		Requests []struct {
			ID, URL string
			Headers map[string]string
		}
	}
	if err := json.Unmarshal([]byte(f.last().Body), &batch); err != nil {
		t.Fatal(err)
	}
	for _, r := range batch.Requests {
		if r.ID != directory.PartCandidates {
			continue
		}
		level := ""
		for name, value := range r.Headers {
			if strings.EqualFold(name, "ConsistencyLevel") {
				level = value
			}
		}
		filter := "%24filter=web%2FredirectUris%2Fany%28p%3Ap%20eq%20%27https%3A%2F%2Fcontoso.us.webexconnect.io%2Fcallback%27%29"
		if level != "eventual" || !strings.Contains(r.URL, "%24count=true") || !strings.Contains(r.URL, filter) {
			t.Errorf("%+v", r)
		}
		return
	}
	t.Errorf("nobody looked for candidates: %+v", batch)
}

// Whoever has an application, or names one, is asked about no other; and what
// cannot be looked for is told, not taken for nothing.
func TestCandidatesAreLookedForInVainOrNotAtAll(t *testing.T) {
	says := nothingOfOurs("")
	says[listPath] = refused(400, "Request_UnsupportedQuery", "no")
	got, err := open(t, &fake{says: always(says)}).Read(t.Context(), candidates)
	if err != nil || got.Unreadable[directory.PartCandidates] == nil {
		t.Errorf("%+v %v", got, err)
	}
	says = world()
	says[listPath] = ok(`{"value":[` + registered(byHandID, byHandApp, callback, "2026-01-02T00:00:00Z") + `]}`)
	q := candidates
	q.HintAppID = appID
	if got, err := open(t, &fake{says: always(says)}).Read(t.Context(), q); err != nil || got.Candidates != nil || got.Application == nil {
		t.Errorf("%+v %v", got, err)
	}
}

// The portal shows the object id beside the client id: either finds the
// application that is to be adopted, and what it was granted.
func TestReadByObjectID(t *testing.T) {
	says := world()
	says["GET /applications(appId='"+objectID+"')"] = notFound
	says["GET /applications/"+objectID] = says[appPath]
	missing := "GET /servicePrincipals(appId='" + objectID + "')"
	says[missing], says[missing+"/appRoleAssignments"], says[missing+"/oauth2PermissionGrants"] = notFound, notFound, notFound
	q := everything
	q.AppID, q.UniqueName, q.HintAppID = objectID, "", ""
	got, err := open(t, &fake{says: always(says)}).Read(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wholeWorld(), got); diff != "" {
		t.Error(diff)
	}
	says["GET /applications/"+objectID] = refused(403, "Authorization_RequestDenied", "no")
	if got, err := open(t, &fake{says: always(says)}).Read(t.Context(), q); err == nil {
		t.Errorf("a failed read means absent: %+v", got)
	}
}
