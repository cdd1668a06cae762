package tenant

import "time"

// Token is what a resource server learns from a valid access token. Entra
// mints and verifies; Graph, Exchange and SMTP decide what it is good for.
type Token struct {
	Audience       string // "https://graph.microsoft.com", "https://outlook.office365.com", "https://outlook.office.com"
	TenantID       string
	AppID          string
	ObjectID       string   // the user's, or the service principal's for an app-only token
	UPN            string   // empty for an app-only token
	Subject        string   // sub: who that is to this client
	Scopes         []string // scp, without the resource
	Roles          []string // application permissions, app-only tokens
	DirectoryRoles []string // display names of the user's roles when it was minted
	IssuedAt       time.Time
	Expires        time.Time
}

// Verify checks a raw access token as every resource server does: signature,
// issuer, expiry by the sandbox's clock, user still there and enabled, and
// sessions not revoked since. The audience is the caller's to check.
type Verify func(raw string) (Token, error)
