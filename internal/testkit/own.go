package testkit

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
)

// Object is one object of GET /state, or the whole of it.
type Object = map[string]any

// Objects are those of one collection of a state.
func Objects(state Object, collection string) []Object {
	out := []Object{}
	items, _ := state[collection].([]any)
	for _, item := range items {
		if o, ok := item.(Object); ok {
			out = append(out, o)
		}
	}
	return out
}

// Text is the text that stands under a key, or "".
func Text(o Object, key string) string {
	value, _ := o[key].(string)
	return value
}

// OwnApplications are those that wxmail made for a mailbox.
func OwnApplications(state Object, mailbox string) []Object {
	return without(Objects(state, "applications"), func(o Object) bool { return !ownApplication(o, mailbox) })
}

func ownApplication(o Object, mailbox string) bool {
	return Text(o, "uniqueName") == UniqueName(mailbox)
}

// UniqueName is what wxmail calls the application that it makes for a mailbox:
// told here once more, so that a test sees when it changes.
func UniqueName(mailbox string) string {
	plain := regexp.MustCompile(`[^a-z0-9]`).ReplaceAllString(mailbox, "-")
	return fmt.Sprintf("wxmail-%s-%.4x", plain, sha256.Sum256([]byte(mailbox)))
}

// OwnPrincipals are the ids of the service principals of those applications.
func OwnPrincipals(state Object, mailbox string) map[string]bool {
	ours := map[string]bool{}
	for _, app := range OwnApplications(state, mailbox) {
		for _, sp := range Objects(state, "servicePrincipals") {
			if Text(sp, "appId") == Text(app, "appId") {
				ours[Text(sp, "id")] = true
			}
		}
	}
	return ours
}

// Others is all that is not wxmail's for a mailbox, nor that mailbox itself,
// byte for byte in one text. The order of outbound rules is in it, their
// numbers are not: a rule of ours may stand before them.
func Others(state Object, mailbox string) string {
	principals := OwnPrincipals(state, mailbox)
	ownRule := func(o Object) bool { return Text(o, "Name") == "wxmail "+mailbox }
	ownClient := func(o Object) bool {
		return principals[Text(o, "clientId")] || Text(o, "consentType") == "Principal"
	}
	rules := without(Objects(state, "outboundRules"), ownRule)
	slices.SortFunc(rules, func(a, b Object) int { return int(a["Priority"].(float64) - b["Priority"].(float64)) })
	for i := range rules {
		rules[i] = maps.Clone(rules[i])
		delete(rules[i], "Priority")
	}
	raw, _ := json.MarshalIndent(Object{ // what came from JSON goes back
		"applications":      without(Objects(state, "applications"), func(o Object) bool { return ownApplication(o, mailbox) }),
		"servicePrincipals": without(Objects(state, "servicePrincipals"), func(o Object) bool { return principals[Text(o, "id")] }),
		"roles":             without(Objects(state, "appRoleAssignments"), func(o Object) bool { return principals[Text(o, "principalId")] }),
		"grants":            without(Objects(state, "oauth2PermissionGrants"), ownClient),
		"outboundPolicies":  without(Objects(state, "outboundPolicies"), ownRule),
		"outboundRules":     rules,
		"mailboxes":         without(Objects(state, "mailboxes"), func(o Object) bool { return Text(o, "PrimarySmtpAddress") == mailbox }),
		"users":             state["users"], "policies": state["policies"], "transportConfig": state["transportConfig"],
		"remoteDomains": state["remoteDomains"], "transportRules": state["transportRules"],
	}, "", " ")
	return string(raw)
}

// Twice are the things in a tenant of which there may be one, and are more.
func Twice(state Object) []string {
	var twice []string
	seen := map[string]bool{}
	for collection, keys := range map[string][]string{
		"applications": {"uniqueName"}, "servicePrincipals": {"appId"}, "outboundPolicies": {"Name"}, "outboundRules": {"Name"},
		"appRoleAssignments":     {"principalId", "resourceId", "appRoleId"},
		"oauth2PermissionGrants": {"clientId", "resourceId", "consentType", "principalId"},
	} {
		for _, o := range Objects(state, collection) {
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

func without(list []Object, leave func(Object) bool) []Object { return slices.DeleteFunc(list, leave) }
