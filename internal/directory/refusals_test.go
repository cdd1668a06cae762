package directory

import (
	"context"
	"fmt"
	"testing"

	"wxmail/internal/microsoft"
)

func graphRefusal(status int, code, message string) error {
	return fmt.Errorf("wrapped: %w", &microsoft.Error{Service: microsoft.Graph, Status: status, Code: code, Message: message})
}

func TestNotYet(t *testing.T) {
	for _, test := range []struct {
		status        int
		code, message string
		notYet        bool
	}{
		{404, "Request_ResourceNotFound",
			"Resource 'x' does not exist or one of its queried reference-property objects are not present.", true},
		{400, "Request_BadRequest",
			"Resource 'x' does not exist or one of its queried reference-property objects are not present.", true},
		{400, "Request_BadRequest", "The appId 'x' of the service principal does not reference a valid application object.", true},
		{403, "Authorization_RequestDenied",
			"When using this permission, the backing application of the service principal being created must in the local tenant", true},
		{400, "Request_BadRequest", "Not a valid reference update.", true},
		{409, "Conflict", "The object is in an inconsistent state.", true},
		{403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.", false},
		{400, "Request_BadRequest", "Permission being assigned already exists on the object", false},
		{409, "Request_MultipleObjectsWithSameKeyValue", "Permission entry already exists.", false},
		{404, "ResourceNotFound", "", false},
		{503, "serviceNotAvailable", "", false},
	} {
		if got := NotYet(graphRefusal(test.status, test.code, test.message)); got != test.notYet {
			t.Errorf("%d %s %s: %v", test.status, test.code, test.message, got)
		}
	}
	if NotYet(nil) || NotYet(context.Canceled) || IsExists(nil) {
		t.Error("no answer of Graph means that")
	}
}

// A client secret that was made a moment ago is refused like a wrong one; one
// that is refreshed with is wrong.
func TestNotYetProved(t *testing.T) {
	for _, code := range []string{"AADSTS7000215", "AADSTS700016", "AADSTS7000229"} {
		for asked, want := range map[microsoft.Asked]bool{
			microsoft.SecretProof: true, microsoft.Refresh: false, microsoft.Redemption: false, microsoft.MailboxSignIn: false,
		} {
			err := fmt.Errorf("wrapped: %w", &microsoft.Error{Service: microsoft.Entra, Status: 401, Code: code, Asked: asked})
			if got := NotYet(err); got != want {
				t.Errorf("%s at %s: %v", code, asked, got)
			}
		}
	}
	if NotYet(&microsoft.Error{Service: microsoft.Entra, Asked: microsoft.SecretProof, Code: "AADSTS7000222"}) {
		t.Error("a secret that has ended will not begin")
	}
}

func TestWhatIsThereAlready(t *testing.T) {
	const sameName = "Another object with the same value for property uniqueName already exists."
	for _, test := range []struct {
		status        int
		code, message string
		exists, taken bool
	}{
		{400, "Request_BadRequest", sameName, false, true},
		{400, "BadRequest", sameName, false, true},
		{400, "Request_BadRequest", "Another object with the same value for property identifierUris already exists.", true, false},
		{400, "Request_BadRequest", "Permission being assigned already exists on the object", true, false},
		{409, "Request_MultipleObjectsWithSameKeyValue", "Permission entry already exists.", true, false},
		{400, "Request_BadRequest", "Property 'uniqueName' is immutable and cannot be changed.", false, false},
		{403, "Authorization_RequestDenied", sameName, false, false},
	} {
		err := graphRefusal(test.status, test.code, test.message)
		if exists, taken := IsExists(err), IsUniqueNameTaken(err); exists != test.exists || taken != test.taken || NotYet(err) {
			t.Errorf("%d %s %s: exists %v, taken %v", test.status, test.code, test.message, exists, taken)
		}
	}
	elsewhere := &microsoft.Error{Service: microsoft.Exchange, Status: 400, Message: sameName}
	if IsUniqueNameTaken(nil) || IsUniqueNameTaken(elsewhere) {
		t.Error("no answer of Graph means that")
	}
}

func TestAPolicyForApplicationsIsToldByTheEndOfItsCode(t *testing.T) {
	for code, want := range map[string]bool{
		"CredentialTypeNotAllowedAsPerAppPolicy": true, "SomethingNewAsPerAppPolicy": true, "AppPolicy": false,
	} {
		if got := IsAppPolicy(&microsoft.Error{Service: microsoft.Graph, Status: 400, Code: code}); got != want {
			t.Errorf("%s: %v", code, got)
		}
	}
	if IsAppPolicy(nil) || IsAppPolicy(&microsoft.Error{Service: microsoft.Entra, Code: "XAsPerAppPolicy"}) {
		t.Error("somebody else's refusal is a policy's")
	}
}
