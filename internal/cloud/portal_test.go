package cloud_test

import (
	"testing"

	"wxmail/internal/cloud"
)

func TestPortalPages(t *testing.T) {
	e, err := cloud.Load("usgov", "")
	if err != nil {
		t.Fatal(err)
	}
	for got, want := range map[string]string{
		e.RegistrationPage("CallAnAPI", "app"):       "/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/CallAnAPI/appId/app",
		e.EnterprisePage("Permissions", "sp", "app"): "/#view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Permissions/objectId/sp/appId/app",
		e.DeletedPage(): "/#view/Microsoft_AAD_RegisteredApps/DeletedApplications",
	} {
		if got != "https://entra.microsoft.us"+want {
			t.Errorf("got %s", got)
		}
	}
}
