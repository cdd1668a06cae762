package guide

import (
	"testing"
	"time"

	"wxmail/internal/mailflow"
	"wxmail/internal/step"
)

// Between a plan and its last write the mailbox user signs in, which takes what
// it takes. What somebody has done meanwhile is not written over.
func TestTheForwardingIsLookedAtAgain(t *testing.T) {
	boss := forwardsTo("boss@fabrikam.example")
	declined := together(boss, answer("mailbox.replace-forwarding", "false"))
	for _, test := range []struct {
		name        string
		before, now breaking
		back        bool // of an undo
		want        string
	}{
		{"as it was", noForwarding, noForwarding, false, ""},
		{"cleared, with the copy's switch on", noForwarding, func(f *Facts) { mail(f).Mailbox.Forwarding = mailflow.Forwarding{KeepCopy: true} },
			false, ""},
		{"somebody set what is wanted", noForwarding, func(*Facts) {}, false, ""},
		{"somebody set another", noForwarding, boss, false, "WX-FORWARDING-FOREIGN"},
		{"another, and none may be replaced", noForwarding, declined, false, "WX-FORWARDING-KEPT"},
		{"what may be replaced has become another", together(boss, answer("mailbox.replace-forwarding", "true")),
			together(forwardsTo("crm@fabrikam.example"), answer("mailbox.replace-forwarding", "true")), false, "WX-CHANGED-MEANWHILE"},
		{"the remote domain was closed", noForwarding, together(noForwarding, noRemoteDomain), false, "WX-REMOTE-DOMAIN"},
		{"a mail flow rule came in the way", noForwarding, together(noForwarding, transportRule), false, "WX-TRANSPORT-RULE"},
		{"it waits for the asset alone", noForwarding, together(noForwarding, answer("webex.asset-saved", "false")), false, ""},
		{"an undo: as it was", func(*Facts) {}, func(*Facts) {}, true, ""},
		{"an undo: somebody set another", func(*Facts) {}, boss, true, "WX-CHANGED-MEANWHILE"},
		{"an undo: the remote domain was closed", func(*Facts) {}, noRemoteDomain, true, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			course, key := Guide(nil, nil), "mailbox.forwarding"
			if test.back {
				course, key = Undo([]string{"mailbox.forward"}), "undo.mailbox.forwarding"
			}
			shown := func(b breaking) (Facts, *step.Plan) {
				f := healthy(b)
				f.Wanted.Run.Steps = course.Steps
				return f, course.Plan(f)
			}
			_, before := shown(test.before)
			c := before.Find(key)
			if c == nil {
				t.Fatal("nothing is planned")
			}
			got := ""
			f, now := shown(test.now)
			if o := Meanwhile(f, now, *c); o != nil {
				got = o.Code
			}
			same(t, "code", got, test.want)
		})
	}
}

func TestAPlanIsTheSameWhereItFindsAndMakesTheSame(t *testing.T) {
	for _, test := range []struct {
		name string
		a, b breaking
		want bool
	}{
		{"nothing changed", implicitOff, implicitOff, true},
		{"a redirect URI of somebody's", implicitOff, together(implicitOff, otherURI), false},
		{"one thing more to do", implicitOff, together(implicitOff, noMailSend), false},
		{"somebody's forwarding in the way", implicitOff, together(implicitOff, forwardsTo("boss@fabrikam.example")), false},
		{"something else to do", implicitOff, noMailSend, false},
		{"a secret, a second later", secretGone, together(secretGone, func(f *Facts) { f.Now = f.Now.Add(time.Second) }), true},
		{"forwarding from elsewhere", noForwarding, together(forwardsTo("boss@fabrikam.example"), answer("mailbox.replace-forwarding", "true")),
			false},
	} {
		plan := func(b breaking) *step.Plan { return Guide(nil, nil).Plan(healthy(b)) }
		if got := SamePlan(plan(test.a), plan(test.b)); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}
