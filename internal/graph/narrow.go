package graph

import (
	"errors"
	"time"

	"github.com/microsoft/kiota-abstractions-go/serialization"
	"github.com/microsoftgraph/msgraph-sdk-go/models"
)

// The SDK's models of applications, service principals and users lead, by
// their relations, to every type that Graph has: naming one of the three puts
// 1,700 types into the binary, half of its size. So these are narrow models of
// the three: what is read and written, and nothing that is related.

// application has of the SDK's Application what applicationFields names.
type application struct {
	id, appID, uniqueName, displayName, audience, notes *string
	clearNotes                                          bool // send null: a nil is left out
	tags                                                []string
	created                                             *time.Time
	web                                                 models.WebApplicationable
	spa                                                 models.SpaApplicationable
	public                                              models.PublicClientApplicationable
	required                                            []models.RequiredResourceAccessable
	secrets                                             []models.PasswordCredentialable
}

func readApplication(serialization.ParseNode) (serialization.Parsable, error) {
	return &application{}, nil
}

// GetFieldDeserializers says what is read.
func (a *application) GetFieldDeserializers() map[string]func(serialization.ParseNode) error {
	return map[string]func(serialization.ParseNode) error{
		"id": text(&a.id), "appId": text(&a.appID), "uniqueName": text(&a.uniqueName),
		"displayName": text(&a.displayName), "signInAudience": text(&a.audience), "notes": text(&a.notes),
		"tags": texts(&a.tags), "createdDateTime": moment(&a.created),
		"web":                    object(&a.web, models.CreateWebApplicationFromDiscriminatorValue),
		"spa":                    object(&a.spa, models.CreateSpaApplicationFromDiscriminatorValue),
		"publicClient":           object(&a.public, models.CreatePublicClientApplicationFromDiscriminatorValue),
		"requiredResourceAccess": objects(&a.required, models.CreateRequiredResourceAccessFromDiscriminatorValue),
		"passwordCredentials":    objects(&a.secrets, models.CreatePasswordCredentialFromDiscriminatorValue),
	}
}

// Serialize writes what is set of what wxmail changes.
func (a *application) Serialize(w serialization.SerializationWriter) error {
	kind := "#microsoft.graph.application"
	errs := []error{
		w.WriteStringValue("@odata.type", &kind),
		w.WriteStringValue("displayName", a.displayName),
		w.WriteStringValue("signInAudience", a.audience),
		w.WriteStringValue("notes", a.notes),
		writeTexts(w, "tags", a.tags),
	}
	if a.clearNotes {
		errs = append(errs, w.WriteAdditionalData(map[string]any{"notes": nil}))
	}
	if a.web != nil {
		errs = append(errs, w.WriteObjectValue("web", a.web))
	}
	if a.required != nil {
		list := make([]serialization.Parsable, len(a.required))
		for i, r := range a.required {
			list[i] = r
		}
		errs = append(errs, w.WriteCollectionOfObjectValues("requiredResourceAccess", list))
	}
	return errors.Join(errs...)
}

// servicePrincipal has of the SDK's ServicePrincipal what principalFields and
// resourceFields name.
type servicePrincipal struct {
	id, appID, displayName, notes *string
	tags                          []string
	enabled, assignmentRequired   *bool
	roles                         []models.AppRoleable
	scopes                        []models.PermissionScopeable
}

func readServicePrincipal(serialization.ParseNode) (serialization.Parsable, error) {
	return &servicePrincipal{}, nil
}

// GetFieldDeserializers says what is read.
func (p *servicePrincipal) GetFieldDeserializers() map[string]func(serialization.ParseNode) error {
	return map[string]func(serialization.ParseNode) error{
		"id": text(&p.id), "appId": text(&p.appID), "displayName": text(&p.displayName), "notes": text(&p.notes),
		"tags": texts(&p.tags), "accountEnabled": flag(&p.enabled), "appRoleAssignmentRequired": flag(&p.assignmentRequired),
		"appRoles":               objects(&p.roles, models.CreateAppRoleFromDiscriminatorValue),
		"oauth2PermissionScopes": objects(&p.scopes, models.CreatePermissionScopeFromDiscriminatorValue),
	}
}

