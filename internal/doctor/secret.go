package doctor

import "wxmail/internal/step"

// secretChecks are what can be known of the client secret without anybody
// signing in, besides its reasons.
func secretChecks() []check {
	return []check{
		{"WX-SECRET-EXPIRING", step.Warning, 3, "azure.register", findExpiring},
		{"WX-SECRET-END-UNREAD", step.Warning, 3, "azure.register", findUnreadEnd},
	}
}

func findExpiring(s subject) []Finding {
	end, known := s.SecretEnd()
	if !known || !end.At.After(s.Now) || end.At.After(s.Now.Add(s.days)) {
		return nil
	}
	r := end.Reason("")
	return []Finding{{Object: r.Object, Detail: r.Detail, Evidence: r.Evidence}}
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
