package graph

import (
	"context"
	"net/url"
	"strings"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/applications"
	"github.com/microsoftgraph/msgraph-sdk-go/applicationswithappid"
	"github.com/microsoftgraph/msgraph-sdk-go/applicationswithuniquename"
	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/organization"
	"github.com/microsoftgraph/msgraph-sdk-go/policies"
	"github.com/microsoftgraph/msgraph-sdk-go/serviceprincipals"
	"github.com/microsoftgraph/msgraph-sdk-go/serviceprincipalswithappid"
	"github.com/microsoftgraph/msgraph-sdk-go/users"

	"wxmail/internal/directory"
)

// The properties that are read; nothing else is asked for.
const (
	organizationFields = "id,displayName,verifiedDomains"
	applicationFields  = "id,appId,uniqueName,displayName,signInAudience,notes,tags,createdDateTime," +
		"web,spa,publicClient,requiredResourceAccess,passwordCredentials"
	principalFields = "id,appId,displayName,notes,tags,accountEnabled,appRoleAssignmentRequired"
	resourceFields  = "id,appId,appRoles,oauth2PermissionScopes"
	userFields      = "id,userPrincipalName,mail,accountEnabled,userType,assignedPlans,onPremisesSyncEnabled,proxyAddresses"
)

func fields(list string) []string { return strings.Split(list, ",") }

// equals is a $filter.
func equals(property, value string) string { return property + " eq '" + literal(value) + "'" }

// literal is a text between single quotes, as keys and filters have them. The
// SDK adds the quotes of keys, but does not mind those in the text.
// https://learn.microsoft.com/graph/query-parameters#escaping-single-quotes
func literal(text string) string { return strings.ReplaceAll(text, "'", "''") }

func get(name, operation, object string, build build, take take) *part {
	return &part{call: call{operation: operation, object: object}, name: name, build: build, take: take}
}

func (d *Directory) organizationPart(into **directory.Organization) *part {
	return get("organization", "GET /organization", "the tenant",
		func(ctx context.Context) (*abstractions.RequestInformation, error) {
			builder := organization.NewOrganizationRequestBuilderInternal(d.path(), d.adapter)
			return builder.ToGetRequestInformation(ctx, &organization.OrganizationRequestBuilderGetRequestConfiguration{
				QueryParameters: &organization.OrganizationRequestBuilderGetQueryParameters{Select: fields(organizationFields)},
			})
		},
		only[models.OrganizationCollectionResponseable](into,
			models.CreateOrganizationCollectionResponseFromDiscriminatorValue, newOrganization))
}

func (d *Directory) applicationPart(q directory.Query, into **directory.Application) *part {
	if q.AppID != "" {
		return get("application", "GET /applications(appId)", q.AppID, d.applicationByAppID(q.AppID),
			one(into, readApplication, wholeApplication))
	}
	return get("application", "GET /applications(uniqueName)", q.UniqueName, d.applicationByUniqueName(q.UniqueName),
		one(into, readApplication, wholeApplication))
}

// applicationByIDPart reads the application whose object id an operator may
// have given for its application id: the portal shows one above the other.
func (d *Directory) applicationByIDPart(id string, into **directory.Application) *part {
	return get("applicationById", "GET /applications/{id}", id,
		func(ctx context.Context) (*abstractions.RequestInformation, error) {
			return d.application(id).ToGetRequestInformation(ctx, &applications.ApplicationItemRequestBuilderGetRequestConfiguration{
				QueryParameters: &applications.ApplicationItemRequestBuilderGetQueryParameters{Select: fields(applicationFields)},
			})
		},
		one(into, readApplication, wholeApplication))
}

