package setup

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"wxmail/internal/msg"
	"wxmail/internal/step"
)

// undoPrefix marks the keys of changes that take other changes back.
const undoPrefix = "undo."

// UndoSteps are the guide backwards: each takes back what the journal says
// that wxmail did, and leaves alone what somebody has changed since.
func UndoSteps() []step.Step[*Run] {
	whose := []string{"webex.email-id"}
	return []step.Step[*Run]{
		{ID: "token", Asks: whose, Reads: undoReads(Held, "token."), Plan: undoToken, Apply: applyUndoToken},
		{ID: "mailbox.forward", Asks: whose, Reads: undoReads(Held|Exchange, "mailbox.outbound", "mailbox.forwarding"), Plan: undoForward, Apply: applyUndoForward},
		{ID: "mailbox.smtp", Asks: whose, Reads: undoReads(Held|Exchange, "mailbox.smtp-auth", "mailbox.send-as"), Plan: undoSMTP, Apply: applyUndoSMTP},
		{ID: "azure.consent", Asks: whose, Reads: undoReads(Held|Directory, "azure.app-role.", "azure.grant."), Plan: undoConsent, Apply: applyUndoConsent},
		{ID: "azure.register", Asks: whose, Reads: undoReads(Held|Directory, "azure.application", "azure.service-principal", "azure.secret"), Plan: undoRegister, Apply: applyUndoRegister},
		{ID: "webex.collect", Asks: whose, Reads: readsNothing, Plan: planCollect, Apply: applyNothing},
	}
}

// undoReads: the journal comes first; where it knows of nothing to take back,
// nobody signs in.
func undoReads(all step.Source, prefixes ...string) func(*Run) step.Source {
	return func(r *Run) step.Source {
		if !r.Observed.Read.Has(Held) {
			return Held
		}
		for key := range r.Observed.Memory.Deeds {
			for _, prefix := range prefixes {
				if strings.HasPrefix(key, prefix) {
					return all
				}
			}
		}
		return Held
	}
}

// deed is what the journal knows under a key.
func (r *Run) deed(key string) (Deed, bool) {
	d, ok := r.Observed.Memory.Deeds[key]
	return d, ok
}

// kept reports what somebody changed since; it is taken back all the same
// when the operator said so.
func (r *Run) kept(p *step.Plan, what string) bool {
	if r.Wanted.RestoreChanged {
		return false
	}
	p.Keep(what)
	p.Note(msg.M("note.undo-kept", "What", what))
	return true
}

func undoToken(r *Run, p *step.Plan) {
	if r.Observed.Vault.Token != nil {
		p.Add(step.Change{Key: undoPrefix + "token.sign-in", Op: step.Delete, Target: r.Wanted.Login(), Before: "stored tokens", Ours: true})
	}
}

func applyUndoToken(_ context.Context, r *Run, c step.Change) (any, error) {
	if c.Key != undoPrefix+"token.sign-in" {
		return nil, unknownKey(c)
	}
	r.mu.Lock()
	r.Observed.Vault.Token = nil
	r.mu.Unlock()
	return nil, ForgetToken(r.Vault)
}

// view decodes what a plan once showed. What does not parse is the zero view.
func view[T any](raw json.RawMessage) T {
	var v T
	_ = json.Unmarshal(raw, &v)
	return v
}

// confirmUndo asks for the profile's name before everything is removed, or
// the application.
func confirmUndo(r *Run, p *step.Plan) bool {
	if r.Wanted.UndoConfirm == r.Profile.Name() {
		return true
	}
	p.Hinder(&step.Obstacle{Code: "WX-UNDO-CONFIRM", Object: r.Profile.Name(), Question: "undo.confirm", Stops: true})
	return false
}

func undone(key string) []string { return []string{undoPrefix + key} }

// knownSecrets says whether every secret of the application is this journal's.
func (r *Run) knownSecrets() bool {
	return !slices.ContainsFunc(r.Observed.Application().Secrets, func(s secretInfo) bool { return !r.Observed.Memory.Labels[s.Label] })
}
