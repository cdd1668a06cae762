package world

import (
	"slices"
	"strings"
	"time"

	"wxmail/internal/directory"
	"wxmail/internal/mailflow"
	"wxmail/internal/wanted"
)

// Source is something that plans are made of, as a bit set: one round of
// reading serves every step of a run.
type Source uint

// The sources. Held is local: it signs nobody in, though a stored token is
// tried against the token endpoint.
const (
	Held Source = 1 << iota
	Directory
	Exchange
)

// Has says whether all of other is in s.
func (s Source) Has(other Source) bool { return s&other == other }

// Look is one source as it was looked at: what was read, or why it could not
// be. The zero Look was not looked at.
type Look[T any] struct {
	Value *T
	At    time.Time // when the look at Exchange began, or one before that parts were taken over from; else zero
	Err   error
}

// Seen is what the world holds, as far as it was looked at.
type Seen struct {
	TenantID  string
	Directory Look[directory.Snapshot]
	Exchange  Look[mailflow.Snapshot]
	Here      Look[Here]
}

// Read are the sources that have been read.
func (s *Seen) Read() (read Source) {
	if s.Here.Value != nil {
		read |= Held
	}
	if s.Directory.Value != nil {
		read |= Directory
	}
	if s.Exchange.Value != nil {
		read |= Exchange
	}
	return read
}

// Unread is why one of the sources could not be read, or nil.
func (s *Seen) Unread(of Source) error {
	switch {
	case of.Has(Directory) && s.Directory.Err != nil:
		return s.Directory.Err
	case of.Has(Exchange) && s.Exchange.Err != nil:
		return s.Exchange.Err
	}
	return nil
}

// Tenant is the directory; an empty one where it was not read.
func (s *Seen) Tenant() *directory.Snapshot {
	if s.Directory.Value == nil {
		return &directory.Snapshot{}
	}
	return s.Directory.Value
}

// Mail is Exchange; an empty one where it was not read.
func (s *Seen) Mail() *mailflow.Snapshot {
	if s.Exchange.Value == nil {
		return &mailflow.Snapshot{}
	}
	return s.Exchange.Value
}

// Local is what this computer holds; an empty one where it was not read.
func (s *Seen) Local() *Here {
	if s.Here.Value == nil {
		return &Here{}
	}
	return s.Here.Value
}

// Application is our application, or nil. One that somebody deleted can still
// be restored, with its client ID, and counts.
func (s *Seen) Application() *directory.Application {
	if app := s.Tenant().Application; app != nil {
		return app
	}
	return s.Tenant().Deleted
}

// Restoring says that our application is among the deleted ones.
func (s *Seen) Restoring() bool { return s.Tenant().Application == nil && s.Tenant().Deleted != nil }

// UsableSecret says that the vault holds a secret of our application that
// Microsoft still lists and that has not ended.
func (s *Seen) UsableSecret(now time.Time) bool {
	app, held := s.Application(), s.Local().Secret
	if app == nil || held == nil || held.ClientID != app.AppID {
		return false
	}
	i := slices.IndexFunc(app.Secrets, held.Is)
	return i >= 0 && app.Secrets[i].End.After(now)
}

// SecretGone says that the vault holds a secret of our application that
// Microsoft lists no more.
func (s *Seen) SecretGone() bool {
	app, held := s.Tenant().Application, s.Local().Secret
	return app != nil && held != nil && held.ClientID == app.AppID && !slices.ContainsFunc(app.Secrets, held.Is)
}

// SecretPolicy is what the tenant says about secrets of our application: the
// zero answer where it does not say.
func (s *Seen) SecretPolicy(now time.Time) (blocked bool, longest time.Duration) {
	policy := s.Tenant().SecretPolicy
	if policy == nil {
		return false, 0
	}
	created := now
	if app := s.Application(); app != nil {
		created = app.Created
	}
	return policy.For(created)
}