func (d *Directory) applicationByAppID(appID string) build {
	return func(ctx context.Context) (*abstractions.RequestInformation, error) {
		builder := applicationswithappid.NewApplicationsWithAppIdRequestBuilderInternal(d.path(), d.adapter, &appID)
		return builder.ToGetRequestInformation(ctx, &applicationswithappid.ApplicationsWithAppIdRequestBuilderGetRequestConfiguration{
			QueryParameters: &applicationswithappid.ApplicationsWithAppIdRequestBuilderGetQueryParameters{Select: fields(applicationFields)},
		})
	}
}

func (d *Directory) applicationByUniqueName(name string) build {
	key := literal(name)
	return func(ctx context.Context) (*abstractions.RequestInformation, error) {
		builder := applicationswithuniquename.NewApplicationsWithUniqueNameRequestBuilderInternal(d.path(), d.adapter, &key)
		return builder.ToGetRequestInformation(ctx, &applicationswithuniquename.ApplicationsWithUniqueNameRequestBuilderGetRequestConfiguration{
			QueryParameters: &applicationswithuniquename.ApplicationsWithUniqueNameRequestBuilderGetQueryParameters{
				Select: fields(applicationFields)},
		})
	}
}

func (d *Directory) resourcePart(name, appID string, into **directory.Resource) *part {
	return get(name, "GET /servicePrincipals(appId)", appID, d.principalByAppID(appID, resourceFields),
		one(into, readServicePrincipal, newResource))
}

func (d *Directory) servicePrincipalPart(appID string, into **directory.ServicePrincipal) *part {
	return get("servicePrincipal", "GET /servicePrincipals(appId)", appID, d.principalByAppID(appID, principalFields),
		one(into, readServicePrincipal, newServicePrincipal))
}

func (d *Directory) principalByAppID(appID, properties string) build {
	return func(ctx context.Context) (*abstractions.RequestInformation, error) {
		builder := serviceprincipalswithappid.NewServicePrincipalsWithAppIdRequestBuilderInternal(d.path(), d.adapter, &appID)
		return builder.ToGetRequestInformation(ctx, &serviceprincipalswithappid.ServicePrincipalsWithAppIdRequestBuilderGetRequestConfiguration{
			QueryParameters: &serviceprincipalswithappid.ServicePrincipalsWithAppIdRequestBuilderGetQueryParameters{Select: fields(properties)},
		})
	}
}

// assignmentsPart lists what a service principal holds. It is addressed by
// application id, for which the SDK has no builder but a raw URL.
// https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignments
func (d *Directory) assignmentsPart(appID string, into *[]directory.Assignment) *part {
	return get("appRoleAssignments", "GET /servicePrincipals(appId)/appRoleAssignments", appID,
		func(ctx context.Context) (*abstractions.RequestInformation, error) {
			raw := d.principalURL(appID) + "/appRoleAssignments"
			return serviceprincipals.NewItemAppRoleAssignmentsRequestBuilder(raw, d.adapter).ToGetRequestInformation(ctx, nil)
		},
		many[models.AppRoleAssignmentCollectionResponseable](into,
			models.CreateAppRoleAssignmentCollectionResponseFromDiscriminatorValue, newAssignment))
}

// https://learn.microsoft.com/graph/api/serviceprincipal-list-oauth2permissiongrants
func (d *Directory) grantsPart(appID string, into *[]directory.Grant) *part {
	return get("oauth2PermissionGrants", "GET /servicePrincipals(appId)/oauth2PermissionGrants", appID,
		func(ctx context.Context) (*abstractions.RequestInformation, error) {
			raw := d.principalURL(appID) + "/oauth2PermissionGrants"
			return serviceprincipals.NewItemOauth2PermissionGrantsRequestBuilder(raw, d.adapter).ToGetRequestInformation(ctx, nil)
		},
		many[models.OAuth2PermissionGrantCollectionResponseable](into,
			models.CreateOAuth2PermissionGrantCollectionResponseFromDiscriminatorValue, newGrant))
}

func (d *Directory) principalURL(appID string) string {
	return d.base + "/servicePrincipals(appId='" + url.PathEscape(appID) + "')"
}

