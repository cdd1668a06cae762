package handoff

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"wxmail/internal/exchange"
	"wxmail/internal/guide"
	"wxmail/internal/mailflow"
	"wxmail/internal/step"
	"wxmail/internal/ui"
	"wxmail/internal/wanted"
)

const (
	box     = "support@contoso.example"
	shared  = "help@contoso.example"
	anna    = "anna@contoso.example"
	outside = "asset@mail-us.imiconnect.io"
	ours    = "wxmail " + box
)

// object is an object of Exchange, by its properties.
type object map[string]any

func (o object) with(properties object) object {
	out := maps.Clone(o)
	maps.Copy(out, properties)
	return out
}

// tenant is an Exchange: what its cmdlets show.
type tenant struct {
	mailboxes   map[string]object // by the address that is asked for
	cas         map[string]object
	permissions map[string][]object
	policies    []object
	rules       []object
	domains     []object
	transport   []object
	dehydrated  bool
	smtpOff     bool
}

// plain is a tenant in which nobody has made a rule; support is a user's
// mailbox, help a shared one.
func plain() *tenant {
	return &tenant{
		mailboxes: map[string]object{box: mailbox("Support", box), anna: mailbox("Anna", anna), shared: mailbox("Help", shared).with(object{
			"RecipientTypeDetails": "SharedMailbox", "AccountDisabled": true,
		})},
		cas: map[string]object{box: cas(box, nil), anna: cas(anna, nil), shared: cas(shared, nil)},
		permissions: map[string][]object{
			shared: {permission(`NT AUTHORITY\SELF`, "Allow"), permission("Bert", "Allow")},
		},
		policies: []object{policy("Default", "Automatic").with(object{"IsDefault": true})},
		domains:  []object{domain("*", true)},
		smtpOff:  true,
	}
}

func mailbox(name, address string) object {
	local, _, _ := strings.Cut(address, "@")
	return object{
		"Identity": name, "Name": name, "DisplayName": name + " of Contoso", "Alias": local + "-alias",
		"PrimarySmtpAddress": address, "UserPrincipalName": local + "@corp.contoso.example", "ExternalDirectoryObjectId": "id-of-" + local,
		"EmailAddresses":       []string{"SMTP:" + address, "smtp:" + local + "@contoso.example.net", "SIP:" + address},
		"RecipientTypeDetails": "UserMailbox", "AccountDisabled": false, "IsDirSynced": false, "MailboxPlan": "ExchangeOnlineEnterprise",
		"ForwardingAddress": nil, "ForwardingSmtpAddress": nil, "DeliverToMailboxAndForward": false,
	}
}

func cas(address string, disabled any) object {
	return object{"PrimarySmtpAddress": address, "SmtpClientAuthenticationDisabled": disabled}
}

func permission(trustee, kind string) object {
	return object{"Trustee": trustee, "AccessControlType": kind, "AccessRights": []string{"SendAs"}}
}

func policy(name, mode string) object {
	return object{
		"Name": name, "Identity": name, "Guid": "guid-of-" + name, "AdminDisplayName": "", "AutoForwardingMode": mode, "IsDefault": false,
	}
}

func rule(name, policy string, priority int, more object) object {
	return object{
		"Name": name, "Identity": name, "Comments": nil, "State": "Enabled", "Priority": priority, "HostedOutboundSpamFilterPolicy": policy,
		"From": nil, "FromMemberOf": nil, "SenderDomainIs": nil, "ExceptIfFrom": nil, "ExceptIfFromMemberOf": nil, "ExceptIfSenderDomainIs": nil,
	}.with(more)
}

func domain(name string, forwards bool) object {
	return object{"Name": "Domain " + name, "DomainName": name, "AutoForwardEnabled": forwards}
}

func transport(name string, more object) object {
	return object{
		"Name": name, "State": "Enabled", "Mode": "Enforce", "Conditions": nil, "Actions": nil, "Exceptions": nil,
		"MessageTypeMatches": nil, "FromScope": nil, "SentToScope": nil, "RecipientDomainIs": nil, "ExceptIfRecipientDomainIs": nil,
		"HeaderMatchesMessageHeader": nil, "RejectMessageReasonText": nil, "RejectMessageEnhancedStatusCode": nil,
		"DeleteMessage": false, "Quarantine": false,
	}.with(more)
}

// class is the name of a .NET class as Exchange shows a rule's parts.
func class(name string) []string {
	return []string{"Microsoft.Exchange.MessagingPolicies.Rules.Tasks." + name}
}

// copied is the same tenant, to be changed.
func (x *tenant) copied() *tenant {
	out := *x
	out.mailboxes, out.cas, out.permissions = maps.Clone(x.mailboxes), maps.Clone(x.cas), maps.Clone(x.permissions)
	out.policies, out.rules = slices.Clone(x.policies), slices.Clone(x.rules)
	out.domains, out.transport = slices.Clone(x.domains), slices.Clone(x.transport)
	return &out
}

