package exchange

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox/tenant"
)

func TestRefusals(t *testing.T) {
	const (
		newRule   = "New-HostedOutboundSpamFilterRule"
		newPolicy = "New-HostedOutboundSpamFilterPolicy"
	)
	tests := []struct {
		name, cmdlet, parameters string
		status                   int
		kind, text               string
	}{
		{"unknown parameter", "Get-Mailbox", `{"Anr":"x"}`, 400, "AmbiguousParameterSetException", "'Anr'"},
		{"twice in two spellings", "Get-Mailbox", `{"Identity":"a","identity":"b"}`, 400, "AmbiguousParameterSetException", "twice"},
		{"Confirm on a read", "Get-Mailbox", `{"Confirm":false}`, 400, "AmbiguousParameterSetException", "'Confirm'"},
		{"missing parameter", "Set-CASMailbox", `{}`, 400, "MissingMandatoryParameterException", "Identity"},
		{"bad enum", newPolicy, `{"Name":"p","AutoForwardingMode":"Sometimes"}`, 400, "ParameterTransformationException", "Automatic, Off, On"},
		{"string for a Boolean", "Set-TransportConfig", `{"SmtpClientAuthenticationDisabled":"true"}`,
			400, "ParameterTransformationException", "Boolean"},
		{"null for a Boolean", "Set-TransportConfig", `{"SmtpClientAuthenticationDisabled":null}`,
			400, "ParameterTransformationException", "null"},
		{"number for a string", "Get-Mailbox", `{"Identity":1}`, 400, "ParameterTransformationException", "String"},
		{"out of bounds", newPolicy, `{"Name":"p","RecipientLimitPerDay":10001}`, 400, "ParameterTransformationException", "10000"},
		{"bad ResultSize", "Get-Mailbox", `{"ResultSize":"Some"}`, 400, "ParameterTransformationException", ""},
		{"bad list", newRule, `{"Name":"r","HostedOutboundSpamFilterPolicy":"p","From":{"Add":["x"]}}`,
			400, "ParameterTransformationException", "GenericHashTable"},
		{"bad date", "Get-MessageTraceV2", `{"StartDate":"today"}`, 400, "ParameterTransformationException", ""},
		{"no such mailbox", "Get-Mailbox", `{"Identity":"nobody"}`, 404, "ManagementObjectNotFoundException", "'nobody' couldn't be found"},
		{"a group is no mailbox", "Get-CASMailbox", `{"Identity":"team@contoso.example"}`, 404, "ManagementObjectNotFoundException", ""},
		{"write to nobody", "Set-Mailbox", `{"Identity":"nobody","DeliverToMailboxAndForward":true}`,
			404, "ManagementObjectNotFoundException", ""},
		{"forward to no address", "Set-Mailbox", `{"Identity":"` + support + `","ForwardingSmtpAddress":"there"}`,
			400, "ParameterTransformationException", "SMTP address"},
		{"forward to no recipient", "Set-Mailbox", `{"Identity":"` + support + `","ForwardingAddress":"nobody"}`,
			404, "ManagementObjectNotFoundException", ""},
		{"forbidden character", newPolicy, `{"Name":"a/b"}`, 400, "DataValidationException", "Name"},
		{"name too long", newPolicy, `{"Name":"` + strings.Repeat("x", 65) + `"}`, 400, "DataValidationException", "Name"},
		{"same name", newPolicy, `{"Name":"default"}`, 400, "ADObjectAlreadyExistsException", "already exists"},
		{"default policy in a rule", newRule, `{"Name":"r","HostedOutboundSpamFilterPolicy":"Default","From":["` + support + `"]}`,
			400, "TaskArgumentException", "default"},
		{"unknown policy in a rule", newRule, `{"Name":"r","HostedOutboundSpamFilterPolicy":"none","From":["` + support + `"]}`,
			404, "ManagementObjectNotFoundException", ""},
		{"second rule of a policy", newRule, `{"Name":"r","HostedOutboundSpamFilterPolicy":"first","From":["` + support + `"]}`,
			400, "TaskArgumentException", "only one rule"},
		{"same rule", newRule, `{"Name":"first","HostedOutboundSpamFilterPolicy":"second","From":["` + support + `"]}`,
			400, "ADObjectAlreadyExistsException", ""},
		{"rule for nobody", newRule, `{"Name":"r","HostedOutboundSpamFilterPolicy":"second","From":["nobody"]}`,
			404, "ManagementObjectNotFoundException", ""},
		{"rule without condition", newRule, `{"Name":"r","HostedOutboundSpamFilterPolicy":"second"}`, 400, "TaskArgumentException", "condition"},
		{"priority beyond the end", newRule, `{"Name":"r","HostedOutboundSpamFilterPolicy":"second","From":["` + support + `"],"Priority":2}`,
			400, "TaskArgumentException", "between 0 and 1"},
		{"comment too long", "Set-HostedOutboundSpamFilterRule", `{"Identity":"first","Comments":"` + strings.Repeat("x", 1025) + `"}`,
			400, "DataValidationException", "Comments"},
		{"remove the default policy", "Remove-HostedOutboundSpamFilterPolicy", `{"Identity":"Default","Confirm":false}`,
			400, "TaskArgumentException", "default"},
		{"remove a used policy", "Remove-HostedOutboundSpamFilterPolicy", `{"Identity":"first","Confirm":false}`,
			400, "TaskArgumentException", "'first' uses it"},
		{"remove no rule", "Remove-HostedOutboundSpamFilterRule", `{"Identity":"none","Confirm":false}`,
			404, "ManagementObjectNotFoundException", ""},
		{"same remote domain", "New-RemoteDomain", `{"Name":"Other","DomainName":"*.x"}`, 400, "ADObjectAlreadyExistsException", ""},
		{"bad remote domain", "New-RemoteDomain", `{"Name":"x","DomainName":"a@b.example"}`, 400, "ParameterTransformationException", "domain"},
		{"remove the default remote domain", "Remove-RemoteDomain", `{"Identity":"Default","Confirm":false}`,
			400, "TaskArgumentException", "default"},
		{"another right", "Add-RecipientPermission",
			`{"Identity":"` + help + `","Trustee":"` + support + `","AccessRights":["FullAccess"],"Confirm":false}`,
			400, "ParameterTransformationException", "SendAs"},
		{"permission for nobody", "Add-RecipientPermission",
			`{"Identity":"` + help + `","Trustee":"nobody","AccessRights":["SendAs"],"Confirm":false}`,
			404, "ManagementObjectNotFoundException", ""},
		{"trace of more than 10 days", "Get-MessageTraceV2", `{"StartDate":"2026-01-01T00:00:00Z","EndDate":"2026-01-12T00:00:00Z"}`,
			400, "TaskArgumentException", "10 days"},
		{"trace backwards", "Get-MessageTraceV2", `{"StartDate":"2026-01-02T00:00:00Z","EndDate":"2026-01-01T00:00:00Z"}`,
			400, "TaskArgumentException", "before"},
		{"trace too long ago", "Get-MessageTraceV2", `{"StartDate":"2020-01-01T00:00:00Z","EndDate":"2020-01-02T00:00:00Z"}`,
			400, "TaskArgumentException", "90 days"},
		{"customized already", "Enable-OrganizationCustomization", `{}`, 400, "InvalidOperationException", "already enabled for customization"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			model := newTenant()
			must(t, model, newPolicy, `{"Name":"first"}`)
			must(t, model, newPolicy, `{"Name":"second"}`)
			must(t, model, newRule, `{"Name":"first","HostedOutboundSpamFilterPolicy":"first","From":["`+sales+`"]}`)
			must(t, model, "New-RemoteDomain", `{"Name":"other","DomainName":"other.example"}`)
			run(t, model, test.cmdlet, test.parameters).refused(t, test.status, test.kind, test.text)
		})
	}
}

