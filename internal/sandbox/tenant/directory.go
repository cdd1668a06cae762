package tenant

import "time"

// The types of this file carry Microsoft Graph v1.0's property names and are
// what GET /state shows. What is tagged "-" never leaves the sandbox.

// Organization is the tenant itself.
// https://learn.microsoft.com/graph/api/resources/organization
type Organization struct {
	ID              string           `json:"id"`
	DisplayName     string           `json:"displayName"`
	VerifiedDomains []VerifiedDomain `json:"verifiedDomains"`
}

// VerifiedDomain is one domain of the tenant.
type VerifiedDomain struct {
	Name      string `json:"name"`
	IsDefault bool   `json:"isDefault"`
	IsInitial bool   `json:"isInitial"`
	Type      string `json:"type"`
}

// User is a person or the disabled account behind a shared mailbox.
// https://learn.microsoft.com/graph/api/resources/user
type User struct {
	ID                      string         `json:"id"`
	UserPrincipalName       string         `json:"userPrincipalName"`
	DisplayName             string         `json:"displayName"`
	Mail                    *string        `json:"mail"`
	AccountEnabled          bool           `json:"accountEnabled"`
	UserType                string         `json:"userType"`
	AssignedPlans           []AssignedPlan `json:"assignedPlans"`
	ProxyAddresses          []string       `json:"proxyAddresses"`
	OnPremisesSyncEnabled   *bool          `json:"onPremisesSyncEnabled"`
	DirectoryRoles          []string       `json:"directoryRoles"` // display names; their template ids are the token's wids
	SignInSessionsValidFrom time.Time      `json:"signInSessionsValidFromDateTime"`
	Password                string         `json:"-"`
}

// DeletedUser is a user among the deleted ones, with the mailbox that went
// along. Both can be restored for 30 days.
// https://learn.microsoft.com/graph/api/directory-deleteditems-restore
type DeletedUser struct {
	User
	DeletedDateTime time.Time `json:"deletedDateTime"`
	Mailbox         *Mailbox  `json:"-"`
}

// AssignedPlan is one service plan of a user's licences.
type AssignedPlan struct {
	Service          string `json:"service"`
	ServicePlanID    string `json:"servicePlanId"`
	CapabilityStatus string `json:"capabilityStatus"`
}

// Application is an app registration.
// https://learn.microsoft.com/graph/api/resources/application
type Application struct {
	ID                     string                   `json:"id"`
	AppID                  string                   `json:"appId"`
	UniqueName             *string                  `json:"uniqueName"`
	DisplayName            string                   `json:"displayName"`
	Description            *string                  `json:"description"`
	Notes                  *string                  `json:"notes"`
	Tags                   []string                 `json:"tags"`
	SignInAudience         string                   `json:"signInAudience"`
	IsFallbackPublicClient *bool                    `json:"isFallbackPublicClient"`
	Web                    Web                      `json:"web"`
	PublicClient           RedirectURIs             `json:"publicClient"`
	SPA                    RedirectURIs             `json:"spa"`
	RequiredResourceAccess []RequiredResourceAccess `json:"requiredResourceAccess"`
	PasswordCredentials    []PasswordCredential     `json:"passwordCredentials"`
	CreatedDateTime        time.Time                `json:"createdDateTime"`
	DeletedDateTime        *time.Time               `json:"deletedDateTime"`
}

// Web is an application's web platform.
type Web struct {
	RedirectURIs          []string              `json:"redirectUris"`
	HomePageURL           *string               `json:"homePageUrl"`
	LogoutURL             *string               `json:"logoutUrl"`
	ImplicitGrantSettings ImplicitGrantSettings `json:"implicitGrantSettings"`
}

// ImplicitGrantSettings are the portal's two tick boxes.
type ImplicitGrantSettings struct {
	EnableAccessTokenIssuance bool `json:"enableAccessTokenIssuance"`
	EnableIDTokenIssuance     bool `json:"enableIdTokenIssuance"`
}

// RedirectURIs is the public client or SPA platform.
type RedirectURIs struct {
	RedirectURIs []string `json:"redirectUris"`
}

// RequiredResourceAccess declares permissions; it grants nothing.
type RequiredResourceAccess struct {
	ResourceAppID  string           `json:"resourceAppId"`
	ResourceAccess []ResourceAccess `json:"resourceAccess"`
}

// ResourceAccess is one declared permission; Type is Scope or Role.
type ResourceAccess struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

// PasswordCredential is a client secret. Its value never leaves the sandbox
// but in the answer of addPassword.
type PasswordCredential struct {
	KeyID         string    `json:"keyId"`
	DisplayName   *string   `json:"displayName"`
	Hint          string    `json:"hint"`
	StartDateTime time.Time `json:"startDateTime"`
	EndDateTime   time.Time `json:"endDateTime"`
	SecretText    string    `json:"-"`
}

