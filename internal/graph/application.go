package graph

import (
	"context"
	"time"

	"github.com/google/uuid"
	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/applications"
	"github.com/microsoftgraph/msgraph-sdk-go/applicationswithuniquename"
	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"wxmail/internal/vault"
)

// ApplicationSpec is what UpsertApplication sets. The application is always
// of this tenant only.
type ApplicationSpec struct {
	DisplayName          string
	Notes                string
	Tags                 []string
	RedirectURIs         []string // platform Web
	ImplicitAccessTokens bool
	Required             []RequiredResource
}

// UpsertApplication creates the application of a unique name, or sets one
// that exists to spec. The application and true come back only when the
// answer says that it was created; nil and false mean that it is to be read
// again. It may be repeated, and is, so that one that exists may still be
// ours from a first try whose answer was lost.
// https://learn.microsoft.com/graph/api/application-upsert
func (d *Directory) UpsertApplication(ctx context.Context, uniqueName string, spec ApplicationSpec) (*Application, bool, error) {
	required, err := requiredModels(spec.Required)
	if err != nil {
		return nil, false, err
	}
	audience := "AzureADMyOrg"
	app := models.NewApplication()
	app.SetDisplayName(&spec.DisplayName)
	app.SetSignInAudience(&audience)
	app.SetNotes(&spec.Notes)
	app.SetTags(orEmpty(spec.Tags))
	app.SetWeb(webModel(orEmpty(spec.RedirectURIs), &spec.ImplicitAccessTokens))
	app.SetRequiredResourceAccess(required)

	builder := applicationswithuniquename.NewApplicationsWithUniqueNameRequestBuilderInternal(d.path(), d.adapter, &uniqueName)
	info, err := builder.ToPatchRequestInformation(ctx, app,
		&applicationswithuniquename.ApplicationsWithUniqueNameRequestBuilderPatchRequestConfiguration{Headers: createIfMissing()})
	c := call{"PATCH /applications(uniqueName)", uniqueName, true}
	body, err := d.send(ctx, c, info, err)
	if err != nil || len(body) == 0 {
		return nil, false, err
	}
	var created *Application
	_, err = one(&created, models.CreateApplicationFromDiscriminatorValue, newApplication)(body)
	if err != nil {
		return nil, false, c.wrong(err)
	}
	return created, true, nil
}

// ApplicationPatch is what UpdateApplication changes; nil leaves as it is. A
// list replaces the whole list, an empty one clears it.
type ApplicationPatch struct {
	Notes                *string // "" removes them
	RedirectURIs         []string
	ImplicitAccessTokens *bool
	Required             []RequiredResource
}

func (p ApplicationPatch) isEmpty() bool {
	return p.Notes == nil && p.RedirectURIs == nil && p.ImplicitAccessTokens == nil && p.Required == nil
}

// UpdateApplication changes what patch sets and sends nothing else; an empty
// patch sends nothing at all. The values are absolute, so it may be repeated.
// https://learn.microsoft.com/graph/api/application-update
func (d *Directory) UpdateApplication(ctx context.Context, objectID string, patch ApplicationPatch) error {
	if patch.isEmpty() {
		return nil
	}
	// A fresh model: one that was read would be sent back whole, stale values
	// and all.
	app := models.NewApplication()
	switch {
	case patch.Notes == nil:
	case *patch.Notes == "":
		app.GetAdditionalData()["notes"] = nil // SetNotes(nil) would send nothing
	default:
		app.SetNotes(patch.Notes)
	}
	if patch.RedirectURIs != nil || patch.ImplicitAccessTokens != nil {
		app.SetWeb(webModel(patch.RedirectURIs, patch.ImplicitAccessTokens))
	}
	if patch.Required != nil {
		required, err := requiredModels(patch.Required)
		if err != nil {
			return err
		}
		app.SetRequiredResourceAccess(required)
	}
	info, err := d.application(objectID).ToPatchRequestInformation(ctx, app, nil)
	return d.do(ctx, call{"PATCH /applications/{id}", objectID, true}, info, err)
}

