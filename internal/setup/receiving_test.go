package setup_test

import (
	"encoding/json"
	"testing"

	"wxmail/internal/guide"
	"wxmail/internal/secret"
	"wxmail/internal/setup"
)

// someoneMakes has an administrator make a secret for an application by hand.
func (o *office) someoneMakes(application, label, value string) {
	o.t.Helper()
	var all []map[string]any
	for _, app := range o.tenant().Applications {
		for _, c := range app.PasswordCredentials {
			if app.AppID == application {
				all = append(all, map[string]any{"keyId": c.KeyID, "displayName": c.DisplayName, "hint": c.Hint,
					"startDateTime": c.StartDateTime, "endDateTime": c.EndDateTime})
			}
		}
	}
	all = append(all, map[string]any{"displayName": label, "secretText": value})
	o.Call("PATCH", "/applications/"+application, map[string]any{"passwordCredentials": all}, nil)
}

// receives takes a secret over.
func (o *office) receives(value string) error {
	o.t.Helper()
	return setup.Receive(o.t.Context(), o.connection(o.nobody()), secret.New(value))
}

// held is the secret that the vault holds.
type held struct {
	ClientID, KeyID, Label, Value string
	Previous                      *struct{ KeyID, Label string }
}

func (o *office) held() (h held) {
	o.t.Helper()
	must(o.t, json.Unmarshal([]byte(o.inVault("client-secret")), &h))
	return h
}

const theirs = "the~secret.of-another_administrator"

func TestAReceivedSecretIsKeptAndRecognisedAtTheNextLook(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	must(t, o.vault.Delete("client-secret"))
	app := o.application().AppID
	o.someoneMakes(app, "by hand", theirs)
	before := len(o.Writes())
	must(t, o.receives(theirs))
	is(t, "as received", o.held().KeyID, "")
	summary := setup.LastSeen("default", o.data())
	is(t, "the summary's secret is stored", *summary.Azure.Secret.Stored, true)
	is(t, "its id is unknown", summary.Azure.Secret.KeyID, "")
	is(t, "its end is unknown", summary.Azure.Secret.Expires, nil)

	result := o.goes(o.nobody(), whole())
	well(t, result)
	is(t, "changes", made(result), nil)
	is(t, "writes", len(o.Writes()), before)
	made := o.application().PasswordCredentials[1]
	is(t, "as recognised", o.held(), held{ClientID: app, KeyID: made.KeyID, Label: "by hand", Value: theirs})
	is(t, "the summary's secret", string(result.Summary.Azure.Secret.KeyID), made.KeyID)
}

func TestAReceivedSecretStandsBesideOurs(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	ours := o.application().PasswordCredentials[0]
	o.someoneMakes(o.application().AppID, "by hand", theirs)
	must(t, o.receives(theirs))
	is(t, "what it stands beside", o.held().Previous.KeyID, ours.KeyID)
	must(t, o.receives(theirs))
	is(t, "received again, it stands beside", o.held().Previous.KeyID, ours.KeyID)

	p := o.nobody()
	well(t, o.goes(p, guide.Rotation()))
	is(t, "said", p.said, []string{"tenant.found", "note.rotation-open"})
	last := o.goes(o.somebody(map[string]string{"azure.old-secret-replaced": "yes"}), guide.Finish(""))
	well(t, last)
	is(t, "changes", made(last), []string{"azure.secret-old." + ours.KeyID})
}

func TestAReceivedSecretOfAnotherApplication(t *testing.T) {
	t.Parallel()
	o := open(t, "by-hand")
	app := o.tenant().Applications[0].AppID
	o.someoneMakes(app, "by hand", theirs)
	o.answers["azure.application"] = app
	must(t, o.receives(theirs))
	is(t, "its application", o.held().ClientID, app)
}

func TestASecretThatIsNoneIsNotReceived(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	is(t, "before an application was seen", codeOf(o.receives(theirs)), "WX-APPLICATION-UNSEEN")
	o.isSetUp()
	before := o.inVault("client-secret")
	asked := len(o.Requests())
	is(t, "the id of a secret", codeOf(o.receives(o.application().PasswordCredentials[0].KeyID)), "WX-SECRET-ID")
	is(t, "requests", len(o.Requests())-asked, 1)
	is(t, "none of its secrets", codeOf(o.receives("something else")), "WX-SECRET-OTHER")
	is(t, "the vault's", o.inVault("client-secret"), before)
	o.answers = map[string]string{"webex.email-id": "nobody"}
	is(t, "answers that cannot be used", codeOf(o.receives(theirs)), "WX-ANSWER-INVALID")
}

// Entra ID may be out of reach for who says whose tenant it is, while the
// profile knows.
func TestASecretIsReceivedInATenantThatIsKnown(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	o.RetryAtOnce()
	o.someoneMakes(o.application().AppID, "by hand", theirs)
	o.fault(map[string]any{"service": "entra", "path": "openid-configuration$", "action": "status:503", "count": 1000})
	must(t, o.receives(theirs))
	o.fault(map[string]any{"service": "entra", "path": "/token$", "action": "status:503", "count": 1000})
	is(t, "while Entra ID does not answer", o.receives("something else") != nil, true)
	o.forgetTenant()
	is(t, "in a tenant that is not known", o.receives(theirs) != nil, true)
}

func (o *office) forgetTenant() {
	o.t.Helper()
	data := o.data()
	data.TenantID = ""
	must(o.t, o.profile.Write(data))
}

// A received secret is noted to be stored where ours was not.
func TestWhatWasNotNotedIsNotedBeforeAnotherTakesItsPlace(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	ours := o.application().PasswordCredentials[0].DisplayName
	o.withoutNotes()
	o.someoneMakes(o.application().AppID, "by hand", theirs)
	must(t, o.receives(theirs))
	is(t, "notes", o.notes(), []string{ours})
	well(t, o.goes(o.nobody(), whole()))
	is(t, "secrets", len(o.application().PasswordCredentials), 2)
}
