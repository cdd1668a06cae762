package exchange

import (
	"context"
	"strings"
	"sync"

	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
)

// ReadQuery says what to read.
type ReadQuery struct {
	Mailbox  string // SMTP address of the mailbox that forwards
	SignInAs string // SMTP address of the account that authenticates; "" is the mailbox itself

	InboxRules bool // read those of Mailbox too

	// Before is an earlier snapshot of the same query: what no write of this
	// package touches is taken from it and not read again.
	Before *mailflow.Snapshot
}

// Read looks at everything that the mailbox steps need: at most ten requests,
// eleven with inbox rules, all at once, and up to two more to say what an
// address is that no mailbox has. It may be repeated. Any read that fails is an error: only Exchange's own
// not-found leaves Mailbox or SignIn nil.
func (a *Admin) Read(ctx context.Context, q ReadQuery) (*mailflow.Snapshot, error) {
	s := &mailflow.Snapshot{}
	if q.SignInAs == "" {
		q.SignInAs = q.Mailbox
	}
	account := &account{}
	reads := append(a.mailboxReads(ctx, q, s), a.accountReads(ctx, q, account)...)
	reads = append(reads, a.policyReads(ctx, s)...)
	if q.InboxRules {
		reads = append(reads, func() error {
			s.InboxRules, s.NoInboxRules = a.InboxRules(ctx, q.Mailbox)
			return nil
		})
	}
	if err := parallel(append(reads, a.organizationReads(ctx, q.Before, s)...)); err != nil {
		return nil, err
	}
	if err := account.into(s); err != nil {
		return nil, err
	}
	s.Unite()
	return s, a.instead(ctx, q.Mailbox, s)
}

// instead looks at what an address is that no mailbox has.
func (a *Admin) instead(ctx context.Context, address string, s *mailflow.Snapshot) (err error) {
	if s.Mailbox != nil {
		return nil
	}
	if s.NotMailbox, err = a.recipient(ctx, address); err != nil || s.NotMailbox != nil {
		return err
	}
	if untagged := mailflow.WithoutTag(address); untagged != "" {
		s.Untagged, err = a.mailbox(ctx, untagged)
	}
	return err
}

type read func() error

// parallel runs all reads to their end and gives the first error in order, so
// that the same world gives the same error.
func parallel(reads []read) error {
	failures := make([]error, len(reads))
	var running sync.WaitGroup
	for i, run := range reads {
		running.Go(func() { failures[i] = run() })
	}
	running.Wait()
	for _, err := range failures {
		if err != nil {
			return err
		}
	}
	return nil
}

// into stores what a read gives.
func into[T any](target *T, run func() (T, error)) read {
	return func() (err error) {
		*target, err = run()
		return err
	}
}

// mailboxReads find the mailbox and the account that signs in.
func (a *Admin) mailboxReads(ctx context.Context, q ReadQuery, s *mailflow.Snapshot) []read {
	get := func(address string) func() (*mailflow.Mailbox, error) {
		return func() (*mailflow.Mailbox, error) { return a.mailbox(ctx, address) }
	}
	if same(q.Mailbox, q.SignInAs) {
		return []read{func() (err error) {
			s.Mailbox, err = a.mailbox(ctx, q.Mailbox)
			s.SignIn = s.Mailbox
			return err
		}}
	}
	return []read{into(&s.Mailbox, get(q.Mailbox)), into(&s.SignIn, get(q.SignInAs))}
}

func same(address, other string) bool { return strings.EqualFold(address, other) }

// account is what hangs on mailboxes. Where a mailbox is not there, these
// reads say so too, and it is no news; where it is there, it is a failure.
type account struct {
	smtpAuthDisabled *bool
	sendAs           []string

	noSMTP, noSendAs error
}

func (a *Admin) accountReads(ctx context.Context, q ReadQuery, into *account) []read {
	reads := []read{func() (err error) {
		into.smtpAuthDisabled, err = a.smtpAuthDisabled(ctx, q.SignInAs)
		return notFoundAside(err, &into.noSMTP)
	}}
	if same(q.Mailbox, q.SignInAs) {
		return reads
	}
	return append(reads, func() (err error) {
		into.sendAs, err = a.sendAs(ctx, q.Mailbox)
		return notFoundAside(err, &into.noSendAs)
	})
}

func notFoundAside(err error, aside *error) error {
	if microsoft.IsNotFound(err) {
		*aside = err
		return nil
	}
	return err
}

func (acc *account) into(s *mailflow.Snapshot) error {
	s.SMTPAuthDisabled, s.SendAs = acc.smtpAuthDisabled, acc.sendAs
	if s.SignIn != nil && acc.noSMTP != nil {
		return acc.noSMTP
	}
	if s.Mailbox != nil {
		return acc.noSendAs
	}
	return nil
}

func (a *Admin) policyReads(ctx context.Context, s *mailflow.Snapshot) []read {
	return []read{
		into(&s.OutboundPolicies, func() ([]mailflow.OutboundPolicy, error) {
			return list[mailflow.OutboundPolicy](ctx, a, command{cmdlet: "Get-HostedOutboundSpamFilterPolicy"})
		}),
		into(&s.OutboundRules, func() ([]mailflow.OutboundRule, error) {
			return list[mailflow.OutboundRule](ctx, a, command{cmdlet: "Get-HostedOutboundSpamFilterRule"})
		}),
	}
}

// organizationReads look at what only an administrator elsewhere changes, but
// for dehydration, which wxmail can end and nobody can bring back.
func (a *Admin) organizationReads(ctx context.Context, before, s *mailflow.Snapshot) []read {
	dehydrated := into(&s.Dehydrated, func() (bool, error) { return a.dehydrated(ctx) })
	if before != nil {
		s.TenantSMTPAuthDisabled = before.TenantSMTPAuthDisabled
		s.RemoteDomains, s.TransportRules = before.RemoteDomains, before.TransportRules
		if before.Dehydrated {
			return []read{dehydrated}
		}
		return nil
	}
	return []read{
		dehydrated,
		into(&s.TenantSMTPAuthDisabled, func() (bool, error) { return a.tenantSMTPAuthDisabled(ctx) }),
		into(&s.RemoteDomains, func() ([]mailflow.RemoteDomain, error) {
			return list[mailflow.RemoteDomain](ctx, a, command{cmdlet: "Get-RemoteDomain"})
		}),
		into(&s.TransportRules, func() ([]mailflow.TransportRule, error) {
			c := command{cmdlet: "Get-TransportRule", params: params{"ResultSize": "Unlimited"}}
			return list[mailflow.TransportRule](ctx, a, c)
		}),
	}
}
