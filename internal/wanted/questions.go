package wanted

import (
	"slices"
	"sync"

	"wxmail/internal/msg"
)

// Kind is what an answer must look like.
type Kind string

// The kinds of answers.
const (
	Text     Kind = "text"
	Email    Kind = "email"
	URL      Kind = "url"
	Domain   Kind = "domain"
	Client   Kind = "client" // one of the choices, or a client ID
	Lifetime Kind = "lifetime"
	Choice   Kind = "choice"
	Bool     Kind = "bool"
)

// Owner is whose an answer is.
type Owner int

// An answer of the tenant's is suggested for its next mailbox, one of a
// mailbox's for no other, and one of a person's goes to nobody else.
const (
	Tenant Owner = iota
	Mailbox
	Person
)

// Question is something that wxmail may have to know, as data: the same for a
// prompt, a flag, an answers file and the profile. Its texts are
// question.<id>.prompt and question.<id>.help in package msg.
type Question struct {
	ID      string
	Flag    string
	Kind    Kind
	Default string   // as `help questions` shows it; "" when there is none
	Choices []string // of a Choice, and the names that a Client may have
	Derived bool     // Default is no value but says where one comes from
	Only    string   // the one command that asks it, "" for the steps of the guide
	Of      Owner    // whose answer it is
	Example string   // an answer that is not Default; "" where the choices are enough

	Asked      bool // the wizard asks it even where a default exists
	Needed     bool // no step that asks it can begin without an answer
	Open       bool // an empty answer is one too: whoever signs in
	Deliberate bool // never answered by -y, the profile or a default, and used once

	Face
	// set puts a clean answer where it belongs.
	set func(w *Wanted, answer string)
}

// Face is how a question is put to a person, besides its texts.
type Face struct {
	Labels []msg.Message // how a person knows the Choices, or yes and no of a Bool; nil: by themselves
	About  []msg.Message // how the thing stands that the answer changes: only who asks can know
	Back   bool          // there is a question before this one
}

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
	Application   string // an app ID, or object ID, that the operator adopts; "" is ours
	AppName       string
	Lifetime      SecretLifetime
	LeastRights   bool // no application permission Mail.Send
	ImplicitGrant bool

	Mailbox        string
	SignInAs       string // "" where the answer is open and the mailbox may turn out to be shared
	KeepCopy       bool
	ExistingPolicy bool // change no outbound policy

	AssetSaved          *bool // in Webex Connect, with a token generated; nil: not answered
	TokenGenerated      *bool // in Webex Connect, once more; likewise
	DomainKnown         *bool // of the Forwarding Address, where it is not Webex Connect's; likewise
	ReplaceForwarding   *bool // likewise
	EnableCustomization *bool
	OldCallbackReplaced *bool
	OldSecretReplaced   *bool

	UndoConfirm    string // the profile's name, typed
	RestoreChanged bool   // undo takes back even what somebody changed since
	Recipient      string // of the test message

	Open Open
	Run  Run
}

// Open is what no answer decides: there, what the tenant has beats a default.
// The zero Open leaves nothing to the tenant.
type Open struct{ Application, ImplicitGrant, Permissions, KeepCopy bool }

// Questions are all of them, in the order in which the wizard asks. The ids
// and flags are a contract: scripts rely on them.
func Questions() []Question { return slices.Clone(questions()) }

var questions = sync.OnceValue(func() []Question {
	return slices.Concat(webexQuestions(), azureQuestions(), mailboxQuestions(), deliberateQuestions(), commandQuestions())
})

