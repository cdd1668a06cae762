package setup

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"wxmail/internal/directory"
	"wxmail/internal/exchange"
	"wxmail/internal/graph"
	"wxmail/internal/guide"
	"wxmail/internal/microsoft"
	"wxmail/internal/msg"
	"wxmail/internal/signin"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// signInDirectory signs in the administrator of the directory.
func (s *session) signInDirectory(ctx context.Context) error {
	app := s.wanted.SignInApp
	if s.Signing == AzureCLI {
		app = "azure-cli" // whatever the answer: the Azure CLI signs in as itself, and gives tokens for whole resources
	}
	clientID, scopes, err := signin.AdminClient(app)
	if err != nil {
		return err
	}
	cred, who, err := s.admin(ctx, signin.Directory, s.wanted.Admin, clientID, scopes(s.Cloud), s.awaitHere)
	if err != nil {
		return mayNotConsent(err)
	}
	s.mu.Lock()
	s.may.Directory = guide.Admin{Account: who.UPN, Roles: who.Roles}
	s.mu.Unlock()
	s.directory, err = graph.New(s.Cloud, cred)
	return err
}

// exchangeAccount is who has to sign in to Exchange.
func (s *session) exchangeAccount() string {
	return signin.AtHome(cmp.Or(s.wanted.ExchangeAdmin, s.facts().May.Directory.Account))
}

// sameAdministrator says whether who signed in for the directory has to sign in
// to Exchange, too.
func (s *session) sameAdministrator() bool {
	return strings.EqualFold(s.exchangeAccount(), s.facts().May.Directory.Account)
}

// signInExchange signs in the administrator of Exchange. What they may run is
// read beside all the rest. beside is done while their code is redeemed.
func (s *session) signInExchange(ctx context.Context, beside func()) error {
	cred, who, err := s.admin(ctx, signin.Exchange, s.exchangeAccount(), signin.ExchangeClientID, signin.ExchangeScopes(s.Cloud),
		func(ctx context.Context) error {
			err := s.awaitHere(ctx)
			if err == nil {
				beside()
			}
			return err
		})
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.may.Exchange = guide.Admin{Account: who.UPN, Roles: who.Roles}
	s.mu.Unlock()
	s.exchange = exchange.New(s.Cloud, cred, s.tenantID())
	return nil
}

// admin signs one administrator in, by the way that was chosen, and refuses
// anybody but the account asked for. answered is signin.Flow's.
func (s *session) admin(
	ctx context.Context, role signin.Role, account, clientID string, scopes []string, answered func(context.Context) error,
) (azcore.TokenCredential, signin.Account, error) {
	req := signin.Request{Role: role, Metadata: s.metadata, ClientID: clientID, Scopes: scopes, LoginHint: signin.AtHome(account)}
	if s.Signing == DeviceCode || s.Signing == AzureCLI {
		if err := s.awaitHere(ctx); err != nil {
			return nil, signin.Account{}, err
		}
	}
	flow, stop := s.flow(ctx, req)
	defer stop()
	switch s.Signing {
	case DeviceCode:
		return flow.DeviceCode(ctx, req)
	case AzureCLI:
		cred, who, err := signin.NewAzureCLI(ctx, s.Cloud, s.tenantID(), req.Scopes[0])
		if err == nil {
			err = flow.Check(who)
			flow.Ended(who, err, false)
		}
		return cred, who, err
	}
	flow.Answered = answered
	token, err := flow.SignIn(ctx, req)
	if err != nil {
		return nil, signin.Account{}, err
	}
	return signin.Credential(s.Cloud, s.tenantID(), req.ClientID, token), token.Account, nil
}

// attempts is how often a person may take the wrong account.
const attempts = 3

// flow is how the next sign-in is asked for. Only the account asked for will
// do, or anybody of the tenant. stop ends the listening for what is typed.
func (s *session) flow(ctx context.Context, req signin.Request) (flow *signin.Flow, stop func()) {
	listening, stop := context.WithCancel(ctx)
	copied := *s.Flow
	flow = &copied
	s.mu.Lock()
	s.told.number++
	at := s.told.signIns
	s.mu.Unlock()
	flow.Typed, flow.Tell = s.Operator.Typed(listening), s.Operator.Notice
	flow.Show = func(p signin.Prompt) { s.Operator.SignIn(SignIn{p, at.number, at.count(), s.ends(p)}) }
	flow.Check = func(who signin.Account) error { return signin.Verify(req.Role, who, s.tenantID(), req.LoginHint) }
	if s.Operator.CanAsk() {
		flow.Attempts = attempts
	}
	flow.Ended = func(who signin.Account, err error, again bool) signin.Verdict {
		return s.Operator.SignedIn(SignInEnd{Role: req.Role, Wanted: req.LoginHint, Account: who, Err: err, Again: again,
			Number: at.number, Count: at.count(), Next: at.next(who)})
	}
	return flow, stop
}

