package mailflow

import (
	"encoding/json"
	"slices"
	"strings"
)

// Record is one object as a cmdlet shows it.
type Record interface {
	// Shape is the same for every value of a type.
	Shape() Shape
}

// Shape lists the properties of a record by how much is known of them:
// without what must be there, a record would be misread.
type Shape struct {
	Set      []string // has a value
	Nullable []string // is there, null has a meaning of its own
	Optional []string // may be missing
	One      []string // of them one at least says something: all of them are Nullable
}

// All are the properties that are read.
func (s Shape) All() []string { return slices.Concat(s.Set, s.Nullable, s.Optional) }

// Decode reads a record and says what is wrong with it, "" if nothing.
func Decode[T Record](raw json.RawMessage) (record T, problem string) {
	if problem := record.Shape().misses(raw); problem != "" {
		return record, problem
	}
	if json.Unmarshal(raw, &record) != nil {
		return record, "a record has a property of another type"
	}
	return record, ""
}

// misses says which property is not as it must be, "" if none.
func (s Shape) misses(raw json.RawMessage) string {
	var properties map[string]json.RawMessage
	if json.Unmarshal(raw, &properties) != nil {
		return "a record is not an object"
	}
	known := map[string]string{} // as encoding/json reads: the case of a name does not matter
	for name, value := range properties {
		known[strings.ToLower(name)] = string(value)
	}
	for _, name := range slices.Concat(s.Set, s.Nullable) {
		if known[strings.ToLower(name)] == "" {
			return "a record lacks " + name
		}
	}
	for _, name := range s.Set {
		if known[strings.ToLower(name)] == "null" {
			return name + " is null"
		}
	}
	if s.One != nil && !slices.ContainsFunc(s.One, func(name string) bool { return !empty(known[strings.ToLower(name)]) }) {
		return "a record shows none of " + strings.Join(s.One, ", ")
	}
	return ""
}

// empty says whether a value, as JSON, is nothing.
func empty(value string) bool { return slices.Contains([]string{"null", "[]", `""`}, value) }

// NameOf is what a record is called that cannot be read as a whole, or "".
func NameOf(raw json.RawMessage) string {
	var record struct{ Name, Identity any }
	_ = json.Unmarshal(raw, &record) // what is no object has no name
	for _, name := range []any{record.Name, record.Identity} {
		if text, is := name.(string); is && text != "" {
			return text
		}
	}
	return ""
}

// CASMailbox is what Get-CASMailbox shows, as far as it matters.
type CASMailbox struct {
	PrimarySMTPAddress string `json:"PrimarySmtpAddress"`
	SMTPAuthDisabled   *bool  `json:"SmtpClientAuthenticationDisabled"` // nil: the tenant's switch decides
}

// RecipientPermission is a right at a mailbox, as Get-RecipientPermission
// shows it.
type RecipientPermission struct {
	Trustee           string
	AccessControlType string // Allow, Deny
	AccessRights      List
}

// SendAsTrustees are those who are allowed to send as the mailbox.
func SendAsTrustees(permissions []RecipientPermission) (trustees []string) {
	for _, p := range permissions {
		if strings.EqualFold(p.AccessControlType, "Allow") && p.grants("SendAs") {
			trustees = append(trustees, p.Trustee)
		}
	}
	return trustees
}

// grants says whether a right is among the access rights, which may be several
// in one text.
func (p RecipientPermission) grants(right string) bool {
	return slices.ContainsFunc(p.AccessRights, func(rights string) bool {
		return slices.ContainsFunc(strings.Split(rights, ","), func(r string) bool { return strings.EqualFold(strings.TrimSpace(r), right) })
	})
}

// OrganizationConfig is what Get-OrganizationConfig shows, as far as it
// matters.
type OrganizationConfig struct{ IsDehydrated bool }

// TransportConfig is what Get-TransportConfig shows, as far as it matters.
type TransportConfig struct {
	SMTPAuthDisabled bool `json:"SmtpClientAuthenticationDisabled"`
}
