package tenant

import (
	"encoding/json"
	"fmt"
	"time"
)

// Settings are the knobs of POST /tenant; the names are the control API's.
// Some are stored where Microsoft stores them (Apply in package scenario):
// what stands here is only what has no Microsoft object of its own.
type Settings struct {
	SecurityDefaults bool     `json:"securityDefaults"`
	UserConsent      string   `json:"userConsent"`    // all, low, none, microsoft
	SecretPolicy     string   `json:"secretPolicy"`   // none, blocked, or an ISO 8601 maximum
	RedirectPolicy   string   `json:"redirectPolicy"` // none, or https: redirect URIs of applications must be https
	HydrationDelay   Duration `json:"hydrationDelay"`
	ReplicationLag   Duration `json:"replicationLag"`
	// ConditionalAccess is none, block-device-code, block, mfa, or block-webex:
	// a policy by place that lets people in, and not Webex Connect's servers.
	ConditionalAccess string `json:"conditionalAccess"`
	CloudInstance     string `json:"cloudInstance"` // which of Microsoft's clouds discovery says that the tenant is in
	// CanonicalPages: browsers are sent to https://login.microsoftonline.com, as
	// clients want it that take no page without TLS.
	CanonicalPages bool `json:"canonicalPages"`
	// PurgedNamesReserved: a uniqueName stays taken for 30 days even when its
	// application was deleted for good.
	PurgedNamesReserved bool `json:"purgedNamesReserved"`
	// UsersCreateApps: any member may register an application, as in a tenant
	// that changed nothing.
	UsersCreateApps bool `json:"usersCreateApps"`

	SMTPAuthDisabled        bool   `json:"smtpAuthDisabled"`
	OrganizationDehydrated  bool   `json:"organizationDehydrated"`
	DefaultAutoForwarding   string `json:"defaultAutoForwarding"`
	RemoteDomainAutoForward bool   `json:"remoteDomainAutoForward"`
	ExchangeProvisioned     bool   `json:"exchangeProvisioned"`
	ExtraPrincipals         int    `json:"extraPrincipals"`

	// Addresses of mailboxes: who is a restricted entity, who has sent all that
	// a day allows, and where there is no room.
	BlockedSenders   []string `json:"blockedSenders"`
	ExhaustedSenders []string `json:"exhaustedSenders"`
	FullMailboxes    []string `json:"fullMailboxes"`

	Throttled bool `json:"-"` // Graph and Exchange answer 429 now and then
}

// Duration is a time.Duration written as Go writes it ("3s", "45m").
type Duration time.Duration

// Duration converts.
func (d Duration) Duration() time.Duration { return time.Duration(d) }

// MarshalJSON writes "45m0s".
func (d Duration) MarshalJSON() ([]byte, error) {
	return json.Marshal(time.Duration(d).String())
}

// UnmarshalJSON reads what time.ParseDuration reads.
func (d *Duration) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf("a duration is a string such as \"3s\": %w", err)
	}
	parsed, err := time.ParseDuration(text)
	*d = Duration(parsed)
	return err
}
