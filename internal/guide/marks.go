package guide

import (
	"slices"
	"strings"

	"wxmail/internal/directory"
	"wxmail/internal/mailflow"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/wanted"
	"wxmail/internal/world"
)

// Mark is an object of the tenant that says that wxmail made it for this
// mailbox, and of which the profile's journal does not know: another computer
// made it, or the journal was lost. It is told, never touched.
type Mark struct {
	Key      string    `json:"key"` // of the thing
	Target   string    `json:"target"`
	Evidence string    `json:"evidence"` // what bears the mark, in Microsoft's names
	Page     step.Page `json:"page"`     // where a person deletes it
}

// Named is the object as a person knows it.
func (m Mark) Named() msg.Message { return Named(step.Deed{Key: m.Key, Target: m.Target}) }

// Marks are all such objects that were seen.
func Marks(f Facts) (marks []Mark) {
	if f.Seen.Here.Value == nil { // who made what is not known
		return nil
	}
	if app := f.Seen.Tenant().Application; app != nil {
		marks = append(marks, directoryMarks(f, app)...)
	}
	marks = append(marks, exchangeMarks(f)...)
	m := f.Seen.Mail().Mailbox
	if len(marks) == 0 || m == nil || !strings.EqualFold(m.Forwarding.SMTPAddress, f.Wanted.ForwardingAddress) || made(f, forwardingKey, "") {
		return marks
	}
	// A forwarding bears no mark. Beside marks it is told as what stands on them.
	return append(marks, Mark{forwardingKey, m.PrimarySMTPAddress, "Get-Mailbox: ForwardingSmtpAddress = " + f.Wanted.ForwardingAddress,
		step.Page{Portal: step.AdminPortal, Path: "/#/users"}})
}

// directoryMarks: what an application of wxmail's holds goes along with it, so
// that only what stands in somebody's is told by itself.
func directoryMarks(f Facts, app *directory.Application) (marks []Mark) {
	if wanted.IsUniqueName(app.UniqueName) {
		if f.ownApplication() {
			return nil
		}
		return []Mark{{"azure.application", app.DisplayName, "application: uniqueName = " + app.UniqueName,
			RegistrationPage("Overview", app.AppID)}}
	}
	if sp := f.Seen.Tenant().ServicePrincipal; sp != nil && slices.Contains(sp.Tags, "wxmail") && !made(f, "azure.service-principal", "") {
		marks = append(marks, Mark{"azure.service-principal", sp.DisplayName, "servicePrincipal: tags = wxmail",
			EnterprisePage("Properties", sp.ID, app.AppID)})
	}
	for _, s := range app.Secrets {
		if strings.HasPrefix(s.Label, labelPrefix) && !f.Seen.Local().Memory.Labels[s.Label] {
			marks = append(marks, Mark{secretKey, s.Label, "passwordCredentials: displayName = " + s.Label,
				RegistrationPage("Credentials", app.AppID)})
		}
	}
	return marks
}

func exchangeMarks(f Facts) (marks []Mark) {
	name, comment := mailflow.ObjectName(f.Wanted.Mailbox), outboundComment(f.Wanted.Mailbox)
	page := step.Page{Portal: step.DefenderPortal, Path: "/antispam"}
	for _, r := range f.Seen.Mail().OutboundRules {
		if (strings.EqualFold(r.Name, name) || r.Comments == comment) && !made(f, "mailbox.outbound-rule", r.Name) {
			marks = append(marks, Mark{"mailbox.outbound-rule", r.Name, "Get-HostedOutboundSpamFilterRule: Name = " + r.Name, page})
		}
	}
	for _, p := range f.Seen.Mail().OutboundPolicies {
		if (strings.EqualFold(p.Name, name) || p.AdminDisplayName == comment) && !made(f, "mailbox.outbound-policy", p.Name) {
			marks = append(marks, Mark{"mailbox.outbound-policy", p.Name, "Get-HostedOutboundSpamFilterPolicy: Name = " + p.Name, page})
		}
	}
	return marks
}

// made says whether the journal knows who made an object, under a key and by a
// name; "" is any.
func made(f Facts, key, name string) bool {
	d, did := f.deed(key)
	return did && (name == "" || strings.EqualFold(d.Target, name))
}

// LostSecret is the label of a secret that wxmail made for the profile, held
// here or last seen, where the journal tells of no write to the tenant: vault
// and journal belong to different days. "" where they agree.
func LostSecret(f Facts) string {
	memory := f.Seen.Local().Memory
	for key := range memory.Deeds {
		if t, known := ThingOf(key); known && t.Writes != world.Held {
			return ""
		}
	}
	if len(memory.Labels) > 0 {
		return ""
	}
	return lastLabel(f)
}

// lastLabel is that of the secret of wxmail's that this computer holds or has
// last seen, or "".
func lastLabel(f Facts) string {
	here := f.Seen.Local()
	if here.Secret != nil && strings.HasPrefix(here.Secret.Label, labelPrefix) {
		return here.Secret.Label
	}
	for _, s := range here.Listed {
		if strings.HasPrefix(s.Label, labelPrefix) {
			return s.Label
		}
	}
	return ""
}
