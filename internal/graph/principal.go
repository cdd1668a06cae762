package graph

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/oauth2permissiongrants"
	"github.com/microsoftgraph/msgraph-sdk-go/serviceprincipals"
	"github.com/microsoftgraph/msgraph-sdk-go/serviceprincipalswithappid"

	"wxmail/internal/directory"
	"wxmail/internal/microsoft"
)

// CreateServicePrincipal gives an application of the tenant its service
// principal, or sets the one that is there to spec and reads it. It may be
// repeated. Right after the application was made it may fail with what NotYet
// knows.
// https://learn.microsoft.com/graph/api/serviceprincipal-upsert
func (d *Directory) CreateServicePrincipal(ctx context.Context, appID string,
	spec directory.ServicePrincipalSpec) (*directory.ServicePrincipal, error) {
	builder := serviceprincipalswithappid.NewServicePrincipalsWithAppIdRequestBuilderInternal(d.path(), d.adapter, &appID)
	info, err := builder.ToGetRequestInformation(ctx, nil)
	info, err = d.patch(ctx, info, err, &servicePrincipal{notes: &spec.Notes, tags: orEmpty(spec.Tags)})
	c := call{"PATCH /servicePrincipals(appId)", appID, true}
	body, err := d.send(ctx, c, createIfMissing(info), err)
	if err != nil {
		return nil, err
	}
	if len(body) == 0 { // 204: it was there
		c = call{"GET /servicePrincipals(appId)", appID, true}
		info, err = d.principalByAppID(appID, principalFields)(ctx)
		if body, err = d.send(ctx, c, info, err); err != nil {
			return nil, err
		}
	}
	var made *directory.ServicePrincipal
	if _, err := one(&made, readServicePrincipal, newServicePrincipal)(body); err != nil {
		return nil, c.wrong(err)
	}
	return made, nil
}

// AssignAppRole gives an application permission, by its role id, of a
// resource's service principal to a client's, both by object id, and returns
// the assignment's id. One that exists is success. Not repeated; right after
// the service principal was made it may fail with what NotYet knows.
// https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto
func (d *Directory) AssignAppRole(ctx context.Context, principalID, resourceID, roleID string) (string, error) {
	var ids [3]uuid.UUID
	for i, text := range []string{principalID, resourceID, roleID} {
		var err error
		if ids[i], err = uuid.Parse(text); err != nil {
			return "", notGUID(text)
		}
	}
	assignment := models.NewAppRoleAssignment()
	assignment.SetPrincipalId(&ids[0])
	assignment.SetResourceId(&ids[1])
	assignment.SetAppRoleId(&ids[2])
	info, err := d.principal(resourceID).AppRoleAssignedTo().ToPostRequestInformation(ctx, assignment, nil)
	c := call{"POST /servicePrincipals/{id}/appRoleAssignedTo", principalID, false}
	body, err := d.send(ctx, c, info, err)
	if directory.IsExists(err) {
		return d.assignment(ctx, principalID, resourceID, roleID, err)
	}
	if err != nil {
		return "", err
	}
	var made *directory.Assignment
	if _, err := one(&made, models.CreateAppRoleAssignmentFromDiscriminatorValue, pointer(newAssignment))(body); err != nil {
		return "", c.wrong(err)
	}
	return made.ID, nil
}

// assignment finds the id of one that is said to exist; failure is how that
// was said.
func (d *Directory) assignment(ctx context.Context, principalID, resourceID, roleID string, failure error) (string, error) {
	var held []directory.Assignment
	p := get("appRoleAssignments", "GET /servicePrincipals/{id}/appRoleAssignments", principalID,
		func(ctx context.Context) (*abstractions.RequestInformation, error) {
			return d.principal(principalID).AppRoleAssignments().ToGetRequestInformation(ctx, nil)
		},
		many[models.AppRoleAssignmentCollectionResponseable](&held,
			models.CreateAppRoleAssignmentCollectionResponseFromDiscriminatorValue, newAssignment))
	if err := d.batch(ctx, p); err != nil {
		return "", err
	}
	if p.err != nil {
		return "", p.err
	}
	for _, a := range held {
		if sameID(a.ResourceID, resourceID) && sameID(a.RoleID, roleID) {
			return a.ID, nil
		}
	}
	return "", failure
}

