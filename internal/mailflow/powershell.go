package mailflow

import (
	"fmt"
	"strings"
)

// Cmdlet is a cmdlet with its parameters, as it would be run.
type Cmdlet struct {
	Name       string
	Parameters []Parameter // the object first, then by name
}

// Parameter is one parameter. Value is a string, a bool, an int, a list of
// strings, or nil, which clears a property.
type Parameter struct {
	Name  string
	Value any
}

// PowerShell is the cmdlet as a line of PowerShell, for the module
// ExchangeOnlineManagement.
func (c Cmdlet) PowerShell() string {
	words := []string{c.Name}
	for _, p := range c.Parameters {
		if p.Name == "Confirm" { // a switch takes its value behind a colon
			words = append(words, "-Confirm:"+PowerShell(p.Value))
			continue
		}
		words = append(words, "-"+p.Name, PowerShell(p.Value))
	}
	return strings.Join(words, " ")
}

// PowerShell is a parameter's value as PowerShell writes it.
func PowerShell(value any) string {
	switch value := value.(type) {
	case nil:
		return "$null"
	case bool:
		return fmt.Sprintf("$%t", value)
	case []string:
		quoted := make([]string, len(value))
		for i, item := range value {
			quoted[i] = PowerShell(item)
		}
		return strings.Join(quoted, ", ")
	case string:
		return quote(value)
	}
	return fmt.Sprint(value)
}

// quote is a text between single quotes, in which PowerShell expands nothing.
// It takes the typographic quotes for the same sign.
// https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_quoting_rules
func quote(text string) string {
	var out strings.Builder
	for _, r := range text {
		if strings.ContainsRune(singleQuotes, r) {
			out.WriteRune(r)
		}
		out.WriteRune(r)
	}
	return "'" + out.String() + "'"
}

const singleQuotes = "'\u2018\u2019\u201a\u201b"