func (d *Directory) consentPolicyPart(into **directory.ConsentPolicy) *part {
	return get(directory.PartConsentPolicy, "GET /policies/authorizationPolicy", "the tenant",
		func(ctx context.Context) (*abstractions.RequestInformation, error) {
			return policies.NewAuthorizationPolicyRequestBuilderInternal(d.path(), d.adapter).ToGetRequestInformation(ctx, nil)
		},
		one(into, models.CreateAuthorizationPolicyFromDiscriminatorValue, newConsentPolicy))
}

func (d *Directory) secretPolicyPart(into **directory.SecretPolicy) *part {
	return get(directory.PartSecretPolicy, "GET /policies/defaultAppManagementPolicy", "the tenant",
		func(ctx context.Context) (*abstractions.RequestInformation, error) {
			return policies.NewDefaultAppManagementPolicyRequestBuilderInternal(d.path(), d.adapter).ToGetRequestInformation(ctx, nil)
		},
		func(body []byte) (string, error) {
			policy, err := parseSecretPolicy(body)
			*into = policy
			return "", err
		})
}

func (d *Directory) securityDefaultsPart(into **bool) *part {
	return get(directory.PartSecurityDefaults, "GET /policies/identitySecurityDefaultsEnforcementPolicy", "the tenant",
		func(ctx context.Context) (*abstractions.RequestInformation, error) {
			return policies.NewIdentitySecurityDefaultsEnforcementPolicyRequestBuilderInternal(d.path(), d.adapter).ToGetRequestInformation(ctx, nil)
		},
		one(into, models.CreateIdentitySecurityDefaultsEnforcementPolicyFromDiscriminatorValue,
			func(policy models.IdentitySecurityDefaultsEnforcementPolicyable) (*bool, error) {
				if policy.GetIsEnabled() == nil {
					return nil, malformed("no isEnabled")
				}
				return policy.GetIsEnabled(), nil
			}))
}

// userParts look for one account by two names: an address of a mailbox need
// not be its user principal name.
type userParts struct {
	byName, byMail *part
	named          *directory.User
	mailed         []*directory.User
}

func (d *Directory) userParts(address string) *userParts {
	u := &userParts{}
	u.byName = get("user", "GET /users/{userPrincipalName}", address,
		func(ctx context.Context) (*abstractions.RequestInformation, error) {
			return users.NewUsersRequestBuilderInternal(d.path(), d.adapter).ByUserId(address).ToGetRequestInformation(ctx,
				&users.UserItemRequestBuilderGetRequestConfiguration{
					QueryParameters: &users.UserItemRequestBuilderGetQueryParameters{Select: fields(userFields)},
				})
		},
		one(&u.named, readUser, newUser))
	u.byMail = get("userByMail", "GET /users?$filter=mail", address,
		func(ctx context.Context) (*abstractions.RequestInformation, error) {
			filter := equals("mail", address) + " or proxyAddresses/any(p:p eq 'smtp:" + literal(address) + "')"
			return users.NewUsersRequestBuilderInternal(d.path(), d.adapter).ToGetRequestInformation(ctx,
				&users.UsersRequestBuilderGetRequestConfiguration{
					QueryParameters: &users.UsersRequestBuilderGetQueryParameters{Filter: &filter, Select: fields(userFields)},
				})
		},
		many[*page[*user]](&u.mailed, readPage[*user](readUser), newUser))
	return u
}

// conclude prefers the user principal name. Several users with one address
// are none that could be told.
func (u *userParts) conclude(into **directory.User) error {
	switch {
	case u.byName.err == nil:
		*into = u.named
	case !u.byName.absent():
		return u.byName.err
	case u.byMail.err != nil:
		return u.byMail.err
	case len(u.mailed) > 1:
		return u.byMail.wrong(malformed("several users have this address"))
	case len(u.mailed) == 1:
		*into = u.mailed[0]
	}
	return nil
}
