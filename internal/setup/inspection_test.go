package setup_test

import (
	"context"
	"testing"

	"wxmail/internal/setup"
	"wxmail/internal/signin"
	"wxmail/internal/step"
	"wxmail/internal/testkit"
	"wxmail/internal/world"
)

const everywhere = world.Held | world.Directory | world.Exchange

// inspects begins an inspection of these steps.
func (o *office) inspects(p *person, steps ...string) *setup.Inspection {
	o.t.Helper()
	i, err := setup.NewInspection(o.t.Context(), o.connection(p), steps)
	must(o.t, err)
	is(o.t, "planned before anything was looked at", len(i.Plan().Changes), 0)
	return i
}

func looks(t *testing.T, i *setup.Inspection, sources world.Source) {
	t.Helper()
	must(t, i.Look(t.Context(), sources))
}

// seen is what an inspection has seen.
func seen(i *setup.Inspection) *world.Seen {
	f := i.Facts()
	return &f.Seen
}

func TestAnInspectionNeedsItsAnswers(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	o.answers = nil
	_, err := setup.NewInspection(t.Context(), o.connection(o.somebody(map[string]string{})), nil)
	is(t, "refused", codeOf(err), "WX-ANSWER-NEEDED")
}

func TestAnInspectionChangesNothingAndAsksEachPersonOnce(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	writes, kept := o.Writes(), o.data()
	p := o.nobody()
	i := o.inspects(p)
	looks(t, i, everywhere)
	is(t, "changes", planned(i.Plan()), nil)
	is(t, "the token lives", seen(i).Local().Refreshed, true)
	o.changedBySomebody(mailbox, map[string]any{"ForwardingSmtpAddress": nil})
	looks(t, i, everywhere)
	is(t, "changes, looked at again", planned(i.Plan()), []string{"mailbox.forwarding"})
	is(t, "signed in", p.signedIn(), []signin.Role{signin.Directory, signin.Exchange})
	is(t, "writes", o.Writes(), writes)
	is(t, "the profile", o.data(), kept)
	may := i.Facts().May
	is(t, "who looks, which is left out", may.Directory.Account+may.Exchange.Account, "")
}

func TestAnInspectionLooksAtWhatItIsToldTo(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	p := o.nobody()
	i := o.inspects(p, "azure.register", "azure.consent", "mailbox.smtp")
	for _, source := range []world.Source{world.Held, world.Exchange, world.Directory} {
		before := seen(i).Read()
		looks(t, i, source)
		is(t, "read", seen(i).Read(), before|source)
	}
	is(t, "signed in", p.signedIn(), []signin.Role{signin.Exchange, signin.Directory})
	is(t, "the token was tried", seen(i).Local().Refreshed, false)
}

func TestAnInspectionGoesOnAfterASourceThatFails(t *testing.T) {
	t.Parallel()
	for service, failed := range map[string]world.Source{"graph": world.Directory, "exchange": world.Exchange} {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			o := open(t, "").isSetUp()
			o.fault(map[string]any{"service": service, "action": "status:403", "count": 1000})
			i := o.inspects(o.nobody())
			looks(t, i, everywhere)
			is(t, "read", seen(i).Read(), everywhere&^failed)
			is(t, "it is said why", seen(i).Unread(failed) != nil, true)

			o.Call("DELETE", "/faults", nil, nil)
			looks(t, i, everywhere)
			is(t, "read in the end", seen(i).Read(), everywhere)
			is(t, "nothing is in the way", seen(i).Unread(failed), nil)
		})
	}
}

func TestAnInspectionGoesOnWithoutAnAdministrator(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp().threePeople()
	p := o.nobody()
	p.as[signin.Directory] = colleague
	i := o.inspects(p)
	for range 2 {
		looks(t, i, everywhere)
		is(t, "read", seen(i).Read(), world.Held|world.Exchange)
		is(t, "why", codeOf(seen(i).Directory.Err), "WX-WRONG-ACCOUNT")
	}
	is(t, "signed in", p.signedIn(), []signin.Role{signin.Directory, signin.Exchange})
}

// Who may look at nothing may not at the second look either.
func TestAnAdministratorWithoutARightIsToldSoAtEveryLook(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	o.fault(map[string]any{"service": "exchange", "path": "^Get-Mailbox$", "action": "status:403", "count": 100})
	i := o.inspects(o.nobody(), "mailbox.smtp")
	for range 2 {
		looks(t, i, world.Exchange)
		is(t, "why", codeOf(seen(i).Exchange.Err), "WX-EXCHANGE-SHUT-OUT") // a role is held
	}
}

