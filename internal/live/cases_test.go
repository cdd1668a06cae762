//go:build live

package live

import "testing"

// question is one case: what is not known for sure.
type question struct {
	id      string
	asks    string
	source  string // where the doubt comes from
	changes string // what another answer changes in wxmail
	run     func(*tenant)
}

const learn = "https://learn.microsoft.com/"

// questions are all cases, in the order in which they are asked: the whole
// guide stands in the middle, and its undo at the end.
func questions() []question {
	return []question{
		{"L1", "What do the tokens of both administrators say of them?", learn + "entra/identity-platform/access-token-claims-reference",
			"whether roles can be shown before anything is tried", (*tenant).signIns},
		{"L2", "Which cmdlets does Exchange list for whom?", learn + "powershell/exchange/disable-access-to-exchange-online-powershell",
			"whether a missing right is told before it is refused", (*tenant).cmdletLists},
		{"L3", "How does Exchange show each setting, with $select and without?", "https://github.com/KelvinTegelaar/CIPP-API",
			"what is read, and what is not judged", (*tenant).readings},
		{"L4", "Which unique names does Graph take, and does a batch read an encoded address?", learn + "graph/api/application-upsert",
			"the name of the application", (*tenant).uniqueNames},
		{"L6", "What may somebody with a role of the tenant's own do?", learn + "graph/api/application-post-applications",
			"what is tried although no role is seen", (*tenant).customRole},
		{"L7", "How long until an application, a principal and a secret are seen?", learn + "graph/api/application-addpassword",
			"how long a run waits", (*tenant).replication},
		{"L9", "What is left of a deleted application's unique name?", learn + "graph/api/directory-deleteditems-restore",
			"what setup offers after an application was deleted", (*tenant).deletion},
		{"L10", "How does the tenant's policy refuse a secret?", learn + "graph/api/resources/passwordcredentialconfiguration",
			"by which code a policy is known", (*tenant).secretPolicy},
		{"L11", "How does each cmdlet say that there is none, or one already?", learn + "powershell/module/exchange/get-mailbox",
			"what counts as not found", (*tenant).notFound},
		{"L12", "How many cmdlets at once does Exchange run?", "https://github.com/GreyCorbel/ExoHelper", "how many are sent", (*tenant).atOnce},
		{"L5", "Does the whole guide go through, with http://localhost and any port?", learn + "entra/identity-platform/reply-url",
			"how the mailbox user signs in", (*tenant).guide},
		{"L8", "How are policy, rule and forwarding shown after they were made?",
			learn + "powershell/module/exchange/new-hostedoutboundspamfilterrule",
			"how a value is compared with what was written", (*tenant).readBack},
		{"L13", "What does submission say, and when does its switch work?",
			learn + "exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission", "what is a delay and what a refusal",
			(*tenant).submission},
		{"L14", "How does the trace tell of a forwarded message?", learn + "powershell/module/exchange/get-messagetracev2",
			"how verify follows mail", (*tenant).forwarded},
		{"L15", "Does Exchange take the token of the Azure CLI?", "https://github.com/dirkjanm/ROADtools", "what --azure-cli is good for",
			(*tenant).azureCLI},
		{"L16", "Does undo leave the tenant as it was?", learn + "graph/api/application-delete", "what undo promises", (*tenant).undo},
	}
}

// TestLive asks all questions of the tenant that the environment names, else of
// a sandbox.
func TestLive(t *testing.T) {
	x := open(t)
	for _, q := range questions() {
		t.Run(q.id, func(t *testing.T) {
			x.at(t, q)
			q.run(x)
		})
	}
	x.at(t, question{})
	x.report()
}
