package guide

import (
	"cmp"

	"wxmail/internal/mailflow"
	"wxmail/internal/step"
)

// A person has more than one name. The answers say who signs in by any of them;
// Account is the user principal name, which Entra ID asks for and SMTP compares;
// customers know the mailbox by its primary address, the only one that replies
// may come from.

// Account is who signs in, by the name that the sign-in, the token and SMTP
// know. As long as nothing that was looked at tells it, it is what the answers
// say.
func Account(f Facts) string { return cmp.Or(f.Seen.UPN(f.Wanted.Login()), f.Wanted.Login()) }

// delegate says whether somebody signs in for a mailbox that is not their own:
// by what the mailboxes are where Exchange was read, else by what is wanted.
func delegate(f Facts) bool {
	if ex := f.Seen.Mail(); ex.Mailbox != nil && ex.SignIn != nil {
		return ex.Delegate()
	}
	return f.Wanted.Delegate()
}

// signsInAs says whether a text means the account that signs in: older runs may
// have known it by another of its names.
func signsInAs(f Facts, name string) bool {
	m := f.Seen.Mail().SignIn
	return sameAddress(name, f.Wanted.Login()) || m != nil && m.Is(name)
}

// NotPrimary refuses an Email ID that is another name of the mailbox than its
// primary address, or of the account that signs in, or nil: mail to it arrives,
// but every reply from it is refused with 5.2.252.
func NotPrimary(f Facts) *step.Obstacle {
	ex, user, from := f.Seen.Mail(), f.Seen.Tenant().User, f.Wanted.EmailID
	for _, m := range []*mailflow.Mailbox{ex.Mailbox, ex.SignIn, ex.Untagged} {
		if m != nil && m.Alias(from) {
			return notPrimary(from, m.PrimarySMTPAddress, "Get-Mailbox: PrimarySmtpAddress = "+m.PrimarySMTPAddress)
		}
	}
	if f.Seen.Exchange.Value == nil && user != nil && user.Alias(from) {
		return notPrimary(from, user.Mail, "user: mail = "+user.Mail)
	}
	return nil
}

func notPrimary(address, primary, evidence string) *step.Obstacle {
	return &step.Obstacle{Code: "WX-MAILBOX-RENAMED", Object: address, Detail: primary, Evidence: evidence, Stops: true}
}