// ServicePrincipal is an enterprise application.
// https://learn.microsoft.com/graph/api/resources/serviceprincipal
type ServicePrincipal struct {
	ID                        string            `json:"id"`
	AppID                     string            `json:"appId"`
	DisplayName               string            `json:"displayName"`
	AccountEnabled            bool              `json:"accountEnabled"`
	AppRoleAssignmentRequired bool              `json:"appRoleAssignmentRequired"`
	AppOwnerOrganizationID    string            `json:"appOwnerOrganizationId"`
	ServicePrincipalType      string            `json:"servicePrincipalType"`
	ServicePrincipalNames     []string          `json:"servicePrincipalNames"`
	Notes                     *string           `json:"notes"`
	Tags                      []string          `json:"tags"`
	AppRoles                  []AppRole         `json:"appRoles"`
	OAuth2PermissionScopes    []PermissionScope `json:"oauth2PermissionScopes"`
}

// AppRole is an application permission that a service principal publishes.
type AppRole struct {
	ID                 string   `json:"id"`
	Value              string   `json:"value"`
	DisplayName        string   `json:"displayName"`
	IsEnabled          bool     `json:"isEnabled"`
	AllowedMemberTypes []string `json:"allowedMemberTypes"`
}

// PermissionScope is a delegated permission that a service principal
// publishes; Type is User or Admin, whose consent it needs.
type PermissionScope struct {
	ID        string `json:"id"`
	Value     string `json:"value"`
	Type      string `json:"type"`
	IsEnabled bool   `json:"isEnabled"`
}

// AppRoleAssignment is an application permission granted.
// https://learn.microsoft.com/graph/api/resources/approleassignment
type AppRoleAssignment struct {
	ID                   string    `json:"id"`
	AppRoleID            string    `json:"appRoleId"`
	PrincipalID          string    `json:"principalId"`
	PrincipalDisplayName string    `json:"principalDisplayName"`
	PrincipalType        string    `json:"principalType"`
	ResourceID           string    `json:"resourceId"`
	ResourceDisplayName  string    `json:"resourceDisplayName"`
	CreatedDateTime      time.Time `json:"createdDateTime"`
}

// OAuth2PermissionGrant is delegated permissions granted.
// https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant
type OAuth2PermissionGrant struct {
	ID          string  `json:"id"`
	ClientID    string  `json:"clientId"`    // object id of the client's service principal
	ConsentType string  `json:"consentType"` // AllPrincipals or Principal
	PrincipalID *string `json:"principalId"`
	ResourceID  string  `json:"resourceId"`
	Scope       string  `json:"scope"` // values, separated by spaces
}

// Policies are the tenant-wide policies that wxmail reads.
type Policies struct {
	AuthorizationPolicy        AuthorizationPolicy        `json:"authorizationPolicy"`
	SecurityDefaults           SecurityDefaults           `json:"identitySecurityDefaultsEnforcementPolicy"`
	DefaultAppManagementPolicy DefaultAppManagementPolicy `json:"defaultAppManagementPolicy"`
}

// AuthorizationPolicy says who may consent and create applications.
type AuthorizationPolicy struct {
	ID                         string                     `json:"id"`
	DefaultUserRolePermissions DefaultUserRolePermissions `json:"defaultUserRolePermissions"`
}

// DefaultUserRolePermissions is what a user without a role may do.
type DefaultUserRolePermissions struct {
	AllowedToCreateApps             bool     `json:"allowedToCreateApps"`
	PermissionGrantPoliciesAssigned []string `json:"permissionGrantPoliciesAssigned"`
}

// SecurityDefaults is the tenant's security defaults switch.
type SecurityDefaults struct {
	ID        string `json:"id"`
	IsEnabled bool   `json:"isEnabled"`
}

// DefaultAppManagementPolicy restricts secrets of all applications.
// https://learn.microsoft.com/graph/api/resources/tenantappmanagementpolicy
type DefaultAppManagementPolicy struct {
	ID                      string                  `json:"id"`
	IsEnabled               bool                    `json:"isEnabled"`
	ApplicationRestrictions ApplicationRestrictions `json:"applicationRestrictions"`
}

// ApplicationRestrictions lists what applications may not have.
type ApplicationRestrictions struct {
	PasswordCredentials []PasswordRestriction `json:"passwordCredentials"`
}

// PasswordRestriction is passwordAddition or passwordLifetime.
type PasswordRestriction struct {
	RestrictionType                     string     `json:"restrictionType"`
	State                               string     `json:"state"`
	MaxLifetime                         *string    `json:"maxLifetime"` // ISO 8601 duration
	RestrictForAppsCreatedAfterDateTime *time.Time `json:"restrictForAppsCreatedAfterDateTime"`
}