func TestForwarding(t *testing.T) {
	model := newTenant()
	read := func() string {
		row := must(t, model, "Get-Mailbox", `{"Identity":"also-`+support+`"}`).body.Value[0]
		return fmt.Sprint(row["ForwardingSmtpAddress"], " ", row["ForwardingAddress"], " ", row["DeliverToMailboxAndForward"])
	}
	steps := []struct{ parameters, want string }{
		{`"ForwardingSmtpAddress":"a@mail.example","DeliverToMailboxAndForward":true`, "smtp:a@mail.example <nil> true"},
		{`"ForwardingSMTPAddress":"smtp:b@mail.example"`, "smtp:b@mail.example <nil> true"},
		{`"ForwardingAddress":"` + sales + `"`, "smtp:b@mail.example sales true"},
		{`"ForwardingAddress":null,"ForwardingSmtpAddress":null,"DeliverToMailboxAndForward":false`, "<nil> <nil> false"},
	}
	for _, step := range steps {
		must(t, model, "Set-Mailbox", `{"Identity":"`+support+`",`+step.parameters+`}`)
		if got := read(); got != step.want {
			t.Errorf("after %s: %s, want %s", step.parameters, got, step.want)
		}
	}
	if a := must(t, model, "Set-Mailbox", `{"Identity":"`+support+`"}`); len(a.body.Warnings) != 1 {
		t.Errorf("nothing to change: warnings %v", a.body.Warnings)
	}
}

