package doctor

// Known is a code that a finding can have.
type Known struct {
	Code     string
	Area     Area
	Severity Severity // as a rule; where a cause is unsure it is less
}

// Codes are all codes of findings, each once, in the order of the areas.
func Codes() []Known {
	var all []Known
	seen := map[string]bool{}
	add := func(area Area, severity Severity, codes ...string) {
		for _, code := range codes {
			if !seen[code] {
				seen[code] = true
				all = append(all, Known{code, area, severity})
			}
		}
	}
	add(Network, Error, "WX-NET-DNS", "WX-NET-TCP", "WX-NET-PROXY", "WX-NET-TLS", "WX-NET-SILENT")
	add(Network, Warning, "WX-CLOCK")
	for _, area := range Areas() {
		for _, c := range area.checks() {
			add(area, c.severity, c.code)
		}
	}
	for _, r := range refusals() {
		add(Token, r.severity, r.code)
	}
	for _, area := range Areas() {
		add(area, Error, borrowed()[area]...)
	}
	add(Directory, Warning, "WX-PENDING")
	return all
}

// borrowed are the codes of setup's obstacles and of services' refusals that
// are reported as findings.
func borrowed() map[Area][]string {
	return map[Area][]string{
		Directory: {"WX-APPLICATION-UNKNOWN", "WX-SECRETS-BLOCKED", "WX-PERMISSION-UNKNOWN", "WX-NO-EXCHANGE", "WX-DOMAIN-FOREIGN",
			"WX-ROLE-CONSENT", "WX-GRAPH-FORBIDDEN"},
		Exchange: {"WX-MAILBOX-UNKNOWN", "WX-MAILBOX-HYBRID", "WX-NOT-A-MAILBOX", "WX-MAILBOX-DISABLED", "WX-MAILBOX-UNLICENSED",
			"WX-SHARED-MAILBOX", "WX-SHARED-SIGN-IN", "WX-REMOTE-DOMAIN", "WX-TRANSPORT-RULE", "WX-POLICY-OFF", "WX-DEHYDRATED",
			"WX-ROLE-EXCHANGE", "WX-EXCHANGE-FORBIDDEN"},
		SecretExpiry: {"WX-SECRET-INVALID"},
		Token: {"WX-CONDITIONAL-ACCESS", "WX-TOKEN-SCOPE", "WX-NO-REFRESH-TOKEN", "WX-SMTP-AUTH-OFF", "WX-SMTP-AUTH-WAIT", "WX-SMTP-SECURITY-DEFAULTS",
			"WX-SMTP-POLICY", "WX-SMTP-IDENTITY", "WX-SMTP-BASIC", "WX-SMTP-BUSY", "WX-SMTP-LOGON", "WX-SMTP-REFUSED"},
	}
}
