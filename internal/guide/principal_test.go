package guide

import (
	"errors"
	"testing"

	"wxmail/internal/directory"
	"wxmail/internal/step"
)

func (trials) Principal() trial {
	return trial{key: "azure.service-principal", notUndone: "goes along with its application",
		values: valuesOf[Principal]([]step.Value{Principal{"X", "notes"}, Principal{DisplayName: "X"}},
			map[string]step.Value{`"WebexConnect"`: Principal{DisplayName: "WebexConnect"}}),
		breaks: map[string]breaking{"noPrincipal": noPrincipal}}
}

func TestPlanOfTheServicePrincipal(t *testing.T) {
	runPlans(t, []planTest{
		{"it is missing, and with it all that it holds", healthy(noPrincipal), outline{Changes: []string{
			"azure.service-principal/create WX-SERVICE-PRINCIPAL-MISSING", "azure.app-role.Mail.Send/create",
			"azure.grant.Office-365-Exchange-Online/create", "azure.grant.Microsoft-Graph/create"}}},
	})
}

func TestTheServicePrincipalIsMadeForTheApplicationOfThisRun(t *testing.T) {
	f := untouched()
	c := planned(t, f, "azure.service-principal/create")
	same(t, "after", c.After, step.Value(Principal{"WebexConnect", notes(mailboxAddress)}))
	same(t, "needs", c.Needs, []string{"azure.application-restored", "azure.application"})
	tn := tenantOf(f)
	h := tn.hands()
	h.Made.note(func(is *ids) { is.appID = "just made" })
	made, err := apply(h, c)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "calls", tn.said(), []call{called("CreateServicePrincipal", "just made",
		directory.ServicePrincipalSpec{Notes: notes(mailboxAddress), Tags: []string{"wxmail"}})})
	same(t, "made", made, any(map[string]string{"objectId": "principal made 1"}))
	if h.Made.now().principalID != "principal made 1" {
		t.Error("the run does not know it")
	}
}

func TestTheServicePrincipalWaitsForItsApplication(t *testing.T) {
	f := healthy(noPrincipal)
	tn := tenantOf(f).refuse("CreateServicePrincipal", notYet())
	c := planned(t, f, "azure.service-principal/create")
	if _, err := apply(tn.hands(), c); err != nil || len(tn.said()) != 2 {
		t.Errorf("%v after %d tries", err, len(tn.said()))
	}
}

// A secret cannot be proved without a service principal: who waits for that
// must know why there is none.
func TestWhyThereIsNoServicePrincipalIsRemembered(t *testing.T) {
	f := healthy(noPrincipal)
	refused := refusedByGraph()
	tn := tenantOf(f).refuse("CreateServicePrincipal", refused)
	h := tn.hands()
	if _, err := apply(h, planned(t, f, "azure.service-principal/create")); !errors.Is(err, refused) || !errors.Is(h.Made.now().principalErr,
		refused) {
		t.Errorf("%v, %v", err, h.Made.now().principalErr)
	}
}
