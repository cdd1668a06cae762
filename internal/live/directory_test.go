//go:build live

package live

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"wxmail/internal/secret"
	"wxmail/internal/signin"
)

// claims are those of an access token, which is not ours to rely on.
func claims(token secret.Value) map[string]any {
	all := map[string]any{}
	if parts := strings.Split(token.Reveal(), "."); len(parts) == 3 {
		raw, err := base64.RawURLEncoding.DecodeString(parts[1])
		if err == nil {
			_ = json.Unmarshal(raw, &all) // an opaque token tells nothing
		}
	}
	return all
}

func (x *tenant) signIns() {
	for name, token := range map[string]secret.Value{"directory": x.directory().Access, "Exchange": x.exchange().Access} {
		told := claims(token)
		x.is(strings.EqualFold(fmt.Sprint(told["tid"]), x.metadata.TenantID), "the token of %s is for tenant %v", name, told["tid"])
		_, roles := told["wids"].([]any)
		x.note("%s: aud %v, wids %t, scp %v", name, told["aud"], roles, told["scp"])
	}
	x.is(strings.Contains(fmt.Sprint(claims(x.exchange().Access)["scp"]), "AdminApi.AccessAsUser.All"),
		"Exchange's token lacks AdminApi.AccessAsUser.All")
}

// ours begins the name of everything that a question makes.
const ours = "wxmail-live-"

// create makes an application of that unique name, which goes at the question's
// end.
func (x *tenant) create(unique string) answer {
	x.t.Helper()
	path := "/applications(uniqueName='" + url.PathEscape(strings.ReplaceAll(unique, "'", "''")) + "')"
	got := x.graph("PATCH", path, map[string]any{"displayName": ours + "test"}, "Prefer", "create-if-missing")
	if id, made := got.object()["id"].(string); made {
		x.t.Cleanup(func() { x.remove(id) })
	}
	return got
}

// remove deletes an application for good; one that has gone is none.
func (x *tenant) remove(id string) {
	for _, path := range []string{"/applications/" + id, "/directory/deletedItems/" + id} {
		got := x.graph("DELETE", path, nil)
		if !got.ok() && got.Status != 404 {
			x.t.Errorf("%s is left in the tenant: %d %s", path, got.Status, got.code())
		}
	}
}

func (x *tenant) uniqueNames() {
	for name, unique := range map[string]string{"letters, digits and hyphens": ours + "support-3f2a", "an at sign": ours + "support@contoso",
		"an apostrophe": ours + "o'brien", "120 characters": ours + strings.Repeat("a", 120-len(ours))} {
		got := x.keep("upsert: "+name, x.create(unique))
		x.note("%s: %d %s", name, got.Status, got.code())
		if name == "letters, digits and hyphens" {
			x.is(got.Status == 201, "an upsert of %s is %d", unique, got.Status)
			x.encodings(unique)
		}
	}
}

// encodings reads the application in each way.
func (x *tenant) encodings(unique string) {
	key := "/applications(uniqueName='" + unique + "')"
	x.seen(key)
	filter := "displayName eq '" + ours + "test'"
	for name, address := range map[string]string{"key": key + "?$select=id", "key, encoded": key + "?%24select=id",
		"filter":          "/applications?$select=id&$filter=" + filter,
		"filter, encoded": "/applications?%24select=id&%24filter=" + url.QueryEscape(filter)} {
		inBatch := x.graph("POST", "/$batch", map[string]any{"requests": []any{map[string]any{"id": "1", "method": "GET", "url": address}}})
		status := 0
		if parts, _ := inBatch.object()["responses"].([]any); len(parts) == 1 {
			part, _ := parts[0].(map[string]any)
			number, _ := part["status"].(float64)
			status = int(number)
		}
		x.keep("batch: "+name, inBatch)
		x.note("in a batch, %s: %d", name, status)
		if strings.HasPrefix(name, "key") {
			x.is(status == 200, "in a batch, %s is %d", name, status)
		}
	}
}

// seen waits until a path is found, and says how long that took.
func (x *tenant) seen(path string) time.Duration {
	x.t.Helper()
	begun := x.cloud.Now()
	err := x.cloud.Settle(x.t.Context(), path, func(context.Context) (bool, error) { return x.graph("GET", path, nil).ok(), nil })
	x.is(err == nil, "%s is not seen: %v", path, err)
	return x.cloud.Now().Sub(begun)
}

func (x *tenant) customRole() {
	upn, named := x.account("CUSTOM_ROLE")
	if !named {
		return
	}
	who := x.signIn("directory", upn)
	told := claims(who.Access)
	got := x.keep("create", x.graphAs(who, "POST", "/applications", map[string]any{"displayName": ours + "role"}))
	if id, made := got.object()["id"].(string); made {
		x.t.Cleanup(func() { x.remove(id) })
	}
	x.note("wids %v; an application is created: %d %s", told["wids"], got.Status, got.code())
}