// Serialize writes what is set of what wxmail changes.
func (p *servicePrincipal) Serialize(w serialization.SerializationWriter) error {
	kind := "#microsoft.graph.servicePrincipal"
	return errors.Join(
		w.WriteStringValue("@odata.type", &kind),
		w.WriteStringValue("notes", p.notes),
		writeTexts(w, "tags", p.tags))
}

// user has of the SDK's User what userFields names.
type user struct {
	readOnly
	id, upn, mail, kind *string
	enabled, synced     *bool
	addresses           []string
	plans               []models.AssignedPlanable
}

func readUser(serialization.ParseNode) (serialization.Parsable, error) { return &user{}, nil }

// GetFieldDeserializers says what is read.
func (u *user) GetFieldDeserializers() map[string]func(serialization.ParseNode) error {
	return map[string]func(serialization.ParseNode) error{
		"id": text(&u.id), "userPrincipalName": text(&u.upn), "mail": text(&u.mail), "userType": text(&u.kind),
		"accountEnabled": flag(&u.enabled), "onPremisesSyncEnabled": flag(&u.synced),
		"proxyAddresses": texts(&u.addresses),
		"assignedPlans":  objects(&u.plans, models.CreateAssignedPlanFromDiscriminatorValue),
	}
}

// page is one page of a list of narrow models, as the SDK's collection
// responses are of its own.
type page[M any] struct {
	readOnly
	item  serialization.ParsableFactory
	value []M
	next  *string
}

func readPage[M any](item serialization.ParsableFactory) serialization.ParsableFactory {
	return func(serialization.ParseNode) (serialization.Parsable, error) { return &page[M]{item: item}, nil }
}

// GetFieldDeserializers says what is read.
func (p *page[M]) GetFieldDeserializers() map[string]func(serialization.ParseNode) error {
	return map[string]func(serialization.ParseNode) error{
		"value": objects(&p.value, p.item), "@odata.nextLink": text(&p.next),
	}
}

// GetValue is the page's items; nil where the answer has none.
func (p *page[M]) GetValue() []M { return p.value }

// GetOdataNextLink is the address of the next page; nil on the last one.
func (p *page[M]) GetOdataNextLink() *string { return p.next }

// readOnly is for models that are never sent.
type readOnly struct{}

// Serialize refuses.
func (readOnly) Serialize(serialization.SerializationWriter) error {
	return errors.New("graph: this model is only read")
}

func text(into **string) func(serialization.ParseNode) error {
	return func(n serialization.ParseNode) (err error) {
		*into, err = n.GetStringValue()
		return err
	}
}

func flag(into **bool) func(serialization.ParseNode) error {
	return func(n serialization.ParseNode) (err error) {
		*into, err = n.GetBoolValue()
		return err
	}
}

func moment(into **time.Time) func(serialization.ParseNode) error {
	return func(n serialization.ParseNode) (err error) {
		*into, err = n.GetTimeValue()
		return err
	}
}

func texts(into *[]string) func(serialization.ParseNode) error {
	return func(n serialization.ParseNode) error {
		values, err := n.GetCollectionOfPrimitiveValues("string")
		if err != nil || values == nil {
			return err
		}
		*into = make([]string, len(values))
		for i, v := range values {
			if s, ok := v.(*string); ok {
				(*into)[i] = value(s)
			}
		}
		return nil
	}
}

func object[M any](into *M, factory serialization.ParsableFactory) func(serialization.ParseNode) error {
	return func(n serialization.ParseNode) error {
		read, err := n.GetObjectValue(factory)
		if model, ok := read.(M); ok {
			*into = model
		}
		return err
	}
}

// objects refuses a null among the items.
func objects[M any](into *[]M, factory serialization.ParsableFactory) func(serialization.ParseNode) error {
	return func(n serialization.ParseNode) error {
		read, err := n.GetCollectionOfObjectValues(factory)
		if err != nil || read == nil {
			return err
		}
		items := make([]M, len(read))
		for i := range read {
			model, ok := read[i].(M)
			if !ok {
				return malformed("a null in a list")
			}
			items[i] = model
		}
		*into = items
		return nil
	}
}

// writeTexts leaves nil out and writes an empty list as [].
func writeTexts(w serialization.SerializationWriter, key string, list []string) error {
	if list == nil {
		return nil
	}
	return w.WriteCollectionOfStringValues(key, list)
}
