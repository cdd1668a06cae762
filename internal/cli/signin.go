package cli

import (
	"context"
	"errors"
	"time"

	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/secret"
	"wxmail/internal/setup"
	"wxmail/internal/signin"
	"wxmail/internal/ui"
)

// waitForSignIn is the work that a person does in the browser.
const waitForSignIn = "sign-in"

// SignIn shows one attempt as one block, so that nothing comes between its
// lines. The whole address stands in it, but for a person whose browser is on
// this computer: it then leads there from a short one.
func (o operator) SignIn(s setup.SignIn) {
	event := ui.SignIn{Role: string(s.Role), Account: msg.Nullable(s.Account), URL: s.URL, Code: msg.Nullable(s.Code),
		Head: o.signInHead(s), Address: s.URL, Command: s.SSHHint, Hints: o.hints(s)}
	if s.Short != "" && s.SSHHint == "" && o.CanAsk() {
		event.Address = s.Short
	}
	o.ui.Event(event)
	if s.Code != "" && ui.Clip(o.ui, secret.New(s.Code)) {
		o.ui.Say(msg.M("sign-in.copied"))
	}
	o.ui.Busy(waitForSignIn, ui.Work{Text: msg.M("work.sign-in"), Limit: s.Limit})
}

// signInHead says which sign-in it is, for what, as whom, and how long it is
// waited for.
func (o operator) signInHead(s setup.SignIn) msg.Message {
	id := "sign-in.head"
	if s.Account == "" {
		id = "sign-in.head-anyone"
	}
	return msg.M(id, "Number", s.Number, "Count", s.Count, "Role", msg.M("role."+string(s.Role)), "Account", s.Account,
		"Limit", span(s.Limit))
}

// span is a length of time in words.
func span(d time.Duration) msg.Message {
	if d < time.Minute {
		return msg.M("span.seconds", "Count", int(d.Seconds()))
	}
	return msg.M("span.minutes", "Count", int(d.Minutes()))
}

// hints are what a person can do while the sign-in waits.
func (o operator) hints(s setup.SignIn) (hints []msg.Message) {
	if !o.CanAsk() {
		if s.SSHHint != "" {
			hints = append(hints, msg.M("sign-in.tunnel"))
		}
		return hints
	}
	switch {
	case s.Code != "":
		return []msg.Message{msg.M("sign-in.device", "Until", s.Ends.Local().Format("15:04"), "Limit", span(s.Limit))}
	case s.Attempt > 1:
		hints = append(hints, msg.M("sign-in.again"))
	case s.SSHHint != "" && s.Here:
		hints = append(hints, msg.M("sign-in.ssh-here"))
	case s.SSHHint != "":
		hints = append(hints, msg.M("sign-in.ssh"))
	default:
		hints = append(hints, msg.M("sign-in.paste"))
	}
	if s.Role == signin.Mailbox {
		hints = append(hints, msg.M("sign-in.mailbox"))
	}
	return hints
}

// SignedIn says how an attempt ended, in the terminal and in the browser. Why a
// run ends is said at its end.
func (o operator) SignedIn(e setup.SignInEnd) signin.Verdict {
	o.ui.Idle(waitForSignIn)
	wrong := (*signin.WrongAccount)(nil)
	isWrong := errors.As(e.Err, &wrong)
	verdict := signin.Verdict{Text: o.say("page.failed")}
	switch {
	case e.Err == nil:
		o.ui.Tick(signedInAs(e))
		return signin.Verdict{Text: o.say("page.signed-in", "Account", e.Account.UPN, "Number", e.Number, "Count", e.Count),
			Then: o.ui.Catalogue().Say(next(e))}
	case isWrong && e.Wanted == "":
		verdict.Text = o.say("page.wrong-tenant", "Got", wrong.Got)
	case isWrong:
		verdict.Text = o.say("page.wrong", "Got", wrong.Got, "Wanted", e.Wanted)
	}
	if !e.Again {
		verdict.Then = o.say("page.last")
		return verdict
	}
	o.ui.Warn(refusedAgain(e, wrong))
	return verdict
}

func (o operator) say(id string, pairs ...any) string { return o.ui.Catalogue().Text(id, pairs...) }

// signedInAs names the account with what it may do, as far as its token says.
func signedInAs(e setup.SignInEnd) msg.Message {
	roles := guide.RoleNames(e.Account.Roles)
	switch {
	case e.Role == signin.Mailbox:
		return msg.M("signed-in.role", "Account", e.Account.UPN, "Roles", msg.M("role.mailbox"))
	case len(roles) > 0:
		return msg.M("signed-in.role", "Account", e.Account.UPN, "Roles", msg.And(roles...))
	case e.Role == signin.Directory && len(e.Account.Roles) > 0:
		return msg.M("signed-in.no-role", "Account", e.Account.UPN)
	}
	return msg.M("signed-in", "Account", e.Account.UPN)
}

// next is what the person does after a sign-in.
func next(e setup.SignInEnd) msg.Message {
	if e.Next == nil {
		return msg.M("page.last")
	}
	return msg.M("page.next."+string(e.Next.Role), "Account", e.Next.Account)
}

// refusedAgain is why a person is asked again, and what to do.
func refusedAgain(e setup.SignInEnd, wrong *signin.WrongAccount) msg.Message {
	switch {
	case wrong == nil:
		return msg.M("warning.sign-in-cancelled")
	case e.Wanted == "":
		return msg.M("warning.sign-in-tenant", "Got", wrong.Got, "Tenant", wrong.GotTenant)
	}
	return msg.M("warning.sign-in-account", "Got", wrong.Got, "Wanted", e.Wanted)
}

// Notice tells what happens while a sign-in waits.
func (o operator) Notice(n signin.Notice) {
	if n.Address != "" {
		o.ui.Say(msg.M("sign-in."+string(n.What), "URL", n.Address))
		return
	}
	o.ui.Warn(msg.M("warning." + string(n.What)))
}

func (o operator) Typed(ctx context.Context) <-chan string { return o.ui.TypedLines(ctx) }

// Begin shows that something takes time. The same thing takes it once.
func (o operator) Begin(w setup.Work) (end func()) {
	key := w.What.ID
	o.ui.Busy(key, ui.Work{Text: w.What, Limit: w.Limit, Number: w.Number, Count: w.Count})
	return func() { o.ui.Idle(key) }
}

// Looked ticks off what an examination has looked at.
func (o operator) Looked(at string, err error) {
	if err != nil {
		o.ui.Progress(ui.Alert, o.say("doctor.unread."+at))
		return
	}
	o.ui.Tick(msg.M("doctor.looked." + at))
}
