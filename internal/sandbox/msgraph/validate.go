package msgraph

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"wxmail/internal/sandbox/tenant"
)

const (
	nameMax       = 256
	textMax       = 1024
	tagMax        = 256
	redirectMax   = 256
	resourcesMax  = 50
	permissionMax = 400
)

// validateApplication holds the rules for an application as a whole.
// https://learn.microsoft.com/graph/api/resources/application
func (c *call) validateApplication(app tenant.Application) error {
	switch {
	case !within(app.DisplayName, 1, nameMax):
		return badValue("displayName", "Application")
	case app.Description != nil && !within(*app.Description, 0, textMax):
		return badValue("description", "Application")
	case app.Notes != nil && !within(*app.Notes, 0, textMax):
		return badValue("notes", "Application")
	case app.UniqueName != nil && !within(*app.UniqueName, 1, nameMax):
		return badValue("uniqueName", "Application")
	case !validTags(app.Tags):
		return badValue("tags", "Application")
	case !slices.Contains(audiences(), app.SignInAudience):
		return badValue("signInAudience", "Application")
	case c.uniqueNameTaken(app):
		return invalid("Another object with the same value for property uniqueName already exists.")
	}
	if err := validateRedirects(app); err != nil {
		return err
	}
	if err := c.redirectPolicy(app); err != nil {
		return err
	}
	return validateResources(app.RequiredResourceAccess)
}

// redirectPolicy holds the tenant's policy on redirect URIs, which Graph's beta
// has; localhost is not said to be exempt, and the code of the refusal is not
// documented: this one is made like those for secrets.
// https://learn.microsoft.com/graph/api/resources/redirecturiconfiguration?view=graph-rest-beta
func (c *call) redirectPolicy(app tenant.Application) error {
	insecure := func(uri string) bool { return !strings.HasPrefix(uri, "https://") }
	if c.tenant.Settings.RedirectPolicy != "https" || !slices.ContainsFunc(app.Web.RedirectURIs, insecure) {
		return nil
	}
	return &refusal{status: 400, code: "RedirectUriSchemeNotAllowedAsPerAppPolicy",
		message: "Redirect URI scheme not allowed as per assigned policy."}
}

func within(s string, least, most int) bool {
	n := utf8.RuneCountInString(s)
	return n >= least && n <= most
}

// isGUID takes the one form that Graph writes.
func isGUID(s string) bool { return len(s) == 36 && uuid.Validate(s) == nil }

func validTags(tags []string) bool {
	return !slices.ContainsFunc(tags, func(tag string) bool { return !within(tag, 1, tagMax) })
}

func audiences() []string {
	return []string{"AzureADMyOrg", "AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount"}
}

// uniqueNameTaken looks among the deleted applications too.
func (c *call) uniqueNameTaken(app tenant.Application) bool {
	if app.UniqueName == nil {
		return false
	}
	same := func(other tenant.Application) bool {
		return other.ID != app.ID && hasUniqueName(other, *app.UniqueName)
	}
	_, live := c.tenant.Applications.FindLatest(same)
	_, gone := c.tenant.DeletedItems.FindLatest(same)
	reserved := c.tenant.Clock.Now().Before(c.tenant.ReservedNames[strings.ToLower(*app.UniqueName)])
	return live || gone || reserved
}

// validateRedirects holds the rules for redirect URIs.
// https://learn.microsoft.com/entra/identity-platform/reply-url
func validateRedirects(app tenant.Application) error {
	all := slices.Concat(app.Web.RedirectURIs, app.PublicClient.RedirectURIs, app.SPA.RedirectURIs)
	most := 256
	if personal(app) {
		most = 100
	}
	if len(all) > most {
		return badValue("redirectUris", "Application")
	}
	slices.Sort(all)
	if len(slices.Compact(all)) != len(app.Web.RedirectURIs)+len(app.PublicClient.RedirectURIs)+len(app.SPA.RedirectURIs) {
		return invalid("Request contains a property with duplicate values.")
	}
	for _, uri := range slices.Concat(app.Web.RedirectURIs, app.SPA.RedirectURIs) {
		if !validRedirect(uri, personal(app), webScheme) {
			return badValue("redirectUris", "Application")
		}
	}
	for _, uri := range app.PublicClient.RedirectURIs {
		if !validRedirect(uri, personal(app), func(u *url.URL) bool { return u.Scheme != "http" || webScheme(u) }) {
			return badValue("redirectUris", "Application")
		}
	}
	return nil
}

func personal(app tenant.Application) bool {
	return app.SignInAudience != "AzureADMyOrg" && app.SignInAudience != "AzureADMultipleOrgs"
}

func validRedirect(uri string, personal bool, scheme func(*url.URL) bool) bool {
	u, err := url.Parse(uri)
	if err != nil || !within(uri, 1, redirectMax) || strings.ContainsAny(uri, "!$'(),;*#\\ \t") {
		return false
	}
	if u.Scheme == "" || u.User != nil || u.RawQuery != "" && personal {
		return false
	}
	return scheme(u)
}

// webScheme: https, or http on the machine itself; [::1] is not supported.
func webScheme(u *url.URL) bool {
	local := u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1"
	return u.Hostname() != "" && (u.Scheme == "https" || u.Scheme == "http" && local)
}

func validateResources(resources []tenant.RequiredResourceAccess) error {
	bad := badValue("requiredResourceAccess", "Application")
	if len(resources) > resourcesMax {
		return bad
	}
	seen, permissions := map[string]bool{}, 0
	first := func(id string) bool {
		known := seen[id]
		seen[id] = true
		return !known
	}
	for _, resource := range resources {
		if !isGUID(resource.ResourceAppID) || resource.ResourceAccess == nil {
			return bad
		}
		if !first(resource.ResourceAppID) {
			return invalid("Request contains a property with duplicate values.")
		}
		for _, access := range resource.ResourceAccess {
			if !isGUID(access.ID) || access.Type != "Scope" && access.Type != "Role" {
				return bad
			}
			if !first(resource.ResourceAppID + access.ID + access.Type) {
				return invalid("Request contains a property with duplicate values.")
			}
			permissions++
		}
	}
	if permissions > permissionMax {
		return bad
	}
	return nil
}
