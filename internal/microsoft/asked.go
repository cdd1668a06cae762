package microsoft

// Asked is what was asked of Entra ID. The same AADSTS code means something
// else for each: a disabled account is an administrator's at DirectorySignIn
// and the mailbox's at Refresh.
type Asked string

// What Entra ID is asked for. "" is the Asked of other services' errors.
const (
	// DirectorySignIn and ExchangeSignIn are the administrators' sign-ins: the
	// answer of the browser, the device code or the Azure CLI, and the
	// redemption of the administrator's code.
	DirectorySignIn Asked = "directory-sign-in"
	ExchangeSignIn  Asked = "exchange-sign-in"
	// AdminRefresh renews an administrator's token during a run.
	AdminRefresh Asked = "admin-refresh"

	MailboxSignIn Asked = "mailbox-sign-in" // what the mailbox user's browser brought back
	Redemption    Asked = "redemption"      // the mailbox user's code, with the client secret
	Refresh       Asked = "refresh"         // the mailbox user's token, with the client secret
	SecretProof   Asked = "secret-proof"    // a token of the application itself
	Metadata      Asked = "metadata"        // which tenant a domain belongs to
)
