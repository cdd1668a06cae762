// Package handoff writes what another administrator has to do, where the
// operator lacks the role: for Exchange a script, made from the very plan of
// setup; for the directory the portal's pages, or the answers and the command
// with which wxmail does it there.
package handoff

import (
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"text/template"

	"wxmail/internal/exchange"
	"wxmail/internal/setup"
)

//go:embed exchange.ps1.tmpl
var exchangeScript string

// Script is what the Exchange script is made of.
type Script struct {
	Version           string
	Environment       string // of Connect-ExchangeOnline, "" in the public cloud
	Mailbox           string
	Login             string // the account that signs in to SMTP
	ForwardingAddress string
	KeepCopy          bool
	Parts             []setup.Part // of setup.Run.ExchangeParts
}

// Kind is what the mailbox must be, as the plan takes it to be.
func (s Script) Kind() string {
	if s.Login != s.Mailbox {
		return "SharedMailbox"
	}
	return "UserMailbox"
}

// Name is that of wxmail's policy and rule.
func (s Script) Name() string { return exchange.ObjectName(s.Mailbox) }

// Exchange writes the script. Each change is the one that setup would make,
// behind a look at whether it is needed, and before a look at whether it is
// made; so the script may be run again. It holds no secret.
func Exchange(s Script) (string, error) {
	parts := map[string]setup.Part{}
	for _, part := range s.Parts {
		parts[part.Change.Key] = part
	}
	missing := ""
	page, err := template.New("exchange").Funcs(template.FuncMap{
		"quote": quote,
		"value": value,
		"has":   func(key string) bool { return parts[key].Cmdlets != nil },
		"title": func(key string) string { return titles[key] },
		"run": func(key string) string {
			if len(parts[key].Cmdlets) != 1 {
				missing = key
				return ""
			}
			return line(parts[key].Cmdlets[0])
		},
	}).Parse(exchangeScript)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	if err := page.Execute(&out, s); err != nil {
		return "", err
	}
	if missing != "" {
		return "", errors.New("handoff: the plan has no change " + missing)
	}
	return out.String(), nil
}

// titles are the parts of the script as its comments name them; the script is
// in English, as PowerShell is.
var titles = map[string]string{
	"mailbox.smtp-auth":       "Authenticated SMTP",
	"mailbox.send-as":         "Send As",
	"mailbox.outbound-policy": "Outbound policy",
	"mailbox.forwarding":      "Forwarding",
}

// line is a cmdlet as a line of PowerShell.
func line(c exchange.Cmdlet) string {
	words := []string{c.Name}
	for _, p := range c.Parameters {
		if p.Name == "Confirm" { // a switch takes its value behind a colon
			words = append(words, "-Confirm:"+value(p.Value))
			continue
		}
		words = append(words, "-"+p.Name, value(p.Value))
	}
	return strings.Join(words, " ")
}

// value is a value as PowerShell writes it.
func value(v any) string {
	switch v := v.(type) {
	case nil:
		return "$null"
	case bool:
		return fmt.Sprintf("$%t", v)
	case []string:
		quoted := make([]string, len(v))
		for i, item := range v {
			quoted[i] = quote(item)
		}
		return strings.Join(quoted, ", ")
	case string:
		return quote(v)
	}
	return fmt.Sprint(v)
}

// quote is a text between single quotes, in which PowerShell expands nothing.
// It takes the typographic quotes for the same sign.
// https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_quoting_rules
func quote(text string) string {
	var out strings.Builder
	for _, r := range text {
		if strings.ContainsRune("'\u2018\u2019\u201a\u201b", r) {
			out.WriteRune(r)
		}
		out.WriteRune(r)
	}
	return "'" + out.String() + "'"
}
