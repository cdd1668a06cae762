package webex

import (
	"fmt"
	"maps"
	netmail "net/mail"
	"regexp"
	"slices"
	"strings"

	"wxmail/internal/sandbox/pattern"
	"wxmail/internal/sandbox/tenant"
)

// The labels of the form, in its order.
// https://help.webexconnect.io/docs/wxcc-email-asset-creation
const (
	assetName         = "Asset Name"
	emailID           = "Email ID"
	forwardingAddress = "Forwarding Address"
	authType          = "Authentication Type"
	smtpServer        = "SMTP Server"
	username          = "Username"
	port              = "Port"
	security          = "Security"
	clientID          = "Client ID"
	clientSecret      = "Client Secret"
	callBackURL       = "Call Back URL"
	authorizationURL  = "Authorization URL"
	scope             = "Scope"
	accessTokenURL    = "Access Token URL"
	refreshTokenURL   = "Refresh Token URL"
	otherLogin        = "Use different email address than the asset email ID for generating tokens"
	loginID           = "Login ID For Generating Token"
	review            = "I would like to explicitly review before providing consent for authentication"
)

// FieldError is a field that Save refuses. Why never holds a secret.
type FieldError struct {
	Label string
	Why   string
}

func (e *FieldError) Error() string { return fmt.Sprintf("field %q: %s", e.Label, e.Why) }

// form is what was typed into the page of a draft.
type form struct {
	draft  tenant.Draft
	fields map[string]*string
}

// rule is one field of the form and what is right for it.
type rule struct {
	label string
	check func(f form, value string) string // why it is refused; empty if it is right
}

// rules is the form. Every field must be there and none may be empty, but
// for the Login ID, which belongs to its tick box.
func rules() []rule {
	return []rule{
		{assetName, checkAssetName},
		{emailID, checkAddress},
		{forwardingAddress, func(f form, v string) string { return same(v, f.draft.ForwardingAddress) }},
		{authType, exactly("OAuth 2.0")},
		{smtpServer, exactly("smtp.office365.com")},
		{username, checkUsername},
		{port, exactly("587")},
		{security, exactly("STARTTLS")},
		{clientID, matching(guid, "not a GUID")},
		{clientSecret, checkSecret},
		{callBackURL, func(f form, v string) string { return same(v, f.draft.CallbackURL) }},
		{authorizationURL, checkEndpoint("authorize")},
		{scope, exactly("offline_access https://outlook.office.com/SMTP.Send")},
		{accessTokenURL, checkEndpoint("token")},
		{refreshTokenURL, checkEndpoint("token")},
		{otherLogin, tickBox},
		{loginID, checkLoginID},
		{review, tickBox},
	}
}

// Save saves the asset of a draft from the form's labels and values, null
// for a field left empty, and returns its id. A label that is missing,
// unknown, or whose value is not right byte for byte is a *FieldError.
// Saving a draft again changes its asset, which keeps its tokens.
func (s *Server) Save(draft string, fields map[string]*string) (string, error) {
	s.tenant.Lock()
	defer s.tenant.Unlock()
	w := &s.tenant.Webex
	at := slices.IndexFunc(w.Drafts, func(d tenant.Draft) bool { return d.ID == draft })
	if at < 0 {
		return "", fmt.Errorf("no draft %q", draft)
	}
	f := form{w.Drafts[at], fields}
	if err := f.check(); err != nil {
		return "", err
	}
	saved := slices.IndexFunc(w.Assets, func(a tenant.Asset) bool { return a.Draft == draft })
	if saved < 0 {
		w.Assets = append(w.Assets, tenant.Asset{
			ID: s.tenant.IDs.New(), Draft: draft,
			ForwardingAddress: f.draft.ForwardingAddress, CallbackURL: f.draft.CallbackURL,
		})
		saved = len(w.Assets) - 1
	}
	asset := &w.Assets[saved]
	asset.ClientSecret = f.value(clientSecret)
	asset.Fields = maps.Clone(fields)
	hidden := "(set)"
	asset.Fields[clientSecret] = &hidden
	return asset.ID, nil
}

func (f form) check() error {
	known := rules()
	for _, label := range slices.Sorted(maps.Keys(f.fields)) {
		if !slices.ContainsFunc(known, func(r rule) bool { return r.label == label }) {
			return &FieldError{label, "the form has no such field"}
		}
	}
	for _, r := range known {
		value, there := f.fields[r.label]
		switch {
		case !there:
			return &FieldError{r.label, "missing"}
		case value == nil && r.label != loginID:
			return &FieldError{r.label, "left empty"}
		}
		if why := r.check(f, f.value(r.label)); why != "" {
			return &FieldError{r.label, why}
		}
	}
	return nil
}

func (f form) value(label string) string {
	if value := f.fields[label]; value != nil {
		return *value
	}
	return ""
}

func same(value, right string) string {
	if value == right {
		return ""
	}
	return fmt.Sprintf("%q is not %q", value, right)
}

func exactly(right string) func(form, string) string {
	return func(_ form, value string) string { return same(value, right) }
}

func matching(pattern, why string) func(form, string) string {
	expression := regexp.MustCompile("^" + pattern + "$")
	return func(_ form, value string) string {
		if expression.MatchString(value) {
			return ""
		}
		return why
	}
}

const guid = "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"

func tickBox(_ form, value string) string {
	if value == "on" || value == "off" {
		return ""
	}
	return "a tick box is on or off"
}

func checkAssetName(_ form, value string) string {
	if value == "" || strings.TrimSpace(value) != value || strings.Contains(value, "_") {
		return "a name without underscore and without white space around it"
	}
	return ""
}

func checkAddress(_ form, value string) string {
	if parsed, err := netmail.ParseAddress(value); err != nil || parsed.Address != value {
		return "not an e-mail address"
	}
	return ""
}

// checkUsername wants the account whose token is used: SMTP refuses a token
// of anybody else.
func checkUsername(f form, value string) string {
	if f.value(otherLogin) == "on" {
		return same(value, f.value(loginID))
	}
	return same(value, f.value(emailID))
}

func checkLoginID(f form, value string) string {
	empty := f.fields[loginID] == nil
	switch on := f.value(otherLogin) == "on"; {
	case on && value == f.value(emailID):
		return "the same address as the Email ID, so the tick box is off"
	case on:
		return checkAddress(f, value)
	case !empty:
		return "shown only with the tick box on"
	}
	return ""
}

// checkSecret knows a Secret ID, which is what people paste by mistake.
func checkSecret(f form, value string) string {
	switch {
	case matching(guid, "x")(f, value) == "":
		return "a GUID is the Secret ID, not the secret's Value"
	case len(value) < 16, strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "not a client secret"
	}
	return ""
}

var endpoint = pattern.Of(`^https://login\.microsoftonline\.com/(` + guid + `)/oauth2/v2\.0/(authorize|token)$`)

// checkEndpoint wants an endpoint of one tenant, the same in all URLs.
func checkEndpoint(kind string) func(form, string) string {
	return func(f form, value string) string {
		match := endpoint().FindStringSubmatch(value)
		if match == nil || match[2] != kind {
			return "not https://login.microsoftonline.com/<tenant-id>/oauth2/v2.0/" + kind
		}
		first := endpoint().FindStringSubmatch(f.value(authorizationURL))
		if first != nil && first[1] != match[1] {
			return "another tenant than in the Authorization URL"
		}
		return ""
	}
}
