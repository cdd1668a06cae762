// Package refusals is the table of what Microsoft's services say, what was asked,
// and what wxmail makes of it: pure data, made of the tables that the product
// goes by.
package refusals

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"wxmail/internal/advice"
	"wxmail/internal/directory"
	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
)

// Row is what a service says to what was asked of it, where that is known from,
// and what wxmail makes of it.
type Row struct {
	Service, Code, Said, Asked string
	Source                     string // a page
	Advice                     string // "WX-…"
	Exit                       advice.Exit
}

// asked are the words for what is asked of Entra ID.
var asked = map[microsoft.Asked]string{
	microsoft.DirectorySignIn: "directory sign-in", microsoft.ExchangeSignIn: "Exchange sign-in",
	microsoft.AdminRefresh: "an administrator's token, renewed", microsoft.MailboxSignIn: "mailbox sign-in",
	microsoft.Redemption: "the mailbox user's code", microsoft.Refresh: "the mailbox user's token, renewed",
	microsoft.SecretProof: "proof of the client secret", microsoft.Metadata: "which tenant a domain belongs to",
}

// Rows are all rows: Entra ID's codes, then those of Graph, of Exchange
// and of SMTP.
func Rows() []Row {
	return slices.Concat(ofEntra(), ofOthers(), ofSMTP())
}

// ofEntra are its codes, each for those that it means the same for.
func ofEntra() (rows []Row) {
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
				row := Row{Service: "Entra ID", Code: said, Asked: everybody(list), Source: entraSource(code)}
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
func ofSMTP() (rows []Row) {
	for _, r := range mailflow.Replies() {
		e := &microsoft.Error{Service: microsoft.SMTP, Operation: verbOf(r.Means), Status: statusOf(r), Code: r.Code, Message: r.Text}
		row := Row{Service: "SMTP", Code: strconv.Itoa(e.Status) + " " + r.Code, Said: cmp.Or(r.Text, "whatever it says"),
			Asked: e.Operation, Source: replySource(r)}
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

func ofOthers() []Row { return cases(slices.Concat(byStatus(), ofGraph(), ofExchange())) }

// example is an answer whose meaning stands in code, not in a table.
type example struct {
	answer microsoft.Error
	source string
}

func cases(examples []example) (rows []Row) {
	names := map[microsoft.Service]string{
		microsoft.Entra: "Entra ID", microsoft.Graph: "Graph", microsoft.Exchange: "Exchange", microsoft.SMTP: "SMTP"}
	for _, x := range examples {
		e := x.answer
		code := strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, e.Code))
		if e.Status == 0 {
			code = "no answer"
		}
		row := Row{Service: names[e.Service], Code: code, Said: e.Message, Asked: cmp.Or(e.Operation, asked[e.Asked], "anything"),
			Source: x.source}
		rows = append(rows, explained(row, advice.Explain(&e).Code))
	}
	return rows
}

// explained is the row with what wxmail makes of it.
func explained(r Row, wx string) Row {
	known, _ := advice.Find(wx)
	r.Advice, r.Exit = wx, known.Exit
	return r
}
