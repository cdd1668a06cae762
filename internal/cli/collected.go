package cli

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"wxmail/internal/guide"
	"wxmail/internal/msg"
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

// form words what was collected, as lines of a form.
type form struct{ *msg.Catalogue }

func (p *program) form() form { return form{p.ui.Catalogue()} }

// collected is what these steps collected, as a document and as a form; nil
// where the run ended before it looked, or was told to leave things alone.
func (f form) collected(steps []string, r *setup.Result) (*made, []ui.Field) {
	if !r.Planned || len(r.Plan.Stoppers()) > 0 || slices.Contains(r.Problems, setup.ErrDeclined) {
		return nil, nil
	}
	m, s, fields := &made{}, r.Summary, []ui.Field{}
	for _, id := range steps {
		switch id {
		case "webex.collect":
			m.Webex, fields = &s.Webex, append(fields, f.assetFields(s)...)
		case "azure.register", rotateStep:
			m.Azure, fields = &s.Azure, append(fields, f.applicationFields(s)...)
		case "azure.consent":
			m.Azure, fields = &s.Azure, append(fields, f.permissionFields(s)...)
		case "mailbox.smtp":
			m.Mailbox, fields = &s.Mailbox, append(fields, f.sendingFields(s)...)
		case "mailbox.forward":
			m.Mailbox, fields = &s.Mailbox, append(fields, f.forwardingFields(s)...)
		case "token":
			m.Token, fields = &s.Token, append(fields, f.tokenFields(s)...)
		}
	}
	return m, fields
}

// rotateStep is the step of a rotation.
const rotateStep = "azure.rotate-secret"

// summaryFields are everything collected, in the guide's order.
func (f form) summaryFields(s *setup.Summary) []ui.Field {
	asOf := f.Text("summary.never")
	if s.AsOf != nil {
		asOf = s.AsOf.Format(time.RFC3339)
	}
	head := []ui.Field{f.field("label.profile", msg.Nullable(s.Profile)), f.field("label.cloud", s.Cloud),
		{Label: f.Text("label.as-of"), Value: asOf}}
	return slices.Concat(head, f.assetFields(s), f.applicationFields(s), f.permissionFields(s), f.sendingFields(s),
		f.forwardingFields(s)[1:], f.tokenFields(s)) // the mailbox once
}

func (f form) assetFields(s *setup.Summary) []ui.Field {
	return []ui.Field{f.field("label.asset-name", s.Webex.AssetName), f.field("label.email-id", s.Webex.EmailID),
		f.field("label.forwarding-address", s.Webex.ForwardingAddress), f.field("label.callback-url", s.Webex.CallbackURL)}
}

func (f form) applicationFields(s *setup.Summary) []ui.Field {
	a, uris := s.Azure, msg.Nullable(strings.Join(s.Azure.RedirectURIs, " "))
	return []ui.Field{f.field("label.tenant-id", a.TenantID), f.field("label.client-id", a.ClientID), f.field("label.object-id", a.ObjectID),
		f.field("label.principal-id", a.ServicePrincipalID), f.field("label.application", a.AppName), f.field("label.redirect-uris", uris),
		f.field("label.access-tokens", f.onOrOff(a.ImplicitAccessTokens)), f.field("label.secret", msg.Nullable(f.secretText(a.Secret)))}
}

// secretText is what is known of a client secret, less its value; "" where
// nothing is.
func (f form) secretText(s setup.SecretSummary) string {
	if s.Expires == nil {
		return ""
	}
	return f.Text("value.secret", "Label", orDash(s.Label), "Ends", msg.DayOf(*s.Expires))
}

func (f form) permissionFields(s *setup.Summary) (fields []ui.Field) {
	for _, perm := range s.Azure.Permissions {
		id := "summary.unknown-permission"
		switch {
		case perm.Granted != nil && *perm.Granted:
			id = "summary.granted"
		case perm.Granted != nil:
			id = "summary.not-granted"
		}
		text := f.Text(id, "Permission", msg.M("value."+perm.Type+"-permission", "Permission", perm.Value))
		fields = append(fields, f.field("label.permission", msg.Nullable(text)))
	}
	return fields
}

func (f form) sendingFields(s *setup.Summary) []ui.Field {
	return []ui.Field{f.field("label.mailbox", s.Mailbox.Address), f.field("label.sign-in-as", s.Mailbox.SignInAs),
		f.field("label.smtp", f.word("value.smtp.", s.Mailbox.SMTPAuth))}
}

func (f form) forwardingFields(s *setup.Summary) []ui.Field {
	return []ui.Field{f.field("label.mailbox", s.Mailbox.Address), f.field("label.forwards-to", s.Mailbox.ForwardingTo),
		f.field("label.keep-copy", f.onOrOff(s.Mailbox.KeepCopy)), f.field("label.auto-forwarding", s.Mailbox.AutoForwarding),
		f.field("label.outbound-policy", s.Mailbox.OutboundPolicy)}
}

func (f form) tokenFields(s *setup.Summary) []ui.Field {
	return []ui.Field{f.field("label.token-of", s.Token.Account), f.field("label.token-scope", s.Token.Scope)}
}

// field is a line of a form; what is unknown is a dash.
func (f form) field(label string, value msg.Nullable) ui.Field {
	return ui.Field{Label: f.Text(label), Value: orDash(value)}
}

// word is one of a few words of the summary, in the language of the run.
func (f form) word(family string, word msg.Nullable) msg.Nullable {
	if id := family + string(word); f.Has(id) {
		return msg.Nullable(f.Text(id))
	}
	return word
}

// onOrOff is a setting as the portals show it, "" where it is unknown.
func (f form) onOrOff(on *bool) msg.Nullable {
	switch {
	case on == nil:
		return ""
	case *on:
		return msg.Nullable(f.Text("summary.on"))
	}
	return msg.Nullable(f.Text("summary.off"))
}

func orDash[T ~string](s T) string { return cmp.Or(string(s), "-") }

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
