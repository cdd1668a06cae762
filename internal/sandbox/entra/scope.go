package entra

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"wxmail/internal/sandbox/tenant"
)

// elsewhere are names of resources that every tenant can have: where one has
// no principal of theirs, the refusal says so.
var elsewhere = []string{
	"https://graph.microsoft.com", "https://outlook.office.com", "https://outlook.office365.com", "https://ps.outlook.com",
	"https://management.azure.com", "https://management.core.windows.net",
}

// oidcScopes are hosted on Microsoft Graph and asked for without a resource.
// https://learn.microsoft.com/entra/identity-platform/scopes-oidc
var oidcScopes = []string{"openid", "profile", "email", "offline_access"}

// ask is a scope parameter, understood.
type ask struct {
	oidc      []string
	resources []resourceAsk // in order of mention; the token is for the first
}

// resourceAsk is what is asked of one resource.
type resourceAsk struct {
	uri    string // as the client wrote it: the token's audience
	sp     tenant.ServicePrincipal
	values []string
	all    bool // /.default
}

func (a ask) has(oidc string) bool { return slices.Contains(a.oidc, oidc) }

// ask reads the scopes that a client asks for on a person's behalf.
func (c *call) ask(cl *client, text string) (ask, *refusal) {
	a, refused := c.parseScopes(text)
	if refused != nil {
		return ask{}, refused
	}
	if len(a.resources) == 0 { // only OpenID Connect's: the token is for Graph's userinfo
		graph, refused := c.resource("https://graph.microsoft.com")
		if refused != nil {
			return ask{}, refused
		}
		a.resources = []resourceAsk{graph}
	}
	for _, r := range a.resources {
		if refused := cl.mayAsk(r); refused != nil {
			return ask{}, refused
		}
	}
	return a, nil
}

func (c *call) parseScopes(text string) (ask, *refusal) {
	a := ask{}
	scopes := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' })
	if len(scopes) == 0 {
		return a, refuse(900144, "scope")
	}
	for _, scope := range scopes {
		if slices.Contains(oidcScopes, scope) {
			a.oidc = append(a.oidc, scope)
		} else if refused := c.addScope(&a, scope); refused != nil {
			return a, refused
		}
	}
	for _, r := range a.resources {
		if r.all && (len(r.values) > 0 || len(a.resources) > 1) {
			return a, refuse(70011, text) // .default stands alone
		}
	}
	return a, nil
}

func (c *call) addScope(a *ask, scope string) *refusal {
	uri, value := splitScope(scope)
	if value == "" || strings.ContainsAny(scope, "\r\n\t\"\\") {
		return refuse(70011, scope)
	}
	i := slices.IndexFunc(a.resources, func(r resourceAsk) bool { return r.uri == uri })
	if i < 0 {
		resource, refused := c.resource(uri)
		if refused != nil {
			return refused
		}
		i, a.resources = len(a.resources), append(a.resources, resource)
	}
	if value == ".default" {
		a.resources[i].all = true
	} else if !slices.Contains(a.resources[i].values, value) {
		a.resources[i].values = append(a.resources[i].values, value)
	}
	return nil
}

// splitScope cuts "https://host/Value"; a bare value is Microsoft Graph's.
func splitScope(scope string) (uri, value string) {
	cut := strings.LastIndex(scope, "/")
	if cut < 0 {
		return "https://graph.microsoft.com", scope
	}
	return scope[:cut], scope[cut+1:]
}

// resource finds the service principal behind a resource's name, which is one
// of those that the principal has and may end with a slash of its own:
// "https://graph.microsoft.com//.default".
// https://learn.microsoft.com/entra/identity-platform/scopes-oidc#trailing-slash-and-default
func (c *call) resource(uri string) (resourceAsk, *refusal) {
	name := strings.TrimSuffix(uri, "/")
	sp, found := c.tenant.ServicePrincipals.Find(func(sp tenant.ServicePrincipal) bool {
		return sp.AppID == name || slices.ContainsFunc(sp.ServicePrincipalNames, func(of string) bool {
			return strings.TrimSuffix(of, "/") == name
		})
	})
	switch {
	case found:
		return resourceAsk{uri: uri, sp: sp}, nil
	case slices.Contains(elsewhere, name) || uuid.Validate(name) == nil:
		return resourceAsk{}, refuse(650052, uri, c.tenant.Organization.ID)
	}
	return resourceAsk{}, refuse(500011, uri, c.tenant.Organization.DisplayName)
}

// mayAsk refuses scopes that the resource does not publish and, for one of
// Microsoft's clients, those it was not given.
func (cl *client) mayAsk(r resourceAsk) *refusal {
	if cl.own != nil && cl.own.dynamic != r.sp.AppID {
		return cl.mayAskOwn(r)
	}
	for _, value := range r.values {
		if !slices.ContainsFunc(r.sp.OAuth2PermissionScopes, func(s tenant.PermissionScope) bool {
			return s.Value == value && s.IsEnabled
		}) {
			return refuse(650053, cl.name, value, r.sp.AppID)
		}
	}
	return nil
}

func (cl *client) mayAskOwn(r resourceAsk) *refusal {
	given, listed := cl.own.preauthorised[r.sp.AppID]
	onlyOIDC := len(r.values) == 0 && !r.all
	if onlyOIDC || listed && !slices.ContainsFunc(r.values, func(v string) bool { return !slices.Contains(given, v) }) {
		return nil
	}
	return refuse(65002, cl.id, r.sp.AppID)
}
