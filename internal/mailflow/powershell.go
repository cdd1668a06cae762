package mailflow

import (
	"fmt"
	"strings"
	"unicode/utf16"

	"wxmail/internal/pattern"
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

// quote is a text that PowerShell reads as that very text, and expands nothing
// of. It is ASCII: Windows PowerShell reads a file without a byte order mark in
// the system's code page, where a byte of some letter may be one of the
// typographic quotes, which PowerShell takes for the plain one. What is no
// printable ASCII is therefore put together by number.
// https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_quoting_rules
// https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_character_encoding
func quote(text string) string {
	var sum []string
	for _, part := range asciiOrNot().FindAllString(text, -1) {
		if ' ' <= part[0] && part[0] <= '~' {
			sum = append(sum, literal(part))
			continue
		}
		for _, unit := range utf16.Encode([]rune(part)) {
			sum = append(sum, fmt.Sprintf("[char]0x%X", unit))
		}
	}
	if len(sum) == 0 || sum[0][0] != '\'' {
		sum = append([]string{literal("")}, sum...) // what a sum begins with is its type
	}
	if len(sum) == 1 {
		return sum[0]
	}
	return "(" + strings.Join(sum, " + ") + ")"
}

// asciiOrNot cuts a text into what is printable ASCII and what is not.
var asciiOrNot = pattern.Of(`[ -~]+|[^ -~]+`)

// literal is printable ASCII between single quotes.
func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
