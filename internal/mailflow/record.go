package mailflow

import (
	"encoding/json"
	"slices"
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
	for _, name := range slices.Concat(s.Set, s.Nullable) {
		if _, there := properties[name]; !there {
			return "a record lacks " + name
		}
	}
	for _, name := range s.Set {
		if string(properties[name]) == "null" {
			return name + " is null"
		}
	}
	return ""
}

// CASMailbox is what Get-CASMailbox shows, as far as it matters.
type CASMailbox struct {
	SMTPAuthDisabled *bool `json:"SmtpClientAuthenticationDisabled"` // nil: the tenant's switch decides
}

// RecipientPermission is a right at a mailbox, as Get-RecipientPermission
// shows it.
type RecipientPermission struct {
	Trustee           string
	AccessControlType string // Allow, Deny
	AccessRights      []string
}

// SendAsTrustees are those who are allowed to send as the mailbox.
func SendAsTrustees(permissions []RecipientPermission) (trustees []string) {
	for _, p := range permissions {
		if p.AccessControlType == "Allow" && slices.Contains(p.AccessRights, "SendAs") {
			trustees = append(trustees, p.Trustee)
		}
	}
	return trustees
}

// OrganizationConfig is what Get-OrganizationConfig shows, as far as it
// matters.
type OrganizationConfig struct{ IsDehydrated bool }

// TransportConfig is what Get-TransportConfig shows, as far as it matters.
type TransportConfig struct {
	SMTPAuthDisabled bool `json:"SmtpClientAuthenticationDisabled"`
}
