package setup

import (
	"strings"
	"time"

	"wxmail/internal/msg"
	"wxmail/internal/webex"
)

// Wanted is what the operator's answers say, cleaned and complete: the half
// of every plan that does not come from Microsoft.
type Wanted struct {
	AssetName         string
	EmailID           string
	ForwardingAddress string
	CallbackURL       string

	Tenant        string // a domain or a GUID
	Admin         string // "" is whoever signs in
	ExchangeAdmin string // "" is the account of the directory sign-in
	SignInApp     string
	Application   string // an app ID that the operator adopts; "" is ours
	AppName       string
	Lifetime      SecretLifetime
	LeastRights   bool // no application permission Mail.Send
	ImplicitGrant bool

	Mailbox        string
	SignInAs       string // "" where the answer is open and the mailbox may turn out to be shared
	KeepCopy       bool
	ExistingPolicy bool // change no outbound policy

	ReplaceForwarding   *bool // nil: not answered
	EnableCustomization *bool
	OldSecretReplaced   *bool

	UndoConfirm    string // the profile's name, typed
	RestoreChanged bool   // undo takes back even what somebody changed since
}

// UniqueName is the immutable name by which our application is found.
// https://learn.microsoft.com/graph/api/application-upsert
func (w Wanted) UniqueName() string { return UniqueName(w.Mailbox) }

// UniqueName is that of the application that wxmail makes for a mailbox, in
// lower case.
func UniqueName(mailbox string) string { return "wxmail-" + strings.ToLower(mailbox) }

// Login is the account that signs in to SMTP and at Generate Token.
func (w Wanted) Login() string {
	if w.SignInAs != "" {
		return w.SignInAs
	}
	return w.Mailbox
}

// Delegate says that somebody signs in for a mailbox that is not his own.
func (w Wanted) Delegate() bool { return !strings.EqualFold(w.Login(), w.Mailbox) }

// SecretLifetime is a client secret's life as the operator gave it.
type SecretLifetime struct {
	Months int
	Days   int
}

// End is when a secret made now ends.
func (l SecretLifetime) End(now time.Time) time.Time { return now.AddDate(0, l.Months, l.Days) }

// parseWanted checks all answers there are and fills in the defaults. Required
// answers that are missing are left empty: see Run.missing.
func parseWanted(a *Answers) (Wanted, []msg.Message, error) {
	values, warnings, err := checkAll(a)
	if err != nil {
		return Wanted{}, nil, err
	}
	get := func(id, otherwise string) string {
		if value, ok := values[id]; ok {
			return value
		}
		return otherwise
	}
	w := Wanted{
		EmailID: get("webex.email-id", ""), ForwardingAddress: get("webex.forwarding-address", ""), CallbackURL: get("webex.callback-url", ""),
		Admin: get("azure.admin", ""), SignInApp: get("azure.sign-in-app", "graph"), Application: get("azure.application", ""),
		AppName: get("azure.app-name", "WebexConnect"), LeastRights: get("azure.permissions", "guide") == "least",
		ImplicitGrant: get("azure.implicit-grant", "true") == "true", SignInAs: get("mailbox.sign-in-as", ""),
		KeepCopy: get("mailbox.keep-copy", "true") == "true", ExistingPolicy: get("mailbox.outbound-policy", "scoped") == "existing",
		ReplaceForwarding: optional(values, "mailbox.replace-forwarding"), EnableCustomization: optional(values, "exchange.enable-customization"),
		OldSecretReplaced: optional(values, "azure.old-secret-replaced"), UndoConfirm: get("undo.confirm", ""),
		RestoreChanged: get("undo.changed-since", "keep") == "restore",
	}
	w.AssetName = get("webex.asset-name", webex.DefaultAssetName(w.EmailID))
	w.Mailbox = get("mailbox.address", w.EmailID)
	w.Tenant = get("azure.tenant", domainOf(w.Mailbox))
	w.ExchangeAdmin = get("exchange.admin", w.Admin)
	w.Lifetime, _ = parseLifetime(get("azure.secret-lifetime", "24mo")) // checked above
	return w, warnings, checkLoop(w)
}

func checkAll(a *Answers) (map[string]string, []msg.Message, error) {
	values := map[string]string{}
	var all []msg.Message
	for _, q := range Questions {
		raw, given := a.Get(q.ID)
		if !given {
			continue
		}
		clean, warnings, err := Check(q, raw)
		if err != nil {
			return nil, nil, err
		}
		if clean == "" {
			continue // an admin left open
		}
		values[q.ID], all = clean, append(all, warnings...)
	}
	return values, all, nil
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

func optional(values map[string]string, id string) *bool {
	value, ok := values[id]
	if !ok {
		return nil
	}
	yes := value == "true"
	return &yes
}
