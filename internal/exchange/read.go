package exchange

import (
	"context"
	"net/http"
	"slices"
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
// address is that no mailbox has. What comes in a form that is not known is
// asked for once more. It may be repeated.
//
// What Exchange refuses to show, or shows in a form that cannot be judged, is a
// gap of the snapshot; any other failure of a read is an error. Only Exchange's
// own not-found leaves Mailbox or SignIn nil without a gap.
func (a *Admin) Read(ctx context.Context, q ReadQuery) (*mailflow.Snapshot, error) {
	s := &mailflow.Snapshot{}
	if q.SignInAs == "" {
		q.SignInAs = q.Mailbox
	}
	account := &account{}
	reads := append(a.mailboxReads(ctx, q, s), a.accountReads(ctx, q, account)...)
	reads = append(reads, a.policyReads(ctx, s)...)
	if q.InboxRules {
		reads = append(reads, func() (gaps []mailflow.Gap, _ error) {
			s.InboxRules, gaps, s.NoInboxRules = a.InboxRules(ctx, q.Mailbox)
			return gaps, nil
		})
	}
	gaps, err := parallel(append(reads, a.organizationReads(ctx, q.Before, s)...))
	if err != nil {
		return nil, err
	}
	s.Gaps = append(gaps, kept(q.Before)...)
	if err := account.into(s); err != nil {
		return nil, err
	}
	s.Unite()
	return s, a.instead(ctx, q.Mailbox, s)
}

// instead looks at what an address is that no mailbox has.
func (a *Admin) instead(ctx context.Context, address string, s *mailflow.Snapshot) (err error) {
	if s.Mailbox != nil || s.Blind("", "Get-Mailbox") != nil {
		return nil
	}
	if s.NotMailbox, err = a.recipient(ctx, address); err != nil || s.NotMailbox != nil {
		return blind(s, "Get-Recipient", err)
	}
	if untagged := mailflow.WithoutTag(address); untagged != "" {
		s.Untagged, err = a.mailbox(ctx, untagged)
	}
	return blind(s, "Get-Mailbox", err)
}

func blind(s *mailflow.Snapshot, cmdlet string, err error) error {
	gaps, err := gapOf(cmdlet, err)
	s.Gaps = append(s.Gaps, gaps...)
	return err
}

// read gives what could not be judged, or why nothing can be said.
type read func() ([]mailflow.Gap, error)

// parallel runs all reads to their end and gives the gaps, and the first error,
// in order, so that the same world gives the same.
func parallel(reads []read) (all []mailflow.Gap, err error) {
	gaps, failures := make([][]mailflow.Gap, len(reads)), make([]error, len(reads))
	var running sync.WaitGroup
	for i, run := range reads {
		running.Go(func() { gaps[i], failures[i] = run() })
	}
	running.Wait()
	for _, err := range failures {
		if err != nil {
			return nil, err
		}
	}
	return slices.Concat(gaps...), nil
}

// gapOf makes a gap of an error that says what Exchange will not show, or
// showed in another form than is known.
func gapOf(cmdlet string, err error) ([]mailflow.Gap, error) {
	failure := microsoft.Of(err)
	answered := failure != nil && failure.Service == microsoft.Exchange &&
		(failure.Refused() || failure.Status == http.StatusOK && failure.Err == nil)
	if answered && failure.Status != http.StatusTooManyRequests && !mailflow.IsTransient(err) && !mailflow.IsUnreadable(err) {
		return []mailflow.Gap{{Cmdlet: cmdlet, Err: err}}, nil
	}
	return nil, err
}

// into stores what a read gives.
func into[T any](cmdlet string, target *T, run func() (T, error)) read {
	return func() ([]mailflow.Gap, error) {
		got, err := run()
		if err == nil {
			*target = got
		}
		return gapOf(cmdlet, err)
	}
}

// property stores what the one record of a cmdlet says.
func property[T mailflow.Record, V any](ctx context.Context, a *Admin, target *V, cmdlet string, of func(*T) V) read {
	return into(cmdlet, target, func() (v V, err error) {
		found, err := one[T](ctx, a, command{cmdlet: cmdlet}, nil)
		if err == nil {
			v = of(found)
		}
		return v, err
	})
}

// all stores what a cmdlet lists.
func all[T mailflow.Record](ctx context.Context, a *Admin, target *[]T, c command) read {
	return func() ([]mailflow.Gap, error) {
		got, gaps, err := list[T](ctx, a, c)
		if err != nil {
			return gapOf(c.cmdlet, err)
		}
		*target = got
		return gaps, nil
	}
}

// mailboxReads find the mailbox and the account that signs in.
func (a *Admin) mailboxReads(ctx context.Context, q ReadQuery, s *mailflow.Snapshot) []read {
	get := func(address string) func() (*mailflow.Mailbox, error) {
		return func() (*mailflow.Mailbox, error) { return a.mailbox(ctx, address) }
	}
	if same(q.Mailbox, q.SignInAs) {
		return []read{func() (gaps []mailflow.Gap, err error) {
			s.Mailbox, err = a.mailbox(ctx, q.Mailbox)
			s.SignIn = s.Mailbox
			return gapOf("Get-Mailbox", err)
		}}
	}
	return []read{into("Get-Mailbox", &s.Mailbox, get(q.Mailbox)), into("Get-Mailbox", &s.SignIn, get(q.SignInAs))}
}

// account is what hangs on mailboxes. Where a mailbox is not there, these
// reads say so too, and it is no news; where it is there, it is a failure.
type account struct {
	access *mailflow.CASMailbox
	sendAs []string

	noSMTP, noSendAs error
}

func (a *Admin) accountReads(ctx context.Context, q ReadQuery, into *account) []read {
	reads := []read{func() (_ []mailflow.Gap, err error) {
		into.access, err = a.clientAccess(ctx, q.SignInAs)
		return gapOf("Get-CASMailbox", notFoundAside(err, &into.noSMTP))
	}}
	if same(q.Mailbox, q.SignInAs) {
		return reads
	}
	return append(reads, func() (gaps []mailflow.Gap, err error) {
		if into.sendAs, gaps, err = a.sendAs(ctx, q.Mailbox); err != nil {
			return gapOf("Get-RecipientPermission", notFoundAside(err, &into.noSendAs))
		}
		return gaps, nil
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
	s.SendAs = acc.sendAs
	if acc.access != nil {
		s.SMTPAuthDisabled = acc.access.SMTPAuthDisabled
		if of := acc.access.PrimarySMTPAddress; of != "" && s.SignIn != nil && !s.SignIn.Is(of) {
			s.Gaps = append(s.Gaps, mailflow.Gap{Cmdlet: "Get-CASMailbox", Err: &microsoft.Error{
				Service: microsoft.Exchange, Operation: "Get-CASMailbox", Object: s.SignIn.PrimarySMTPAddress, Status: http.StatusOK,
				Code: mailflow.CodeOther, Message: "the answer is about " + of}})
		}
	}
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
		all(ctx, a, &s.OutboundPolicies, command{cmdlet: "Get-HostedOutboundSpamFilterPolicy"}),
		all(ctx, a, &s.OutboundRules, command{cmdlet: "Get-HostedOutboundSpamFilterRule"}),
	}
}

// organizationReads look at what only an administrator elsewhere changes, but
// for dehydration, which wxmail can end and nobody can bring back.
func (a *Admin) organizationReads(ctx context.Context, before, s *mailflow.Snapshot) []read {
	dehydrated := property(ctx, a, &s.Dehydrated, "Get-OrganizationConfig",
		func(c *mailflow.OrganizationConfig) bool { return c.IsDehydrated })
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
		property(ctx, a, &s.TenantSMTPAuthDisabled, "Get-TransportConfig", func(c *mailflow.TransportConfig) bool { return c.SMTPAuthDisabled }),
		all(ctx, a, &s.RemoteDomains, command{cmdlet: "Get-RemoteDomain"}),
		all(ctx, a, &s.TransportRules, command{cmdlet: "Get-TransportRule", params: params{"ResultSize": "Unlimited"}}),
	}
}

// kept are the gaps in what is taken from an earlier snapshot.
func kept(before *mailflow.Snapshot) (gaps []mailflow.Gap) {
	if before == nil {
		return nil
	}
	for _, cmdlet := range []string{"Get-TransportConfig", "Get-RemoteDomain", "Get-TransportRule"} {
		gaps = append(gaps, before.GapsOf(cmdlet)...)
	}
	if !before.Dehydrated {
		gaps = append(gaps, before.GapsOf("Get-OrganizationConfig")...)
	}
	return gaps
}