// RemoveAppRoleAssignment takes an application permission back. One that does
// not exist is removed already, so it may be repeated.
// https://learn.microsoft.com/graph/api/serviceprincipal-delete-approleassignments
func (d *Directory) RemoveAppRoleAssignment(ctx context.Context, principalID, assignmentID string) error {
	info, err := d.principal(principalID).AppRoleAssignments().ByAppRoleAssignmentId(assignmentID).ToDeleteRequestInformation(ctx, nil)
	return d.remove(ctx, call{"DELETE /servicePrincipals/{id}/appRoleAssignments/{id}", assignmentID, true}, info, err)
}

// CreateGrant gives delegated permissions, by their values, of a resource's
// service principal to a client's for all users of the tenant, and returns
// the grant's id. It takes effect at once. Not repeated. There is one such
// grant per resource: where it exists the error is IsExists, and UpdateGrant
// with the union is what is left to do.
// https://learn.microsoft.com/graph/api/oauth2permissiongrant-post
func (d *Directory) CreateGrant(ctx context.Context, clientID, resourceID string, scopes []string) (string, error) {
	kind := directory.AllPrincipals
	grant := grantModel(scopes)
	grant.SetClientId(&clientID)
	grant.SetResourceId(&resourceID)
	grant.SetConsentType(&kind)
	info, err := d.grants().ToPostRequestInformation(ctx, grant, nil)
	c := call{"POST /oauth2PermissionGrants", clientID, false}
	body, err := d.send(ctx, c, info, err)
	if err != nil {
		return "", err
	}
	var made *directory.Grant
	if _, err := one(&made, models.CreateOAuth2PermissionGrantFromDiscriminatorValue, pointer(newGrant))(body); err != nil {
		return "", c.wrong(err)
	}
	return made.ID, nil
}

// UpdateGrant replaces all scopes of a grant, so it may be repeated. To leave
// none, DeleteGrant.
// https://learn.microsoft.com/graph/api/oauth2permissiongrant-update
func (d *Directory) UpdateGrant(ctx context.Context, grantID string, scopes []string) error {
	info, err := d.grants().ByOAuth2PermissionGrantId(grantID).ToPatchRequestInformation(ctx, grantModel(scopes), nil)
	return d.do(ctx, call{"PATCH /oauth2PermissionGrants/{id}", grantID, true}, info, err)
}

// DeleteGrant takes all delegated permissions of a grant back. One that does
// not exist is deleted already, so it may be repeated.
// https://learn.microsoft.com/graph/api/oauth2permissiongrant-delete
func (d *Directory) DeleteGrant(ctx context.Context, grantID string) error {
	info, err := d.grants().ByOAuth2PermissionGrantId(grantID).ToDeleteRequestInformation(ctx, nil)
	return d.remove(ctx, call{"DELETE /oauth2PermissionGrants/{id}", grantID, true}, info, err)
}

func (d *Directory) principal(objectID string) *serviceprincipals.ServicePrincipalItemRequestBuilder {
	return serviceprincipals.NewServicePrincipalsRequestBuilderInternal(d.path(), d.adapter).ByServicePrincipalId(objectID)
}

func (d *Directory) grants() *oauth2permissiongrants.Oauth2PermissionGrantsRequestBuilder {
	return oauth2permissiongrants.NewOauth2PermissionGrantsRequestBuilderInternal(d.path(), d.adapter)
}

func grantModel(scopes []string) models.OAuth2PermissionGrantable {
	scope := strings.Join(scopes, " ")
	grant := models.NewOAuth2PermissionGrant()
	grant.SetScope(&scope)
	return grant
}

// remove is do for what is as good as done when there is nothing to remove.
func (d *Directory) remove(ctx context.Context, c call, info *abstractions.RequestInformation, err error) error {
	err = d.do(ctx, c, info, err)
	if microsoft.IsNotFound(err) {
		return nil
	}
	return err
}

func pointer[M, T any](own func(M) (T, error)) func(M) (*T, error) {
	return func(m M) (*T, error) {
		result, err := own(m)
		return &result, err
	}
}

func notGUID(text string) error { return fmt.Errorf("graph: %q is not an id", text) }
