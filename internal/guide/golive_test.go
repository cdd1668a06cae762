package guide

import (
	"testing"

	"wxmail/internal/step"
)

// forwardingWaits is the obstacle of forwarding that what comes before it
// hinders.
const forwardingWaits = "mailbox.forward WX-FORWARDING-WAITS, about mailbox.forwarding, waits, repeats"

// allBeforeForwarding are the changes that come before forwarding in a run of
// the whole guide: what lets mail leave, and what proves that it is answered.
func allBeforeForwarding() []string {
	return []string{"mailbox.outbound-rule", "mailbox.outbound-policy", "exchange.customization",
		"azure.application", "azure.service-principal", "azure.secret",
		"azure.app-role.Mail.Send", "azure.grant.Office-365-Exchange-Online", "azure.grant.Microsoft-Graph",
		"token.redirect-uri", "token.sign-in", "token.smtp-sign-in"}
}

func attended(f *Facts) { f.Wanted.Run.Attended = true }

// noCopyWanted are the answers of an operator who wants no copy, and more.
func noCopyWanted(more ...string) breaking {
	return answer(append(more, "mailbox.keep-copy", "false")...)
}

// onceTo: wxmail itself has made the mailbox forward elsewhere.
func onceElsewhere(f *Facts) {
	const other = "fedcba9876543210fedcba9876543210@mail-us.imiconnect.io"
	later(did(step.Update, forwardingKey, mailboxAddress, Forwarding{}, Forwarding{ForwardingTo: other, KeepCopy: true}, `null`))(f)
}

// What is planned for the forwarding, by who is there, what was said of the
// asset, and what was there: "asks" for what a person has to answer first.
func TestForwardingGoesLiveLast(t *testing.T) {
	with, without := "with a copy", "without a copy"
	for _, test := range []struct {
		name  string
		facts Facts
		want  string
		risk  string
	}{
		{"nobody is there", untouched(), with, "risk.forwarding.copy"},
		{"nobody is there, no copy", untouched(noCopyWanted()), with, "risk.forwarding-copy-first"},
		{"nobody is there, the asset is saved", untouched(answer("webex.asset-saved", "true")), with, "risk.forwarding.copy"},
		{"nobody is there, the asset is saved, no copy", untouched(noCopyWanted("webex.asset-saved", "true")), without,
			"risk.forwarding.no-copy"},
		{"nobody is there, the asset is not saved", untouched(answer("webex.asset-saved", "false")), "WX-ASSET-UNSAVED", ""},
		{"nobody is there, the asset is not saved, no copy", untouched(noCopyWanted("webex.asset-saved", "false")), "WX-ASSET-UNSAVED", ""},
		{"a person", untouched(attended), with + ", asks", "risk.forwarding-asked.copy"},
		{"a person, no copy", untouched(attended, noCopyWanted()), without + ", asks", "risk.forwarding-asked.no-copy"},
		{"a person, who has said it", untouched(attended, answer("webex.asset-saved", "true")), with, "risk.forwarding.copy"},
		{"a person, who has said: not yet", untouched(attended, answer("webex.asset-saved", "false")), "WX-ASSET-UNSAVED", ""},

		{"it forwards", healthy(attended), "", ""},
		{"it forwards, and keeps no copy as is wanted", healthy(attended, keepsNoCopy, noCopyWanted()), "", ""},
		{"it forwards, and shall keep a copy", healthy(attended, keepsNoCopy), with, "risk.forwarding.copy"},
		{"it forwards, no copy, nobody is there", healthy(noCopyWanted()), "WX-COPY-KEPT", ""},
		{"it forwards, no copy, a person", healthy(attended, noCopyWanted()), without + ", asks", "risk.forwarding-asked.no-copy"},
		{"it forwards, no copy, not yet", healthy(attended, noCopyWanted("webex.asset-saved", "false")), "WX-COPY-KEPT", ""},
		{"it forwards, no copy, the asset is saved", healthy(noCopyWanted("webex.asset-saved", "true")), without, "risk.forwarding.no-copy"},

		{"somebody cleared what wxmail had set", healthy(attended, noForwarding), with, "risk.forwarding.copy"},
		{"somebody cleared what wxmail had set, no copy", healthy(attended, noForwarding, noCopyWanted()), without + ", asks",
			"risk.forwarding-asked.no-copy"},
		{"it went elsewhere before", healthy(attended, noForwarding, onceElsewhere), with + ", asks", "risk.forwarding-asked.copy"},
	} {
		p := Guide(nil, nil).Plan(test.facts)
		got, risk := liveLine(p)
		if got != test.want || risk != test.risk {
			t.Errorf("%s: %q, %s; want %q, %s", test.name, got, risk, test.want, test.risk)
		}
	}
}

// liveLine is what a plan says of the forwarding.
func liveLine(p *step.Plan) (line, risk string) {
	if o := p.Hindered("mailbox.forward"); o != nil {
		return o.Code, ""
	}
	c := p.Find(forwardingKey)
	if c == nil {
		return "", ""
	}
	line = "without a copy"
	if c.After.(Forwarding).KeepCopy {
		line = "with a copy"
	}
	if c.Asks == "webex.asset-saved" {
		line += ", asks"
	}
	return line, c.Risk.ID
}

