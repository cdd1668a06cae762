package graph

import (
	"context"
	"time"

	"github.com/google/uuid"
	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoft/kiota-abstractions-go/serialization"
	"github.com/microsoftgraph/msgraph-sdk-go/applications"
	"github.com/microsoftgraph/msgraph-sdk-go/applicationswithuniquename"
	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"wxmail/internal/directory"
	"wxmail/internal/secret"
)

// UpsertApplication creates the application of a unique name, or sets one
// that exists to spec. The application and true come back only when the
// answer says that it was created; nil and false mean that it is to be read
// again. It may be repeated, and is, so that one that exists may still be
// ours from a first try whose answer was lost.
// https://learn.microsoft.com/graph/api/application-upsert
func (d *Directory) UpsertApplication(ctx context.Context, uniqueName string,
	spec directory.ApplicationSpec) (*directory.Application, bool, error) {
	required, err := requiredModels(spec.Required)
	if err != nil {
		return nil, false, err
	}
	audience := "AzureADMyOrg"
	app := &application{
		displayName: &spec.DisplayName, audience: &audience, notes: &spec.Notes, tags: orEmpty(spec.Tags),
		web: webModel(orEmpty(spec.RedirectURIs), &spec.ImplicitAccessTokens), required: required,
	}
	key := literal(uniqueName)
	builder := applicationswithuniquename.NewApplicationsWithUniqueNameRequestBuilderInternal(d.path(), d.adapter, &key)
	info, err := builder.ToGetRequestInformation(ctx, nil)
	info, err = d.patch(ctx, info, err, app)
	c := call{"PATCH /applications(uniqueName)", uniqueName, true}
	body, err := d.send(ctx, c, createIfMissing(info), err)
	if err != nil || len(body) == 0 {
		return nil, false, err
	}
	var created *directory.Application
	_, err = one(&created, readApplication, newApplication)(body)
	if err != nil {
		return nil, false, c.wrong(err)
	}
	return created, true, nil
}

// UpdateApplication changes what patch sets and sends nothing else; an empty
// patch sends nothing at all. The values are absolute, so it may be repeated.
// https://learn.microsoft.com/graph/api/application-update
func (d *Directory) UpdateApplication(ctx context.Context, objectID string, patch directory.ApplicationPatch) error {
	if patch.IsEmpty() {
		return nil
	}
	// A fresh model: one that was read would be sent back with stale values.
	app := &application{}
	if patch.Notes != nil && *patch.Notes == "" {
		app.clearNotes = true
	} else {
		app.notes = patch.Notes
	}
	if patch.RedirectURIs != nil || patch.ImplicitAccessTokens != nil {
		app.web = webModel(patch.RedirectURIs, patch.ImplicitAccessTokens)
	}
	if patch.Required != nil {
		var err error
		if app.required, err = requiredModels(patch.Required); err != nil {
			return err
		}
	}
	info, err := d.application(objectID).ToGetRequestInformation(ctx, nil)
	info, err = d.patch(ctx, info, err, app)
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
func (d *Directory) AddPassword(ctx context.Context, objectID, label string, end time.Time) (*directory.Password, error) {
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
	var made *directory.Password
	if _, err := one(&made, models.CreatePasswordCredentialFromDiscriminatorValue, newPassword)(body); err != nil {
		return nil, c.wrong(err)
	}
	return made, nil
}

func newPassword(m models.PasswordCredentialable) (*directory.Password, error) {
	p := &directory.Password{
		KeyID: id(m.GetKeyId()), Label: value(m.GetDisplayName()),
		Secret: secret.New(value(m.GetSecretText())), End: value(m.GetEndDateTime()),
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

// patch makes a PATCH with a narrow model of what a request builder gave for a
// GET of the same address.
func (d *Directory) patch(ctx context.Context, info *abstractions.RequestInformation, err error,
	model serialization.Parsable) (*abstractions.RequestInformation, error) {
	if err != nil {
		return nil, err
	}
	info.Method = abstractions.PATCH
	return info, info.SetContentFromParsable(ctx, d.adapter, "application/json", model)
}

func createIfMissing(info *abstractions.RequestInformation) *abstractions.RequestInformation {
	if info != nil {
		info.Headers.Add("Prefer", "create-if-missing")
	}
	return info
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

func requiredModels(required []directory.RequiredResource) ([]models.RequiredResourceAccessable, error) {
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