// ends is when an attempt that begins now is no longer waited for.
func (c *Connection) ends(p signin.Prompt) time.Time {
	skew, _ := c.Cloud.ClockSkew()
	return c.Cloud.Now().Add(p.Limit - skew)
}

// busy says that something takes time.
func (c *Connection) busy(with string) (end func()) {
	return c.Operator.Begin(Work{What: msg.M("work." + with)})
}

// signIns counts the sign-ins of a run.
type signIns struct {
	number   int // of the one that goes on, or was the last
	expected []ExpectedSignIn
}

// count is how many there are, as far as is known.
func (s signIns) count() int { return max(s.number, len(s.expected)) }

// next is who comes after this one. An administrator of Exchange of whom
// nothing was said is the one who has signed in.
func (s signIns) next(who signin.Account) *ExpectedSignIn {
	if s.number >= len(s.expected) {
		return nil
	}
	next := s.expected[s.number]
	if next.Role == signin.Exchange {
		next.Account = cmp.Or(next.Account, who.UPN)
	}
	return &next
}

// expect says who has yet to sign in.
func (s *session) expect(ahead []ExpectedSignIn) {
	s.mu.Lock()
	done := make([]ExpectedSignIn, s.told.number, s.told.number+len(ahead))
	s.told.expected = append(done, ahead...)
	s.mu.Unlock()
	s.Operator.ShowSignIns(ahead)
	directory := slices.ContainsFunc(ahead, func(e ExpectedSignIn) bool { return e.Role == signin.Directory })
	if id := strangeClient(s.wanted.SignInApp, s.Signing); id != "" && directory {
		s.Operator.Warn(msg.M("warning.sign-in-app", "ID", id))
	}
}

// strangeClient is the application that the administrator signs in through,
// where it is none of Microsoft's: an answers file of somebody's may name one
// of his own, and its consent gives it the directory.
func strangeClient(app string, signing Signing) string {
	id, _, err := signin.AdminClient(app)
	ofMicrosoft := []string{signin.GraphClientID, signin.AzureCLIClientID, signin.ExchangeClientID}
	if err != nil || signing == AzureCLI || slices.Contains(ofMicrosoft, id) {
		return ""
	}
	return id
}

// mayNotConsent knows Entra's refusal to let an account consent to what the
// client of the directory sign-in asks for. It does not say who signed in: the
// account asked for lacks the role, or somebody else came. So nothing goes on.
// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
func mayNotConsent(err error) error {
	if !microsoft.HasCode(err, "AADSTS90094", "AADSTS90095") {
		return err
	}
	e := microsoft.Of(err)
	return &step.Obstacle{Code: "WX-ROLE-CONSENT", Object: cmp.Or(e.Object, microsoft.TheDirectory), Detail: e.Code + " " + e.Message,
		Stops: true, Err: err}
}

// expected are the sign-ins that are ahead for these sources.
func (s *session) expected(sources world.Source, mailbox bool) (ahead []ExpectedSignIn) {
	if s.awaits(sources, world.Directory) {
		ahead = append(ahead, ExpectedSignIn{signin.Directory, signin.AtHome(s.wanted.Admin)})
	}
	if s.awaits(sources, world.Exchange) {
		ahead = append(ahead, ExpectedSignIn{signin.Exchange, signin.AtHome(s.wanted.ExchangeAdmin)})
	}
	if mailbox {
		ahead = append(ahead, ExpectedSignIn{signin.Mailbox, guide.Account(s.facts())})
	}
	return ahead
}

// awaits says whether somebody has yet to sign in for a source.
func (s *session) awaits(sources, source world.Source) bool {
	seen := s.facts().Seen
	signedIn := source == world.Directory && s.directory != nil || source == world.Exchange && s.exchange != nil
	return sources.Has(source) && !signedIn && seen.Unread(source) == nil
}

// maxDomains is how many of a tenant's domains are named: some have hundreds.
const maxDomains = 5

// tenantFound says in whose tenant the run is: of many domains, the mailbox's
// and those that the tenant goes by come first.
func tenantFound(org *directory.Organization, mailbox string) msg.Message {
	var telling, others []string
	for _, d := range org.Domains {
		if d.Default || d.Initial || strings.HasSuffix(strings.ToLower(mailbox), "@"+strings.ToLower(d.Name)) {
			telling = append(telling, d.Name)
		} else {
			others = append(others, d.Name)
		}
	}
	domains := append(telling, others...)
	shown := min(len(domains), maxDomains)
	facts := []any{"Name", org.DisplayName, "ID", org.ID, "Domains", msg.Each(domains[:shown]...)}
	if more := len(domains) - shown; more > 0 {
		return msg.M("tenant.found-of-many", append(facts, "Count", more)...)
	}
	return msg.M("tenant.found", facts...)
}