func TestForwardingNeedsAllThatProvesIt(t *testing.T) {
	c := planned(t, untouched(), "mailbox.forwarding/create")
	same(t, "needs", c.Needs, allBeforeForwarding())
	same(t, "follows", c.Follows, []string{"mailbox.smtp-auth", "mailbox.send-as"})
	if !c.Last {
		t.Error("it is not the last")
	}
	if c := planned(t, healthy(keepsNoCopy, secretEnded, notRefreshed), "mailbox.forwarding/update"); c.Last || len(c.Needs) != 3 {
		t.Errorf("a copy more waits for %v", c.Needs)
	}
}

// What hinders the application, its consent or the token hinders forwarding.
func TestForwardingWaitsForWhatIsHindered(t *testing.T) {
	for name, test := range map[string]struct {
		facts Facts
		by    string
	}{
		"no secret may be made":  {untouched(secretsBlocked), "azure.register"},
		"nobody may register":    {untouched(roles("reader")), "azure.register"},
		"nobody may consent":     {untouched(roles(applicationDeveloper)), "azure.consent"},
		"the proof has to wait":  {healthy(noForwarding, notProved, smtpDisabled, cmdlets("Set-Mailbox")), "token"},
		"said to be saved, even": {untouched(secretsBlocked, answer("webex.asset-saved", "true")), "azure.register"},
	} {
		p := Guide(nil, nil).Plan(test.facts)
		o := p.Hindered("mailbox.forward")
		if o == nil || o.Code != "WX-FORWARDING-WAITS" || o.Detail != test.by || !o.Waiting || p.Has(forwardingKey) {
			t.Errorf("%s: %+v", name, outlineOf(p))
		}
		if p := Guide(nil, nil).Plan(broken(test.facts, []breaking{forwards})); p.Hindered("mailbox.forward") != nil {
			t.Errorf("%s: it forwards already, and waits: %+v", name, outlineOf(p))
		}
	}
}

func forwards(f *Facts) { forwardsTo(assetAddress)(f) }

// The step alone does what it is told, and says what it does not prove.
func TestForwardingAloneGoesLiveAtOnce(t *testing.T) {
	for risk, more := range map[string][]breaking{"risk.forwarding-alone.copy": nil, "risk.forwarding-alone.no-copy": {noCopyWanted()}} {
		for _, who := range []breaking{attended, func(*Facts) {}} {
			f := untouched(append(more, who)...)
			f.Wanted.Run.Steps = []string{"mailbox.smtp", "mailbox.forward"}
			c := changeOf(t, Guide(f.Wanted.Run.Steps, nil).Plan(f), "mailbox.forwarding/create")
			same(t, "needs", c.Needs, allBeforeForwarding()[:3])
			if c.Risk.ID != risk || c.Last || c.Asks != "" || c.After.(Forwarding).KeepCopy != f.Wanted.KeepCopy {
				t.Errorf("%+v", c)
			}
		}
	}
}

// Two writes: with a copy, and without once somebody says that the asset is
// saved. Undo gives back what was there before both.
func TestKeepingNoCopyIsASecondWrite(t *testing.T) {
	tn := tenantOf(untouched(noCopyWanted()))
	before := tn.standing()
	if failed, unread := tn.run(t.Context(), Guide(nil, nil)); len(failed)+len(unread) != 0 {
		t.Errorf("failed %v, unread %v", failed, unread)
	}
	set := func() bool { return tn.facts.Seen.Exchange.Value.Mailbox.Forwarding.KeepCopy }
	if !set() {
		t.Error("no copy is kept before the asset is saved")
	}
	yes := true
	tn.facts.Wanted.AssetSaved = &yes
	settles(t, tn, Guide(nil, nil), nil)
	if set() {
		t.Error("a copy is kept")
	}
	tn.facts.Wanted.AssetSaved = nil // it is never remembered
	settles(t, tn, Guide(nil, nil), nil)
	if failed, unread := tn.run(t.Context(), Undo(nil)); len(failed)+len(unread) != 0 {
		t.Errorf("undo: failed %v, unread %v", failed, unread)
	}
	same(t, "what is left", tn.standing(), before)
}

// However a run is killed: where mail leaves, the token was proved before, and
// a copy is kept.
func TestAKilledRunForwardsNothingUnproved(t *testing.T) {
	for _, wish := range []breaking{func(*Facts) {}, noCopyWanted()} {
		for verb, times := range verbsOf(t) {
			for at := range times {
				for _, killed := range []error{errKilled, errAnswerLost} {
					tn := tenantOf(untouched(wish)).refuse(verb, append(make([]error, at), killed)...)
					tn.run(t.Context(), Guide(nil, nil))
					to, token := tn.facts.Seen.Exchange.Value.Mailbox.Forwarding, tn.facts.Seen.Here.Value.Token
					if to.SMTPAddress != "" && (!to.KeepCopy || token == nil || !token.Proved) {
						t.Errorf("%v at %s %d: forwards to %+v, token %+v", killed, verb, at, to, token)
					}
				}
			}
		}
	}
}
