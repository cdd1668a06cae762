//go:build foreign

package foreign

import "testing"

// Microsoft's client of Graph does with applications what wxmail does, and
// more.
func TestGraphClient(t *testing.T) {
	t.Parallel()
	w := setUpForStrict(t)
	w.goesThrough(t, "graph.mjs", []expected{
		{name: "create an application", says: params{"displayName": "Foreign", "audience": "AzureADMyOrg"}},
		{name: "read chosen properties of it", says: []string{"@odata.context", "displayName", "id"}},
		{name: "find it by its appId", says: []string{"Foreign"}},
		{name: "find it by how its name begins", says: []string{"Foreign"}},
		{name: "change it", says: params{"displayName": "Foreign, changed", "redirectUris": []string{"http://localhost"}}},
		{name: "a property that there is not", fails: []string{"400", "Request_BadRequest"}},
		{name: "an application that there is not", fails: []string{"404", "Request_ResourceNotFound"}},
		{name: "an option that is not supported", fails: []string{"400"}},
		{name: "a secret", says: params{"shown": true, "again": nil, "left": 0}},
		{name: "a service principal", says: params{"displayName": "Foreign, changed", "appId": true}},
		{name: "the same service principal again", fails: []string{"409", "Request_MultipleObjectsWithSameKeyValue"}},
		{name: "an app role", says: "Office 365 Exchange Online"},
		{name: "the same app role again", fails: []string{"400", "Request_BadRequest", "already exists"}},
		{name: "an app role, read and taken back", says: params{"before": 1, "after": 0}},
		{name: "a grant", says: "openid"},
		{name: "the same grant again", fails: []string{"409", "Request_MultipleObjectsWithSameKeyValue"}},
		{name: "a grant, changed, read and taken back", says: params{"scope": "openid profile", "left": 0}},
		{name: "all service principals, page by page", says: params{"more": true, "all": true}},
		{name: "a batch", says: params{"me": 200, "app": 200, "nothing": "Request_ResourceNotFound"}},
		{name: "a batch, one after the other",
			says: params{"me": 200, "nothing": "Request_ResourceNotFound", "after": "FailedDependency"}},
		{name: "a batch with the version in a part", says: params{"me": "BadRequest"}},
		{name: "delete, and see it among the deleted", says: []string{"Foreign, changed"}},
		{name: "what was deleted is not found", fails: []string{"404", "Request_ResourceNotFound"}},
		{name: "restore", says: params{"type": "#microsoft.graph.application", "displayName": "Foreign, changed"}},
		{name: "delete for good", says: nil},
		{name: "what is gone cannot be restored", fails: []string{"404", "Request_ResourceNotFound"}},
		{name: "a token for something else", fails: []string{"401", "InvalidAuthenticationToken"}},
	})
}