// DeleteApplication moves the application, and its service principal, to the
// tenant's deleted items. One that does not exist is deleted already, so it
// may be repeated.
// https://learn.microsoft.com/graph/api/application-delete
func (d *Directory) DeleteApplication(ctx context.Context, objectID string) error {
	info, err := d.application(objectID).ToDeleteRequestInformation(ctx, nil)
	return d.remove(ctx, call{"DELETE /applications/{id}", objectID, true}, info, err)
}

// AddPassword makes a client secret; the answer is the only one that ever
// holds its value. Never repeated: a lost answer leaves a secret behind that
// only its label tells. A policy may refuse it: CredentialTypeNotAllowedAsPerAppPolicy,
// CredentialInvalidLifetimeAsPerAppPolicy.
// https://learn.microsoft.com/graph/api/application-addpassword
func (d *Directory) AddPassword(ctx context.Context, objectID, label string, end time.Time) (*Password, error) {
	end = end.UTC().Truncate(time.Second)
	secret := models.NewPasswordCredential()
	secret.SetDisplayName(&label)
	secret.SetEndDateTime(&end)
	request := applications.NewItemAddPasswordPostRequestBody()
	request.SetPasswordCredential(secret)

	info, err := d.application(objectID).AddPassword().ToPostRequestInformation(ctx, request, nil)
	c := call{"POST /applications/{id}/addPassword", objectID, false}
	body, err := d.send(ctx, c, info, err)
	if err != nil {
		return nil, err
	}
	var made *Password
	if _, err := one(&made, models.CreatePasswordCredentialFromDiscriminatorValue, newPassword)(body); err != nil {
		return nil, c.wrong(err)
	}
	return made, nil
}

func newPassword(m models.PasswordCredentialable) (*Password, error) {
	p := &Password{
		KeyID: id(m.GetKeyId()), Label: value(m.GetDisplayName()),
		Secret: vault.NewSecret(value(m.GetSecretText())), End: value(m.GetEndDateTime()),
	}
	if !p.Secret.IsSet() {
		return nil, malformed("no secretText")
	}
	return p, identified(p.KeyID)
}

// RemovePassword removes the client secret of a key id. Not repeated: what
// Graph says of a key that is not there is not documented.
// https://learn.microsoft.com/graph/api/application-removepassword
func (d *Directory) RemovePassword(ctx context.Context, objectID, keyID string) error {
	key, err := uuid.Parse(keyID)
	if err != nil {
		return notGUID(keyID)
	}
	request := applications.NewItemRemovePasswordPostRequestBody()
	request.SetKeyId(&key)
	info, err := d.application(objectID).RemovePassword().ToPostRequestInformation(ctx, request, nil)
	return d.do(ctx, call{"POST /applications/{id}/removePassword", objectID, false}, info, err)
}

func (d *Directory) application(objectID string) *applications.ApplicationItemRequestBuilder {
	return applications.NewApplicationsRequestBuilderInternal(d.path(), d.adapter).ByApplicationId(objectID)
}

func createIfMissing() *abstractions.RequestHeaders {
	headers := abstractions.NewRequestHeaders()
	headers.Add("Prefer", "create-if-missing")
	return headers
}

// webModel is the platform Web with what is not nil.
func webModel(redirectURIs []string, accessTokens *bool) models.WebApplicationable {
	web := models.NewWebApplication()
	if redirectURIs != nil {
		web.SetRedirectUris(redirectURIs)
	}
	if accessTokens != nil {
		implicit := models.NewImplicitGrantSettings()
		implicit.SetEnableAccessTokenIssuance(accessTokens)
		web.SetImplicitGrantSettings(implicit)
	}
	return web
}

func requiredModels(required []RequiredResource) ([]models.RequiredResourceAccessable, error) {
	result := []models.RequiredResourceAccessable{}
	for _, r := range required {
		resource := models.NewRequiredResourceAccess()
		resource.SetResourceAppId(&r.ResourceAppID)
		access := []models.ResourceAccessable{}
		for _, a := range r.Access {
			permission, err := uuid.Parse(a.ID)
			if err != nil {
				return nil, notGUID(a.ID)
			}
			declared := models.NewResourceAccess()
			declared.SetId(&permission)
			declared.SetTypeEscaped(&a.Type)
			access = append(access, declared)
		}
		resource.SetResourceAccess(access)
		result = append(result, resource)
	}
	return result, nil
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
