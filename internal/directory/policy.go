package directory

import "time"

// What ConsentPolicy.UserConsent can be.
const (
	ConsentAll       = "all"       // to any permission that needs no admin
	ConsentLow       = "low"       // to permissions classified as low, of apps of this tenant or verified
	ConsentMicrosoft = "microsoft" // Microsoft decides, and changes its mind
	ConsentNone      = "none"      // users cannot consent
	ConsentCustom    = "custom"    // by a policy of the tenant's own
)

// ConsentPolicy is what users may consent to for themselves.
// https://learn.microsoft.com/entra/identity/enterprise-apps/configure-user-consent
type ConsentPolicy struct {
	UserConsent string
	Policies    []string // ids of the policies that apply to users' own consent
}

// SecretPolicy is what the tenant's default app management policy says of
// client secrets. A policy assigned to the application itself takes its place
// and is not read: where secrets seem blocked, adding one is the proof.
// https://learn.microsoft.com/graph/api/resources/tenantappmanagementpolicy
type SecretPolicy struct {
	Blocked     bool          // no secret may be added to applications
	BlockedFrom time.Time     // … created from then on; zero: to any
	MaxLifetime time.Duration // longest life of a secret; 0: no limit
	LimitedFrom time.Time     // … of applications created from then on; zero: of any
}

// For is the policy for an application created at a time: whether a secret
// may not be added, and the longest life of one (0: no limit).
func (p *SecretPolicy) For(created time.Time) (blocked bool, longest time.Duration) {
	blocked = p.Blocked && !created.Before(p.BlockedFrom)
	if !created.Before(p.LimitedFrom) {
		longest = p.MaxLifetime
	}
	return blocked, longest
}
