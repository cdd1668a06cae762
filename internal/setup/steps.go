// Package setup is the product: the steps of Cisco's guide "Configure Webex
// Connect Email App with Office365 OAuth", in its order, each of them
// inspected, planned, shown, applied and read back by package step.
package setup

import "wxmail/internal/step"

// Steps are the guide. The wizard is these, from top to bottom.
func Steps() []step.Step[*Run] {
	return []step.Step[*Run]{
		{
			// Step 1: the asset page in Webex Connect, which stays open and unsaved.
			ID:    "webex.collect",
			Asks:  []string{"webex.email-id", "webex.asset-name", "webex.forwarding-address", "webex.callback-url"},
			Reads: readsNothing,
			Plan:  planCollect,
			Apply: applyNothing,
		},
		{
			// Step 2, first half: the app registration, its redirect URI, 'Access
			// tokens', declared permissions, service principal and client secret.
			ID:    "azure.register",
			Asks:  []string{"webex.email-id", "webex.callback-url", "azure.admin"},
			Reads: readsDirectory,
			Plan:  planRegister,
			Apply: applyRegister,
		},
		{
			// Step 2, second half: "Grant admin consent".
			ID:    "azure.consent",
			Asks:  []string{"webex.email-id"},
			Reads: readsDirectory,
			Plan:  planConsent,
			Apply: applyConsent,
		},
		{
			// Step 3, first half: Authenticated SMTP for the mailbox.
			ID:    "mailbox.smtp",
			Asks:  []string{"webex.email-id"},
			Reads: readsExchange,
			Plan:  planSMTP,
			Apply: applySMTP,
		},
		{
			// Step 3, second half: outbound policy, then forwarding.
			ID:    "mailbox.forward",
			Asks:  []string{"webex.email-id", "webex.forwarding-address", "mailbox.keep-copy"},
			Reads: readsExchange,
			Plan:  planForward,
			Apply: applyForward,
		},
		{
			// The proof of step 4: what Generate Token will do, done once here.
			ID:    "token",
			Asks:  []string{"webex.email-id"},
			Reads: readsForToken,
			Plan:  planToken,
			Apply: applyToken,
		},
	}
}

func readsNothing(*Run) step.Source   { return 0 }
func readsDirectory(*Run) step.Source { return Held | Directory }
func readsExchange(*Run) step.Source  { return Held | Exchange }

// readsForToken: a token that still refreshes needs no admin, unless a
// redirect URI of ours was left behind.
func readsForToken(r *Run) step.Source {
	o := &r.Observed
	if o.Read.Has(Held) && o.Vault.Refreshed && !o.Memory.TemporaryRedirect {
		return Held
	}
	if !o.Read.Has(Held) {
		return Held
	}
	return Held | Directory
}
