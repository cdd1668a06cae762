package guide

import "testing"

func TestPagesOfThePortal(t *testing.T) {
	for got, want := range map[string]string{
		RegistrationPage("CallAnAPI", "app").Path:       "/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/CallAnAPI/appId/app",
		EnterprisePage("Permissions", "sp", "app").Path: "/#view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Permissions/objectId/sp/appId/app",
	} {
		if got != want {
			t.Errorf("got %s", got)
		}
	}
}
