package cli

import (
	"slices"
	"strings"
	"time"

	"wxmail/internal/guide"
	"wxmail/internal/setup"
	"wxmail/internal/store"
	"wxmail/internal/ui"
)

// made is what a command for a step made or found made: the sections of
// `summary --json` that the step fills.
type made struct {
	Webex   *setup.WebexSummary   `json:"webex,omitempty"`
	Azure   *setup.AzureSummary   `json:"azure,omitempty"`
	Mailbox *setup.MailboxSummary `json:"mailbox,omitempty"`
	Token   *setup.TokenSummary   `json:"token,omitempty"`
}

// collected is what these steps collected, as a document and as a form; nil
// where the run ended before it looked, or was told to leave things alone.
func (p *program) collected(steps []string, r *setup.Result) (*made, []ui.Field) {
	if !r.Planned || len(r.Plan.Stoppers()) > 0 || slices.Contains(r.Problems, setup.ErrDeclined) {
		return nil, nil
	}
	m, s, fields := &made{}, r.Summary, []ui.Field{}
	for _, id := range steps {
		switch id {
		case "webex.collect":
			m.Webex, fields = &s.Webex, append(fields, p.assetFields(s)...)
		case "azure.register", rotateStep:
			m.Azure, fields = &s.Azure, append(fields, p.applicationFields(s)...)
		case "azure.consent":
			m.Azure, fields = &s.Azure, append(fields, p.permissionFields(s)...)
		case "mailbox.smtp":
			m.Mailbox, fields = &s.Mailbox, append(fields, p.sendingFields(s)...)
		case "mailbox.forward":
			m.Mailbox, fields = &s.Mailbox, append(fields, p.forwardingFields(s)...)
		case "token":
			m.Token, fields = &s.Token, append(fields, p.tokenFields(s)...)
		}
	}
	return m, fields
}

// rotateStep is the step of a rotation.
const rotateStep = "azure.rotate-secret"

// summaryFields are everything collected, in the guide's order.
func (p *program) summaryFields(s *setup.Summary) []ui.Field {
	asOf := p.text("summary.never")
	if s.AsOf != nil {
		asOf = s.AsOf.Format(time.RFC3339)
	}
	head := []ui.Field{p.field("label.profile", &s.Profile), p.field("label.cloud", s.Cloud), p.field("label.as-of", &asOf)}
	return slices.Concat(head, p.assetFields(s), p.applicationFields(s), p.permissionFields(s), p.sendingFields(s),
		p.forwardingFields(s)[1:], p.tokenFields(s)) // the mailbox once
}

func (p *program) assetFields(s *setup.Summary) []ui.Field {
	return []ui.Field{p.field("label.asset-name", s.Webex.AssetName), p.field("label.email-id", s.Webex.EmailID),
		p.field("label.forwarding-address", s.Webex.ForwardingAddress), p.field("label.callback-url", s.Webex.CallbackURL)}
}

func (p *program) applicationFields(s *setup.Summary) []ui.Field {
	a, secret, uris := s.Azure, p.secretText(s.Azure.Secret), strings.Join(s.Azure.RedirectURIs, " ")
	return []ui.Field{p.field("label.tenant-id", a.TenantID), p.field("label.client-id", a.ClientID), p.field("label.object-id", a.ObjectID),
		p.field("label.principal-id", a.ServicePrincipalID), p.field("label.application", a.AppName), p.field("label.redirect-uris", &uris),
		p.field("label.access-tokens", p.onOrOff(a.ImplicitAccessTokens)), p.field("label.secret", &secret)}
}

// secretText is what is known of a client secret, less its value; "" where
// nothing is.
func (p *program) secretText(s setup.SecretSummary) string {
	if s.Expires == nil {
		return ""
	}
	return p.ui.Catalogue().Text("value.secret", "Label", or(s.Label), "Ends", s.Expires.Format(time.DateOnly))
}

func (p *program) permissionFields(s *setup.Summary) (fields []ui.Field) {
	for _, perm := range s.Azure.Permissions {
		id := "summary.unknown-permission"
		switch {
		case perm.Granted != nil && *perm.Granted:
			id = "summary.granted"
		case perm.Granted != nil:
			id = "summary.not-granted"
		}
		text := p.ui.Catalogue().Text(id, "Permission", perm.Value+" ("+perm.Type+")")
		fields = append(fields, p.field("label.permission", &text))
	}
	return fields
}

func (p *program) sendingFields(s *setup.Summary) []ui.Field {
	return []ui.Field{p.field("label.mailbox", s.Mailbox.Address), p.field("label.sign-in-as", s.Mailbox.SignInAs),
		p.field("label.smtp", s.Mailbox.SMTPAuth)}
}

func (p *program) forwardingFields(s *setup.Summary) []ui.Field {
	return []ui.Field{p.field("label.mailbox", s.Mailbox.Address), p.field("label.forwards-to", s.Mailbox.ForwardingTo),
		p.field("label.keep-copy", p.onOrOff(s.Mailbox.KeepCopy)), p.field("label.auto-forwarding", s.Mailbox.AutoForwarding),
		p.field("label.outbound-policy", s.Mailbox.OutboundPolicy)}
}

func (p *program) tokenFields(s *setup.Summary) []ui.Field {
	return []ui.Field{p.field("label.token-of", s.Token.Account), p.field("label.token-scope", s.Token.Scope)}
}

// field is a line of a form; what is unknown is a dash.
func (p *program) field(label string, value *string) ui.Field {
	return ui.Field{Label: p.text(label), Value: or(value)}
}

// onOrOff is a setting as the portals show it, nil where it is unknown.
func (p *program) onOrOff(on *bool) *string {
	if on == nil {
		return nil
	}
	text := p.text("summary.off")
	if *on {
		text = p.text("summary.on")
	}
	return &text
}

func or(s *string) string {
	if s == nil || *s == "" {
		return "-"
	}
	return *s
}

// lastEnd is the end of a client secret as a profile last saw it.
type lastEnd struct {
	guide.End
	past bool
}

// lastEnds are the client secrets of a profile that end soon; where none works
// any more, the last one that did.
func lastEnds(data store.Data, now time.Time) (ends []lastEnd) {
	f := setup.LastFacts(data, now)
	for _, end := range guide.SecretsOf(f).Ending(guide.WarnDays * 24 * time.Hour) {
		ends = append(ends, lastEnd{end, false})
	}
	if last, known := f.SecretEnd(); known && len(guide.SecretsOf(f).InUse()) == 0 {
		ends = append(ends, lastEnd{last, true})
	}
	return ends
}

// text is the one of two texts that says whether it is past.
func (e lastEnd) text(family string) string {
	if e.past {
		return family + "ended"
	}
	return family + "ending"
}

// soonest is the end of the secret that ends next, or that ended last; nil
// where none is known.
func soonest(data store.Data, now time.Time) *time.Time {
	f := setup.LastFacts(data, now)
	if inUse := guide.SecretsOf(f).InUse(); len(inUse) > 0 {
		return &inUse[0].At
	}
	if last, known := f.SecretEnd(); known {
		return &last.At
	}
	return nil
}
