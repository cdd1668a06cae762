package graph

import (
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/microsoft/kiota-abstractions-go/serialization"
	kjson "github.com/microsoft/kiota-serialization-json-go"
	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"wxmail/internal/directory"
)

// parse reads a body as one of the SDK's models. An empty body, null, and
// JSON of another shape are malformed; what the SDK says of it is dropped.
func parse[M serialization.Parsable](body []byte, factory serialization.ParsableFactory) (M, error) {
	var none M
	node, err := kjson.NewJsonParseNode(body)
	if err != nil {
		return none, noJSON
	}
	object, err := node.GetObjectValue(factory)
	if err != nil {
		return none, malformed("properties of another type")
	}
	model, ok := object.(M)
	if !ok {
		return none, malformed("no object")
	}
	return model, nil
}

// one is a take of a single object, told in our own words.
func one[M serialization.Parsable, T any](into **T, factory serialization.ParsableFactory, own func(M) (*T, error)) take {
	return func(body []byte) (string, error) {
		model, err := parse[M](body, factory)
		if err != nil {
			return "", err
		}
		object, err := own(model)
		if err == nil {
			*into = object
		}
		return "", err
	}
}

// list is what all of the SDK's collection answers have in common.
type list[M any] interface {
	serialization.Parsable
	GetValue() []M
	GetOdataNextLink() *string
}

// many is a take that collects a list page by page. A list without a value is
// malformed, not empty.
func many[L list[M], M, T any](into *[]T, factory serialization.ParsableFactory, own func(M) (T, error)) take {
	return func(body []byte) (string, error) {
		page, err := parse[L](body, factory)
		if err != nil {
			return "", err
		}
		if page.GetValue() == nil {
			return "", malformed("a list without a value")
		}
		items, err := convert(page.GetValue(), own)
		if err != nil {
			return "", err
		}
		*into = append(*into, items...)
		return value(page.GetOdataNextLink()), nil
	}
}

// only is a take of a list that must hold exactly one.
func only[L list[M], M, T any](into **T, factory serialization.ParsableFactory, own func(M) (*T, error)) take {
	var items []*T
	collect := many[L](&items, factory, own)
	return func(body []byte) (string, error) {
		items = nil
		if _, err := collect(body); err != nil {
			return "", err
		}
		if len(items) != 1 {
			return "", malformed("a list that does not hold exactly one")
		}
		*into = items[0]
		return "", nil
	}
}

// convert tells models in our own words; a null among them is malformed.
func convert[M, T any](models []M, own func(M) (T, error)) ([]T, error) {
	result := make([]T, 0, len(models))
	for _, model := range models {
		if any(model) == nil {
			return nil, malformed("a null in a list")
		}
		item, err := own(model)
		if err != nil {
			return nil, err
		}
		result = append(result, item)
	}
	return result, nil
}

// value is what a pointer points to, or the zero value.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// guid is an id that the SDK keeps as text, as it writes those that it keeps as
// ids: their case means nothing.
// https://www.rfc-editor.org/rfc/rfc9562#section-4
func guid(p *string) string { return strings.ToLower(value(p)) }

func id(p *uuid.UUID) string {
	if p == nil {
		return ""
	}
	return p.String()
}

// identified is malformed when one of the ids that must be there is not.
func identified(ids ...string) error {
	if slices.Contains(ids, "") {
		return malformed("no id")
	}
	return nil
}

func sameID(a, b string) bool { return strings.EqualFold(a, b) }

func newOrganization(m models.Organizationable) (*directory.Organization, error) {
	o := &directory.Organization{ID: guid(m.GetId()), DisplayName: value(m.GetDisplayName())}
	domains, err := convert(m.GetVerifiedDomains(), func(d models.VerifiedDomainable) (directory.Domain, error) {
		return directory.Domain{Name: value(d.GetName()), Default: value(d.GetIsDefault()), Initial: value(d.GetIsInitial())}, nil
	})
	if err != nil {
		return nil, err
	}
	o.Domains = domains
	return o, identified(o.ID)
}

