package bundle

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"wxmail/internal/pattern"
)

// named are the members of our documents that hold what somebody called
// something: a person, a rule, an application. What is not known to be ours or
// the product's is shown under an invented name.
var named = map[string]bool{"object": true, "target": true, "forwardingTo": true, "outboundPolicy": true, "appName": true}

// spoken are the members with sentences and readings in which such names stand.
var spoken = map[string]bool{"cause": true, "fix": true, "evidence": true, "detail": true, "problems": true}

var (
	// neutral are values that name nobody: ids, numbers, times, addresses of
	// Microsoft and Webex Connect, the words of settings and permissions.
	neutral = pattern.Of(`^(?:[0-9a-fA-F-]{36}|[0-9.:TZ+-]*|https?://localhost(?::\d+)?/?|(?:https://)?(?:[a-z0-9-]+\.)*` +
		`(?:microsoft|microsoftonline|office|office365|windows|azure|imiconnect|webexconnect)\.(?:com|us|io|cn|net|in|eu)(?:[:/][!-~]*)?|` +
		`(?i:true|false|none|null|nobody|unknown|default|enabled|disabled|on|off|automatic|-|webexconnect|` +
		`UserMailbox|SharedMailbox|RoomMailbox|EquipmentMailbox|MailUser|` +
		`Mail\.Send|SMTP\.Send|offline_access|openid|profile|openid profile offline_access|` +
		`Office 365 Exchange Online|Microsoft Graph))$`)

	// ours is what wxmail calls its own, with whatever mailbox.
	ours = pattern.Of(`^wxmail(?: \d{4}-\d\d-\d\d [0-9a-zA-Z]+| [!-~]+@[!-~]+|-[a-z0-9-]+)$`)

	// reading is a property of a service as evidence quotes it.
	reading = pattern.Of(`((?:^|, |: |; )[A-Za-z.]+ = )(.*?)((?:, [A-Za-z.]+ = )|$)`)
)

// learn finds the names in a text of a document, and gives the text.
func (m *mask) learn(member, text string) string {
	if named[member] {
		m.name(text)
	}
	if member != "evidence" {
		return text
	}
	for rest := text; ; {
		found := reading().FindStringSubmatchIndex(rest)
		if found == nil {
			return text
		}
		m.name(rest[found[4]:found[5]])
		rest = rest[found[5]:]
	}
}

// name learns what something is called, unless that names nobody.
func (m *mask) name(called string) {
	called = strings.TrimSpace(called)
	if neutral().MatchString(called) || ours().MatchString(called) || m.own[strings.ToLower(called)] || m.names[called] != "" ||
		inText().FindString(called) == strings.TrimPrefix(strings.TrimPrefix(called, "smtp:"), "SMTP:") {
		return
	}
	m.names[called] = fmt.Sprintf("name%d", len(m.names)+1)
}

// member is a text of a document with nobody in it.
func (m *mask) member(member, text string) string {
	if named[member] || spoken[member] {
		text = m.hidden(text)
	}
	return inText().ReplaceAllStringFunc(m.recipients(text), m.person)
}

// hidden is a text with the invented names in place of the others, the longest
// first.
func (m *mask) hidden(text string) string {
	var all []string
	for called := range m.names {
		if len(called) > 1 {
			all = append(all, called)
		}
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	for _, called := range all {
		text = strings.ReplaceAll(text, called, m.names[called])
	}
	return text
}
