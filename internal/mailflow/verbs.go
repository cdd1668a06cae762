package mailflow

import "context"

// Verbs are what wxmail changes in Exchange Online. Package exchange does it
// by cmdlets, or only writes them down, and says there of each verb what it
// promises and from which page that is known. None is repeated once it may
// have acted.
type Verbs interface {
	SetSMTPAuthDisabled(ctx context.Context, mailbox string, disabled *bool) error
	GrantSendAs(ctx context.Context, mailbox, trustee string) error
	RevokeSendAs(ctx context.Context, mailbox, trustee string) error
	SetForwarding(ctx context.Context, mailbox string, f Forwarding) error

	EnableCustomization(context.Context) error
	CreateOutboundPolicy(ctx context.Context, name, comment string) error
	SetOutboundPolicyMode(ctx context.Context, name, mode string) error
	RemoveOutboundPolicy(ctx context.Context, name string) error
	CreateOutboundRule(context.Context, NewRule) error
	SetOutboundRule(ctx context.Context, name string, change RuleChange) error
	EnableOutboundRule(ctx context.Context, name string) error
	DisableOutboundRule(ctx context.Context, name string) error
	RemoveOutboundRule(ctx context.Context, name string) error
}

// NewRule describes the rule of an outbound policy; a policy has one.
type NewRule struct {
	Name     string // see ObjectName
	Policy   string
	From     []string // the mailboxes it covers, by address
	Priority *int     // nil: after all others; 0: before them
	Comment  string
}

// RuleChange is what to change of a rule; nil stays as it is.
type RuleChange struct {
	From     []string
	Policy   *string
	Priority *int
}
