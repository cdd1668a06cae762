package wanted

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"wxmail/internal/msg"
	"wxmail/internal/webex"
)

// Run is what a command wants of a run besides the answers.
type Run struct {
	Profile  string
	Steps    []string // ids of the steps that the run is made of
	Nonce    string   // labels a secret that this run makes
	Attended bool     // a person is there to answer while it goes on
}

// Runs says whether a step is part of the run.
func (w Wanted) Runs(stepID string) bool { return contains(w.Run.Steps, stepID) }

// UniqueName is the immutable name by which our application is found.
// https://learn.microsoft.com/graph/api/application-upsert
func (w Wanted) UniqueName() string { return UniqueName(w.Mailbox) }

// UniqueName is that of the application that wxmail makes for a mailbox. It is
// made of small letters, digits and "-", which every sample of Microsoft's
// keeps to: which other characters a key may have is not documented. The hash
// keeps mailboxes apart whose names differ in others.
// https://learn.microsoft.com/graph/templates/bicep/reference/applications
func UniqueName(mailbox string) string {
	mailbox = strings.ToLower(mailbox)
	plain := strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		return '-'
	}, mailbox)
	const longest = 64
	sum := sha256.Sum256([]byte(mailbox))
	return ourPrefix + plain[:min(len(plain), longest)] + "-" + hex.EncodeToString(sum[:4])
}

// FormerUniqueName is the one that earlier versions gave.
func FormerUniqueName(mailbox string) string { return ourPrefix + strings.ToLower(mailbox) }

// IsUniqueName says whether wxmail made the application of a unique name, for
// whichever mailbox.
func IsUniqueName(name string) bool { return strings.HasPrefix(name, ourPrefix) }

const ourPrefix = "wxmail-"

// MailboxIn is the mailbox of an application that an earlier version made, by
// its unique name; "" for any other.
func MailboxIn(uniqueName string) string {
	mailbox, ours := strings.CutPrefix(uniqueName, ourPrefix)
	if !ours || !strings.Contains(mailbox, "@") {
		return ""
	}
	return mailbox
}

// Login is the account that signs in to SMTP and at Generate Token.
func (w Wanted) Login() string {
	if w.SignInAs != "" {
		return w.SignInAs
	}
	return w.Mailbox
}

// Delegate says that somebody signs in for a mailbox that is not their own.
func (w Wanted) Delegate() bool { return !strings.EqualFold(w.Login(), w.Mailbox) }

// Owns says whether an address is one that mail must not be sent to from this
// mailbox: its own, that of who signs in, the forwarding address.
func (w Wanted) Owns(address string) bool {
	for _, own := range []string{w.Mailbox, w.EmailID, w.Login(), w.ForwardingAddress} {
		if strings.EqualFold(own, address) {
			return true
		}
	}
	return false
}

// SecretLifetime is a client secret's life as the operator gave it.
type SecretLifetime struct {
	Months int
	Days   int
}

// End is when a secret made now ends.
func (l SecretLifetime) End(now time.Time) time.Time { return now.AddDate(0, l.Months, l.Days) }

// Parse checks all answers there are and fills in the defaults. Answers that
// are needed and missing are left empty: see Answers.Missing. Warnings are for
// what can be used and deserves a second look. The error is an *InvalidAnswer.
func Parse(a *Answers) (Wanted, []msg.Message, error) {
	w := Wanted{}
	for _, q := range Questions() {
		if q.Default != "" && !q.Derived {
			q.put(&w, q.Default)
		}
	}
	w.Open = Open{true, true, true, true}
	warnings, err := w.take(a)
	if err != nil {
		return Wanted{}, nil, err
	}
	w.complete()
	return w, warnings, checkLoop(w)
}

// take puts every answer where it belongs.
func (w *Wanted) take(a *Answers) (warnings []msg.Message, err error) {
	for _, q := range Questions() {
		raw, given := a.Get(q.ID)
		if !given {
			continue
		}
		clean, more, err := Check(q, raw)
		if err != nil {
			return nil, err
		}
		if clean != "" { // an administrator may be left open
			q.put(w, clean)
		}
		warnings = append(warnings, more...)
	}
	return warnings, nil
}

// complete derives what was not said.
func (w *Wanted) complete() {
	w.AssetName = or(w.AssetName, webex.DefaultAssetName(w.EmailID))
	w.Mailbox = or(w.Mailbox, w.EmailID)
	w.Tenant = or(w.Tenant, DomainOf(w.Mailbox))
	w.ExchangeAdmin = or(w.ExchangeAdmin, w.Admin)
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// checkLoop refuses to forward mail back into the mailbox's own domain.
func checkLoop(w Wanted) error {
	if w.ForwardingAddress == "" || w.Mailbox == "" {
		return nil
	}
	for _, address := range []string{w.Mailbox, w.EmailID} {
		_, problems := webex.ParseForwarding(w.ForwardingAddress, address)
		for _, p := range problems {
			if p.Severity == webex.SeverityError {
				return &InvalidAnswer{"webex.forwarding-address", w.ForwardingAddress, string(p.Code), p.Detail}
			}
		}
	}
	return nil
}

// ForwardsToStrangers says whether the Forwarding Address lies in a domain that
// is not known to be Webex Connect's.
func (w Wanted) ForwardsToStrangers() bool {
	return w.ForwardingAddress != "" && !webex.KnownDomain(w.ForwardingAddress)
}

// DomainOf is an address's domain, in lower case.
func DomainOf(address string) string {
	_, domain, _ := strings.Cut(address, "@")
	return strings.ToLower(domain)
}