func webexQuestions() []Question {
	return []Question{
		{ID: "webex.email-id", Flag: "email-id", Kind: Email, Asked: true, Needed: true, Of: Mailbox,
			Example: "help@contoso.example", set: func(w *Wanted, a string) { w.EmailID = a }},
		{ID: "webex.asset-name", Flag: "asset-name", Kind: Text, Default: "local part of the e-mail ID", Derived: true, Asked: true, Of: Mailbox,
			Example: "Customer Care", set: func(w *Wanted, a string) { w.AssetName = a }},
		{ID: "webex.forwarding-address", Flag: "forwarding-address", Kind: Email, Asked: true, Needed: true, Of: Mailbox,
			Example: "fedcba9876543210fedcba9876543210@mail-us.imiconnect.io", set: func(w *Wanted, a string) { w.ForwardingAddress = a }},
		{ID: "webex.callback-url", Flag: "callback-url", Kind: URL, Asked: true, Needed: true,
			Example: "https://fabrikam.us.webexconnect.io/callback", set: func(w *Wanted, a string) { w.CallbackURL = a }},
	}
}

func azureQuestions() []Question {
	return []Question{
		{ID: "azure.tenant", Flag: "tenant", Kind: Domain, Default: "domain of the mailbox", Derived: true,
			Example: "contoso.onmicrosoft.com", set: func(w *Wanted, a string) { w.Tenant = a }},
		{ID: "azure.admin", Flag: "admin", Kind: Email, Asked: true, Open: true, Of: Person,
			Example: "admin@contoso.example", set: func(w *Wanted, a string) { w.Admin = a }},
		{ID: "exchange.admin", Flag: "exchange-admin", Kind: Email, Default: "azure.admin", Derived: true, Open: true, Of: Person,
			Example: "exchange@contoso.example", set: func(w *Wanted, a string) { w.ExchangeAdmin = a }},
		{ID: "azure.sign-in-app", Flag: "sign-in-app", Kind: Client, Default: "graph", Choices: []string{"graph", "azure-cli"}, Of: Person,
			set: func(w *Wanted, a string) { w.SignInApp = a }},
		{ID: "azure.application", Flag: "application", Kind: Client, Default: "ours, by uniqueName", Derived: true, Of: Mailbox,
			Choices: []string{NewApplication}, Example: "5f6d1f2e-7c3b-4a89-9d10-2b8e4c7f9a31", set: setApplication},
		{ID: "azure.app-name", Flag: "app-name", Kind: Text, Default: "WebexConnect", Of: Mailbox,
			Example: "Webex Connect Sales", set: func(w *Wanted, a string) { w.AppName = a }},
		{ID: "azure.secret-lifetime", Flag: "secret-lifetime", Kind: Lifetime, Default: "24mo",
			Example: "90d", set: func(w *Wanted, a string) { w.Lifetime, _ = parseLifetime(a) }}, // it was checked
		{ID: "azure.permissions", Flag: "permissions", Kind: Choice, Default: "guide", Choices: []string{"guide", "least"},
			set: func(w *Wanted, a string) { w.LeastRights, w.Open.Permissions = a == "least", false }},
		{ID: "azure.implicit-grant", Flag: "implicit-grant", Kind: Bool, Default: "true",
			set: func(w *Wanted, a string) { w.ImplicitGrant, w.Open.ImplicitGrant = a == "true", false }},
	}
}

// NewApplication is the answer of who wants an application of their own, though
// there is one that could be adopted.
const NewApplication = "new"

func setApplication(w *Wanted, a string) {
	w.Application, w.Open.Application = a, false
	if a == NewApplication {
		w.Application = ""
	}
}

func mailboxQuestions() []Question {
	return []Question{
		{ID: "mailbox.address", Flag: "mailbox", Kind: Email, Default: "webex.email-id", Derived: true, Of: Mailbox,
			Example: "sales@contoso.example", set: func(w *Wanted, a string) { w.Mailbox = a }},
		{ID: "mailbox.sign-in-as", Flag: "sign-in-as", Kind: Email, Default: "mailbox.address", Derived: true, Of: Mailbox,
			Example: "anna@contoso.example", set: func(w *Wanted, a string) { w.SignInAs = a }},
		{ID: "mailbox.keep-copy", Flag: "keep-copy", Kind: Bool, Default: "true", Of: Mailbox,
			set: func(w *Wanted, a string) { w.KeepCopy, w.Open.KeepCopy = a == "true", false }},
		{ID: "mailbox.outbound-policy", Flag: "outbound-policy", Kind: Choice, Default: "scoped", Choices: []string{"scoped", "existing"},
			Of:  Mailbox,
			set: func(w *Wanted, a string) { w.ExistingPolicy = a == "existing" }},
	}
}

