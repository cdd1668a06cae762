package exchange

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
)

const domains = `{"Name":"Default","DomainName":"*","AutoForwardEnabled":true}`

// selecting answers one way to a selection and another to all properties.
func selecting(selected, whole string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("$select") != "" {
			value(selected)(w, r)
			return
		}
		value(whole)(w, r)
	}
}

// What is shown in another form is understood, or is a gap that has a name.
func TestReadTolerates(t *testing.T) {
	left := func(record, property string) string { return strings.Replace(record, property, "", 1) }
	const noForwarding = `"ForwardingAddress":null,`
	for name, test := range map[string]struct {
		cmdlet string
		answer http.HandlerFunc
		asked  int    // how often
		gap    string // cmdlet, name and problem of the only gap; "" for none
	}{
		"a null left out of a selection": {"Get-Mailbox", selecting(left(support, noForwarding), support), 2, ""},
		"a null left out altogether": {"Get-Mailbox", value(left(support, noForwarding)), 2,
			"Get-Mailbox: : a record lacks ForwardingAddress"},
		"a list as a text": {"Get-HostedOutboundSpamFilterRule",
			value(strings.Replace(rule, `["support@contoso.com"]`, `"support@contoso.com"`, 1)), 1, ""},
		"several in one text": {"Get-HostedOutboundSpamFilterRule",
			value(strings.Replace(rule, `["support@contoso.com"]`, `["a@contoso.com, support@contoso.com"]`, 1)), 1, ""},
		"a rule that makes no sense": {"Get-TransportRule", value(`{"Name":"odd","State":7,"Mode":null,"Conditions":null,"Actions":null,
			"Exceptions":null}`), 2, "Get-TransportRule: odd: a record has a property of another type"},
		"a rule without a name": {"Get-TransportRule", value(`{"State":"Enabled"}`), 2, "Get-TransportRule: : a record lacks Name"},
		"a domain that makes no sense": {"Get-RemoteDomain", value(domains + `,{"Name":"x","DomainName":"x","AutoForwardEnabled":null}`), 2,
			"Get-RemoteDomain: x: AutoForwardEnabled is null"},
		"properties in another case": {"Get-RemoteDomain", value(`{"name":"Default","domainName":"*","autoForwardEnabled":true}`), 1, ""},
		"another mailbox":            {"Get-Mailbox", value(help), 1, "Get-Mailbox: : the answer is about something else"},
		"all mailboxes":              {"Get-Mailbox", value(help + "," + support), 1, ""},
		"another account's switch": {"Get-CASMailbox",
			value(`{"PrimarySmtpAddress":"help@contoso.com","SmtpClientAuthenticationDisabled":false}`), 1,
			"Get-CASMailbox: : the answer is about help@contoso.com"},
		"two organizations": {"Get-OrganizationConfig", value(`{"IsDehydrated":true},{"IsDehydrated":false}`), 1,
			"Get-OrganizationConfig: : one record expected, 2 received"},
	} {
		t.Run(name, func(t *testing.T) {
			answers := world()
			answers[test.cmdlet] = test.answer
			admin, fake := start(t, answers)
			got, err := admin.Read(t.Context(), ReadQuery{Mailbox: "support@contoso.com"})
			if err != nil {
				t.Fatal(err)
			}
			var gaps []string
			for _, g := range got.Gaps {
				gaps = append(gaps, g.Cmdlet+": "+g.Name+": "+g.Problem())
			}
			if strings.Join(gaps, "; ") != test.gap || fake.sent()[test.cmdlet] != test.asked {
				t.Errorf("%q after %d requests, want %q after %d", gaps, fake.sent()[test.cmdlet], test.gap, test.asked)
			}
			if got.Mailbox != nil && got.Mailbox.PrimarySMTPAddress != "support@contoso.com" {
				t.Errorf("another mailbox is believed: %s", got.Mailbox.PrimarySMTPAddress)
			}
			if r := got.OutboundRules; len(r) != 1 || mailflow.PolicyInForce(nil, r, supportMailbox()).Rule == nil {
				t.Errorf("the rule does not cover the mailbox: %+v", r)
			}
		})
	}
}

