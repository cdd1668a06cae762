package webex

import (
	"strconv"
	"strings"

	"wxmail/internal/secret"
)

// Labels of the form, in English as Webex Connect shows them, in the order in
// which Values gives them.
const (
	LabelAssetName         = "Asset Name"
	LabelEmailID           = "Email ID"
	LabelForwardingAddress = "Forwarding Address"
	LabelAuthentication    = "Authentication Type"
	LabelSMTPServer        = "SMTP Server"
	LabelUsername          = "Username"
	LabelPort              = "Port"
	LabelSecurity          = "Security"
	LabelClientID          = "Client ID"
	LabelClientSecret      = "Client Secret"
	LabelCallbackURL       = "Call Back URL"
	LabelAuthorizationURL  = "Authorization URL"
	LabelScope             = "Scope"
	LabelAccessTokenURL    = "Access Token URL"
	LabelRefreshTokenURL   = "Refresh Token URL"
	LabelDifferentAddress  = "Use different email address than the asset email ID for generating tokens"
	LabelLoginID           = "Login ID For Generating Token"
	LabelReview            = "I would like to explicitly review before providing consent for authentication"
	LabelAccessToken       = "Access Token"
	LabelRefreshToken      = "Refresh Token"
	LabelValidity          = "Validity"
)

// Notes that a Field can carry, in the English of the JSON output.
const (
	NoteReadOnly  = "read-only in the form, must be the same there"
	NoteReveal    = "shown by wxmail values --reveal"
	NoteGenerated = "filled by Generate Token, not to be pasted"
)

// Field is one line of the Webex Connect form.
type Field struct {
	Label  string  `json:"label"`
	Value  *string `json:"value"`  // nil: not known, or to be left empty; tick boxes are "on" or "off"
	Secret bool    `json:"secret"` // the value is a secret: shown only when revealed, else "(set)"
	Note   string  `json:"note"`   // one of the Note constants, or ""
}

// Input is what the form's values are made of. What is empty is not known yet
// and comes out as nil.
type Input struct {
	Asset    Asset
	SignInAs string // the account that authenticates; the asset's e-mail ID unless the mailbox is shared

	SMTPServer       string // the cloud's submission host
	SMTPPort         int
	SMTPScope        string // the cloud's SMTP.Send, without offline_access
	AuthorizationURL string // of the tenant, v2.0
	TokenURL         string

	ClientID     string
	ClientSecret secret.Value

	AccessToken  secret.Value // wxmail's own stored tokens, shown only with Reveal and Tokens
	RefreshToken secret.Value
	Validity     string

	Reveal bool // the client secret is shown
	Tokens bool // and with it wxmail's own tokens
}

// Values is the whole form, always 21 fields in the form's order. The zero
// Input, Reveal and Tokens aside, is "no profile": every value is nil.
func Values(in Input) []Field {
	fields := append(in.mailFields(), in.oauthFields()...)
	fields = append(fields, in.generatedFields()...)
	if in == (Input{Reveal: in.Reveal, Tokens: in.Tokens}) {
		for i := range fields {
			fields[i].Value = nil
		}
	}
	return fields
}

func (in Input) mailFields() []Field {
	return []Field{
		field(LabelAssetName, in.Asset.Name),
		field(LabelEmailID, in.Asset.EmailID),
		noted(LabelForwardingAddress, in.Asset.ForwardingAddress, NoteReadOnly),
		field(LabelAuthentication, "OAuth 2.0"),
		field(LabelSMTPServer, in.SMTPServer),
		field(LabelUsername, in.username()),
		field(LabelPort, number(in.SMTPPort)),
		field(LabelSecurity, "STARTTLS"),
	}
}

func (in Input) oauthFields() []Field {
	return []Field{
		field(LabelClientID, in.ClientID),
		in.clientSecret(),
		noted(LabelCallbackURL, in.Asset.CallbackURL, NoteReadOnly),
		field(LabelAuthorizationURL, in.AuthorizationURL),
		field(LabelScope, scope(in.SMTPScope)),
		field(LabelAccessTokenURL, in.TokenURL),
		field(LabelRefreshTokenURL, in.TokenURL),
		field(LabelDifferentAddress, tick(in.loginID() != "")),
		field(LabelLoginID, in.loginID()),
		// On would ask the person for a consent that the administrator has given.
		field(LabelReview, tick(false)),
	}
}

func (in Input) generatedFields() []Field {
	access, refresh, validity := "", "", ""
	if in.Reveal && in.Tokens {
		access, refresh, validity = in.AccessToken.Reveal(), in.RefreshToken.Reveal(), in.Validity
	}
	return []Field{
		{LabelAccessToken, known(access), true, NoteGenerated},
		{LabelRefreshToken, known(refresh), true, NoteGenerated},
		{LabelValidity, known(validity), false, NoteGenerated},
	}
}

func (in Input) clientSecret() Field {
	if in.Reveal || !in.ClientSecret.IsSet() {
		return Field{LabelClientSecret, known(in.ClientSecret.Reveal()), true, ""}
	}
	return Field{LabelClientSecret, known(in.ClientSecret.String()), true, NoteReveal}
}

// username is who authenticates over SMTP. Exchange accepts only the token's
// owner there, a shared mailbox's address never:
// https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
func (in Input) username() string {
	if in.SignInAs != "" {
		return in.SignInAs
	}
	return in.Asset.EmailID
}

// loginID is the account to name for Generate Token, "" if it is the asset's own.
func (in Input) loginID() string {
	if strings.EqualFold(in.username(), in.Asset.EmailID) {
		return ""
	}
	return in.username()
}

func field(label, value string) Field { return noted(label, value, "") }

func noted(label, value, note string) Field { return Field{label, known(value), false, note} }

func known(value string) *string {
	if value == "" {
		return nil
	}
	return &value
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func scope(smtp string) string {
	if smtp == "" {
		return ""
	}
	return "offline_access " + smtp
}

func tick(on bool) string {
	if on {
		return "on"
	}
	return "off"
}
