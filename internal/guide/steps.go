package guide

import (
	"slices"

	"wxmail/internal/step"
	"wxmail/internal/world"
)

// Step is one part of the guide.
type Step struct {
	// ID is the step's name in commands, journal and JSON: "azure.register".
	ID string
	// Asks are the questions whose answers it needs.
	Asks []string
	// Reads are the sources that its plan looks at. It is asked again once
	// the local ones have been read, so that a finished step signs nobody in.
	Reads func(Facts) world.Source
	// Sees says why what the step stands on cannot be judged, forwards or
	// backwards; nil where it always can.
	Sees func(Facts) *step.Obstacle
	// Hinder says what stands in the way of the step as a whole.
	Hinder []func(Facts, *step.Plan)
	Things []Thing // in the order in which the guide comes to them
}

// Steps are the guide. The wizard is these, from top to bottom.
func Steps() []Step {
	return []Step{
		{
			// Step 1: the asset page in Webex Connect, which stays open and
			// unsaved. The answers are the step: nothing at Microsoft changes.
			ID:    "webex.collect",
			Asks:  []string{"webex.email-id", "webex.asset-name", "webex.forwarding-address", "webex.callback-url"},
			Reads: func(Facts) world.Source { return 0 },
		},
		{
			// Step 2, first half: the app registration, its redirect URI, 'Access
			// tokens', declared permissions, service principal and client secret.
			ID:     "azure.register",
			Asks:   []string{"webex.email-id", "webex.callback-url", "azure.admin"},
			Reads:  readsFor(world.Directory),
			Hinder: []func(Facts, *step.Plan){hinderUnseen},
			Things: []Thing{restoredApplication(), application(), principal(), orphanedSecret(), clientSecret()},
		},
		{
			// Step 2, second half: "Grant admin consent".
			ID:     "azure.consent",
			Asks:   []string{"webex.email-id"},
			Reads:  readsFor(world.Directory),
			Hinder: []func(Facts, *step.Plan){hinderConsent},
			Things: []Thing{appRole(), grant()},
		},
		{
			// Step 3, first half: Authenticated SMTP for the mailbox.
			ID:     "mailbox.smtp",
			Asks:   []string{"webex.email-id"},
			Reads:  readsFor(world.Exchange),
			Sees:   seesMailbox,
			Hinder: []func(Facts, *step.Plan){hinderMailbox},
			Things: []Thing{smtpAuth(), sendAs()},
		},
		{
			// Step 3, second half: outbound policy, then forwarding. In a run of
			// the whole guide forwarding is the last write: see golive.go.
			ID:     "mailbox.forward",
			Asks:   []string{"webex.email-id", "webex.forwarding-address", "mailbox.keep-copy"},
			Reads:  readsFor(world.Exchange),
			Sees:   seesRoute,
			Hinder: []func(Facts, *step.Plan){hinderMailbox, hinderRoute},
			Things: []Thing{customization(), outboundPolicy(), outboundRule(), forwarding()},
		},
		{
			// The proof of step 4: what Generate Token will do, done once here.
			ID:     "token",
			Asks:   []string{"webex.email-id"},
			Reads:  readsForToken,
			Hinder: []func(Facts, *step.Plan){hinderUnseen},
			Things: []Thing{temporaryRedirect(), signIn(), smtpProof()},
		},
	}
}

// StepIDs are the ids of all steps, in order.
func StepIDs() (ids []string) {
	for _, s := range Steps() {
		ids = append(ids, s.ID)
	}
	return ids
}

// Things are all of them: those of the guide, then those of a rotation.
func Things() (all []Thing) {
	for _, s := range Steps() {
		all = append(all, s.Things...)
	}
	return append(all, rotatedSecret(), oldSecret(""))
}

// ThingOf is the thing that a key belongs to, be it of a change or of one that
// takes it back.
func ThingOf(key string) (Thing, bool) {
	if undone, is := step.Undoes(key); is {
		key = undone
	}
	all := Things()
	if i := slices.IndexFunc(all, func(t Thing) bool { return t.owns(key) }); i >= 0 {
		return all[i], true
	}
	return Thing{}, false
}

// hinderUnseen looks at the account where Exchange is not read: nobody is asked
// to sign in as one that there is not.
func hinderUnseen(f Facts, p *step.Plan) {
	if f.Seen.Exchange.Value == nil {
		hinderAccount(f, p)
	}
}

// readsForToken: a token that still refreshes needs no admin, unless a
// redirect URI of ours was left behind.
func readsForToken(f Facts) world.Source {
	here := f.Seen.Here.Value
	if here == nil || here.Refreshed && !here.Memory.TemporaryRedirect {
		return world.Held
	}
	return world.Held | world.Directory
}