// Organization is the tenant's name, or otherwise where it was not read.
func (s *Seen) Organization(otherwise string) string {
	if org := s.Tenant().Organization; org != nil {
		return org.DisplayName
	}
	return otherwise
}

// Owns says whether a domain is verified in the tenant.
func (s *Seen) Owns(domain string) bool {
	org := s.Tenant().Organization
	return org != nil && slices.ContainsFunc(org.Domains, func(d directory.Domain) bool { return strings.EqualFold(d.Name, domain) })
}

// TokenLives says that the stored token was just refreshed, and is one for the
// application that the directory shows, where that was read: the token is tried
// while nobody knows yet which application that will be.
func (s *Seen) TokenLives() bool {
	here, app := s.Local(), s.Application()
	if !here.Refreshed || s.Directory.Value == nil {
		return here.Refreshed
	}
	return app != nil && strings.EqualFold(here.Token.ClientID, app.AppID)
}

// UPN is the user principal name of the account that signs in, and so of its
// tokens, where the answers name it so: it may differ from every address of the
// mailbox. "" where nothing that was looked at tells it.
func (s *Seen) UPN(typed string) string {
	token, user, mailbox := s.Local().Token, s.Tenant().User, s.Mail().SignIn
	held := token != nil && token.IsOf(typed)
	switch {
	case held && s.Local().Refreshed: // Entra ID has just said it
		return token.Account
	case user != nil && user.UPN != "":
		return user.UPN
	case mailbox != nil && mailbox.UserPrincipalName != "":
		return mailbox.UserPrincipalName
	case held:
		return token.Account
	}
	return ""
}

// Resource is the tenant's own service principal of a resource, or nil.
func (s *Seen) Resource(appID string) *directory.Resource {
	if appID == directory.ExchangeAppID {
		return s.Tenant().Exchange
	}
	return s.Tenant().MicrosoftGraph
}

// PermissionID is a permission's id in this tenant, or "".
func (s *Seen) PermissionID(p wanted.Permission) string {
	resource := s.Resource(p.ResourceAppID)
	if resource == nil {
		return ""
	}
	find := resource.Scope
	if p.Application {
		find = resource.Role
	}
	known, _ := find(p.Value)
	return known.ID
}

// Declared says whether our application lists a permission.
func (s *Seen) Declared(p wanted.Permission) bool {
	app := s.Application()
	if app == nil {
		return false
	}
	want := directory.Access{ID: s.PermissionID(p), Type: p.Kind()}
	return slices.ContainsFunc(app.Required, func(r directory.RequiredResource) bool {
		return r.ResourceAppID == p.ResourceAppID && slices.Contains(r.Access, want)
	})
}

// Granted says whether our application holds a permission for the whole tenant.
func (s *Seen) Granted(p wanted.Permission) bool {
	id, resource := s.PermissionID(p), s.Resource(p.ResourceAppID)
	if id == "" || resource == nil {
		return false
	}
	if p.Application {
		return s.Assignment(id, resource.ID) != nil
	}
	grant := s.Grant(resource.ID)
	return grant != nil && slices.Contains(grant.Scopes, p.Value)
}

// Assignment is the application permission of that role that we hold, or nil.
func (s *Seen) Assignment(roleID, resourceID string) *directory.Assignment {
	for _, a := range s.Tenant().Assignments {
		if a.RoleID == roleID && a.ResourceID == resourceID {
			return &a
		}
	}
	return nil
}

// Grant is the tenant-wide grant for a resource that we hold, or nil.
func (s *Seen) Grant(resourceID string) *directory.Grant {
	return TenantWide(s.Tenant().Grants, resourceID)
}

// TenantWide is the grant among others that holds for all users of a
// resource, or nil.
func TenantWide(grants []directory.Grant, resourceID string) *directory.Grant {
	for _, g := range grants {
		if g.ConsentType == directory.AllPrincipals && g.ResourceID == resourceID {
			return &g
		}
	}
	return nil
}
