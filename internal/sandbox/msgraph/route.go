package msgraph

import (
	"net/url"
	"strings"

	"wxmail/internal/sandbox/pattern"
)

// route is one operation: a method and a path whose {key} parts take an
// object id, or an alternate key as in applications(appId='…').
type route struct {
	method  string
	pattern string
	access  access
	options []string // query options
	serve   func(*call) (answer, error)
}

// call is a routed request at work; the tenant is locked.
type call struct {
	*server
	request
	ids  trace
	keys []key
}

// key names an object: by id, or by the alternate key called property.
type key struct{ property, value string }

func routes() []route {
	table := []route{}
	add := func(method, pattern string, a access, options []string, serve func(*call) (answer, error)) {
		table = append(table, route{method, pattern, a, options, serve})
	}
	pick := []string{"$select"}
	page := []string{"$select", "$filter", "$top", "$skiptoken"}

	add("GET", "applications", readApplications(), append([]string{"$count"}, page...), (*call).listApplications)
	add("POST", "applications", createApplications(), nil, (*call).createApplication)
	add("GET", "applications/{key}", readApplications(), pick, (*call).getApplication)
	add("PATCH", "applications/{key}", writeApplications(), nil, (*call).updateApplication)
	add("DELETE", "applications/{key}", writeApplications(), nil, (*call).deleteApplication)
	add("GET", "applications/{key}/owners", readApplications(), []string{"$select"}, (*call).listOwners)
	add("POST", "applications/{key}/addPassword", writeDirectory(), nil, (*call).addPassword)
	add("POST", "applications/{key}/removePassword", writeDirectory(), nil, (*call).removePassword)

	add("GET", "directory/deletedItems/microsoft.graph.application", readApplications(), page, (*call).listDeleted)
	add("GET", "directory/deletedItems/{key}", readApplications(), pick, (*call).getDeleted)
	add("DELETE", "directory/deletedItems/{key}", writeApplications(), nil, (*call).purgeDeleted)
	add("POST", "directory/deletedItems/{key}/restore", writeApplications(), nil, (*call).restoreDeleted)

	add("GET", "servicePrincipals", readApplications(), page, (*call).listPrincipals)
	add("POST", "servicePrincipals", writeDirectory(), nil, (*call).createPrincipal)
	add("GET", "servicePrincipals/{key}", readApplications(), pick, (*call).getPrincipal)
	add("PATCH", "servicePrincipals/{key}", writeDirectory(), nil, (*call).updatePrincipal)
	add("DELETE", "servicePrincipals/{key}", writeDirectory(), nil, (*call).deletePrincipal)
	for _, side := range sides() {
		pattern := "servicePrincipals/{key}/" + side.name
		add("GET", pattern, readApplications(), []string{"$select", "$top", "$skiptoken"}, side.list)
		add("POST", pattern, assignAppRoles(), nil, side.create)
		add("DELETE", pattern+"/{key}", assignAppRoles(), nil, side.remove)
	}
	add("GET", "servicePrincipals/{key}/oauth2PermissionGrants", readGrants(), page, (*call).listGrantsOf)

	add("GET", "oauth2PermissionGrants", readGrants(), page, (*call).listGrants)
	add("POST", "oauth2PermissionGrants", writeGrants(), nil, (*call).createGrant)
	add("GET", "oauth2PermissionGrants/{key}", readGrants(), pick, (*call).getGrant)
	add("PATCH", "oauth2PermissionGrants/{key}", writeGrants(), nil, (*call).updateGrant)
	add("DELETE", "oauth2PermissionGrants/{key}", writeGrants(), nil, (*call).deleteGrant)

	add("GET", "policies/authorizationPolicy", readPolicy("Policy.ReadWrite.Authorization"), pick, (*call).getAuthorizationPolicy)
	add("GET", "policies/identitySecurityDefaultsEnforcementPolicy", readPolicy("Policy.ReadWrite.SecurityDefaults"),
		pick, (*call).getSecurityDefaults)
	add("GET", "policies/defaultAppManagementPolicy",
		readPolicy("Policy.ReadWrite.ApplicationConfiguration", append(applicationAdministrators(), globalReader,
			securityAdministrator, securityReader, privilegedRoleAdministrator)...), pick, (*call).getAppManagementPolicy)

	add("GET", "organization", readOrganization(), pick, (*call).listOrganization)
	add("GET", "users", readUsers(), page, (*call).listUsers)
	add("GET", "users/{key}", readUser(), pick, (*call).getUser)
	add("GET", "me", readUser(), pick, (*call).getMe)
	add("POST", "$batch", access{}, nil, (*call).batch)
	return table
}

// dispatch finds the route and asks in Graph's order: path, method, rights,
// query options.
func (s *server) dispatch(req request, ids trace) (answer, error) {
	parts, err := parsePath(req.path)
	if err != nil {
		return answer{}, err
	}
	pathKnown := false
	for _, r := range s.routes {
		keys, matches := r.match(parts)
		pathKnown = pathKnown || matches
		if matches && r.method == req.method {
			return s.run(r, &call{server: s, request: req, ids: ids, keys: keys})
		}
	}
	if pathKnown {
		return answer{}, methodNotAllowed()
	}
	return answer{}, malformed("Resource not found for the segment '%s'.", parts[len(parts)-1].value)
}

func (s *server) run(r route, c *call) (answer, error) {
	if err := r.access.check(c.token); err != nil {
		return answer{}, err
	}
	if err := checkOptions(c.query, r.options); err != nil {
		return answer{}, err
	}
	return r.serve(c)
}

// part is one piece of a path: a word, or the key in parentheses behind one.
type part struct {
	key
	keyed bool
}

// keyForm is a segment with its key, as in applications(appId='x') or users('x').
var keyForm = pattern.Of(`^([A-Za-z0-9]+)\((?:([A-Za-z]+)=)?'(.*)'\)$`)

func parsePath(escaped string) ([]part, error) {
	parts := []part{}
	for segment := range strings.SplitSeq(escaped, "/") {
		word, err := url.PathUnescape(segment)
		if err != nil || word == "" {
			return nil, malformed("Empty or malformed segment in the request URL.")
		}
		found := keyForm().FindStringSubmatch(word)
		if found == nil {
			parts = append(parts, part{key: key{value: word}})
			continue
		}
		if !keyAllowed(found[1], found[2]) {
			return nil, malformed("The key property '%s' is not valid for the segment '%s'.", found[2], found[1])
		}
		value := strings.ReplaceAll(found[3], "''", "'")
		parts = append(parts, part{key: key{value: found[1]}}, part{key: key{found[2], value}, keyed: true})
	}
	return parts, nil
}

func keyAllowed(collection, property string) bool {
	switch property {
	case "":
		return true
	case "appId":
		return collection == "applications" || collection == "servicePrincipals"
	case "uniqueName":
		return collection == "applications"
	default:
		return false
	}
}

func (r route) match(parts []part) ([]key, bool) {
	words := strings.Split(r.pattern, "/")
	if len(words) != len(parts) {
		return nil, false
	}
	keys := []key{}
	for i, word := range words {
		switch {
		case word == "{key}":
			keys = append(keys, parts[i].key)
		case parts[i].keyed || parts[i].value != word:
			return nil, false
		}
	}
	return keys, true
}
