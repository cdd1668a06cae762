package doctor

import (
	"slices"

	"wxmail/internal/guide"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// Known is a code that a finding can have. Its severity is that of the rule;
// where a cause is unsure it is less. Its exit is that of a verify that fails
// on it, since doctor has one of its own; 0 for the code of an obstacle or of
// a service's refusal, whose exit stands where errors are explained.
type Known struct {
	step.Known
	Area Area
}

// Codes are all codes of Judge's findings, each once, in the order of the
// areas. Beside them, a source that could not be read is a finding of the
// code that its error is explained under.
func Codes() (all []Known) {
	for _, a := range Areas() {
		for _, k := range slices.Concat(a.reasons(), a.own(), a.borrowed()) {
			if !slices.ContainsFunc(all, func(o Known) bool { return o.Code == k.Code }) {
				all = append(all, Known{k, a})
			}
		}
	}
	return all
}

// VerifyCodes are the codes of findings that only a verification makes.
func VerifyCodes() []step.Known {
	return []step.Known{
		{Code: "WX-VERIFY-SELF", Severity: step.Error, Exit: 2},
		{Code: "WX-VERIFY-SILENT", Severity: step.Error, Exit: 10},
		{Code: "WX-VERIFY-LOST", Severity: step.Error, Exit: 1},
		{Code: "WX-VERIFY-UNDELIVERED", Severity: step.Error, Exit: 1},
	}
}

// reasons are those of the things that an area looks at.
func (a Area) reasons() (all []step.Known) {
	for _, t := range guide.Things() {
		for _, k := range t.Reasons {
			if a == SecretExpiry && slices.Contains([]string{"WX-SECRET-EXPIRED", "WX-SECRET-MISSING"}, k.Code) || a == areaOf(t) {
				all = append(all, k)
			}
		}
	}
	return all
}

// areaOf is the area that looks at a thing: where it is written, it is read.
func areaOf(t guide.Thing) Area {
	switch t.Writes {
	case world.Directory:
		return Directory
	case world.Exchange:
		return Exchange
	}
	return Token
}

// own are the codes of an area's checks.
func (a Area) own() (all []step.Known) {
	for _, c := range a.checks() {
		all = append(all, step.Known{Code: c.code, Severity: c.severity, Exit: c.exit})
	}
	switch a {
	case Network:
		for _, s := range stages() {
			all = append(all, step.Known{Code: s.code, Severity: step.Error, Exit: 8})
		}
		all = append(all, step.Known{Code: "WX-CLOCK", Severity: step.Warning, Exit: 3})
	case Contact:
		all = append(all, step.Known{Code: "WX-SHAPE-OTHER", Severity: step.Warning, Exit: 3},
			step.Known{Code: "WX-SHAPE-NEW", Severity: step.Info, Exit: 3})
	case Directory:
		all = append(all, step.Known{Code: "WX-PENDING", Severity: step.Warning, Exit: 3})
	}
	return all
}

// borrowed are the codes of obstacles and of services' refusals.
func (a Area) borrowed() (all []step.Known) {
	codes := map[Area][]string{
		Network:      handshakes(),
		SecretExpiry: {"WX-SECRET-INVALID"},
		Directory: {"WX-APPLICATION-UNKNOWN", "WX-SECRETS-BLOCKED", "WX-PERMISSION-UNKNOWN", "WX-NO-EXCHANGE", "WX-DOMAIN-FOREIGN",
			"WX-ROLE-CONSENT", "WX-GRAPH-FORBIDDEN", "WX-REDIRECT-URI-PLATFORM"},
		Exchange: {"WX-MAILBOX-UNKNOWN", "WX-MAILBOX-HYBRID", "WX-NOT-A-MAILBOX", "WX-MAILBOX-DISABLED", "WX-MAILBOX-UNLICENSED",
			"WX-SHARED-MAILBOX", "WX-SHARED-SIGN-IN", "WX-REMOTE-DOMAIN", "WX-TRANSPORT-RULE", "WX-POLICY-OFF", "WX-POLICY-USED",
			"WX-DEHYDRATED", "WX-CUSTOMIZATION-DECLINED", "WX-ROLE-EXCHANGE", "WX-EXCHANGE-SHUT-OUT",
			"WX-EXCHANGE-AZURE-CLI", "WX-EXCHANGE-FORBIDDEN", "WX-ANSWER-SHAPE"},
		Token: {"WX-TOKEN-REVOKED", "WX-TOKEN-UNUSED", "WX-TOKEN-DEAD", "WX-TOKEN-POLICY", "WX-TOKEN-SCOPE", "WX-NO-REFRESH-TOKEN",
			"WX-MFA-NEEDED", "WX-SIGN-IN-FREQUENCY", "WX-SIGN-IN-AGAIN", "WX-SIGN-IN-DECLINED", "WX-SIGN-IN-TIMEOUT", "WX-FEDERATION",
			"WX-ACCOUNT-UNKNOWN", "WX-ACCOUNT-LOCKED", "WX-ACCOUNT-RISK", "WX-PASSWORD-EXPIRED", "WX-REDIRECT-URI-PLATFORM",
			"WX-REDIRECT-URI-UNSEEN", "WX-TENANT-UNKNOWN", "WX-TENANT-CLOUD", "WX-TENANT-INACTIVE", "WX-TENANT-BLOCKED",
			"WX-TENANT-RESTRICTED", "WX-UNAVAILABLE",
			"WX-THROTTLED", "WX-INTERNAL", "WX-SMTP-AUTH-OFF", "WX-SMTP-AUTH-WAIT", "WX-SMTP-SECURITY-DEFAULTS", "WX-SMTP-POLICY",
			"WX-SMTP-IDENTITY", "WX-SMTP-BASIC", "WX-SMTP-BUSY", "WX-SMTP-LOGON", "WX-SMTP-REFUSED"},
	}
	for _, code := range codes[a] {
		all = append(all, step.Known{Code: code, Severity: refusalSeverity(code)})
	}
	return all
}
