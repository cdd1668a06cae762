package control_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestInboxRules(t *testing.T) {
	p := newPanel(t, "default")
	made := p.must(201, "POST", "/inboxRules", `{"Name":"Copy","MailboxOwnerId":"Support@contoso.onmicrosoft.com","From":[],
		"ForwardTo":["kim@fabrikam.example","\"Kim\" [SMTP:kim@fabrikam.example]"],
		"RedirectTo":["sales@contoso.onmicrosoft.com","partner@fabrikam.example"]}`)
	number, _ := at(made, "RuleIdentity").(string)
	const dn = "EX:/o=ExchangeLabs/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn="
	want := map[string]any{
		"Name": "Copy", "Identity": `support\` + number, "RuleIdentity": number, "MailboxOwnerId": "support",
		"Enabled": true, "Priority": 1.0, "Description": "", "Hidden": false,
		"From": nil, "SubjectContainsWords": nil, "ForwardAsAttachmentTo": nil,
		"ForwardTo":     []any{`"kim@fabrikam.example" [SMTP:kim@fabrikam.example]`, `"Kim" [SMTP:kim@fabrikam.example]`},
		"RedirectTo":    []any{`"Sales" [` + dn + `sales]`, `"Partner" [` + dn + `Partner]`},
		"DeleteMessage": false, "MoveToFolder": nil, "StopProcessingRules": false,
	}
	if diff := cmp.Diff(want, made); diff != "" || number == "" {
		t.Errorf("made (-want +got):\n%s", diff)
	}
	path := "/inboxRules/" + url.PathEscape(`support\`+number)
	if diff := cmp.Diff(want, p.must(200, "PATCH", path, `{}`)); diff != "" {
		t.Errorf("changed in nothing: %s", diff)
	}
	changed := p.must(200, "PATCH", "/inboxRules/copy", `{"Enabled":false,"ForwardTo":[],"RedirectTo":null,
		"MailboxOwnerId":"support@contoso.example","SubjectContainsWords":["bank details"]}`)
	want["Enabled"], want["ForwardTo"], want["RedirectTo"], want["SubjectContainsWords"] = false, nil, nil, []any{"bank details"}
	if diff := cmp.Diff(want, changed); diff != "" {
		t.Errorf("changed: %s", diff)
	}
	p.must(200, "DELETE", path, "")
	p.must(404, "DELETE", path, "")
}

// inboxOrder is the listing as "owner:name:priority", in order of creation.
func inboxOrder(p *panel) string {
	p.Helper()
	list, _ := at(p.must(200, "GET", "/state", ""), "inboxRules").([]any)
	out := []string{}
	for _, rule := range list {
		out = append(out, fmt.Sprint(at(rule, "MailboxOwnerId"), ":", at(rule, "Name"), ":", at(rule, "Priority")))
	}
	return strings.Join(out, " ")
}

func TestInboxRulesKeepAnOrder(t *testing.T) {
	p := newPanel(t, "default")
	for _, step := range []struct{ method, path, body, want string }{
		{"POST", "", `{"Name":"a","MailboxOwnerId":"support@contoso.example"}`, "support:a:1"},
		{"POST", "", `{"Name":"b","MailboxOwnerId":"support@contoso.example"}`, "support:a:1 support:b:2"},
		{"POST", "", `{"Name":"s","MailboxOwnerId":"sales@contoso.example"}`, "support:a:1 support:b:2 sales:s:1"},
		{"POST", "", `{"Name":"c","MailboxOwnerId":"support@contoso.example","Priority":1}`, "support:a:2 support:b:3 sales:s:1 support:c:1"},
		{"PATCH", "/c", `{"Priority":9}`, "support:a:1 support:b:2 sales:s:1 support:c:3"},
		{"PATCH", "/b", `{"Priority":0}`, "support:a:2 support:b:1 sales:s:1 support:c:3"},
		{"DELETE", "/b", "", "support:a:1 sales:s:1 support:c:2"},
	} {
		status := 200
		if step.method == "POST" {
			status = 201
		}
		p.must(status, step.method, "/inboxRules"+step.path, step.body)
		if got := inboxOrder(p); got != step.want {
			t.Errorf("%s %s %s: %s, want %s", step.method, step.path, step.body, got, step.want)
		}
	}
	p.must(200, "DELETE", "/mailboxes/support@contoso.example", "")
	if got := inboxOrder(p); got != "sales:s:1" {
		t.Errorf("after the mailbox: %s", got)
	}
}

func TestInboxRuleRefusals(t *testing.T) {
	p := newPanel(t, "default")
	for _, owner := range []string{"support", "sales"} {
		p.must(201, "POST", "/inboxRules", `{"Name":"same","MailboxOwnerId":"`+owner+`@contoso.example"}`)
	}
	p.must(201, "POST", "/inboxRules", `{"Name":"mine","RuleIdentity":"7","MailboxOwnerId":"support@contoso.example"}`)
	before := p.must(200, "GET", "/state", "")
	const named = `{"Name":"x","MailboxOwnerId":"support@contoso.example",`
	for _, test := range []struct {
		method, path, body string
		status             int
	}{
		{"POST", "", `{"MailboxOwnerId":"support@contoso.example"}`, 400},
		{"POST", "", `{"Name":"x"}`, 400},
		{"POST", "", `{"Name":"x","MailboxOwnerId":"nobody@contoso.example"}`, 404},
		{"POST", "", `{"Name":"x","MailboxOwnerId":"team@contoso.example"}`, 404},
		{"POST", "", `{"Name":"` + strings.Repeat("x", 513) + `","MailboxOwnerId":"support@contoso.example"}`, 400},
		{"POST", "", named + `"Colour":"red"}`, 400},
		{"POST", "", named + `"Enabled":"yes"}`, 400},
		{"POST", "", named + `"ForwardTo":"kim@fabrikam.example"}`, 400},
		{"POST", "", named + `"ForwardTo":["nobody"]}`, 404},
		{"POST", "", named + `"ForwardAsAttachmentTo":["Kim <kim@fabrikam.example>"]}`, 404},
		{"POST", "", named + `"RedirectTo":[""]}`, 404},
		{"POST", "", named + `"From":["\"Kim\" [X400:c=us]"]}`, 404},
		{"POST", "", named + `"SubjectContainsWords":[""]}`, 400},
		{"POST", "", named + `"SubjectContainsWords":[" x"]}`, 400},
		{"POST", "", named + `"SubjectContainsWords":["` + strings.Repeat("x", 256) + `"]}`, 400},
		{"POST", "", named + `"RuleIdentity":"x"}`, 400},
		{"POST", "", named + `"RuleIdentity":"7"}`, 409},
		{"POST", "", named + `"Identity":"support\\8"}`, 400},
		{"PATCH", "/none", `{}`, 404},
		{"PATCH", "/same", `{"Enabled":false}`, 409},
		{"DELETE", "/same", "", 409},
		{"DELETE", "/mine", `{"Name":"mine"}`, 400},
		{"PATCH", "/mine", `{"MailboxOwnerId":"sales@contoso.example"}`, 400},
		{"PATCH", "/mine", `{"RuleIdentity":"8"}`, 400},
		{"PATCH", "/mine", `{"RuleIdentity":"8","Identity":"support\\8"}`, 400},
	} {
		status, answer := p.call(test.method, "/inboxRules"+test.path, test.body)
		if text, _ := at(answer, "error").(string); status != test.status || text == "" {
			t.Errorf("%s %s %s: %d %v, want %d", test.method, test.path, test.body, status, answer, test.status)
		}
	}
	if diff := cmp.Diff(before, p.must(200, "GET", "/state", "")); diff != "" {
		t.Errorf("something has changed: %s", diff)
	}
}