func TestAnInspectionThatIsInterruptedEnds(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	c := o.connection(o.nobody())
	i := o.inspects(o.nobody())
	looks(t, i, world.Held)
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	is(t, "a later look", i.Look(ctx, everywhere) != nil, true)
	i, err := setup.NewInspection(ctx, c, nil)
	must(t, err)
	is(t, "the first look", i.Look(ctx, world.Held) != nil, true)
}

// Whose tenant it is need not be known for what is local; the next look asks
// again.
func TestALookAtWhatIsLocalNeedsNobodysAnswer(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	o.RetryAtOnce()
	o.fault(map[string]any{"service": "entra", "path": discovery, "action": "status:503", "count": 1000})
	i := o.inspects(o.nobody())
	looks(t, i, world.Held)
	is(t, "the token lives", seen(i).Local().Refreshed, true)
	is(t, "a look at the directory", i.Look(t.Context(), world.Directory) != nil, true)
	o.Call("DELETE", "/faults", nil, nil)
	looks(t, i, world.Directory)
	is(t, "read", seen(i).Read(), world.Held|world.Directory)

	o.forgetTenant()
	o.fault(map[string]any{"service": "entra", "path": discovery, "action": "status:503", "count": 1000})
	is(t, "in a tenant that is not known", o.inspects(o.nobody()).Look(t.Context(), world.Held) != nil, true)
}

// In an inspection that Entra ID does not answer, the token's state is unknown.
func TestAnInspectionGoesOnWhileEntraIDIsSilent(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	o.RetryAtOnce()
	o.fault(map[string]any{"service": "entra", "path": "/token$", "action": "status:503", "count": 1000})
	i := o.inspects(o.nobody(), "token")
	looks(t, i, world.Held)
	here := seen(i).Local()
	is(t, "refreshed", here.Refreshed, false)
	is(t, "it is said why", here.RefreshErr != nil, true)
}

func TestOnlyWhatIsPickedIsMended(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	o.changedBySomebody(mailbox, map[string]any{"ForwardingSmtpAddress": nil, "SmtpClientAuthenticationDisabled": true})
	before := len(o.Writes())
	p := o.somebody(map[string]string{})
	i := o.inspects(p)
	looks(t, i, everywhere)
	is(t, "found", planned(i.Plan()), []string{"mailbox.smtp-auth", "mailbox.forwarding"})
	result := mends(t, i, "mailbox.forwarding")
	well(t, result)
	is(t, "changes", made(result), []string{"mailbox.forwarding"})
	is(t, "shown", planned(p.plans[0]), []string{"mailbox.forwarding"})
	is(t, "left", planned(result.Plan), []string{"mailbox.smtp-auth"})
	is(t, "writes", len(o.Writes())-before, 1)

	looks(t, i, world.Exchange)
	is(t, "looked at again", planned(i.Plan()), []string{"mailbox.smtp-auth"})
	p.no = true
	is(t, "declined", codes(mends(t, i, "mailbox.smtp-auth").Problems), []string{"WX-DECLINED"})
	nothing := mends(t, i, "azure.application")
	well(t, nothing)
	is(t, "nothing is picked", made(nothing), nil)
	is(t, "plans shown", len(p.plans), 2)
}

// mends mends the changes of one key.
func mends(t *testing.T, i *setup.Inspection, key string) *setup.Result {
	t.Helper()
	return i.Mend(t.Context(), func(c step.Change) bool { return c.Key == key })
}

func TestOnlyWhatThePersonMayIsMended(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	o.answers["azure.admin"], o.answers["exchange.admin"] = exchangeAdmin, exchangeAdmin
	o.changedBySomebody(mailbox, map[string]any{"SmtpClientAuthenticationDisabled": true})
	o.Call("POST", "/tenant", map[string]any{"usersCreateApps": false}, nil)
	o.Call("PATCH", "/applications/"+testkit.UniqueName(mailbox), map[string]any{"web": map[string]any{"redirectUris": []string{}}}, nil)
	i := o.inspects(o.nobody())
	looks(t, i, everywhere)
	is(t, "found", planned(i.Plan()), []string{"azure.application", "mailbox.smtp-auth"})
	result := i.Mend(t.Context(), func(step.Change) bool { return true })
	is(t, "problems", codes(result.Problems), []string{"WX-ROLE-DIRECTORY"})
	is(t, "changes", made(result), []string{"mailbox.smtp-auth"})
}
