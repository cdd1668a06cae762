package graph

import (
	"context"
	"slices"
	"strings"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	sdk "github.com/microsoftgraph/msgraph-sdk-go/directory"

	"wxmail/internal/directory"
)

// deletedPart looks for a unique name among the deleted applications. It is
// optional: that uniqueName may be filtered by is not documented.
// https://learn.microsoft.com/graph/api/directory-deleteditems-list
func (d *Directory) deletedPart(uniqueName string, into **directory.Application) *part {
	return get(directory.PartDeleted, "GET /directory/deletedItems/microsoft.graph.application", uniqueName,
		func(ctx context.Context) (*abstractions.RequestInformation, error) {
			filter := equals("uniqueName", uniqueName)
			info, err := d.deletedItems().GraphApplication().ToGetRequestInformation(ctx,
				&sdk.DeletedItemsGraphApplicationRequestBuilderGetRequestConfiguration{
					QueryParameters: &sdk.DeletedItemsGraphApplicationRequestBuilderGetQueryParameters{
						Filter: &filter, Select: fields(applicationFields)},
				})
			if err == nil { // the SDK casts by an alias; the documented type is the full one
				info.UrlTemplate = strings.Replace(info.UrlTemplate, "/graph.application", "/microsoft.graph.application", 1)
			}
			return info, err
		},
		newest(uniqueName, into))
}

// newest is a take of the application created last of those that have a
// unique name. The name is compared again: a filter that is not heeded must
// not bring back somebody else's application.
func newest(uniqueName string, into **directory.Application) take {
	var found []*directory.Application
	collect := many[*page[*application]](&found, readPage[*application](readApplication), newApplication)
	return func(body []byte) (string, error) {
		next, err := collect(body)
		found = slices.DeleteFunc(found, func(a *directory.Application) bool { return !strings.EqualFold(a.UniqueName, uniqueName) })
		if err == nil && next == "" && len(found) > 0 {
			*into = slices.MaxFunc(found, func(a, b *directory.Application) int { return a.Created.Compare(b.Created) })
		}
		return next, err
	}
}

// RestoreApplication takes an application, by its object id, out of the
// deleted items, with its ids, unique name and secrets. Its service principal
// stays deleted. Not repeated: what was restored is no deleted item any more,
// so after a lost answer a second try would be not found. Whether it is still
// deleted, Read tells; right afterwards, reads may not see it yet.
// https://learn.microsoft.com/graph/api/directory-deleteditems-restore
func (d *Directory) RestoreApplication(ctx context.Context, objectID string) error {
	info, err := d.deletedItems().ByDirectoryObjectId(objectID).Restore().ToPostRequestInformation(ctx, nil)
	return d.do(ctx, call{"POST /directory/deletedItems/{id}/restore", objectID, false}, info, err)
}

func (d *Directory) deletedItems() *sdk.DeletedItemsRequestBuilder {
	return sdk.NewDeletedItemsRequestBuilderInternal(d.path(), d.adapter)
}