// wholeApplication is one of which everything was asked for. A collection may
// be empty and is never null, so one that is not there was not shown: taken for
// empty, it would be written anew.
// https://docs.oasis-open.org/odata/odata-csdl-xml/v4.01/odata-csdl-xml-v4.01.html#sec_Nullable
func wholeApplication(m *application) (*directory.Application, error) {
	unseen := func(r models.RequiredResourceAccessable) bool { return r.GetResourceAccess() == nil }
	endless := func(s models.PasswordCredentialable) bool { return s.GetEndDateTime() == nil }
	switch {
	case m.secrets == nil:
		return nil, malformed("no passwordCredentials")
	case slices.ContainsFunc(m.secrets, endless): // taken for ended, another would be made
		return nil, malformed("a secret without an end")
	case m.required == nil || slices.ContainsFunc(m.required, unseen):
		return nil, malformed("no requiredResourceAccess")
	case m.web != nil && m.web.GetRedirectUris() == nil:
		return nil, malformed("no web.redirectUris")
	}
	return newApplication(m)
}

func newApplication(m *application) (*directory.Application, error) {
	a := &directory.Application{
		ObjectID: guid(m.id), AppID: guid(m.appID), UniqueName: value(m.uniqueName),
		DisplayName: value(m.displayName), SignInAudience: value(m.audience),
		Notes: value(m.notes), Tags: m.tags, Created: value(m.created),
	}
	if m.web != nil {
		a.RedirectURIs = m.web.GetRedirectUris()
		if implicit := m.web.GetImplicitGrantSettings(); implicit != nil {
			a.ImplicitAccessTokens = value(implicit.GetEnableAccessTokenIssuance())
		}
	}
	if m.spa != nil {
		a.SPARedirects = m.spa.GetRedirectUris()
	}
	if m.public != nil {
		a.PublicRedirects = m.public.GetRedirectUris()
	}
	if slices.Contains(slices.Concat(a.RedirectURIs, a.SPARedirects, a.PublicRedirects), "") {
		return nil, malformed("a null in a list")
	}
	var err error
	if a.Required, err = convert(m.required, newRequired); err != nil {
		return nil, err
	}
	if a.Secrets, err = convert(m.secrets, newSecretInfo); err != nil {
		return nil, err
	}
	return a, identified(a.ObjectID, a.AppID)
}

func newRequired(m models.RequiredResourceAccessable) (directory.RequiredResource, error) {
	access, err := convert(m.GetResourceAccess(), func(a models.ResourceAccessable) (directory.Access, error) {
		return directory.Access{ID: id(a.GetId()), Type: value(a.GetTypeEscaped())}, identified(id(a.GetId()))
	})
	return directory.RequiredResource{ResourceAppID: guid(m.GetResourceAppId()), Access: access}, err
}

func newSecretInfo(m models.PasswordCredentialable) (directory.SecretInfo, error) {
	s := directory.SecretInfo{
		KeyID: id(m.GetKeyId()), Label: value(m.GetDisplayName()), Hint: value(m.GetHint()),
		Start: value(m.GetStartDateTime()), End: value(m.GetEndDateTime()),
	}
	return s, identified(s.KeyID)
}

func newServicePrincipal(m *servicePrincipal) (*directory.ServicePrincipal, error) {
	p := &directory.ServicePrincipal{
		ID: guid(m.id), AppID: guid(m.appID), DisplayName: value(m.displayName),
		Notes: value(m.notes), Tags: m.tags,
		Disabled:           m.enabled != nil && !*m.enabled,
		AssignmentRequired: value(m.assignmentRequired),
	}
	return p, identified(p.ID, p.AppID)
}

