package directory

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

// ApplicationPatch is what UpdateApplication changes; nil leaves as it is. A
// list replaces the whole list, an empty one clears it.
type ApplicationPatch struct {
	Notes                *string // "" removes them
	RedirectURIs         []string
	ImplicitAccessTokens *bool
	Required             []RequiredResource
}

// IsEmpty says whether nothing is to change.
func (p ApplicationPatch) IsEmpty() bool {
	return p.Notes == nil && p.RedirectURIs == nil && p.ImplicitAccessTokens == nil && p.Required == nil
}

// ServicePrincipalSpec is what CreateServicePrincipal sets.
type ServicePrincipalSpec struct {
	Notes string
	Tags  []string
}
