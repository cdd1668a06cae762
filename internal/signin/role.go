package signin

import (
	"fmt"
	"time"

	"wxmail/internal/microsoft"
	"wxmail/internal/secret"
)

// Role is what a person signs in for.
type Role string

// The roles; one sign-in per run and role.
const (
	Directory Role = "directory"
	Exchange  Role = "exchange"
	Mailbox   Role = "mailbox"
)

// asked is what a sign-in in that role asks of Entra ID.
func (r Role) asked() microsoft.Asked {
	switch r {
	case Directory:
		return microsoft.DirectorySignIn
	case Exchange:
		return microsoft.ExchangeSignIn
	default:
		return microsoft.MailboxSignIn
	}
}

// Prompt is what a person needs in order to sign in.
type Prompt struct {
	Role    Role
	Account string // who is expected, "" for anyone
	URL     string
	Short   string        // an address of this computer that leads to URL, once; "" for a device code
	Code    string        // to be typed at URL; device code only
	SSHHint string        // a command for the other machine, when this is a remote session
	Here    bool          // URL is a page of this computer, as a sandbox's is
	Limit   time.Duration // how long it is waited for
	Attempt int           // from 1
}

// Notice is what happens while a sign-in waits, and a person may want to know.
type Notice struct {
	What    Happening
	Address string // OpenedAgain: one that leads to the sign-in, once; WholeAddress: the sign-in's
}

// Happening is a kind of Notice.
type Happening string

// The kinds, stable names.
const (
	PasteNoURL    Happening = "paste-no-url"    // holds neither a code nor an error
	PasteCutShort Happening = "paste-cut-short" // its end is missing: terminals cut lines at 4,096 characters
	PasteForeign  Happening = "paste-foreign"   // belongs to another sign-in
	NoOpener      Happening = "no-opener"       // there is no program that opens a browser
	OpenerFailed  Happening = "opener-failed"   // it did not start, or said that it failed
	OpenedAgain   Happening = "opened-again"
	WholeAddress  Happening = "whole-address"
)

// TimeoutError says that nobody signed in within Timeouts.SignIn.
type TimeoutError struct{ Role Role }

func (t *TimeoutError) Error() string { return fmt.Sprintf("%s sign-in: no answer in time", t.Role) }

// Fact gives the code of the advice and the role.
func (t *TimeoutError) Fact() (code, object, detail string) {
	switch t.Role {
	case Mailbox:
		code = "WX-MAILBOX-SILENT"
	case Exchange:
		code = "WX-EXCHANGE-SILENT"
	default:
		code = "WX-SIGN-IN-TIMEOUT"
	}
	return code, string(t.Role), ""
}

// InputError is a value of the operator's that cannot be what it should be.
type InputError struct {
	What  string // the question that it answers
	Value string
}

func (i *InputError) Error() string { return fmt.Sprintf("%s: %q is none", i.What, i.Value) }

// Words name the text that says so, and its values.
func (i *InputError) Words() (id string, values []any) {
	return "detail.not-usable", []any{"Value", i.Value}
}

// Fact gives the code of the advice, what the value is for, and the value.
func (i *InputError) Fact() (code, object, detail string) {
	return "WX-ANSWER-INVALID", i.What, fmt.Sprintf("%q is none", i.Value)
}

// Request is one sign-in.
type Request struct {
	Role         Role
	Metadata     *Metadata // of the tenant to sign in to
	ClientID     string
	ClientSecret secret.Value // empty for a public client
	Scopes       []string     // of one resource; openid and profile are added
	LoginHint    string       // the account, where it is known
}

// about is what errors of this sign-in say.
func (r Request) about(operation string) about {
	return about{r.Role.asked(), operation, r.LoginHint, r.ClientID, r.Metadata.TenantID}
}

// redemption is what errors of its code's redemption say: an administrator's
// is still that administrator's sign-in; the mailbox user's needs the
// application's client secret too.
func (r Request) redemption() about {
	a := r.about("redeem the authorization code")
	if r.Role == Mailbox {
		a.asked = microsoft.Redemption
	}
	return a
}
