//go:build live

package live

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"wxmail/internal/contact"
)

// reads are the cmdlets by which wxmail looks.
func (x *tenant) reads() map[string]params {
	whose := params{"Identity": x.mailbox()}
	return map[string]params{"Get-Mailbox": whose, "Get-CASMailbox": whose, "Get-RecipientPermission": whose,
		"Get-InboxRule": {"Mailbox": x.mailbox(), "IncludeHidden": true}, "Get-HostedOutboundSpamFilterPolicy": {},
		"Get-HostedOutboundSpamFilterRule": {}, "Get-TransportConfig": {}, "Get-OrganizationConfig": {}, "Get-RemoteDomain": {},
		"Get-TransportRule": {"ResultSize": "Unlimited"}}
}

func (x *tenant) cmdletLists() {
	list := func(a answer) string {
		text := ""
		for _, r := range a.records() {
			text += fmt.Sprint(r["exportedCmdlets"]) + ","
		}
		return text
	}
	mine := x.keep("of the administrator", x.cmdletList(x.exchange()))
	for cmdlet := range x.reads() {
		x.is(strings.Contains(","+list(mine), ","+cmdlet+","), "the list of the administrator lacks %s", cmdlet)
	}
	for _, kind := range []string{"NO_ROLE", "READER", "EXCHANGE", "SHUT_OUT"} {
		upn, named := x.account(kind)
		if !named {
			continue
		}
		got := x.keep("of "+kind, x.cmdletList(x.signIn("exchange", upn)))
		x.note("%s: %d, %d cmdlets, Get-Mailbox %t, Set-Mailbox %t", kind, got.Status, strings.Count(list(got), ","),
			strings.Contains(list(got), "Get-Mailbox,"), strings.Contains(list(got), "Set-Mailbox,"))
	}
}

// fieldsOf are the properties of a cmdlet's records that wxmail knows.
func fieldsOf(cmdlet string) (names []string) {
	for path := range contact.Known()[cmdlet] {
		name, inside := strings.CutPrefix(path, "value[].")
		if inside && !strings.ContainsAny(name, ".[") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (x *tenant) readings() {
	for cmdlet, p := range x.reads() {
		whole := x.keep(cmdlet, x.cmdlet(cmdlet, p))
		x.is(whole.Status == 200, "%s is %d %s", cmdlet, whole.Status, whole.code())
		wanted := fieldsOf(cmdlet)
		part := x.keep(cmdlet+" $select", x.cmdlet(cmdlet, p, wanted...))
		x.note("%s: %d records, $select %d %s, lost under it: %q", cmdlet, len(whole.records()), part.Status, part.code(),
			lost(whole, part, wanted))
		var log contact.Log
		log.Take(cmdlet, part.Body)
		for _, d := range contact.Compare(contact.Known(), log.Shapes()) {
			x.note("%s: new %q, otherwise %q", cmdlet, d.New, d.Other)
		}
	}
}

// lost are the wanted properties that the whole answer has and the part has not.
func lost(whole, part answer, wanted []string) (names []string) {
	has := func(a answer, name string) bool {
		return slices.ContainsFunc(a.records(), func(r map[string]any) bool { _, is := r[name]; return is })
	}
	for _, name := range wanted {
		if has(whole, name) && !has(part, name) {
			names = append(names, name)
		}
	}
	return names
}

// nobody is an address, and a name, that a tenant has not.
const nobody = "wxmail-live-nobody"

func (x *tenant) notFound() {
	_, domain, _ := strings.Cut(x.mailbox(), "@")
	whom := nobody + "@" + domain
	for cmdlet, p := range map[string]params{"Get-Mailbox": {"Identity": whom}, "Get-CASMailbox": {"Identity": whom},
		"Get-Recipient": {"Identity": whom}, "Get-RecipientPermission": {"Identity": whom}, "Get-InboxRule": {"Mailbox": whom},
		"Remove-HostedOutboundSpamFilterPolicy": {"Identity": nobody, "Confirm": false},
		"Remove-HostedOutboundSpamFilterRule":   {"Identity": nobody, "Confirm": false}} {
		got := x.keep(cmdlet+": nobody", x.cmdlet(cmdlet, p))
		x.note("%s: %d %s", cmdlet, got.Status, got.code())
		x.is(got.err != nil && got.err.NotFound(), "%s does not say that there is none: %d %s, %d records", cmdlet, got.Status, got.code(),
			len(got.records()))
	}
	x.twice()
}

// twice makes a policy of a name that there is.
func (x *tenant) twice() {
	name := params{"Name": ours + "twice"}
	x.t.Cleanup(func() {
		x.cmdlet("Remove-HostedOutboundSpamFilterPolicy", params{"Identity": name["Name"], "Confirm": false})
	})
	first, second := x.cmdlet("New-HostedOutboundSpamFilterPolicy", name), x.cmdlet("New-HostedOutboundSpamFilterPolicy", name)
	x.keep("a name twice", second)
	x.note("a policy: %d %s; of the same name: %d %s", first.Status, first.code(), second.Status, second.code())
	x.is(first.ok() && !second.ok(), "a policy can be made twice")
}

func (x *tenant) atOnce() {
	x.exchange()
	for _, count := range []int{10, 20, 40} {
		answers := make([]answer, count)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() { answers[i] = x.cmdlet("Get-OrganizationConfig", nil) })
		}
		all.Wait()
		refused := map[string]int{}
		for _, a := range answers {
			if !a.ok() {
				refused[fmt.Sprintf("%d %s", a.Status, a.code())]++
			}
		}
		x.note("%d at once, refused: %v", count, refused)
		x.is(count > 11 || len(refused) == 0, "%d at once are too many: %v", count, refused)
	}
}
