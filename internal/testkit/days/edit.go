package days

import "wxmail/internal/testkit"

// edit is somebody's hand in the tenant: one of twelve things, by the portals.
func edit(at *tenant, b *box) *testkit.Ran {
	e := pick(at, edits())
	at.note("  %s", e.name)
	if e.does(at, b) {
		at.hands = true
	}
	return nil
}

// handwork changes something of a mailbox's, and tells whether there was
// something to change.
type handwork struct {
	name string
	does func(*tenant, *box) bool
}

func edits() []handwork {
	return []handwork{
		{"forwards elsewhere", mailboxGets("ForwardingSmtpAddress", "smtp:archive@fabrikam.example")},
		{"stops the forwarding", mailboxGets("ForwardingSmtpAddress", nil)},
		{"keeps no copy", mailboxGets("DeliverToMailboxAndForward", false)},
		{"switches Authenticated SMTP off", mailboxGets("SmtpClientAuthenticationDisabled", true)},
		{"sets our policy to Off", policyGets("AutoForwardingMode", "Off")},
		{"deletes our rule", deletesRule},
		{"gives our policy to a rule of his", takesPolicy},
		{"adds a sender to our rule", addsSender},
		{"adds a redirect URI", addsRedirectURI},
		{"removes a secret", removesSecret},
		{"adds a secret", addsSecret},
		{"renames the application", applicationGets("displayName", "Webex (do not touch)")},
		{"takes the consent away", revokes},
	}
}

func mailboxGets(property string, value any) func(*tenant, *box) bool {
	return func(at *tenant, b *box) bool {
		at.Call("PATCH", "/mailboxes/"+b.address, testkit.Object{property: value}, nil)
		return true
	}
}

// named are the objects of a collection that have our name for the mailbox.
func (at *tenant) named(collection string, b *box) []testkit.Object {
	var ours []testkit.Object
	for _, o := range testkit.Objects(at.State(), collection) {
		if testkit.Text(o, "Name") == "wxmail "+b.address {
			ours = append(ours, o)
		}
	}
	return ours
}

func policyGets(property string, value any) func(*tenant, *box) bool {
	return func(at *tenant, b *box) bool {
		if len(at.named("outboundPolicies", b)) == 0 {
			return false
		}
		at.Call("PATCH", "/outboundPolicies/wxmail "+b.address, testkit.Object{property: value}, nil)
		return true
	}
}

func deletesRule(at *tenant, b *box) bool {
	if len(at.named("outboundRules", b)) == 0 {
		return false
	}
	at.Call("DELETE", "/outboundRules/wxmail "+b.address, nil, nil)
	return true
}

// takesPolicy: a policy can have only one rule, so ours goes.
func takesPolicy(at *tenant, b *box) bool {
	theirs := "Theirs " + b.profile()
	for _, rule := range testkit.Objects(at.State(), "outboundRules") {
		if testkit.Text(rule, "Name") == theirs {
			return false
		}
	}
	if len(at.named("outboundPolicies", b)) == 0 {
		return false
	}
	deletesRule(at, b)
	b.barred = true
	at.Call("POST", "/outboundRules", testkit.Object{"Name": theirs, "From": []string{"help@contoso.example"},
		"HostedOutboundSpamFilterPolicy": "wxmail " + b.address}, nil)
	return true
}

func addsSender(at *tenant, b *box) bool {
	for _, rule := range at.named("outboundRules", b) {
		from := append([]any{"help@contoso.example"}, rule["From"].([]any)...)
		at.Call("PATCH", "/outboundRules/wxmail "+b.address, testkit.Object{"From": from}, nil)
		return true
	}
	return false
}

// change changes our application of the mailbox, if there is one.
func (at *tenant) change(b *box, changes func(app testkit.Object) testkit.Object) bool {
	for _, app := range testkit.OwnApplications(at.State(), b.address) {
		if with := changes(app); with != nil {
			at.Call("PATCH", "/applications/"+testkit.Text(app, "id"), with, nil)
			return true
		}
	}
	return false
}

func applicationGets(property string, value any) func(*tenant, *box) bool {
	return func(at *tenant, b *box) bool {
		return at.change(b, func(testkit.Object) testkit.Object { return testkit.Object{property: value} })
	}
}

func addsRedirectURI(at *tenant, b *box) bool {
	return at.change(b, func(app testkit.Object) testkit.Object {
		web := app["web"].(testkit.Object)
		uris := append([]any{"https://theirs.example/callback"}, web["redirectUris"].([]any)...)
		return testkit.Object{"web": testkit.Object{"redirectUris": uris}}
	})
}

func removesSecret(at *tenant, b *box) bool {
	return at.change(b, func(app testkit.Object) testkit.Object {
		list := app["passwordCredentials"].([]any)
		if len(list) == 0 {
			return nil
		}
		gone := at.rand.IntN(len(list))
		if testkit.Text(list[gone].(testkit.Object), "keyId") == b.pasted {
			b.saved, b.pasted = "", ""
		}
		return testkit.Object{"passwordCredentials": append(append([]any{}, list[:gone]...), list[gone+1:]...)}
	})
}

func addsSecret(at *tenant, b *box) bool {
	return at.change(b, func(app testkit.Object) testkit.Object {
		list := app["passwordCredentials"].([]any)
		return testkit.Object{"passwordCredentials": append(append([]any{}, list...), testkit.Object{"displayName": "theirs"})}
	})
}

func revokes(at *tenant, b *box) (did bool) {
	state := at.State()
	ours := testkit.OwnPrincipals(state, b.address)
	for _, g := range testkit.Objects(state, "oauth2PermissionGrants") {
		if ours[testkit.Text(g, "clientId")] {
			at.Call("DELETE", "/oauth2PermissionGrants/"+testkit.Text(g, "id"), nil, nil)
			did = true
		}
	}
	return did
}
