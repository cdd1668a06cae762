package setup

// Kind is what an answer must look like.
type Kind string

// The kinds of answers.
const (
	Text     Kind = "text"
	Email    Kind = "email"
	URL      Kind = "url"
	Domain   Kind = "domain"
	Client   Kind = "client" // a name of a known client, or a GUID
	GUID     Kind = "guid"
	Lifetime Kind = "lifetime"
	Choice   Kind = "choice"
	Bool     Kind = "bool"
)

// Question is something that wxmail may have to know, as data: the same for a
// prompt, a flag, an answers file and the profile. Its texts are
// question.<id>.prompt and question.<id>.help in package msg.
type Question struct {
	ID      string
	Flag    string
	Kind    Kind
	Default string   // as `help questions` shows it; "" when there is none
	Choices []string // of a Choice
	// Asked means that the wizard asks it even where a default exists.
	Asked bool
	// Deliberate questions are never answered by -y, the profile or a
	// default, and the answer is used once.
	Deliberate bool
}

// Questions are all of them, in the order in which the wizard asks. The ids
// and flags are a contract: scripts rely on them.
var Questions = []Question{
	{ID: "webex.email-id", Flag: "email-id", Kind: Email, Asked: true},
	{ID: "webex.asset-name", Flag: "asset-name", Kind: Text, Default: "local part of the e-mail ID", Asked: true},
	{ID: "webex.forwarding-address", Flag: "forwarding-address", Kind: Email, Asked: true},
	{ID: "webex.callback-url", Flag: "callback-url", Kind: URL, Asked: true},
	{ID: "azure.tenant", Flag: "tenant", Kind: Domain, Default: "domain of the mailbox"},
	{ID: "azure.admin", Flag: "admin", Kind: Email, Default: "", Asked: true},
	{ID: "exchange.admin", Flag: "exchange-admin", Kind: Email, Default: "azure.admin"},
	{ID: "azure.sign-in-app", Flag: "sign-in-app", Kind: Client, Default: "graph", Choices: []string{"graph", "azure-cli"}},
	{ID: "azure.application", Flag: "application", Kind: GUID, Default: "ours, by uniqueName"},
	{ID: "azure.app-name", Flag: "app-name", Kind: Text, Default: "WebexConnect"},
	{ID: "azure.secret-lifetime", Flag: "secret-lifetime", Kind: Lifetime, Default: "24mo"},
	{ID: "azure.permissions", Flag: "permissions", Kind: Choice, Default: "guide", Choices: []string{"guide", "least"}},
	{ID: "azure.implicit-grant", Flag: "implicit-grant", Kind: Bool, Default: "true"},
	{ID: "mailbox.address", Flag: "mailbox", Kind: Email, Default: "webex.email-id"},
	{ID: "mailbox.sign-in-as", Flag: "sign-in-as", Kind: Email, Default: "mailbox.address"},
	{ID: "mailbox.keep-copy", Flag: "keep-copy", Kind: Bool, Default: "true", Asked: true},
	{ID: "mailbox.outbound-policy", Flag: "outbound-policy", Kind: Choice, Default: "scoped", Choices: []string{"scoped", "existing"}},
	{ID: "mailbox.replace-forwarding", Flag: "replace-forwarding", Kind: Bool, Deliberate: true},
	{ID: "exchange.enable-customization", Flag: "enable-customization", Kind: Bool, Deliberate: true},
	{ID: "azure.old-secret-replaced", Flag: "old-secret-replaced", Kind: Bool, Deliberate: true},
	{ID: "undo.confirm", Flag: "confirm", Kind: Text, Deliberate: true},
	{ID: "undo.changed-since", Flag: "changed-since", Kind: Choice, Default: "keep", Choices: []string{"keep", "restore"}},
	{ID: "verify.recipient", Flag: "to", Kind: Email},
}

// FindQuestion is the question with that id.
func FindQuestion(id string) (Question, bool) {
	for _, q := range Questions {
		if q.ID == id {
			return q, true
		}
	}
	return Question{}, false
}
