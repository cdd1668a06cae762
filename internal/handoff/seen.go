package handoff

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"

	"wxmail/internal/mailflow"
	"wxmail/internal/msg"
)

// seenFile is the file that a script writes; its fields are the sections of
// what the script looks at.
const seenFile = "wxmail-seen.json"

// seenLimit is the size of the largest file that is read.
const seenLimit = 1 << 20

// SeenError is a file that is not what a script wrote.
type SeenError struct{ Problem msg.Message }

// Error says what is wrong with it.
func (e *SeenError) Error() string {
	return "what the script has seen: " + msg.New("en").Say(e.Problem)
}

// Fact is the code, and what is wrong with the file.
func (e *SeenError) Fact() (code, object, detail string) {
	return codeSeen, "", msg.New("en").Say(e.Problem)
}

// Reason is what is wrong with the file.
func (e *SeenError) Reason() msg.Message { return e.Problem }

// Seen reads what a script has seen, as strictly as an answer of Exchange is
// read: what must be there and is not is an error, and never taken for
// nothing. Errors: a *SeenError, or that of r.
func Seen(r io.Reader) (*mailflow.Snapshot, error) {
	raw, err := io.ReadAll(io.LimitReader(r, seenLimit+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > seenLimit {
		return nil, &SeenError{msg.M("handoff.seen.too-large", "Limit", seenLimit)}
	}
	raw = bytes.TrimPrefix(raw, []byte("\ufeff")) // Windows PowerShell begins a file so
	if !utf8.Valid(raw) {
		return nil, &SeenError{msg.M("handoff.seen.not-text")}
	}
	var file sections
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if decoder.Decode(&file) != nil || !errors.Is(decoder.Decode(&struct{}{}), io.EOF) {
		return nil, &SeenError{msg.M("handoff.seen.not-json")}
	}
	return file.snapshot()
}

// sections are a file's records, as they are.
type sections struct {
	Mailbox, SignIn, CASMailbox, RecipientPermission []json.RawMessage
	OutboundPolicies, OutboundRules                  []json.RawMessage
	RemoteDomains, TransportRules                    []json.RawMessage
	OrganizationConfig, TransportConfig              []json.RawMessage
}

func (f *sections) snapshot() (*mailflow.Snapshot, error) {
	var r reading
	s := &mailflow.Snapshot{
		Mailbox:                one[mailflow.Mailbox](&r, "Mailbox", f.Mailbox),
		SMTPAuthDisabled:       one[mailflow.CASMailbox](&r, "CASMailbox", f.CASMailbox).SMTPAuthDisabled,
		OutboundPolicies:       all[mailflow.OutboundPolicy](&r, "OutboundPolicies", f.OutboundPolicies),
		OutboundRules:          all[mailflow.OutboundRule](&r, "OutboundRules", f.OutboundRules),
		Dehydrated:             one[mailflow.OrganizationConfig](&r, "OrganizationConfig", f.OrganizationConfig).IsDehydrated,
		TenantSMTPAuthDisabled: one[mailflow.TransportConfig](&r, "TransportConfig", f.TransportConfig).SMTPAuthDisabled,
		RemoteDomains:          all[mailflow.RemoteDomain](&r, "RemoteDomains", f.RemoteDomains),
		TransportRules:         all[mailflow.TransportRule](&r, "TransportRules", f.TransportRules),
	}
	s.SignIn = s.Mailbox
	if f.SignIn != nil || f.RecipientPermission != nil { // of another account, and both or neither
		s.SignIn = one[mailflow.Mailbox](&r, "SignIn", f.SignIn)
		s.SendAs = mailflow.SendAsTrustees(all[mailflow.RecipientPermission](&r, "RecipientPermission", f.RecipientPermission))
		s.Unite()
	}
	if !r.problem.IsZero() {
		return nil, &SeenError{r.problem}
	}
	return s, nil
}

// reading keeps the first problem.
type reading struct{ problem msg.Message }

func (r *reading) fail(section string, problem msg.Message) {
	if r.problem.IsZero() {
		r.problem = msg.M("handoff.seen.section", "Section", section, "Why", problem)
	}
}

// all decodes the records of a section.
func all[T mailflow.Record](r *reading, section string, raw []json.RawMessage) []T {
	if raw == nil {
		r.fail(section, msg.M("handoff.seen.no-list"))
	}
	records := make([]T, len(raw))
	for i := range raw {
		var problem string
		if records[i], problem = mailflow.Decode[T](raw[i]); problem != "" {
			r.fail(section, msg.M("detail.said", "Text", problem))
		}
	}
	return records
}

// one decodes the only record of a section; it is never nil.
func one[T mailflow.Record](r *reading, section string, raw []json.RawMessage) *T {
	records := all[T](r, section, raw)
	if len(records) != 1 {
		r.fail(section, msg.M("handoff.seen.not-one", "Number", len(records)))
		return new(T)
	}
	return &records[0]
}
