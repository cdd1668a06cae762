package graph

import (
	"cmp"
	"context"
	"net/url"
	"slices"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoft/kiota-abstractions-go/serialization"
	"github.com/microsoftgraph/msgraph-sdk-go/applications"

	"wxmail/internal/directory"
)

// ownersRead is of how many candidates the owners are read: with the rest of a
// $batch, and no more than a person chooses among.
const ownersRead = 10

// candidatesPart looks for applications by a redirect URI of the platform Web,
// which only the index of advanced queries knows. It is optional: what it does
// not find may exist all the same, since the index lags, and was seen to leave
// applications out.
// https://learn.microsoft.com/graph/aad-advanced-queries#application-properties
// https://github.com/microsoftgraph/msgraph-sdk-powershell/issues/1646
func (d *Directory) candidatesPart(uri string, into *[]directory.Candidate) *part {
	return get(directory.PartCandidates, "GET /applications?$filter=web/redirectUris", uri,
		func(ctx context.Context) (*abstractions.RequestInformation, error) {
			filter, count := "web/redirectUris/any(p:p eq '"+literal(uri)+"')", true
			headers := abstractions.NewRequestHeaders()
			headers.Add("ConsistencyLevel", "eventual")
			return applications.NewApplicationsRequestBuilderInternal(d.path(), d.adapter).ToGetRequestInformation(ctx,
				&applications.ApplicationsRequestBuilderGetRequestConfiguration{Headers: headers,
					QueryParameters: &applications.ApplicationsRequestBuilderGetQueryParameters{
						Filter: &filter, Count: &count, Select: fields(applicationFields)}})
		},
		withRedirect(uri, into))
}

// withRedirect is a take of the applications that have a redirect URI to the
// letter, the newest first. It is compared again: a filter that is not heeded
// must not bring in somebody's application.
func withRedirect(uri string, into *[]directory.Candidate) take {
	var found []*directory.Application
	collect := many[*page[*application]](&found, readPage[*application](readApplication), newApplication)
	return func(body []byte) (string, error) {
		next, err := collect(body)
		if err != nil || next != "" {
			return next, err
		}
		for _, app := range found {
			if slices.Contains(app.RedirectURIs, uri) {
				*into = append(*into, directory.Candidate{Application: *app})
			}
		}
		slices.SortStableFunc(*into, func(a, b directory.Candidate) int { return b.Created.Compare(a.Created) })
		return "", nil
	}
}

// readOwners adds the owners of the candidates, in one $batch. Those that
// cannot be read stay unknown.
func (r *reading) readOwners(ctx context.Context) error {
	var parts []*part
	for i := range r.s.Candidates[:min(len(r.s.Candidates), ownersRead)] {
		parts = append(parts, r.d.ownersPart(&r.s.Candidates[i]))
	}
	if len(parts) == 0 {
		return nil
	}
	return r.d.batch(ctx, parts...)
}

// https://learn.microsoft.com/graph/api/application-list-owners
func (d *Directory) ownersPart(c *directory.Candidate) *part {
	var owners []string
	collect := many[*page[*owner]](&owners, readPage[*owner](readOwner), newOwner)
	return get("owners-"+c.ObjectID, "GET /applications/{id}/owners", c.ObjectID,
		func(ctx context.Context) (*abstractions.RequestInformation, error) {
			raw := d.base + "/applications/" + url.PathEscape(c.ObjectID) + "/owners?$select=id,displayName,userPrincipalName"
			return applications.NewItemOwnersRequestBuilder(raw, d.adapter).ToGetRequestInformation(ctx, nil)
		},
		func(body []byte) (string, error) {
			next, err := collect(body)
			if err == nil && next == "" {
				c.Owners, c.OwnersKnown = owners, true
			}
			return next, err
		})
}

// owner is a user or a service principal, as far as it is named.
type owner struct {
	readOnly
	id, upn, displayName *string
}

func readOwner(serialization.ParseNode) (serialization.Parsable, error) { return &owner{}, nil }

// GetFieldDeserializers says what is read.
func (o *owner) GetFieldDeserializers() map[string]func(serialization.ParseNode) error {
	return map[string]func(serialization.ParseNode) error{
		"id": text(&o.id), "userPrincipalName": text(&o.upn), "displayName": text(&o.displayName)}
}

func newOwner(m *owner) (string, error) {
	name := cmp.Or(value(m.upn), value(m.displayName), value(m.id))
	return name, identified(name)
}
