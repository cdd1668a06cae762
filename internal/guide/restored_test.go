package guide

import (
	"testing"

	"wxmail/internal/step"
)

func (trials) RestoredApplication() trial {
	return trial{key: "azure.application-restored",
		values: valuesOf[Restored]([]step.Value{deleted, restored}, map[string]step.Value{`"deleted"`: deleted}),
		breaks: map[string]breaking{"deletedApplication": deletedApplication, "hadBack": hadBack()}}
}

func TestPlanOfADeletedApplication(t *testing.T) {
	runPlans(t, []planTest{
		{"it is had back, and what went with its principal is made anew", healthy(deletedApplication), outline{Changes: []string{
			"azure.application-restored/create WX-APPLICATION-DELETED", "azure.service-principal/create", "azure.app-role.Mail.Send/create",
			"azure.grant.Office-365-Exchange-Online/create", "azure.grant.Microsoft-Graph/create"}}},
		{"what differs of it is mended, for no reason of its own", healthy(implicitOff, deletedApplication, noToken), outline{Changes: []string{
			"azure.application-restored/create WX-APPLICATION-DELETED", "azure.application/update", "azure.service-principal/create",
			"azure.app-role.Mail.Send/create", "azure.grant.Office-365-Exchange-Online/create", "azure.grant.Microsoft-Graph/create",
			"token.redirect-uri/create", "token.sign-in/create WX-TOKEN-MISSING", "token.redirect-uri/delete", "token.smtp-sign-in/create"}}},
		{"another than the adopted one is left where it is", healthy(deletedApplication, answer("azure.application",
			"04b07795-8ddb-461a-bbee-02f9e1bf7b46")),
			outline{Changes: []string{"azure.service-principal/create", "azure.app-role.Mail.Send/create",
				"azure.grant.Office-365-Exchange-Online/create",
				"azure.grant.Microsoft-Graph/create"}}},
	})
}

func TestADeletedApplicationIsRestored(t *testing.T) {
	f := healthy(deletedApplication)
	c := planned(t, f, "azure.application-restored/create")
	if c.Before != step.Value(deleted) || c.After != step.Value(restored) || c.Risk.ID != "risk.restored" || c.Why[0].Page.Path == "" {
		t.Errorf("%+v", c)
	}
	applying(t, tenantOf(f), c, called("RestoreApplication", objectID))
	update := planned(t, healthy(implicitOff, deletedApplication), "azure.application/update")
	same(t, "it is changed only once it is back", update.Needs, []string{"azure.application-restored"})
}

// hadBack is the journal of a setup after an undo: it knows the application
// only as one that was restored.
func hadBack(more ...step.Entry) breaking {
	return func(f *Facts) {
		entries := setUp()[1:]
		entries = append(entries, did(step.Create, "azure.application-restored", "WebexConnect", deleted, restored, `null`))
		journal(append(entries, more...)...)(f)
	}
}

func TestUndoDeletesAgainWhatWasRestored(t *testing.T) {
	mended := did(step.Update, "azure.application", "WebexConnect", Application{RedirectURIs: []string{}},
		Application{RedirectURIs: []string{callbackURL}},
		`{"objectId":"object-1"}`)
	somebody := did(step.Create, "azure.application-restored", "WebexConnect", deleted, restored, `null`)
	for _, test := range []struct {
		name  string
		facts Facts
		want  outline
	}{
		{"a setup after an undo", healthy(hadBack()), outline{Changes: []string{"undo.azure.application/delete"}}},
		{"one that changed it besides", healthy(hadBack(mended)), outline{Changes: []string{"undo.azure.application/delete"}}},
		{"somebody had deleted it", healthy(later(somebody)), outline{Changes: []string{"undo.azure.application/delete"}}},
		{"somebody uses it, which is said once", healthy(later(somebody), otherSecret),
			outline{Changes: []string{"undo.azure.secret.secret-1/delete"},
				Kept: []string{"azure.application kept.application"}}},
		{"it is deleted once more", healthy(hadBack(), deletedApplication), outline{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			same(t, "plan", outlineOf(undoOf(test.facts, "azure.register")), test.want)
		})
	}
}

func TestAnApplicationThatIsDeletedAgainHasDrifted(t *testing.T) {
	if c := planned(t, healthy(hadBack(), deletedApplication), "azure.application-restored/create"); c.Drift.IsZero() {
		t.Error("somebody deleted what wxmail had restored, and nobody is told")
	}
	if c := planned(t, healthy(deletedApplication), "azure.application-restored/create"); !c.Drift.IsZero() {
		t.Error("what was never done is called drift")
	}
}
