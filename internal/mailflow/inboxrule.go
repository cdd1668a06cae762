package mailflow

import "strings"

// InboxRule is a rule that the owner of a mailbox made, or somebody in the
// owner's name. The cmdlet's properties over this route are not documented; these are
// those of its page.
// https://learn.microsoft.com/powershell/module/exchange/get-inboxrule
type InboxRule struct {
	Name                  string
	Enabled               bool
	ForwardTo             List // "Name" [SMTP:address], or [EX:…] inside the organization
	ForwardAsAttachmentTo List
	RedirectTo            List
	DeleteMessage         bool
}

// Diverts says what an enabled rule does to a message that keeps it from
// being found in the mailbox, or sends it elsewhere: "ForwardTo = …"; "" if
// nothing.
func (r InboxRule) Diverts() string {
	var what []string
	for _, action := range []struct {
		name string
		to   List
	}{{"ForwardTo", r.ForwardTo}, {"ForwardAsAttachmentTo", r.ForwardAsAttachmentTo}, {"RedirectTo", r.RedirectTo}} {
		if len(action.to) > 0 {
			what = append(what, action.name+" = "+strings.Join(action.to, ", "))
		}
	}
	if r.DeleteMessage {
		what = append(what, "DeleteMessage = true")
	}
	if !r.Enabled {
		return ""
	}
	return strings.Join(what, "; ")
}
