package exchange

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox/tenant"
)

// withRules has three rules for support, one of them hidden, and one for
// sales; their numbers are 31, 32, 33 and 41.
func withRules() *tenant.Tenant {
	model := newTenant()
	put := func(owner, number string, r tenant.InboxRule) {
		r.MailboxOwnerID, r.RuleIdentity, r.Identity = owner, number, owner+`\`+number
		model.InboxRules.Put(r.Identity, r)
	}
	put("support", "32", tenant.InboxRule{Name: "Tidy", Priority: 2, DeleteMessage: true, SubjectContainsWords: []string{"invoice"}})
	put("support", "31", tenant.InboxRule{Name: "Copy", Priority: 1, Enabled: true, RedirectTo: []string{
		tenant.OutsideRecipient("kim@fabrikam.example"), tenant.InsideRecipient("Sales", "sales"), tenant.InsideRecipient("team", "team"),
	}})
	put("support", "33", tenant.InboxRule{Name: ".", Priority: 3, Enabled: true, Hidden: true})
	put("sales", "41", tenant.InboxRule{Name: "Copy", Priority: 1})
	return model
}

func TestInboxRules(t *testing.T) {
	tests := []struct{ parameters, want string }{
		{`"Mailbox":"` + support + `"`, "Copy Tidy"},
		{`"Mailbox":"also-` + support + `"`, "Copy Tidy"},
		{`"Mailbox":"OID-support","IncludeHidden":false`, "Copy Tidy"},
		{`"Mailbox":"support","IncludeHidden":true,"ResultSize":"Unlimited"`, "Copy Tidy ."},
		{`"Mailbox":"` + tenant.LegacyExchangeDN("support") + `"`, "Copy Tidy"},
		{`"Mailbox":"` + sales + `"`, "Copy"},
		{`"Mailbox":"` + help + `"`, ""},
		{`"Mailbox":"support","Identity":"tidy"`, "Tidy"},
		{`"Mailbox":"support","Identity":"31"`, "Copy"},
		{`"Mailbox":"support","Identity":"support\\32"`, "Tidy"},
		{`"Mailbox":"support","Identity":"33","IncludeHidden":true`, "."},
	}
	model := withRules()
	for _, test := range tests {
		names := []string{}
		for _, row := range must(t, model, "Get-InboxRule", "{"+test.parameters+"}").body.Value {
			names = append(names, fmt.Sprint(row["Name"]))
		}
		if got := strings.Join(names, " "); got != test.want {
			t.Errorf("%s: %s, want %s", test.parameters, got, test.want)
		}
	}
	if a := must(t, model, "Get-InboxRule", `{"Mailbox":"support","ResultSize":1}`); len(a.body.Value) != 1 || len(a.body.Warnings) != 1 {
		t.Errorf("truncated: %s", a.raw)
	}
}

func TestInboxRuleRow(t *testing.T) {
	model := withRules()
	row := must(t, model, "Get-InboxRule", `{"Mailbox":"support","Identity":"31"}`).body.Value[0]
	want := map[string]any{
		"Name": "Copy", "Identity": `support\31`, "RuleIdentity": "31", "MailboxOwnerId": "support", "Description": "",
		"Enabled": true, "Priority": 1.0, "Priority@data.type": "System.Int32",
		"RedirectTo": []any{
			`"kim@fabrikam.example" [SMTP:kim@fabrikam.example]`,
			`"Sales" [EX:/o=ExchangeLabs/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=sales]`,
			`"team" [EX:/o=ExchangeLabs/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=team]`,
		},
		"RedirectTo@odata.type": "#Collection(String)",
		"ForwardTo":             nil, "ForwardAsAttachmentTo": nil, "From": nil, "SubjectContainsWords": nil,
		"DeleteMessage": false, "MoveToFolder": nil, "StopProcessingRules": false,
	}
	if diff := cmp.Diff(want, row); diff != "" {
		t.Errorf("row (-want +got):\n%s", diff)
	}
	for _, identity := range []string{"sales", "team"} { // what the brackets hold leads to the recipient
		found := must(t, model, "Get-Recipient", `{"Identity":"`+tenant.LegacyExchangeDN(identity)+`"}`).body.Value
		if len(found) != 1 || found[0]["Identity"] != identity {
			t.Errorf("%s: %v", identity, found)
		}
	}
}

func TestInboxRuleRefusals(t *testing.T) {
	tests := []struct {
		name, parameters string
		status           int
		kind, text       string
	}{
		{"no mailbox", `{}`, 400, "MissingMandatoryParameterException", "Mailbox"},
		{"the mailbox of nobody", `{"Mailbox":"nobody"}`, 404, "ManagementObjectNotFoundException", "'nobody'"},
		{"an empty mailbox", `{"Mailbox":""}`, 404, "ManagementObjectNotFoundException", ""},
		{"a group", `{"Mailbox":"team"}`, 404, "ManagementObjectNotFoundException", "'team'"},
		{"no such rule", `{"Mailbox":"support","Identity":"none"}`, 404, "ManagementObjectNotFoundException", "'none'"},
		{"null for a rule", `{"Mailbox":"support","Identity":null}`, 400, "ParameterTransformationException", "null"},
		{"another mailbox's rule", `{"Mailbox":"support","Identity":"sales\\41"}`, 404, "ManagementObjectNotFoundException", ""},
		{"a hidden rule, not asked for", `{"Mailbox":"support","Identity":"33"}`, 404, "ManagementObjectNotFoundException", ""},
		{"string for a switch", `{"Mailbox":"support","IncludeHidden":"yes"}`, 400, "ParameterTransformationException", "Boolean"},
		{"bad ResultSize", `{"Mailbox":"support","ResultSize":0}`, 400, "ParameterTransformationException", "ResultSize"},
		{"a switch of Exchange Server", `{"Mailbox":"support","SweepRules":true}`, 400, "AmbiguousParameterSetException", "'SweepRules'"},
	}
	model := withRules()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			run(t, model, "Get-InboxRule", test.parameters).refused(t, test.status, test.kind, test.text)
		})
	}
}

func TestInboxRulesLag(t *testing.T) {
	model := withRules()
	model.Settle()
	model.Settings.ReplicationLag = tenant.Duration(time.Minute)
	model.InboxRules.Delete(`sales\41`)
	if a := must(t, model, "Get-InboxRule", `{"Mailbox":"sales"}`); len(a.body.Value) != 1 {
		t.Errorf("at once: %s", a.raw)
	}
	model.Clock.Advance(2 * time.Minute)
	if a := must(t, model, "Get-InboxRule", `{"Mailbox":"sales"}`); len(a.body.Value) != 0 {
		t.Errorf("after the lag: %s", a.raw)
	}
}