func newResource(m *servicePrincipal) (*directory.Resource, error) {
	if m.roles == nil || m.scopes == nil {
		return nil, malformed("a resource without its permissions")
	}
	roles, err := convert(m.roles, newRole)
	if err != nil {
		return nil, err
	}
	scopes, err := convert(m.scopes, newScope)
	if err != nil {
		return nil, err
	}
	r := &directory.Resource{ID: guid(m.id), AppID: guid(m.appID), Roles: usable(roles), Scopes: usable(scopes)}
	return r, identified(r.ID, r.AppID)
}

func newRole(m models.AppRoleable) (directory.Permission, error) {
	p := directory.Permission{ID: id(m.GetId())}
	if value(m.GetIsEnabled()) && slices.Contains(m.GetAllowedMemberTypes(), "Application") {
		p.Value = value(m.GetValue())
	}
	return p, identified(p.ID)
}

func newScope(m models.PermissionScopeable) (directory.Permission, error) {
	p := directory.Permission{ID: id(m.GetId())}
	if value(m.GetIsEnabled()) {
		p.Value = value(m.GetValue())
	}
	return p, identified(p.ID)
}

// usable drops the permissions that cannot be had: those left without a value.
func usable(permissions []directory.Permission) []directory.Permission {
	return slices.DeleteFunc(permissions, func(p directory.Permission) bool { return p.Value == "" })
}

func newAssignment(m models.AppRoleAssignmentable) (directory.Assignment, error) {
	a := directory.Assignment{ID: value(m.GetId()), RoleID: id(m.GetAppRoleId()), ResourceID: id(m.GetResourceId())}
	return a, identified(a.ID, a.RoleID, a.ResourceID)
}

func newGrant(m models.OAuth2PermissionGrantable) (directory.Grant, error) {
	g := directory.Grant{
		ID: value(m.GetId()), ConsentType: value(m.GetConsentType()), PrincipalID: guid(m.GetPrincipalId()),
		ResourceID: guid(m.GetResourceId()), Scopes: strings.Fields(value(m.GetScope())),
	}
	return g, identified(g.ID, g.ConsentType, g.ResourceID)
}

func newUser(m *user) (*directory.User, error) {
	u := &directory.User{
		ID: guid(m.id), UPN: value(m.upn), Mail: value(m.mail),
		Enabled: value(m.enabled), Type: value(m.kind), Synced: value(m.synced),
	}
	for _, proxy := range m.addresses {
		if kind, address, _ := strings.Cut(proxy, ":"); strings.EqualFold(kind, "smtp") {
			u.Addresses = append(u.Addresses, address)
		}
	}
	plans, err := convert(m.plans, exchangePlan)
	if err != nil {
		return nil, err
	}
	for _, plan := range plans {
		if plan == "" {
			continue
		}
		name, known := mailboxPlan(plan)
		u.ExchangePlans, u.Licensed = append(u.ExchangePlans, name), u.Licensed || known
	}
	return u, identified(u.ID, u.UPN)
}

// exchangePlan is the id of a plan of Exchange that is on, else "".
func exchangePlan(m models.AssignedPlanable) (string, error) {
	status := value(m.GetCapabilityStatus())
	if !strings.EqualFold(value(m.GetService()), "exchange") || status != "Enabled" && status != "Warning" {
		return "", nil
	}
	return id(m.GetServicePlanId()), identified(id(m.GetServicePlanId()))
}

// mailboxPlan names the plans that hold a mailbox; the service's name does
// not tell, since archives and the plan that every tenant has are "exchange"
// too. The id itself, and false, for any other.
// https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference
func mailboxPlan(plan string) (name string, known bool) {
	name, known = map[string]string{
		"9aaf7827-d63c-4b61-89c3-182f06f82e5c": "EXCHANGE_S_STANDARD",
		"efb87545-963c-4e0d-99df-69c6916d9eb0": "EXCHANGE_S_ENTERPRISE",
		"4a82b400-a79f-41a4-b4e2-e94f5787b113": "EXCHANGE_S_DESKLESS",
		"1126bef5-da20-4f07-b45e-ad25d2581aa8": "EXCHANGE_S_ESSENTIALS",
	}[plan]
	if !known {
		return plan, false
	}
	return name, true
}