func deliberateQuestions() []Question {
	return []Question{
		{ID: "webex.asset-saved", Flag: "asset-saved", Kind: Bool, Deliberate: true,
			Face: Face{Labels: []msg.Message{msg.M("question.webex.asset-saved.yes"), msg.M("question.webex.asset-saved.no")}},
			set:  func(w *Wanted, a string) { w.AssetSaved = yes(a) }},
		{ID: "webex.token-generated", Flag: "token-generated", Kind: Bool, Deliberate: true,
			Face: Face{Labels: []msg.Message{msg.M("question.webex.token-generated.yes"), msg.M("question.webex.token-generated.no")}},
			set:  func(w *Wanted, a string) { w.TokenGenerated = yes(a) }},
		{ID: "webex.forwarding-domain-known", Flag: "forwarding-domain-known", Kind: Bool, Deliberate: true,
			set: func(w *Wanted, a string) { w.DomainKnown = yes(a) }},
		{ID: "mailbox.replace-forwarding", Flag: "replace-forwarding", Kind: Bool, Deliberate: true,
			set: func(w *Wanted, a string) { w.ReplaceForwarding = yes(a) }},
		{ID: "exchange.enable-customization", Flag: "enable-customization", Kind: Bool, Deliberate: true,
			set: func(w *Wanted, a string) { w.EnableCustomization = yes(a) }},
		{ID: "azure.old-callback-replaced", Flag: "old-callback-replaced", Kind: Bool, Deliberate: true,
			set: func(w *Wanted, a string) { w.OldCallbackReplaced = yes(a) }},
		{ID: "azure.old-secret-replaced", Flag: "old-secret-replaced", Kind: Bool, Deliberate: true, Only: "rotate-secret",
			set: func(w *Wanted, a string) { w.OldSecretReplaced = yes(a) }},
	}
}

func commandQuestions() []Question {
	return []Question{
		{ID: "undo.confirm", Flag: "confirm", Kind: Text, Deliberate: true, Only: "undo",
			Example: "default", set: func(w *Wanted, a string) { w.UndoConfirm = a }},
		{ID: "undo.changed-since", Flag: "changed-since", Kind: Choice, Default: "keep", Choices: []string{"keep", "restore"}, Only: "undo",
			set: func(w *Wanted, a string) { w.RestoreChanged = a == "restore" }},
		{ID: "verify.recipient", Flag: "to", Kind: Email, Of: Person, Only: "verify",
			Example: "you@fabrikam.example", set: func(w *Wanted, a string) { w.Recipient = a }},
	}
}

// put puts a clean answer where it belongs; the answer of a row without set
// goes nowhere.
func (q Question) put(w *Wanted, answer string) {
	if q.set != nil {
		q.set(w, answer)
	}
}

func yes(answer string) *bool {
	is := answer == "true"
	return &is
}

// FindQuestion is the question with that id.
func FindQuestion(id string) (Question, bool) {
	i := slices.IndexFunc(questions(), func(q Question) bool { return q.ID == id })
	if i < 0 {
		return Question{}, false
	}
	return questions()[i], true
}

// Suggestion is what a question offers where nothing is known but the answers
// given so far, and those for another mailbox of the tenant: nobody's account
// can be guessed.
func (q Question) Suggestion(a *Answers) string {
	switch {
	case a.Offered[q.ID] != "":
		return a.Offered[q.ID]
	case q.ID == "webex.asset-name":
		return defaultAssetName(a)
	case q.Kind == Email:
		return ""
	}
	return q.Default
}