// show is what a cmdlet that reads answers. It knows the parameters that
// Exchange itself has to understand.
func (x *tenant) show(c mailflow.Cmdlet) []object {
	given := map[string]any{}
	for _, p := range c.Parameters {
		given[p.Name] = p.Value
	}
	identity, _ := given["Identity"].(string)
	switch c.Name {
	case "Get-Mailbox":
		return []object{x.mailboxes[identity]}
	case "Get-CASMailbox":
		return []object{x.cas[identity]}
	case "Get-RecipientPermission":
		return x.permitted(identity, given["Trustee"])
	case "Get-HostedOutboundSpamFilterPolicy":
		return x.policies
	case "Get-HostedOutboundSpamFilterRule":
		return x.rules
	case "Get-RemoteDomain":
		return x.domains
	case "Get-TransportRule":
		return x.transport
	case "Get-OrganizationConfig":
		return []object{{"IsDehydrated": x.dehydrated}}
	case "Get-TransportConfig":
		return []object{{"SmtpClientAuthenticationDisabled": x.smtpOff}}
	}
	panic(c.Name)
}

// permitted are the rights at a mailbox, or those of one account by any of its
// names.
func (x *tenant) permitted(identity string, trustee any) []object {
	if trustee == nil {
		return x.permissions[identity]
	}
	raw, _ := json.Marshal(x.mailboxes[trustee.(string)]) // it has no value that does not marshal
	var m mailflow.Mailbox
	_ = json.Unmarshal(raw, &m)
	return slices.DeleteFunc(slices.Clone(x.permissions[identity]), func(p object) bool { return !m.Is(p["Trustee"].(string)) })
}

// run runs a cmdlet that writes.
func (x *tenant) run(t *testing.T, c mailflow.Cmdlet) {
	t.Helper()
	given := object{}
	for _, p := range c.Parameters {
		given[p.Name] = p.Value
	}
	id, _ := given["Identity"].(string)
	delete(given, "Identity")
	switch c.Name {
	case "Set-Mailbox":
		if to, is := given["ForwardingSmtpAddress"].(string); is {
			given["ForwardingSmtpAddress"] = "smtp:" + to
		}
		x.mailboxes[id] = x.mailboxes[id].with(given)
	case "Set-CASMailbox":
		x.cas[id] = x.cas[id].with(given)
	case "Add-RecipientPermission":
		x.permissions[id] = append(slices.Clone(x.permissions[id]), permission(given["Trustee"].(string), "Allow"))
	case "Enable-OrganizationCustomization":
		x.dehydrated = false
	default:
		x.runOutbound(t, c.Name, id, given)
	}
}

func (x *tenant) runOutbound(t *testing.T, cmdlet, id string, given object) {
	t.Helper()
	called := func(o object) bool { return o["Name"] == id }
	switch cmdlet {
	case "New-HostedOutboundSpamFilterPolicy":
		if x.dehydrated {
			t.Fatal("a policy in a dehydrated organization")
		}
		x.policies = append(x.policies, policy(given["Name"].(string), "").with(given))
	case "Set-HostedOutboundSpamFilterPolicy":
		i := slices.IndexFunc(x.policies, called)
		x.policies[i] = x.policies[i].with(given)
	case "New-HostedOutboundSpamFilterRule":
		x.place(rule(given["Name"].(string), "", len(x.rules), given))
	case "Set-HostedOutboundSpamFilterRule":
		i := slices.IndexFunc(x.rules, called)
		changed := x.rules[i].with(given)
		x.rules = slices.Delete(x.rules, i, i+1)
		x.place(changed)
	case "Enable-HostedOutboundSpamFilterRule":
		i := slices.IndexFunc(x.rules, called)
		x.rules[i] = x.rules[i].with(object{"State": "Enabled"})
	default:
		t.Fatalf("%s is not known", cmdlet)
	}
}

// place puts a rule at its priority; those from there on move back.
func (x *tenant) place(r object) {
	x.rules = slices.Insert(x.rules, min(r["Priority"].(int), len(x.rules)), r)
	for i := range x.rules {
		x.rules[i] = x.rules[i].with(object{"Priority": i})
	}
}

// answers are what an operator said for the user's mailbox, and more.
func answers(t *testing.T, more map[string]string) wanted.Wanted {
	t.Helper()
	given := map[string]string{"webex.email-id": box, "webex.forwarding-address": outside,
		"webex.callback-url": "https://acme.us.webexconnect.io/callback"}
	maps.Copy(given, more)
	w, _, err := wanted.Parse(&wanted.Answers{Flags: given})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// scriptFor is the script of a plan, with the cmdlets that its changes run.
func scriptFor(t *testing.T, w wanted.Wanted, seen *mailflow.Snapshot) Script {
	t.Helper()
	s := Script{Fold: ui.Comment, Version: "v1", Wanted: w, Seen: asked(w, seen), Plan: Plan(w, seen), Cmdlets: map[string][]mailflow.Cmdlet{}}
	for _, c := range s.Plan.Changes {
		admin, cmdlets := exchange.Rehearsal()
		thing, _ := guide.ThingOf(c.Key)
		if _, err := thing.Apply(t.Context(), guide.Hands{Exchange: admin}, c); err != nil {
			t.Fatal(err)
		}
		s.Cmdlets[c.Key] = cmdlets()
	}
	return s
}

// summary is a plan in few words: the keys of its changes, and its obstacles.
func summary(p *step.Plan) string {
	var words []string
	for _, c := range p.Changes {
		_, name, _ := strings.Cut(c.Key, ".")
		words = append(words, name)
	}
	for _, o := range p.Obstacles {
		if !o.Repeats {
			words = append(words, o.Code)
		}
	}
	return strings.Join(words, " ")
}
