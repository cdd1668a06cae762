package faults

// Alteration is a value that wxmail writes, and another that is shown to it
// from then on: whoever says "read back" must see the difference.
type Alteration struct {
	Name   string
	After  Fault // the write, by service, method and path
	Faults []Fault
	// Stood says that the value shown is the one from before the write, as a
	// replica that lags shows it: what was written may yet appear.
	Stood bool
	// Shared says that the mailbox is a shared one, and another account signs in.
	Shared bool
	// Earlier says that somebody else has a rule and a policy that forbid
	// forwarding from the mailbox.
	Earlier bool
}

// Injected are its faults: each lasts, and begins after the write.
func (a Alteration) Injected() []Fault {
	for _, f := range a.Faults {
		f["action"], f["count"], f["after"] = "alter", 10_000, a.After
	}
	return a.Faults
}

// Alterations are those of all values that setup writes and reads again.
func Alterations() []Alteration {
	all := append(alteredApplications(), alteredGrants()...)
	all = append(all, alteredPolicies()...)
	return append(all, alteredMailboxes()...)
}

// CallbackURL is the Call Back URL that setup must be given, so that an
// alteration can show it.
const CallbackURL = "https://contoso.us.webexconnect.io/callback"

// The other things that are shown.
const (
	otherURL  = "https://other.example/callback"
	otherID   = "5a0d6e7d-1111-4222-8333-944444444444"
	longAgo   = "2020-01-01T00:00:00Z"
	localhost = "http://localhost"
)

// lastGraphWrite takes the temporary redirect URI away: what the sign-in of
// the mailbox waits for is read before it, what is read back after it.
func lastGraphWrite() Fault {
	return Fault{"service": "graph", "method": "PATCH", "path": "/applications/" + anID + "$"}
}

// read are the faults that alter a value of the directory, however it is
// asked for: in a $batch or not, as one object or in a list.
func read(path string, value any) []Fault {
	var all []Fault
	for _, at := range []struct{ method, url, prefix string }{
		{"POST", `\$batch$`, "responses.*.body."}, {"POST", `\$batch$`, "responses.*.body.value.*."}, {"GET", "", ""}, {"GET", "", "value.*."},
	} {
		all = append(all, Fault{"service": "graph", "method": at.method, "path": at.url, "json": at.prefix + path, "value": value})
	}
	return all
}

func alteredApplications() []Alteration {
	made := func(name, path string, value any) Alteration {
		return Alteration{Name: name, After: lastGraphWrite(), Faults: read(path, value)}
	}
	gone := made("another secret", "passwordCredentials.*.keyId", otherID)
	gone.Stood = true
	left := made("the temporary redirect URI is there", "web.redirectUris", []string{CallbackURL, localhost})
	left.Stood = true
	return []Alteration{
		made("no redirect URI of ours", "web.redirectUris", []string{otherURL}),
		made("implicit grant", "web.implicitGrantSettings.enableAccessTokenIssuance", false),
		made("a permission is not declared", "requiredResourceAccess.*.resourceAccess[type=Role].id", otherID),
		gone,
		made("the secret's label", "passwordCredentials.*.displayName", nil),
		made("the secret's end", "passwordCredentials.*.endDateTime", longAgo),
		left,
	}
}

func alteredGrants() []Alteration {
	return []Alteration{
		{Name: "the grant lacks SMTP.Send", After: lastGraphWrite(), Faults: listed("value[scope=SMTP.Send].scope", "IMAP.AccessAsUser.All")},
		{Name: "the grant is one person's", After: lastGraphWrite(), Stood: true,
			Faults: listed("value[scope=SMTP.Send].consentType", "Principal")},
		{Name: "another application permission", After: lastGraphWrite(), Faults: listed("value.*.appRoleId", otherID), Stood: true},
	}
}

// listed are the faults that alter a list of the directory.
func listed(path string, value any) []Fault {
	return []Fault{
		{"service": "graph", "method": "POST", "path": `\$batch$`, "json": "responses.*.body." + path, "value": value},
		{"service": "graph", "method": "GET", "json": path, "value": value},
	}
}

// cmdlet is a fault that alters what a cmdlet shows.
func cmdlet(name, path string, value any) Fault {
	return Fault{"service": "exchange", "path": "^" + name + "$", "json": path, "value": value}
}

func ran(name string) Fault { return Fault{"service": "exchange", "path": "^" + name + "$"} }

const ours = "value[Name=wxmail " + mailbox + "]."

func alteredPolicies() []Alteration {
	const policy, rule = "HostedOutboundSpamFilterPolicy", "HostedOutboundSpamFilterRule"
	made := func(name, property string, value any) Alteration {
		return Alteration{Name: name, After: ran("New-" + rule), Faults: []Fault{cmdlet("Get-"+rule, ours+property, value)}}
	}
	return []Alteration{
		{Name: "the policy is Off", After: ran("New-" + policy), Faults: []Fault{cmdlet("Get-"+policy, ours+"AutoForwardingMode", "Off")}},
		made("the rule is about another mailbox", "From", []string{"sales@contoso.example"}),
		made("the rule is disabled", "State", "Disabled"),
		made("the rule has another policy", policy, "Default"),
		{Name: "the rule comes second", Earlier: true, After: ran("New-" + rule), Faults: []Fault{
			cmdlet("Get-"+rule, ours+"Priority", 1), cmdlet("Get-"+rule, "value[Name="+theirs+"].Priority", 0)}},
	}
}

func alteredMailboxes() []Alteration {
	const box = "value[PrimarySmtpAddress=" + mailbox + "]."
	made := func(name, property string, value any) Alteration {
		return Alteration{Name: name, After: ran("Set-Mailbox"), Faults: []Fault{cmdlet("Get-Mailbox", box+property, value)}}
	}
	const disabled = "value.*.SmtpClientAuthenticationDisabled"
	smtp := func(value any) Alteration {
		return Alteration{After: ran("Set-CASMailbox"), Faults: []Fault{cmdlet("Get-CASMailbox", disabled, value)}}
	}
	off, unset, none := smtp(true), smtp(nil), made("no forwarding", "ForwardingSmtpAddress", nil)
	off.Name = "Authenticated SMTP is off"
	unset.Name, unset.Stood, none.Stood = "Authenticated SMTP is not set", true, true
	return []Alteration{
		off, unset, none,
		made("forwarding to another address", "ForwardingSmtpAddress", "smtp:other@fabrikam.example"),
		made("no copy is kept", "DeliverToMailboxAndForward", false),
		{Name: "another trustee", Shared: true, Stood: true, After: ran("Add-RecipientPermission"),
			Faults: []Fault{cmdlet("Get-RecipientPermission", "value[Trustee="+mailbox+"].Trustee", "sales@contoso.example")}},
	}
}