// A list that goes on is followed; where the rest is refused, it is a part, and
// says so.
func TestPages(t *testing.T) {
	const here = "https://outlook.office365.com/adminapi/beta/" + tenantID + "/InvokeCommand"
	page := func(link string) string { return `{"value":[` + domains + `],"@odata.nextLink":"` + link + `"}` }
	for name, test := range map[string]struct {
		link  string
		rest  http.HandlerFunc
		asked int
		known int
		gap   string
	}{
		"followed": {here + "?$skiptoken=1", value(domains), 2, 2, ""},
		"refused": {here + "?$skiptoken=1", refused(400, "X.Exception", "Expired or Invalid pagination request."), 2, 1,
			"the list goes on, and the rest was refused: Expired or Invalid pagination request."},
		"astray": {"https://elsewhere.example/x", nil, 1, 1, "the list goes on at an address that leads astray"},
		"round and round": {here + "?$skiptoken=1", status(200, page(here+"?$skiptoken=1")), 2, 2,
			"the list goes on at an address that leads astray"},
		"for ever": {here + "?$skiptoken=1", onAndOn(page, here+"?$skiptoken=", 1), 50, 50, "the list goes on at an address that leads astray"},
	} {
		t.Run(name, func(t *testing.T) {
			admin, fake := start(t, map[string]http.HandlerFunc{"Get-RemoteDomain": func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Query().Has("$skiptoken") {
					test.rest(w, r)
					return
				}
				status(200, page(test.link))(w, r)
			}})
			got, gaps, err := list[mailflow.RemoteDomain](t.Context(), admin, command{cmdlet: "Get-RemoteDomain"})
			if err != nil || len(got) != test.known || fake.sent()["Get-RemoteDomain"] != test.asked {
				t.Errorf("%d records after %v, %v", len(got), fake.sent(), err)
			}
			problem := ""
			if len(gaps) == 1 {
				problem = gaps[0].Problem()
			}
			if problem != test.gap || len(gaps) > 1 || test.gap != "" && !mailflow.IsOdd(gaps[0].Err) {
				t.Errorf("%q, want %q", problem, test.gap)
			}
		})
	}
}

// onAndOn gives a page of so many records that always leads to another.
func onAndOn(page func(link string) string, link string, records int) http.HandlerFunc {
	n := 1
	return func(w http.ResponseWriter, r *http.Request) {
		n++
		text := strings.Replace(page(link+strconv.Itoa(n)), domains, strings.Repeat(domains+",", records-1)+domains, 1)
		status(200, text)(w, r)
	}
}

// All pages together are no longer than one answer may be: what goes on beyond
// that is no list, and is not kept.
func TestPagesWithoutEnd(t *testing.T) {
	const here = "https://outlook.office365.com/adminapi/beta/" + tenantID + "/InvokeCommand"
	page := func(link string) string { return `{"value":[` + domains + `],"@odata.nextLink":"` + link + `"}` }
	for name, size := range map[string]int{"large pages": 20_000, "pages that are not small": 3_000} {
		admin, fake := start(t, map[string]http.HandlerFunc{"Get-RemoteDomain": onAndOn(page, here+"?$skiptoken=", size)})
		got, gaps, err := list[mailflow.RemoteDomain](t.Context(), admin, command{cmdlet: "Get-RemoteDomain"})
		asked := fake.sent()["Get-RemoteDomain"]
		endless := asked*size*len(domains) > 3*maxList
		if failure := microsoft.Of(err); failure == nil || !mailflow.IsOdd(err) || got != nil || gaps != nil || endless {
			t.Errorf("%s: %d records in %d pages, %v, %v", name, len(got), asked, gaps, err)
		}
	}
}

// A later read takes over what could not be judged along with what could.
func TestReadAgainKnowsTheGaps(t *testing.T) {
	answers := world()
	answers["Get-TransportRule"], answers["Get-Mailbox"] = status(403, ""), value(help)
	admin, fake := start(t, answers)
	first, err := admin.Read(t.Context(), ReadQuery{Mailbox: "support@contoso.com"})
	if err != nil {
		t.Fatal(err)
	}
	fake.mu.Lock()
	answers["Get-Mailbox"] = value(support)
	fake.mu.Unlock()
	again, err := admin.Read(t.Context(), ReadQuery{Mailbox: "support@contoso.com", Before: first})
	if err != nil || len(again.Gaps) != 1 || again.Blind("", "Get-TransportRule") == nil || again.Mailbox == nil {
		t.Errorf("%+v, %v", again.Gaps, err)
	}
}

func TestARecipientIsTheOneThatWasAskedFor(t *testing.T) {
	const group = `"RecipientTypeDetails":"MailUniversalDistributionGroup"`
	for name, test := range map[string]struct {
		record string
		gap    bool
	}{
		"by its address":    {`{"PrimarySmtpAddress":"Team@contoso.com",` + group + `}`, false},
		"by another":        {`{"PrimarySmtpAddress":"all@contoso.com","EmailAddresses":"smtp:team@contoso.com",` + group + `}`, false},
		"without addresses": {`{` + group + `}`, false},
		"another":           {`{"PrimarySmtpAddress":"all@contoso.com",` + group + `}`, true},
	} {
		answers := world()
		answers["Get-Mailbox"], answers["Get-CASMailbox"], answers["Get-Recipient"] = notFound(), notFound(), value(test.record)
		admin, _ := start(t, answers)
		got, err := admin.Read(t.Context(), ReadQuery{Mailbox: "team@contoso.com"})
		if err != nil || (got.NotMailbox == nil) != test.gap || (got.Blind("", "Get-Recipient") != nil) != test.gap {
			t.Errorf("%s: %+v, %+v, %v", name, got.NotMailbox, got.Gaps, err)
		}
		if test.gap && microsoft.IsNotFound(got.Gaps[0].Err) {
			t.Errorf("%s: not found", name)
		}
	}
}
