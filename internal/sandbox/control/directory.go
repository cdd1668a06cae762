package control

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"wxmail/internal/sandbox/tenant"
)

// collections are the sets of GET /state that POST, PATCH and DELETE change.
func (s *server) collections(mux *http.ServeMux) {
	register(mux, s, "applications", applications())
	register(mux, s, "users", users())
	register(mux, s, "servicePrincipals", servicePrincipals())
	register(mux, s, "appRoleAssignments", appRoleAssignments())
	register(mux, s, "oauth2PermissionGrants", grants())
	register(mux, s, "mailboxes", mailboxes())
	register(mux, s, "outboundPolicies", outboundPolicies())
	register(mux, s, "outboundRules", outboundRules())
	register(mux, s, "remoteDomains", remoteDomains())
	register(mux, s, "transportRules", transportRules())
	register(mux, s, "inboxRules", inboxRules())
	mux.HandleFunc("POST /deletedUsers/{id}", handle(s.restoreUser))
}

// applications are named by id, appId or uniqueName. A body's
// passwordCredentials may carry a secretText; DELETE is the portal's, which
// leaves the application among the deleted items.
func applications() collection[tenant.Application] {
	return collection[tenant.Application]{
		noun: "application",
		set:  func(t *tenant.Tenant) *tenant.Set[tenant.Application] { return t.Applications },
		key:  func(a tenant.Application) string { return a.ID },
		named: func(a tenant.Application, id string) bool {
			return is(id, a.ID, a.AppID) || a.UniqueName != nil && is(id, *a.UniqueName)
		},
		blank:   blankApplication,
		prepare: takeSecrets,
		finish: func(t *tenant.Tenant, a, old *tenant.Application, secrets hidden) error {
			if err := required("displayName", a.DisplayName); err != nil {
				return err
			}
			for i := range a.PasswordCredentials {
				finishCredential(t, &a.PasswordCredentials[i], old, secrets[i])
			}
			return nil
		},
		after: func(t *tenant.Tenant, a tenant.Application, gone bool) {
			if gone {
				forget(t, a)
			}
		},
	}
}

func blankApplication(t *tenant.Tenant) tenant.Application {
	return tenant.Application{
		ID: t.IDs.New(), AppID: t.IDs.New(), Tags: []string{}, SignInAudience: "AzureADMyOrg",
		Web:                    tenant.Web{RedirectURIs: []string{}},
		PublicClient:           tenant.RedirectURIs{RedirectURIs: []string{}},
		SPA:                    tenant.RedirectURIs{RedirectURIs: []string{}},
		RequiredResourceAccess: []tenant.RequiredResourceAccess{},
		PasswordCredentials:    []tenant.PasswordCredential{},
		CreatedDateTime:        t.Clock.Now(),
	}
}

// takeSecrets moves secretText, which no read ever shows, out of the body.
func takeSecrets(patch json.RawMessage) (json.RawMessage, hidden, error) {
	fields, err := object(patch)
	if err != nil {
		return nil, nil, err
	}
	secrets := hidden{}
	credentials, _ := fields["passwordCredentials"].([]any)
	for i, credential := range credentials {
		if entry, ok := credential.(map[string]any); ok && entry["secretText"] != nil {
			text, ok := entry["secretText"].(string)
			if !ok || len(text) < 3 {
				return nil, nil, errors.New("body: secretText is a string of at least 3 characters")
			}
			secrets[i] = text
			delete(entry, "secretText")
		}
	}
	rest, err := json.Marshal(fields)
	return rest, secrets, err
}

// finishCredential gives a secret what the portal gives it, or keeps the text
// that it had.
func finishCredential(t *tenant.Tenant, c *tenant.PasswordCredential, old *tenant.Application, text string) {
	if old != nil {
		for _, before := range old.PasswordCredentials {
			if before.KeyID == c.KeyID {
				c.SecretText = before.SecretText
			}
		}
	}
	if c.KeyID == "" {
		c.KeyID = t.IDs.New()
	}
	if c.StartDateTime.IsZero() {
		c.StartDateTime = t.Clock.Now()
	}
	if c.EndDateTime.IsZero() {
		c.EndDateTime = c.StartDateTime.AddDate(2, 0, 0)
	}
	if text != "" {
		c.SecretText, c.Hint = t.Issue("client-secret", text), text[:3]
	}
}

// forget does what Entra does when an application is deleted.
func forget(t *tenant.Tenant, a tenant.Application) {
	now := t.Clock.Now()
	a.DeletedDateTime = &now
	t.DeletedItems.Put(a.ID, a)
	sp, ok := t.ServicePrincipals.FindLatest(func(sp tenant.ServicePrincipal) bool { return sp.AppID == a.AppID })
	if ok {
		t.ServicePrincipals.Delete(sp.ID)
		ungrant(t, sp)
	}
}

