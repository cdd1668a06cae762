package guide

import "wxmail/internal/step"

// RegistrationPage is a page of an application among App registrations: its
// blade is "Authentication", "CallAnAPI" (API permissions) or "Credentials".
// Microsoft does not document the addresses of such pages; other programs link
// to them in the same way.
func RegistrationPage(blade, clientID string) step.Page {
	return step.Page{Portal: step.EntraPortal,
		Path: "/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/" + blade + "/appId/" + clientID}
}

// EnterprisePage is a page of a service principal among Enterprise
// applications: its blade is "Permissions", "Properties" or "Users".
func EnterprisePage(blade, principalID, clientID string) step.Page {
	return step.Page{Portal: step.EntraPortal,
		Path: "/#view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/" + blade + "/objectId/" + principalID + "/appId/" + clientID}
}
