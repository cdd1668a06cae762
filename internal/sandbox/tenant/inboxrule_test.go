package tenant_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox/tenant"
)

func putRule(model *tenant.Tenant, owner, name string, priority int) {
	model.InboxRules.Put(owner+`\`+name, tenant.InboxRule{Name: name, MailboxOwnerID: owner, Priority: priority})
}

func rulesOf(model *tenant.Tenant, owner string) []string {
	names := []string{}
	for _, rule := range model.InboxRulesOf(tenant.Mailbox{Identity: owner}) {
		names = append(names, rule.Name)
	}
	return names
}

func TestInboxRulesOfAMailbox(t *testing.T) {
	model := tenant.New(&tenant.Clock{}, 1)
	model.Settings.ReplicationLag = tenant.Duration(time.Hour)
	putRule(model, "support", "second", 2)
	putRule(model, "sales", "other", 1)
	if got := rulesOf(model, "support"); len(got) != 0 {
		t.Errorf("a replica at once: %v", got)
	}
	model.Settle()
	model.Mark("exchange")
	putRule(model, "support", "first", 1)
	model.Settle()
	if diff := cmp.Diff([]string{"first", "second"}, rulesOf(model, "support")); diff != "" {
		t.Errorf("in order of priority: %s", diff)
	}
	if diff := cmp.Diff([]string{"second"}, rulesOf(model.Past("exchange"), "support")); diff != "" {
		t.Errorf("the past: %s", diff)
	}
	model.Reset(1)
	if got := model.InboxRules.AllLatest(); len(got) != 0 {
		t.Errorf("after a reset: %v", got)
	}
}

func TestRecipientsOfInboxRules(t *testing.T) {
	for shown, want := range map[string]string{
		tenant.OutsideRecipient("kim@fabrikam.example"):                                      "kim@fabrikam.example",
		tenant.InsideRecipient("Still On Premises", "Still On Premises"):                     "Still On Premises",
		`"Kim (home)" [SMTP:kim@fabrikam.example]`:                                           "kim@fabrikam.example",
		`"Boss" [EX:/o=ExchangeLabs/ou=Exchange Administrative Group/cn=Recipients/cn=boss]`: "boss",
		"kim@fabrikam.example":         "kim@fabrikam.example",
		"sales":                        "sales",
		`Kim [SMTP:kim@x.example]`:     `Kim [SMTP:kim@x.example]`,
		`"Kim" [X400:c=us]`:            `"Kim" [X400:c=us]`,
		`"Kim" [SMTP:kim@x.example] x`: `"Kim" [SMTP:kim@x.example] x`,
		`"Kim" [SMTP:]`:                `"Kim" [SMTP:]`,
	} {
		if got := tenant.RecipientOf(shown); got != want {
			t.Errorf("%s is %q, want %q", shown, got, want)
		}
	}
}
