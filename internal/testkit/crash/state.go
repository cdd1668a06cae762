package crash

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"wxmail/internal/testkit"
)

type object = map[string]any

func list(state object, collection string) []object {
	out := []object{}
	items, _ := state[collection].([]any)
	for _, item := range items {
		if o, ok := item.(object); ok {
			out = append(out, o)
		}
	}
	return out
}

func text(o object, key string) string {
	value, _ := o[key].(string)
	return value
}

func without(list []object, ours func(object) bool) []object { return slices.DeleteFunc(list, ours) }

// ourApplications are those that wxmail made for the mailbox.
func ourApplications(state object) []object {
	return without(list(state, "applications"), func(o object) bool { return text(o, "uniqueName") != "wxmail-"+mailbox })
}

// keyIDs are those of the secrets of our application, sorted.
func keyIDs(state object) []string {
	var ids []string
	for _, app := range ourApplications(state) {
		for _, secret := range list(app, "passwordCredentials") {
			ids = append(ids, text(secret, "keyId"))
		}
	}
	return slices.Sorted(slices.Values(ids))
}

// grants are the tenant-wide ones of our application.
func (s *scene) grants() []object {
	state := s.State()
	principals := ourPrincipals(state)
	return without(list(state, "oauth2PermissionGrants"), func(g object) bool { return !principals[text(g, "clientId")] })
}

func ourPrincipals(state object) map[string]bool {
	ours := map[string]bool{}
	for _, app := range ourApplications(state) {
		for _, sp := range list(state, "servicePrincipals") {
			if text(sp, "appId") == text(app, "appId") {
				ours[text(sp, "id")] = true
			}
		}
	}
	return ours
}

// foreign is all that somebody else has, byte for byte, in one text.
func foreign(state object) string {
	principals := ourPrincipals(state)
	ownRule := func(o object) bool { return text(o, "Name") == "wxmail "+mailbox }
	ownClient := func(o object) bool {
		return principals[text(o, "clientId")] || text(o, "consentType") == "Principal"
	}
	rules := without(list(state, "outboundRules"), ownRule)
	slices.SortFunc(rules, func(a, b object) int { return int(a["Priority"].(float64) - b["Priority"].(float64)) })
	for i := range rules { // their order is theirs; our rule may stand before them
		rules[i] = maps.Clone(rules[i])
		delete(rules[i], "Priority")
	}
	return asJSON(object{
		"applications":      without(list(state, "applications"), func(o object) bool { return text(o, "uniqueName") == "wxmail-"+mailbox }),
		"servicePrincipals": without(list(state, "servicePrincipals"), func(o object) bool { return principals[text(o, "id")] }),
		"roles":             without(list(state, "appRoleAssignments"), func(o object) bool { return principals[text(o, "principalId")] }),
		"grants":            without(list(state, "oauth2PermissionGrants"), ownClient),
		"outboundPolicies":  without(list(state, "outboundPolicies"), ownRule),
		"outboundRules":     rules,
		"mailboxes":         without(list(state, "mailboxes"), func(o object) bool { return text(o, "PrimarySmtpAddress") == mailbox }),
		"users":             state["users"], "policies": state["policies"], "transportConfig": state["transportConfig"],
		"remoteDomains": state["remoteDomains"], "transportRules": state["transportRules"],
	})
}

// ideal is the shape of a tenant, less what people have consented to for the
// command-line clients: a run that was killed asked once more.
func (c command) ideal(state object) any {
	state = maps.Clone(state)
	if c.mixed() {
		delete(state, "deletedItems")
		for _, app := range ourApplications(state) {
			delete(app, "passwordCredentials")
		}
	}
	var grants []any
	for _, g := range list(state, "oauth2PermissionGrants") {
		if text(g, "consentType") != "Principal" {
			grants = append(grants, g)
		}
	}
	state["oauth2PermissionGrants"] = grants
	return testkit.Shape(state)
}

// duplicates are the things of which there is more than one.
func duplicates(state object) []string {
	var twice []string
	seen := map[string]bool{}
	for collection, keys := range map[string][]string{
		"applications": {"uniqueName"}, "servicePrincipals": {"appId"}, "outboundPolicies": {"Name"}, "outboundRules": {"Name"},
		"appRoleAssignments":     {"principalId", "resourceId", "appRoleId"},
		"oauth2PermissionGrants": {"clientId", "resourceId", "consentType", "principalId"},
	} {
		for _, o := range list(state, collection) {
			id := collection
			for _, key := range keys {
				id += fmt.Sprintf(" %v", o[key])
			}
			if seen[id] && o[keys[0]] != nil {
				twice = append(twice, id)
			}
			seen[id] = true
		}
	}
	return twice
}

// redirects are the temporary redirect URIs of any application.
func redirects(state object) bool {
	return slices.ContainsFunc(list(state, "applications"), func(app object) bool {
		return strings.Contains(asJSON(app["web"]), `"http://localhost"`)
	})
}
