package pages

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"wxmail/internal/advice"
	"wxmail/internal/cli"
	"wxmail/internal/directory"
	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
)

// refusal is one row: what a service says to what was asked of it, where that
// is known from, and what wxmail makes of it.
type refusal struct {
	service, code, said, asked string
	source                     string // a page
	advice                     string // "WX-…"
	exit                       advice.Exit
}

// asked are the words for what is asked of Entra ID.
var asked = map[microsoft.Asked]string{
	microsoft.DirectorySignIn: "directory sign-in", microsoft.ExchangeSignIn: "Exchange sign-in",
	microsoft.AdminRefresh: "an administrator's token, renewed", microsoft.MailboxSignIn: "mailbox sign-in",
	microsoft.Redemption: "the mailbox user's code", microsoft.Refresh: "the mailbox user's token, renewed",
	microsoft.SecretProof: "proof of the client secret", microsoft.Metadata: "which tenant a domain belongs to",
}

// refusals are all rows: Entra ID's codes, then those of Graph, of Exchange
// and of SMTP.
func refusals() []refusal {
	return slices.Concat(ofEntra(), ofOthers(), ofSMTP())
}

// ofEntra are its codes, each for those that it means the same for.
func ofEntra() (rows []refusal) {
	for _, code := range directory.Refusals() {
		said, groups := entraCode(code), map[string][]string{}
		for _, who := range directory.Askers() {
			if wx, known := directory.Meaning(who, strings.TrimSuffix(code, "*")); known {
				groups[wx] = append(groups[wx], asked[who])
			}
		}
		for _, who := range directory.Askers() { // in their order
			wx, known := directory.Meaning(who, strings.TrimSuffix(code, "*"))
			if list := groups[wx]; known && list[0] == asked[who] {
				row := refusal{service: "Entra ID", code: said, asked: everybody(list), source: entraSource(code)}
				rows = append(rows, explained(row, wx))
			}
		}
	}
	return rows
}

// entraCode is a code as Entra ID shows it.
func entraCode(code string) string {
	if strings.Trim(code, "0123456789*") != "" {
		return code // OAuth's own words
	}
	return "AADSTS" + code
}

func everybody(list []string) string {
	if len(list) == len(asked) {
		return "anything"
	}
	return strings.Join(list, "; ")
}

// ofSMTP are the replies that are known, then those that go by the verb alone.
func ofSMTP() (rows []refusal) {
	for _, r := range mailflow.Replies() {
		e := &microsoft.Error{Service: microsoft.SMTP, Operation: verbOf(r.Means), Status: statusOf(r), Code: r.Code, Message: r.Text}
		row := refusal{service: "SMTP", code: strconv.Itoa(e.Status) + " " + r.Code, said: cmp.Or(r.Text, "whatever it says"),
			asked: e.Operation, source: replySource(r)}
		rows = append(rows, explained(row, advice.Explain(e).Code))
	}
	return append(rows, cases(byVerb())...)
}

// verbOf is where a reply comes: the first of its places.
func verbOf(means mailflow.Refusal) string {
	signIn := []mailflow.Refusal{mailflow.TenantSwitch, mailflow.MailboxSwitch, mailflow.SecurityDefaults, mailflow.SignInPolicy,
		mailflow.NotAllowed, mailflow.Identity, mailflow.BasicAuth, mailflow.MailboxLogon, mailflow.PasswordExpired}
	switch {
	case slices.Contains(signIn, means):
		return "AUTH XOAUTH2"
	case means == mailflow.RecipientBlocked || means == mailflow.RecipientRestricted:
		return "RCPT"
	case means == mailflow.Concurrency:
		return "MAIL"
	}
	return "DATA"
}

func statusOf(r mailflow.Reply) int {
	switch {
	case r.Means == mailflow.MailboxLogon:
		return 430
	case r.Means == mailflow.Concurrency:
		return 432
	case verbOf(r.Means) == "AUTH XOAUTH2" && r.Code != "5.7.30":
		return 535
	case strings.HasPrefix(r.Code, "5.2."):
		return 554
	}
	return 550
}

func ofOthers() []refusal { return cases(slices.Concat(byStatus(), ofGraph(), ofExchange())) }

// example is an answer whose meaning stands in code, not in a table.
type example struct {
	answer microsoft.Error
	source string
}

func cases(examples []example) (rows []refusal) {
	names := map[microsoft.Service]string{
		microsoft.Entra: "Entra ID", microsoft.Graph: "Graph", microsoft.Exchange: "Exchange", microsoft.SMTP: "SMTP"}
	for _, x := range examples {
		e := x.answer
		code := strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, e.Code))
		if e.Status == 0 {
			code = "no answer"
		}
		row := refusal{service: names[e.Service], code: code, said: e.Message, asked: cmp.Or(e.Operation, asked[e.Asked], "anything"),
			source: x.source}
		rows = append(rows, explained(row, advice.Explain(&e).Code))
	}
	return rows
}

// explained is the row with what wxmail makes of it.
func explained(r refusal, wx string) refusal {
	known, _ := advice.Find(wx)
	r.advice, r.exit = wx, known.Exit
	return r
}

// refusalsPage lists what Microsoft's services say, and what it means for what
// was asked, then what mends it.
func refusalsPage(d cli.Documentation) string {
	var b strings.Builder
	b.WriteString(made + "# Refusals of Microsoft's services\n\nThe same code means something else for another request, so each row names " +
		"what was asked. The code of wxmail leads to the fix, in the second table, and to the exit code. A status of 500 and above is " +
		"an outage, whatever code comes with it. Microsoft may change its codes at any time: they make advice and decide nothing.\n\n")
	var rows [][]string
	used := map[string]bool{}
	for _, r := range refusals() {
		rows = append(rows, []string{r.service, code(r.code), r.said, r.asked, code(r.advice), strconv.Itoa(int(r.exit)),
			"[page](" + r.source + ")"})
		used[r.advice] = true
	}
	b.WriteString(table([]string{"service", "says", "words", "asked", "code", "exit", "known from"}, rows))
	b.WriteString("\n## What mends it\n\n")
	rows = nil
	byCode := func(x, y cli.DocumentedError) int { return strings.Compare(x.Code, y.Code) }
	for _, e := range slices.SortedFunc(slices.Values(d.Errors), byCode) {
		if used[e.Code] {
			rows = append(rows, []string{code(e.Code), strconv.Itoa(int(e.Exit)), e.What, e.Fix})
		}
	}
	b.WriteString(table([]string{"code", "exit", "what", "fix"}, rows))
	return b.String()
}