// ungrant removes what a service principal was granted.
func ungrant(t *tenant.Tenant, sp tenant.ServicePrincipal) {
	for _, assignment := range t.AppRoleAssignments.AllLatest() {
		if assignment.PrincipalID == sp.ID {
			t.AppRoleAssignments.Delete(assignment.ID)
		}
	}
	for _, grant := range t.OAuth2PermissionGrants.AllLatest() {
		if grant.ClientID == sp.ID {
			t.OAuth2PermissionGrants.Delete(grant.ID)
		}
	}
}

// users are named by id or user principal name; a new one's password is
// everybody's.
func users() collection[tenant.User] {
	return collection[tenant.User]{
		noun:  "user",
		set:   func(t *tenant.Tenant) *tenant.Set[tenant.User] { return t.Users },
		key:   func(u tenant.User) string { return u.ID },
		named: func(u tenant.User, id string) bool { return is(id, u.ID, u.UserPrincipalName) },
		blank: func(t *tenant.Tenant) tenant.User {
			return tenant.User{
				ID: t.IDs.New(), AccountEnabled: true, UserType: "Member",
				AssignedPlans: []tenant.AssignedPlan{}, ProxyAddresses: []string{}, DirectoryRoles: []string{},
				SignInSessionsValidFrom: t.Clock.Now(), Password: "sandbox",
			}
		},
		prepare: takePassword,
		finish:  finishUser,
		after: func(t *tenant.Tenant, u tenant.User, gone bool) {
			box, ok := t.Mailboxes.FindLatest(func(m tenant.Mailbox) bool { return m.ExternalDirectoryObjectID == u.ID })
			switch {
			case gone:
				bury(t, u, box, ok)
			case ok && box.AccountDisabled == u.AccountEnabled:
				box.AccountDisabled = !u.AccountEnabled
				t.Mailboxes.Put(box.ExchangeGUID, box)
			}
		},
	}
}

// bury does what Microsoft 365 does when a user is deleted: it keeps user and
// mailbox for 30 days, where nobody finds them.
func bury(t *tenant.Tenant, u tenant.User, box tenant.Mailbox, has bool) {
	deleted := tenant.DeletedUser{User: u, DeletedDateTime: t.Clock.Now()}
	if has {
		deleted.Mailbox = &box
		t.Mailboxes.Delete(box.ExchangeGUID)
	}
	t.DeletedUsers = append(t.DeletedUsers, deleted)
}

// restoreUser brings a deleted user back, with the mailbox. What they had
// signed in to ended when they were deleted: the stricter choice.
func (s *server) restoreUser(r *http.Request, b body) (any, error) {
	if err := b.empty(); err != nil {
		return nil, err
	}
	t, name := s.Tenant, r.PathValue("id")
	t.Lock()
	defer t.Unlock()
	for i, deleted := range slices.Backward(t.DeletedUsers) {
		if !is(name, deleted.ID, deleted.UserPrincipalName) || t.Clock.Now().After(deleted.DeletedDateTime.AddDate(0, 0, 30)) {
			continue
		}
		t.DeletedUsers = slices.Delete(t.DeletedUsers, i, i+1)
		deleted.SignInSessionsValidFrom = deleted.DeletedDateTime
		t.Users.Put(deleted.ID, deleted.User)
		if deleted.Mailbox != nil {
			t.Mailboxes.Put(deleted.Mailbox.ExchangeGUID, *deleted.Mailbox)
		}
		return deleted.User, nil
	}
	return nil, notFound("deleted user", name)
}

// takePassword reads a new password as Graph takes it.
// https://learn.microsoft.com/graph/api/resources/passwordprofile
func takePassword(raw json.RawMessage) (json.RawMessage, hidden, error) {
	patch := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &patch); err != nil || patch["passwordProfile"] == nil {
		return raw, nil, nil // merge says what is wrong with it
	}
	var profile struct {
		Password string `json:"password"`
	}
	decoder := json.NewDecoder(bytes.NewReader(patch["passwordProfile"]))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&profile); err != nil {
		return nil, nil, fmt.Errorf("passwordProfile: %w", err)
	}
	delete(patch, "passwordProfile")
	rest, err := json.Marshal(patch)
	return rest, hidden{0: profile.Password}, err
}

