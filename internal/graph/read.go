package graph

import (
	"cmp"
	"context"
	"fmt"

	"github.com/google/uuid"

	"wxmail/internal/directory"
)

// Read looks at everything that q asks for in one $batch, and in a second one
// at what our application was granted if q did not know its application id,
// or, where there is none, at the owners of the candidates. It changes nothing
// and may be repeated.
//
// The first part that failed is the error; only a typed not-found means
// absent, and only policies, Deleted and Candidates may be left Unreadable.
func (d *Directory) Read(ctx context.Context, q directory.Query) (*directory.Snapshot, error) {
	if err := check(q); err != nil {
		return nil, err
	}
	s := &directory.Snapshot{Unreadable: map[string]error{}}
	r := reading{d: d, q: q, s: s}
	guess := r.guess()
	r.add(guess)
	if err := d.batch(ctx, r.parts...); err != nil {
		return nil, err
	}
	if err := r.conclude(); err != nil {
		return nil, err
	}
	if err := r.readHoldings(ctx, guess); err != nil {
		return nil, err
	}
	return s, nil
}

// readHoldings adds what the application holds. What a wrong guess brought
// belongs to another one.
func (r *reading) readHoldings(ctx context.Context, guess string) error {
	if r.s.Application == nil {
		return r.readOwners(ctx)
	}
	if !sameID(guess, r.s.Application.AppID) {
		r.held = r.holdings(r.s.Application.AppID)
		if err := r.d.batch(ctx, r.held.parts()...); err != nil {
			return err
		}
	}
	return r.held.conclude(r.s)
}

func check(q directory.Query) error {
	switch {
	case !q.Application || q.AppID == "" && q.UniqueName != "":
		return nil
	case uuid.Validate(q.AppID) != nil:
		return fmt.Errorf("graph: %q is not an application id", q.AppID)
	default:
		return nil
	}
}

// reading is one Read: the parts of its first batch and what they bring.
type reading struct {
	d *Directory
	q directory.Query
	s *directory.Snapshot

	parts    []*part // all of the first batch
	required []*part
	optional []*part // by the names that Unreadable has
	user     *userParts
	held     *holdings
	byID     *directory.Application // the application whose object id was given for its application id
	former   former
}

// guess is the application id as far as it is known beforehand, or "".
func (r *reading) guess() string {
	switch {
	case !r.q.Application:
		return ""
	case r.q.AppID != "":
		return r.q.AppID
	case uuid.Validate(r.q.HintAppID) == nil:
		return r.q.HintAppID
	default:
		return ""
	}
}

// add collects the parts that q asks for.
func (r *reading) add(guess string) {
	if r.q.Organization {
		r.need(r.d.organizationPart(&r.s.Organization))
	}
	if r.q.Application {
		r.need(r.d.applicationPart(r.q, &r.s.Application))
	}
	if r.q.Application && r.q.AppID == "" {
		r.wish(r.d.deletedPart(r.q.UniqueName, &r.s.Deleted))
	}
	if r.q.Application && r.q.AppID == "" && r.q.FormerName != "" {
		r.former.add(r)
	}
	if r.q.Application && r.q.AppID != "" && r.q.AppID != r.q.HintAppID {
		r.need(r.d.applicationByIDPart(r.q.AppID, &r.byID))
	}
	if r.q.Application && r.q.AppID == "" && r.q.RedirectURI != "" {
		r.wish(r.d.candidatesPart(r.q.RedirectURI, &r.s.Candidates))
	}
	if r.q.Resources {
		r.need(r.d.resourcePart("exchange", directory.ExchangeAppID, &r.s.Exchange))
		r.need(r.d.resourcePart("graph", directory.MicrosoftGraphAppID, &r.s.MicrosoftGraph))
	}
	if r.q.Policies {
		r.wish(r.d.consentPolicyPart(&r.s.ConsentPolicy))
		r.wish(r.d.secretPolicyPart(&r.s.SecretPolicy))
		r.wish(r.d.securityDefaultsPart(&r.s.SecurityDefaults))
	}
	if r.q.User != "" {
		r.user = r.d.userParts(r.q.User)
		r.parts = append(r.parts, r.user.byName, r.user.byMail)
	}
	if guess != "" {
		r.held = r.holdings(guess)
		r.parts = append(r.parts, r.held.parts()...)
	}
}

func (r *reading) need(p *part) {
	r.parts, r.required = append(r.parts, p), append(r.required, p)
}

func (r *reading) wish(p *part) {
	r.parts, r.optional = append(r.parts, p), append(r.optional, p)
}

// conclude turns the ends of the parts into the snapshot's, or an error. The
// holdings wait until the application is known.
func (r *reading) conclude() error {
	if err := firstFailure(r.required...); err != nil {
		return err
	}
	if r.s.Application == nil {
		r.s.Application = cmp.Or(r.byID, r.former.application)
	}
	r.s.Deleted = cmp.Or(r.s.Deleted, r.former.deleted)
	if r.s.Application != nil {
		r.s.Candidates = nil
	}
	for _, p := range r.optional {
		if p.err != nil {
			r.s.Unreadable[p.name] = p.err
		}
	}
	if r.user != nil {
		return r.user.conclude(&r.s.User)
	}
	return nil
}

// former is our application by the unique name that an earlier version gave.
type former struct{ application, deleted *directory.Application }

func (f *former) add(r *reading) {
	living := r.d.applicationPart(directory.Query{UniqueName: r.q.FormerName}, &f.application)
	living.name = "formerApplication"
	gone := r.d.deletedPart(r.q.FormerName, &f.deleted)
	gone.name = "formerDeleted"
	r.need(living)
	r.parts = append(r.parts, gone) // as optional as the other, and says nothing more
}

// holdings are the service principal of an application and what it holds.
type holdings struct {
	principal, assigned, granted *part
	found                        directory.Snapshot // only what is held
}

func (r *reading) holdings(appID string) *holdings {
	h := &holdings{}
	h.principal = r.d.servicePrincipalPart(appID, &h.found.ServicePrincipal)
	h.assigned = r.d.assignmentsPart(appID, &h.found.Assignments)
	h.granted = r.d.grantsPart(appID, &h.found.Grants)
	return h
}

func (h *holdings) parts() []*part { return []*part{h.principal, h.assigned, h.granted} }

// conclude hands over what is held. Without a service principal nothing is;
// with one, lists that are not found are a replica that lags behind.
func (h *holdings) conclude(s *directory.Snapshot) error {
	if h.principal.absent() {
		return nil
	}
	for _, p := range h.parts() {
		if p.err != nil {
			return p.err
		}
	}
	s.ServicePrincipal, s.Assignments, s.Grants = h.found.ServicePrincipal, h.found.Assignments, h.found.Grants
	return nil
}
