package guide

import (
	"context"

	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// Restored is an application of ours that somebody deleted: for 30 days it can
// be had back, with its client ID and its secrets.
// https://learn.microsoft.com/graph/api/directory-deleteditems-restore
type Restored string

const (
	deleted  Restored = "deleted"
	restored Restored = "restored"
)

// Words implements step.Value.
func (r Restored) Words() []msg.Message { return []msg.Message{msg.M("value." + string(r))} }

func restoredApplication() Thing {
	return of(Thing{
		Key: "azure.application-restored", Writes: world.Directory, Needs: []string{"azure.application"}, Right: mayRegister(),
		Reasons: []step.Known{{Code: "WX-APPLICATION-DELETED", Severity: step.Error, Exit: 1}},
		Plan:    planRestored,
	}, parts[Restored]{apply: applyRestored, undo: undoRestored, same: func(a, b Restored) bool { return a == b }})
}

func planRestored(f Facts, p *step.Plan) {
	if !f.Seen.Restoring() || f.Wanted.Application != "" {
		return
	}
	offerAdoption(f, p)
	app := f.Seen.Application()
	p.Add(step.Change{Key: "azure.application-restored", Op: step.Create, Target: app.DisplayName, Before: deleted, After: restored,
		Risk: msg.M("risk.restored"), Ours: true, Why: []step.Reason{{Code: "WX-APPLICATION-DELETED", Object: f.Wanted.Mailbox,
			Evidence: "directory/deletedItems: uniqueName " + f.Wanted.UniqueName(),
			Page:     step.Page{Portal: step.EntraPortal, Path: "/#view/Microsoft_AAD_RegisteredApps/DeletedApplications"}}}})
}

func applyRestored(ctx context.Context, h Hands, _ Edit[Restored]) (any, error) {
	return nil, h.Directory.RestoreApplication(ctx, h.Made.now().objectID)
}

// undoRestored deletes again what was had back, unless somebody else uses it.
func undoRestored(f Facts, _ Left[Restored], p *step.Plan) {
	if app := f.Seen.Tenant().Application; app != nil {
		removeApplication(f, app, p)
	}
}