func TestSMTPAuth(t *testing.T) {
	model := newTenant()
	for _, value := range []string{"false", "true", "null"} {
		must(t, model, "Set-CASMailbox", `{"Identity":"oid-support","SmtpClientAuthenticationDisabled":`+value+`}`)
		row := must(t, model, "Get-CASMailbox", `{"Identity":"`+support+`"}`).body.Value[0]
		if got := fmt.Sprint(row["SmtpClientAuthenticationDisabled"]); got != strings.Replace(value, "null", "<nil>", 1) {
			t.Errorf("%s reads back as %s", value, got)
		}
	}
	must(t, model, "Set-TransportConfig", `{"SmtpClientAuthenticationDisabled":true}`)
	row := must(t, model, "Get-TransportConfig", `{}`).body.Value[0]
	if row["SmtpClientAuthenticationDisabled"] != true {
		t.Errorf("tenant: %v", row)
	}
	if m, _ := model.Mailboxes.Latest("support"); m.SMTPAuthChangedAt.IsZero() {
		t.Error("the change has no time")
	}
}

func TestReadsLagBehindWrites(t *testing.T) {
	model := newTenant()
	model.Clock.Advance(time.Hour)
	model.Settings.ReplicationLag = tenant.Duration(time.Minute)
	const parameters = `{"Name":"p"}`
	must(t, model, "New-HostedOutboundSpamFilterPolicy", parameters)
	run(t, model, "Get-HostedOutboundSpamFilterPolicy", `{"Identity":"p"}`).refused(t, 404, "ManagementObjectNotFoundException", "")
	run(t, model, "New-HostedOutboundSpamFilterPolicy", parameters).refused(t, 400, "ADObjectAlreadyExistsException", "")
	model.Clock.Advance(2 * time.Minute)
	must(t, model, "Get-HostedOutboundSpamFilterPolicy", `{"Identity":"p"}`)
}

func TestDehydrated(t *testing.T) {
	model := newTenant()
	model.OrganizationConfig.IsDehydrated = true
	model.Settings.HydrationDelay = tenant.Duration(45 * time.Minute)
	create := func() answer { return run(t, model, "New-HostedOutboundSpamFilterPolicy", `{"Name":"p"}`) }
	flag := func() any {
		return must(t, model, "Get-OrganizationConfig", `{}`).body.Value[0]["IsDehydrated"]
	}
	create().refused(t, 400, "InvalidOperationInDehydratedContextException", "Enable-OrganizationCustomization")
	must(t, model, "Set-CASMailbox", `{"Identity":"`+support+`","SmtpClientAuthenticationDisabled":false}`)
	if flag() != true {
		t.Error("not dehydrated before")
	}
	must(t, model, "Enable-OrganizationCustomization", `{}`)
	if flag() != false {
		t.Error("the flag did not flip at once")
	}
	create().refused(t, 400, "InvalidOperationInDehydratedContextException", "")
	model.Clock.Advance(46 * time.Minute)
	if a := create(); a.status != http.StatusOK {
		t.Errorf("after the delay: %s", a.raw)
	}
}

// rules is the listing as "name:priority:state".
func rules(t *testing.T, model *tenant.Tenant) []string {
	t.Helper()
	out := []string{}
	for _, row := range must(t, model, "Get-HostedOutboundSpamFilterRule", `{}`).body.Value {
		out = append(out, fmt.Sprint(row["Name"], ":", row["Priority"], ":", row["State"]))
	}
	return out
}

