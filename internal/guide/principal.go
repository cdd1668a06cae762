package guide

import (
	"context"

	"wxmail/internal/directory"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// Principal is the application's service principal: its presence in the
// tenant, which the portal makes along with an app registration.
type Principal struct {
	DisplayName string `json:"displayName"`
	Notes       string `json:"notes,omitempty"`
}

// Words implements step.Value.
func (v Principal) Words() []msg.Message {
	return []msg.Message{msg.M("value.plain", "Text", v.DisplayName)}
}

func principal() Thing {
	return of(Thing{
		Key: "azure.service-principal", Writes: world.Directory, Needs: []string{"azure.application"}, Right: mayRegister(),
		Reasons: []step.Known{{Code: "WX-SERVICE-PRINCIPAL-MISSING", Severity: step.Error, Exit: 1}},
		Plan:    planPrincipal,
	}, parts[Principal]{apply: applyPrincipal, same: func(a, b Principal) bool { return a.DisplayName == b.DisplayName }})
}

func planPrincipal(f Facts, p *step.Plan) {
	if f.Seen.Tenant().ServicePrincipal != nil {
		return
	}
	c := step.Change{Key: "azure.service-principal", Op: step.Create, Target: f.applicationName(),
		After: Principal{f.applicationName(), notes(f.Wanted.Mailbox)}, Ours: true, Needs: afterApplication()}
	if app := f.Seen.Tenant().Application; app != nil {
		c.Why = []step.Reason{{Code: "WX-SERVICE-PRINCIPAL-MISSING", Object: app.DisplayName,
			Evidence: "servicePrincipals: none with appId " + app.AppID + f.did("azure.service-principal")}}
	}
	p.Add(c)
}

func applyPrincipal(ctx context.Context, h Hands, e Edit[Principal]) (any, error) {
	var made *directory.ServicePrincipal
	err := h.settleWrite(ctx, "the service principal", func() (err error) {
		spec := directory.ServicePrincipalSpec{Notes: e.After.Notes, Tags: []string{"wxmail"}}
		made, err = h.Directory.CreateServicePrincipal(ctx, h.Made.now().appID, spec)
		return err
	})
	if err != nil {
		h.Made.note(func(is *ids) { is.principalErr = err })
		return nil, err
	}
	h.Made.note(func(is *ids) { is.principalID = made.ID })
	return map[string]string{"objectId": made.ID}, nil
}

// fromWords reads its name.
func (v *Principal) fromWords(words string) { v.DisplayName = words }
