package handoff

import (
	"strings"

	"wxmail/internal/mailflow"
	"wxmail/internal/wanted"
)

// section is a part of what the script looks at: what a cmdlet shows.
type section struct {
	name   string // in the file that comes back
	cmdlet mailflow.Cmdlet
	read   []string // the properties
	sorted string   // the property by which they are ordered, "" as they come
}

// sectionsFor are those for a mailbox, in the order of the file. The account
// that signs in is looked at where it is another one.
func sectionsFor(w wanted.Wanted) []section {
	mailbox, login := mailflow.Parameter{Name: "Identity", Value: w.Mailbox}, mailflow.Parameter{Name: "Identity", Value: w.Login()}
	every := mailflow.Parameter{Name: "ResultSize", Value: "Unlimited"}
	sections := []section{reads[mailflow.Mailbox]("Mailbox", "Get-Mailbox", mailbox)}
	if w.Delegate() {
		sections = append(sections, reads[mailflow.Mailbox]("SignIn", "Get-Mailbox", login),
			reads[mailflow.RecipientPermission]("RecipientPermission", "Get-RecipientPermission", mailbox))
	}
	rules := reads[mailflow.OutboundRule]("OutboundRules", "Get-HostedOutboundSpamFilterRule")
	rules.sorted = "Priority"
	return append(sections,
		reads[mailflow.CASMailbox]("CASMailbox", "Get-CASMailbox", login),
		reads[mailflow.OutboundPolicy]("OutboundPolicies", "Get-HostedOutboundSpamFilterPolicy"),
		rules,
		reads[mailflow.RemoteDomain]("RemoteDomains", "Get-RemoteDomain"),
		reads[mailflow.TransportRule]("TransportRules", "Get-TransportRule", every),
		reads[mailflow.OrganizationConfig]("OrganizationConfig", "Get-OrganizationConfig"),
		reads[mailflow.TransportConfig]("TransportConfig", "Get-TransportConfig"),
	)
}

func reads[T mailflow.Record](name, cmdlet string, parameters ...mailflow.Parameter) section {
	var record T
	return section{name: name, cmdlet: mailflow.Cmdlet{Name: cmdlet, Parameters: parameters}, read: record.Shape().All()}
}

// pipeline reads these properties of the section, in stages.
func (s section) pipeline(properties []string) []string {
	stages := []string{s.cmdlet.PowerShell()}
	if s.sorted != "" {
		stages = append(stages, "Sort-Object "+s.sorted)
	}
	return append(stages, "Read-Seen "+list(properties))
}

// view is what of a section is compared, as one text: the records with these
// values, and of them either one property as it is or several as they are set.
type view struct {
	section string
	where   []where
	value   string
	show    []string
	inOrder bool // the order of the records counts
}

// valueOf is one property of a section as it is.
func valueOf(section, property string) view { return view{section: section, value: property} }

// listOf are the records of a section by these properties.
func listOf(section string, properties []property) view {
	return view{section: section, show: names(properties)}
}

// named are those of the records that have that name.
func (v view) named(name string) view {
	v.where = []where{{property: "Name", value: name}}
	return v
}

// notNamed are all but those; with "", all of them.
func (v view) notNamed(name string) view {
	if name != "" {
		v.where = []where{{property: "Name", value: name, not: true}}
	}
	return v
}

// where is a property that must, or must not, have a value.
type where struct {
	property, value string
	not             bool
}

// pipeline is the view, in stages behind those that give its section.
func (v view) pipeline() (stages []string) {
	for _, w := range v.where {
		stage := "Select-Seen " + mailflow.PowerShell(w.property) + " " + mailflow.PowerShell(w.value)
		if w.not {
			stage += " -Not"
		}
		stages = append(stages, stage)
	}
	if v.value != "" {
		return append(stages, "Get-SeenValue "+mailflow.PowerShell(v.value))
	}
	stage := "Format-Seen " + list(v.show)
	if v.inOrder {
		stage += " -InOrder"
	}
	return append(stages, stage)
}

// needs are the properties that the view is made of.
func (v view) needs() (all []string) {
	for _, w := range v.where {
		all = append(all, w.property)
	}
	if v.value != "" {
		all = append(all, v.value)
	}
	return distinct(append(all, v.show...))
}

// list is a list of words in PowerShell, in lines that can be read.
func list(words []string) string {
	const width = 90
	var out strings.Builder
	column := 0
	for i, word := range words {
		word = mailflow.PowerShell(word)
		switch {
		case i == 0:
		case column > width:
			out.WriteString(",\n                ")
			column = 0
		default:
			out.WriteString(", ")
		}
		out.WriteString(word)
		column += len(word) + len(", ")
	}
	return out.String()
}
