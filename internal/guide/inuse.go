package guide

import (
	"cmp"
	"slices"
	"time"

	"wxmail/internal/directory"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// WarnDays is how many days before its end a client secret is warned of,
// where nobody says otherwise.
const WarnDays = 30

// End is when a client secret ends, and who says so.
type End struct {
	KeyID  string
	Name   string // what a person knows it by
	Source string // what says so: the directory, the vault, or what was last seen
	At     time.Time
}

// Reason is a finding about the end.
func (e End) Reason(code string) step.Reason {
	evidence := e.Source + ": ends at " + e.At.UTC().Format(time.RFC3339)
	if e.KeyID != "" {
		evidence = e.Source + ": keyId " + e.KeyID + ", ends at " + e.At.UTC().Format(time.RFC3339)
	}
	return step.Reason{Code: code, Object: e.Name, Detail: string(e.Date()), Dated: true, Evidence: evidence}
}

// Date is the day of the end.
func (e End) Date() msg.Day { return msg.DayOf(e.At) }

// Secrets are the client secrets of the application whose value somebody has,
// whoever made them: as the directory lists them, else as the vault holds and
// the profile last saw them.
type Secrets struct {
	ends []End
	now  time.Time
}

// SecretsOf are those of a tenant.
func SecretsOf(f Facts) Secrets {
	known, source := secretsSeen(f)
	s := Secrets{now: f.Now}
	for _, one := range known {
		s.ends = append(s.ends, End{one.KeyID, SecretName(known, one), source, one.End})
	}
	held := f.Seen.Local().Secret
	if held == nil || held.Expires.IsZero() || f.Seen.Directory.Value != nil {
		return s
	}
	s.ends = slices.DeleteFunc(s.ends, func(e End) bool { return e.KeyID == held.KeyID })
	s.ends = append(s.ends, End{held.KeyID, held.Label, "vault", held.Expires})
	return s
}

// InUse are those that have not ended and that Webex Connect may use, the next
// to end first.
func (s Secrets) InUse() []End {
	ends := slices.DeleteFunc(slices.Clone(s.ends), func(e End) bool { return !e.At.After(s.now) })
	slices.SortStableFunc(ends, func(a, b End) int { return a.At.Compare(b.At) })
	return ends
}

// Ending are those in use that end within a time.
func (s Secrets) Ending(within time.Duration) []End {
	return slices.DeleteFunc(s.InUse(), func(e End) bool { return e.At.After(s.now.Add(within)) })
}

// Beside are those in use besides the one in the vault and the one that it
// replaces: they end only where somebody names them.
func (s Secrets) Beside(held *world.Secret) []End {
	return slices.DeleteFunc(s.InUse(), func(e End) bool {
		one := directory.SecretInfo{KeyID: e.KeyID}
		return held != nil && (held.Is(one) || held.Replaced(one))
	})
}

// of is the one of that id.
func (s Secrets) of(keyID string) (End, bool) {
	i := slices.IndexFunc(s.ends, func(e End) bool { return e.KeyID == keyID })
	if i < 0 {
		return End{}, false
	}
	return s.ends[i], true
}

// last is the one that ends last.
func (s Secrets) last() (End, bool) {
	if len(s.ends) == 0 {
		return End{}, false
	}
	return slices.MaxFunc(s.ends, func(a, b End) int { return a.At.Compare(b.At) }), true
}

// ListedSecrets are what to remember for when the directory is not read; false
// where it was not.
func ListedSecrets(f Facts) ([]directory.SecretInfo, bool) {
	secrets, _ := secretsSeen(f)
	return secrets, f.Seen.Directory.Value != nil
}

// secretsSeen are the client secrets as the directory lists them, else as it last
// did, and which of the two, less those whose value nobody has.
func secretsSeen(f Facts) (secrets []directory.SecretInfo, source string) {
	here := f.Seen.Local()
	all, source := here.Listed, "last seen"
	if f.Seen.Directory.Value != nil {
		all, source = nil, "passwordCredentials"
		if app := f.Seen.Tenant().Application; app != nil {
			all = app.Secrets
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(s directory.SecretInfo) bool {
		return here.Memory.Orphans[s.Label] && (here.Secret == nil || !here.Secret.Is(s))
	}), source
}

// SecretName is what a person knows a client secret by among others: its
// description in the portal, and its id where it has none or shares it.
func SecretName(all []directory.SecretInfo, s directory.SecretInfo) string {
	shared := slices.ContainsFunc(all, func(o directory.SecretInfo) bool { return o.Label == s.Label && o.KeyID != s.KeyID })
	if s.Label != "" && shared {
		return s.Label + " (" + s.KeyID + ")"
	}
	return cmp.Or(s.Label, s.KeyID)
}

// SecretEnd is the end of the client secret in the vault: as the directory
// lists it, else as the vault holds it. Where the vault holds none, or does
// not open, it is that of the one that ends last of all there are.
func (f Facts) SecretEnd() (End, bool) {
	secrets, held := SecretsOf(f), f.Seen.Local().Secret
	if held == nil {
		return secrets.last()
	}
	if end, is := secrets.of(held.KeyID); is {
		return end, true
	}
	return End{held.KeyID, held.Label, "vault", held.Expires}, !held.Expires.IsZero()
}
