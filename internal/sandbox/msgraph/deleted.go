package msgraph

import (
	"strings"

	"wxmail/internal/sandbox/tenant"
)

// https://learn.microsoft.com/graph/api/resources/directory

func deletedKind() kind {
	k := applicationKind()
	k.set = "directory/deletedItems/microsoft.graph.application"
	return k
}

func (c *call) listDeleted() (answer, error) {
	return list(c, source[tenant.Application]{
		kind: deletedKind(), items: c.tenant.DeletedItems.All(), fields: applicationFields(),
		id: func(a tenant.Application) string { return a.ID },
	})
}

func (c *call) deleted() (tenant.Application, error) {
	app, found := c.tenant.DeletedItems.Get(strings.ToLower(c.keys[0].value))
	if !found {
		return app, notFound(c.keys[0].value)
	}
	return app, nil
}

func (c *call) getDeleted() (answer, error) {
	app, err := c.deleted()
	if err != nil {
		return answer{}, err
	}
	return c.oneOfMany(deletedKind(), app)
}

// oneOfMany shows an application where the address promises no more than some
// object of the directory, so that its type has to be told.
// https://learn.microsoft.com/graph/api/directory-deleteditems-restore
func (c *call) oneOfMany(k kind, app tenant.Application) (answer, error) {
	a, err := c.one(k, app)
	if shown, shows := a.body.(map[string]any); shows {
		shown["@odata.type"] = "#microsoft.graph.application"
	}
	return a, err
}

// purgeDeleted deletes for good; only then is the uniqueName free again, or not
// even then: nobody says.
func (c *call) purgeDeleted() (answer, error) {
	app, err := c.buried()
	if err != nil {
		return answer{}, err
	}
	c.tenant.DeletedItems.Delete(app.ID)
	if app.UniqueName != nil && c.tenant.Settings.PurgedNamesReserved {
		c.tenant.ReservedNames[strings.ToLower(*app.UniqueName)] = c.tenant.Clock.Now().AddDate(0, 0, 30)
	}
	return noContent(), nil
}

// restoreDeleted brings an application back without its service principal.
func (c *call) restoreDeleted() (answer, error) {
	if err := c.emptyBody(); err != nil {
		return answer{}, err
	}
	app, err := c.buried()
	if err != nil {
		return answer{}, err
	}
	app.DeletedDateTime = nil
	c.tenant.DeletedItems.Delete(app.ID)
	c.tenant.Applications.Put(app.ID, app)
	k := applicationKind()
	k.set = "directoryObjects"
	return c.oneOfMany(k, app)
}

// buried is a deleted application that is still there and the caller's to manage.
func (c *call) buried() (tenant.Application, error) {
	app, err := c.deleted()
	if err != nil {
		return app, err
	}
	app, found := c.tenant.DeletedItems.Latest(app.ID)
	if !found {
		return app, notFound(c.keys[0].value)
	}
	return app, c.mayManage(app)
}