func TestRulePriorities(t *testing.T) {
	model := newTenant()
	for _, name := range []string{"a", "b", "c", "d"} {
		must(t, model, "New-HostedOutboundSpamFilterPolicy", `{"Name":"`+name+`","AutoForwardingMode":"On"}`)
	}
	add := func(name, more string) {
		must(t, model, "New-HostedOutboundSpamFilterRule",
			`{"Name":"`+name+`","HostedOutboundSpamFilterPolicy":"`+name+`","From":["`+support+`"]`+more+`}`)
	}
	steps := []struct {
		name string
		act  func()
		want []string
	}{
		{"last by default", func() { add("a", ""); add("b", "") }, []string{"a:0:Enabled", "b:1:Enabled"}},
		{"inserted first", func() { add("c", `,"Priority":0,"Enabled":true`) }, []string{"c:0:Enabled", "a:1:Enabled", "b:2:Enabled"}},
		{"inserted disabled in the middle", func() { add("d", `,"Priority":1,"Enabled":false`) },
			[]string{"c:0:Enabled", "d:1:Disabled", "a:2:Enabled", "b:3:Enabled"}},
		{"moved down", func() {
			must(t, model, "Set-HostedOutboundSpamFilterRule", `{"Identity":"c","Priority":3}`)
		}, []string{"d:0:Disabled", "a:1:Enabled", "b:2:Enabled", "c:3:Enabled"}},
		{"enabled and disabled", func() {
			must(t, model, "Enable-HostedOutboundSpamFilterRule", `{"Identity":"d"}`)
			must(t, model, "Disable-HostedOutboundSpamFilterRule", `{"Identity":"a","Confirm":false}`)
		}, []string{"d:0:Enabled", "a:1:Disabled", "b:2:Enabled", "c:3:Enabled"}},
		{"removed", func() {
			must(t, model, "Remove-HostedOutboundSpamFilterRule", `{"Identity":"a","Confirm":false}`)
		}, []string{"d:0:Enabled", "b:1:Enabled", "c:2:Enabled"}},
	}
	for _, step := range steps {
		step.act()
		if diff := cmp.Diff(step.want, rules(t, model)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
	}
	must(t, model, "Remove-HostedOutboundSpamFilterPolicy", `{"Identity":"a","Confirm":false}`)
}

func TestRuleConditions(t *testing.T) {
	model := newTenant()
	must(t, model, "New-HostedOutboundSpamFilterPolicy", `{"Name":"p"}`)
	must(t, model, "New-HostedOutboundSpamFilterRule",
		`{"Name":"p","HostedOutboundSpamFilterPolicy":"p","From":["oid-support"],"Comments":"by hand","SenderDomainIs":"contoso.example"}`)
	must(t, model, "Set-HostedOutboundSpamFilterRule",
		`{"Identity":"p","From":{"@odata.type":"#Exchange.GenericHashTable",`+
			`"Add":["`+sales+`"],"Remove":["nobody"]},"SenderDomainIs":null,"Comments":null}`)
	row := must(t, model, "Get-HostedOutboundSpamFilterRule", `{"Identity":"p"}`).body.Value[0]
	want := []any{support, sales}
	if diff := cmp.Diff(want, row["From"]); diff != "" || row["Comments"] != nil || len(row["SenderDomainIs"].([]any)) != 0 {
		t.Errorf("rule %v (-want +got):\n%s", row, diff)
	}
	run(t, model, "Set-HostedOutboundSpamFilterRule", `{"Identity":"p","From":null}`).refused(t, 400, "TaskArgumentException", "condition")
}

func TestConfirmation(t *testing.T) {
	tests := []struct {
		cmdlet, parameters string
		asks               bool
	}{
		{"Remove-RemoteDomain", `{"Identity":"other"}`, true},
		{"Remove-RemoteDomain", `{"Identity":"other","Confirm":true}`, true},
		{"Remove-RemoteDomain", `{"Identity":"other","Confirm":false,"WhatIf":true}`, true},
		{"Set-RemoteDomain", `{"Identity":"other","AutoForwardEnabled":false,"Confirm":true}`, true},
		{"Set-RemoteDomain", `{"Identity":"other","AutoForwardEnabled":false}`, false},
		{"Remove-RemoteDomain", `{"Identity":"other","Confirm":false}`, false},
	}
	for _, test := range tests {
		model := newTenant()
		must(t, model, "New-RemoteDomain", `{"Name":"other","DomainName":"other.example"}`)
		before, _ := model.RemoteDomains.Latest("other")
		a := run(t, model, test.cmdlet, test.parameters)
		after, _ := model.RemoteDomains.Latest("other")
		if a.status != 200 || (a.body.Confirmation != "") != test.asks || (before == after) != test.asks {
			t.Errorf("%s %s: %s", test.cmdlet, test.parameters, a.raw)
		}
	}
}

func TestRecipientPermission(t *testing.T) {
	model := newTenant()
	trustees := func() string {
		names := []string{}
		for _, row := range must(t, model, "Get-RecipientPermission", `{"Identity":"`+help+`"}`).body.Value {
			names = append(names, fmt.Sprint(row["Trustee"]))
		}
		return strings.Join(names, " ")
	}
	const grant = `{"Identity":"` + help + `","Trustee":"oid-support","AccessRights":["SendAs"],"Confirm":false}`
	must(t, model, "Add-RecipientPermission", grant)
	if got := trustees(); got != self+" "+support {
		t.Errorf("granted: %s", got)
	}
	if a := must(t, model, "Add-RecipientPermission", grant); len(a.body.Warnings) != 1 {
		t.Errorf("granted twice: %v", a.body.Warnings)
	}
	one := must(t, model, "Get-RecipientPermission", `{"Identity":"`+help+`","Trustee":"support"}`).body.Value
	if len(one) != 1 {
		t.Errorf("by trustee: %v", one)
	}
	must(t, model, "Remove-RecipientPermission", grant)
	if got := trustees(); got != self {
		t.Errorf("revoked: %s", got)
	}
	if a := must(t, model, "Remove-RecipientPermission", grant); len(a.body.Warnings) != 1 {
		t.Errorf("revoked twice: %v", a.body.Warnings)
	}
}

func TestListings(t *testing.T) {
	model := newTenant()
	model.TransportRules.Put("no", tenant.TransportRule{Name: "no", State: "Enabled"})
	tests := []struct {
		cmdlet, parameters string
		rows, warnings     int
	}{
		{"Get-Mailbox", `{"ResultSize":"Unlimited"}`, 3, 0},
		{"Get-Mailbox", `{"ResultSize":2}`, 2, 1},
		{"Get-Mailbox", `{"RecipientTypeDetails":["SharedMailbox"]}`, 1, 0},
		{"Get-Recipient", `{}`, 4, 0},
		{"Get-Recipient", `{"Identity":"team@contoso.example"}`, 1, 0},
		{"Get-AcceptedDomain", `{}`, 2, 0},
		{"Get-RemoteDomain", `{"Identity":"default"}`, 1, 0},
		{"Get-TransportRule", `{"State":"Disabled"}`, 0, 0},
		{"Get-TransportRule", `{"ResultSize":"Unlimited"}`, 1, 0},
		{"Get-HostedOutboundSpamFilterPolicy", `{}`, 1, 0},
	}
	for _, test := range tests {
		a := must(t, model, test.cmdlet, test.parameters)
		if len(a.body.Value) != test.rows || len(a.body.Warnings) != test.warnings {
			t.Errorf("%s %s: %s", test.cmdlet, test.parameters, a.raw)
		}
	}
}

func TestMessageTrace(t *testing.T) {
	model := newTenant()
	now := model.Clock.Now()
	for i, status := range []string{
		"delivered", "forwarded: envelope sender <x>", "forwarded: no copy kept",
		"dropped: quarantined by the mail flow rule no", "rejected: 550", "dropped: deleted by the inbox rule no",
	} {
		model.Messages = append(model.Messages, tenant.Message{
			MessageID: fmt.Sprintf("<%d@fabrikam.example>", i/2), From: "customer@fabrikam.example", To: fmt.Sprintf("to%d@contoso.example", i),
			Subject: fmt.Sprintf("Ticket %d", i), Status: status, At: now.Add(time.Duration(i-10) * time.Minute),
		})
	}
	statuses := func(parameters string) string {
		out := []string{}
		for _, row := range must(t, model, "Get-MessageTraceV2", parameters).body.Value {
			out = append(out, fmt.Sprint(row["Status"]))
		}
		return strings.Join(out, " ")
	}
	tests := []struct{ parameters, want string }{
		{`{}`, "Delivered Failed Quarantined Resolved Delivered Delivered"},
		{`{"MessageId":["<0@fabrikam.example>"]}`, "Delivered Delivered"},
		{`{"RecipientAddress":"TO2@contoso.example"}`, "Resolved"},
		{`{"RecipientAddress":"to5@contoso.example"}`, "Delivered"},
		{`{"Status":["Failed","Resolved"]}`, "Failed Resolved"},
		{`{"Subject":"ticket 3","SubjectFilterType":"StartsWith"}`, "Quarantined"},
		{`{"SenderAddress":["nobody@fabrikam.example"]}`, ""},
		{`{"EndDate":"` + now.Add(-8*time.Minute).Format(time.RFC3339Nano) + `"}`, "Resolved Delivered Delivered"},
	}
	for _, test := range tests {
		if got := statuses(test.parameters); got != test.want {
			t.Errorf("%s: %q, want %q", test.parameters, got, test.want)
		}
	}
	a := must(t, model, "Get-MessageTraceV2", `{"ResultSize":2}`)
	if len(a.body.Value) != 2 || len(a.body.Warnings) != 1 || strings.Contains(a.raw, "nextLink") {
		t.Errorf("truncated: %s", a.raw)
	}
}
