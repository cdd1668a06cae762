package doctor

import (
	"slices"

	"wxmail/internal/guide"
	"wxmail/internal/step"
)

// secretChecks are what can be known of the client secrets without anybody
// signing in, besides the reasons to make another.
func secretChecks() []check {
	return []check{
		expiring(),
		{"WX-SECRET-END-UNREAD", step.Warning, 3, "azure.register", findUnreadEnd},
	}
}

// expiring is looked for wherever secrets are read.
func expiring() check {
	return check{"WX-SECRET-EXPIRING", step.Warning, 3, "azure.register", findExpiring}
}

// findExpiring: whoever made a secret, Webex Connect may use it. The old one
// of a rotation is told as such where it was read.
func findExpiring(s subject) (all []Finding) {
	open := findOpenRotation(s)
	for _, end := range guide.SecretsOf(s.Facts).Ending(s.days) {
		if slices.ContainsFunc(open, func(f Finding) bool { return f.Object == end.Name }) {
			continue
		}
		r := end.Reason("")
		all = append(all, Finding{Object: r.Object, Detail: r.Detail, Dated: r.Dated, Evidence: r.Evidence, Page: s.secretsPage()})
	}
	return all
}

// secretsPage is where the portal shows the secrets; the zero Page where the
// application was not read.
func (s subject) secretsPage() step.Page {
	if s.application() == nil {
		return step.Page{}
	}
	return guide.RegistrationPage("Credentials", s.application().AppID)
}

// findUnreadEnd: a secret that was received, and the directory was not read
// since.
func findUnreadEnd(s subject) []Finding {
	held := s.Seen.Local().Secret
	if held == nil || !held.Expires.IsZero() || s.Seen.Directory.Value != nil {
		return nil
	}
	return []Finding{{Object: held.Label, Evidence: "vault: no end of " + held.Label}}
}