func finishUser(t *tenant.Tenant, u, old *tenant.User, h hidden) error {
	if err := required("userPrincipalName", u.UserPrincipalName); err != nil {
		return err
	}
	u.Password = "sandbox"
	if old != nil {
		u.Password = old.Password
	}
	if reset, is := h[0]; is {
		// A password that an administrator sets in the Entra admin center ends
		// all sessions, and every token that was issued in them.
		// https://learn.microsoft.com/entra/identity-platform/refresh-tokens#token-revocation
		u.Password, u.SignInSessionsValidFrom = reset, t.Clock.Now()
		if err := required("passwordProfile", reset); err != nil {
			return err
		}
	}
	if u.DisplayName == "" {
		u.DisplayName = u.UserPrincipalName
	}
	_, taken := t.Users.FindLatest(func(other tenant.User) bool {
		return other.ID != u.ID && is(u.UserPrincipalName, other.UserPrincipalName)
	})
	if taken {
		return &refusal{http.StatusConflict, fmt.Sprintf("there is a user %q", u.UserPrincipalName)}
	}
	return nil
}

func servicePrincipals() collection[tenant.ServicePrincipal] {
	return collection[tenant.ServicePrincipal]{
		noun:  "service principal",
		set:   func(t *tenant.Tenant) *tenant.Set[tenant.ServicePrincipal] { return t.ServicePrincipals },
		key:   func(sp tenant.ServicePrincipal) string { return sp.ID },
		named: func(sp tenant.ServicePrincipal, id string) bool { return is(id, sp.ID, sp.AppID) },
		blank: func(t *tenant.Tenant) tenant.ServicePrincipal {
			return tenant.ServicePrincipal{
				ID: t.IDs.New(), AccountEnabled: true, AppOwnerOrganizationID: t.Organization.ID,
				ServicePrincipalType: "Application", ServicePrincipalNames: []string{}, Tags: []string{},
				AppRoles: []tenant.AppRole{}, OAuth2PermissionScopes: []tenant.PermissionScope{},
			}
		},
		finish: func(_ *tenant.Tenant, sp, _ *tenant.ServicePrincipal, _ hidden) error {
			if len(sp.ServicePrincipalNames) == 0 {
				sp.ServicePrincipalNames = []string{sp.AppID}
			}
			return errors.Join(required("appId", sp.AppID), required("displayName", sp.DisplayName))
		},
		after: func(t *tenant.Tenant, sp tenant.ServicePrincipal, gone bool) {
			if gone {
				ungrant(t, sp)
			}
		},
	}
}

func appRoleAssignments() collection[tenant.AppRoleAssignment] {
	return collection[tenant.AppRoleAssignment]{
		noun:  "app role assignment",
		set:   func(t *tenant.Tenant) *tenant.Set[tenant.AppRoleAssignment] { return t.AppRoleAssignments },
		key:   func(a tenant.AppRoleAssignment) string { return a.ID },
		named: func(a tenant.AppRoleAssignment, id string) bool { return is(id, a.ID) },
		blank: func(t *tenant.Tenant) tenant.AppRoleAssignment {
			return tenant.AppRoleAssignment{ID: t.IDs.New(), PrincipalType: "ServicePrincipal", CreatedDateTime: t.Clock.Now()}
		},
		finish: func(t *tenant.Tenant, a, _ *tenant.AppRoleAssignment, _ hidden) error {
			principal, known := t.ServicePrincipals.Latest(a.PrincipalID)
			resource, offered := t.ServicePrincipals.Latest(a.ResourceID)
			if !known || !offered {
				return errors.New("body: principalId and resourceId are service principals")
			}
			a.PrincipalDisplayName, a.ResourceDisplayName = principal.DisplayName, resource.DisplayName
			return required("appRoleId", a.AppRoleID)
		},
	}
}

func grants() collection[tenant.OAuth2PermissionGrant] {
	return collection[tenant.OAuth2PermissionGrant]{
		noun:  "permission grant",
		set:   func(t *tenant.Tenant) *tenant.Set[tenant.OAuth2PermissionGrant] { return t.OAuth2PermissionGrants },
		key:   func(g tenant.OAuth2PermissionGrant) string { return g.ID },
		named: func(g tenant.OAuth2PermissionGrant, id string) bool { return is(id, g.ID) },
		blank: func(t *tenant.Tenant) tenant.OAuth2PermissionGrant {
			return tenant.OAuth2PermissionGrant{ID: t.IDs.New(), ConsentType: "AllPrincipals"}
		},
		finish: func(t *tenant.Tenant, g, _ *tenant.OAuth2PermissionGrant, _ hidden) error {
			_, client := t.ServicePrincipals.Latest(g.ClientID)
			_, resource := t.ServicePrincipals.Latest(g.ResourceID)
			if !client || !resource {
				return errors.New("body: clientId and resourceId are service principals")
			}
			return enum("consentType", g.ConsentType, "AllPrincipals", "Principal")
		},
	}
}
