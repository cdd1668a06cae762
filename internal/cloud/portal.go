package cloud

// Portals are the https origins of a cloud's web pages for administrators.
type Portals struct {
	AzurePortal, EntraPortal, AdminPortal, DefenderPortal string
}

// Pages of the Entra admin center. Microsoft does not document their
// addresses; other programs link to them in the same way.

// RegistrationPage is a page of an application among App registrations: its
// blade is "Authentication", "CallAnAPI" (API permissions) or "Credentials".
func (p *Portals) RegistrationPage(blade, clientID string) string {
	return p.EntraPortal + "/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/" + blade + "/appId/" + clientID
}

// EnterprisePage is a page of a service principal among Enterprise
// applications: its blade is "Permissions", "Properties" or "Users".
func (p *Portals) EnterprisePage(blade, principalID, clientID string) string {
	return p.EntraPortal + "/#view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/" + blade + "/objectId/" + principalID + "/appId/" + clientID
}

// DeletedPage lists the deleted applications.
func (p *Portals) DeletedPage() string {
	return p.EntraPortal + "/#view/Microsoft_AAD_RegisteredApps/DeletedApplications"
}
