package guide

import (
	"context"

	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// SendAs is the right of an account to send as a shared mailbox, which cannot
// sign in.
type SendAs struct {
	Trustee string `json:"trustee"`
}

// Words implements step.Value.
func (s SendAs) Words() []msg.Message { return []msg.Message{msg.M("value.plain", "Text", s.Trustee)} }

const sendAsKey = "mailbox.send-as"

func sendAs() Thing {
	t := of(Thing{
		Key: sendAsKey, Writes: world.Exchange, Right: Right{Cmdlets: []string{"Add-RecipientPermission"}},
		Reasons: []step.Known{{Code: "WX-SEND-AS-MISSING", Severity: step.Error, Exit: 5}},
		Plan:    planSendAs, Learn: learnSendAs, Names: targeted,
	}, parts[SendAs]{apply: applySendAs, undo: undoSendAs, same: func(a, b SendAs) bool { return sameAddress(a.Trustee, b.Trustee) }})
	changed := t.drifted
	t.drifted = func(c step.Change, d step.Deed) bool {
		after, _ := typed[SendAs](c.After)
		return sameAddress(after.Trustee, decode[SendAs](d.After).Trustee) && changed(c, d) // else it is the answers that have changed
	}
	return t
}

func planSendAs(f Facts, p *step.Plan) {
	ex := f.Seen.Mail()
	if ex.MaySendAs() {
		return
	}
	did := ""
	if d, done := f.deed(sendAsKey); done && signsInAs(f, decode[SendAs](d.After).Trustee) {
		did = f.did(sendAsKey)
	}
	c := step.Change{Key: sendAsKey, Op: step.Create, Target: f.Wanted.Mailbox, After: SendAs{f.Wanted.Login()}, Ours: true,
		Follows: []string{"mailbox.smtp-auth"}}
	if ex.Mailbox != nil && ex.SignIn != nil && !ex.SignIn.IsShared() && delegate(f) {
		c.Why = []step.Reason{{Code: "WX-SEND-AS-MISSING", Object: f.Wanted.Mailbox, Detail: f.Wanted.Login(),
			Evidence: "Get-RecipientPermission: SendAs = " + listed(ex.SendAs) + did}}
	}
	p.Add(c)
}

func applySendAs(ctx context.Context, h Hands, e Edit[SendAs]) (any, error) {
	if e.Op == step.Delete {
		return nil, ignoreMissing(h.Exchange.RevokeSendAs(ctx, e.Target, e.Before.Trustee))
	}
	return nil, ignoreExists(h.Exchange.GrantSendAs(ctx, e.Target, e.After.Trustee))
}

// learnSendAs: the right of another account is another object.
func learnSendAs(m *world.Memory, e step.Entry) {
	turnTo(m, e.Key, decode[SendAs](e.After).Trustee, decode[SendAs](m.Deeds[e.Key].After).Trustee)
}

func undoSendAs(f Facts, d Left[SendAs], p *step.Plan) {
	ex := f.Seen.Mail()
	if ex.SignIn != nil && d.Op == step.Create && delegate(f) && ex.MaySendAs() && signsInAs(f, d.After.Trustee) {
		p.Add(step.Change{Key: d.Key, Op: step.Delete, Target: f.Wanted.Mailbox, Before: SendAs{f.Wanted.Login()}, Ours: true})
	}
}

// fromWords reads the account.
func (s *SendAs) fromWords(words string) { s.Trustee = words }