// rounds is how often what takes time is tried.
func (x *tenant) rounds() int {
	if x.box != nil {
		return 2
	}
	return 20
}

func (x *tenant) replication() {
	var application, principal, signsIn []time.Duration
	for n := range x.rounds() {
		got := x.create(fmt.Sprintf("%stime-%d-%d", ours, x.cloud.Now().Unix(), n))
		x.is(got.Status == 201, "an upsert is %d", got.Status)
		id, appID := fmt.Sprint(got.object()["id"]), fmt.Sprint(got.object()["appId"])
		application = append(application, x.seen("/applications/"+id))
		made := x.graph("PATCH", "/servicePrincipals(appId='"+appID+"')", map[string]any{"notes": ours + "test"}, "Prefer", "create-if-missing")
		x.is(made.ok(), "a service principal is %d %s", made.Status, made.code())
		principal = append(principal, x.seen("/servicePrincipals(appId='"+appID+"')"))
		signsIn = append(signsIn, x.password(id, appID))
	}
	for name, all := range map[string][]time.Duration{"an application": application, "a service principal": principal, "a secret": signsIn} {
		x.note("%s is seen after %s at most, of %d", name, slices.Max(all).Round(time.Second), len(all))
		x.is(slices.Max(all) <= time.Minute, "%s takes longer than wxmail waits", name)
	}
}

// deletion follows an application to its end and back.
func (x *tenant) deletion() {
	unique := fmt.Sprintf("%sgone-%d", ours, x.cloud.Now().Unix())
	got := x.create(unique)
	id := fmt.Sprint(got.object()["id"])
	x.is(got.Status == 201 && x.graph("DELETE", "/applications/"+id, nil).ok(), "it cannot be made and deleted")
	x.note("its name while it is deleted: %d", x.keep("upsert while deleted", x.create(unique)).Status)
	x.keep("deleted by name", x.graph("GET", "/directory/deletedItems/microsoft.graph.application?$filter="+
		url.QueryEscape("uniqueName eq '"+unique+"'"), nil))
	restored := x.keep("restore", x.graph("POST", "/directory/deletedItems/"+id+"/restore", map[string]any{}))
	x.is(restored.ok(), "restore is %d %s", restored.Status, restored.code())
	x.remove(id)
	x.note("its name once it is gone for good: %d", x.keep("upsert once purged", x.create(unique)).Status)
}

// secretPolicy tries what a policy may forbid. In a tenant of their own a
// person sets the policy first.
func (x *tenant) secretPolicy() {
	got := x.create(fmt.Sprintf("%spolicy-%d", ours, x.cloud.Now().Unix()))
	id := fmt.Sprint(got.object()["id"])
	x.is(got.Status == 201, "an upsert is %d", got.Status)
	x.keep("the policy", x.graph("GET", "/policies/defaultAppManagementPolicy", nil))
	for _, policy := range []string{"P30D", "blocked"} {
		if x.box != nil {
			x.box.Call("POST", "/tenant", map[string]any{"secretPolicy": policy}, nil)
		}
		end := x.cloud.Now().AddDate(2, 0, 0).UTC().Format(time.RFC3339)
		refused := x.keep("a secret for two years, "+policy, x.graph("POST", "/applications/"+id+"/addPassword",
			map[string]any{"passwordCredential": map[string]any{"displayName": ours + "test", "endDateTime": end}}))
		x.note("a secret for two years: %d %s", refused.Status, refused.code())
		if x.box == nil {
			return
		}
		x.is(refused.Status == 400, "a secret that the policy forbids is %d", refused.Status)
	}
	x.box.Call("POST", "/tenant", map[string]any{"secretPolicy": "none"}, nil)
}

// password adds a secret and says how long until Entra ID takes it.
func (x *tenant) password(id, appID string) time.Duration {
	x.t.Helper()
	var made answer
	begun := x.cloud.Now()
	err := x.cloud.Settle(x.t.Context(), "the application, to be written", func(context.Context) (bool, error) {
		made = x.graph("POST", "/applications/"+id+"/addPassword",
			map[string]any{"passwordCredential": map[string]any{"displayName": ours + "test"}})
		return made.ok(), nil
	})
	x.is(err == nil, "addPassword is %d %s", made.Status, made.code())
	text, _ := made.object()["secretText"].(string)
	x.secrets = append(x.secrets, text)
	err = x.cloud.Settle(x.t.Context(), "the secret", func(ctx context.Context) (bool, error) {
		return signin.ProveSecret(ctx, x.cloud, x.metadata.TenantID, appID, secret.New(text)) == nil, nil
	})
	x.is(err == nil, "a secret is not taken: %v", err)
	return x.cloud.Now().Sub(begun)
}
