package control

import (
	"net/http"

	"wxmail/internal/sandbox/tenant"
)

// state is GET /state: everything as it is now, whatever replicas show, in
// Microsoft's property names and in order of creation.
type state struct {
	Organization           tenant.Organization            `json:"organization"`
	Applications           []tenant.Application           `json:"applications"`
	DeletedItems           []tenant.Application           `json:"deletedItems"`
	ServicePrincipals      []tenant.ServicePrincipal      `json:"servicePrincipals"`
	AppRoleAssignments     []tenant.AppRoleAssignment     `json:"appRoleAssignments"`
	OAuth2PermissionGrants []tenant.OAuth2PermissionGrant `json:"oauth2PermissionGrants"`
	Policies               tenant.Policies                `json:"policies"`
	Users                  []tenant.User                  `json:"users"`
	DeletedUsers           []tenant.DeletedUser           `json:"deletedUsers"`
	Mailboxes              []tenant.Mailbox               `json:"mailboxes"`
	Recipients             []tenant.Recipient             `json:"recipients"`
	TransportConfig        tenant.TransportConfig         `json:"transportConfig"`
	OrganizationConfig     tenant.OrganizationConfig      `json:"organizationConfig"`
	OutboundPolicies       []tenant.OutboundPolicy        `json:"outboundPolicies"`
	OutboundRules          []tenant.OutboundRule          `json:"outboundRules"`
	RemoteDomains          []tenant.RemoteDomain          `json:"remoteDomains"`
	TransportRules         []tenant.TransportRule         `json:"transportRules"`
	InboxRules             []tenant.InboxRule             `json:"inboxRules"`
	Messages               []tenant.Message               `json:"messages"`
	Webex                  tenant.Webex                   `json:"webex"`
}

func (s *server) state(*http.Request, body) (any, error) {
	t := s.Tenant
	t.Lock()
	defer t.Unlock()
	return state{
		Organization:           t.Organization,
		Applications:           t.Applications.AllLatest(),
		DeletedItems:           t.DeletedItems.AllLatest(),
		ServicePrincipals:      t.ServicePrincipals.AllLatest(),
		AppRoleAssignments:     t.AppRoleAssignments.AllLatest(),
		OAuth2PermissionGrants: t.OAuth2PermissionGrants.AllLatest(),
		Policies:               t.Policies,
		Users:                  t.Users.AllLatest(),
		DeletedUsers:           append([]tenant.DeletedUser{}, t.DeletedUsers...),
		Mailboxes:              t.Mailboxes.AllLatest(),
		Recipients:             t.Recipients.AllLatest(),
		TransportConfig:        t.TransportConfig,
		OrganizationConfig:     t.OrganizationConfig,
		OutboundPolicies:       t.OutboundPolicies.AllLatest(),
		OutboundRules:          t.OutboundRules.AllLatest(),
		RemoteDomains:          t.RemoteDomains.AllLatest(),
		TransportRules:         t.TransportRules.AllLatest(),
		InboxRules:             t.InboxRules.AllLatest(),
		Messages:               append([]tenant.Message{}, t.Messages...),
		Webex: tenant.Webex{
			Drafts: append([]tenant.Draft{}, t.Webex.Drafts...),
			Assets: append([]tenant.Asset{}, t.Webex.Assets...),
			Inbox:  append([]tenant.InboxMessage{}, t.Webex.Inbox...),
		},
	}, nil
}
