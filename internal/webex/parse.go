package webex

import (
	"strconv"
	"strings"
	"unicode"

	"wxmail/internal/pattern"
)

// Limits of RFC 5321 4.5.3.1.
const (
	maxLocal   = 64
	maxAddress = 254
)

var (
	// atoms is the dot-atom of RFC 5322 3.2.3 in lower case, the only local part Exchange Online makes.
	atoms = pattern.Of("^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$")
	// domain is two or more labels of letters, digits and inner hyphens, the last not a number.
	domain = pattern.Of(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)
	// pasted is what belongs into another field than a name.
	pasted = pattern.Of(`^\S+@\S+\.\S+$|^https?://`)
	hex32  = pattern.Of(`^[0-9a-f]{32}$`)
)

// ParseEmail cleans and checks an SMTP address. It comes back in lower case,
// the local part too, which Exchange Online does not tell apart by case. With
// an error among the problems the value is the cleaned text, to be shown.
// ParseEmail of its own result gives the same.
func ParseEmail(s string) (string, []Problem) {
	address := Clean(s)
	if address == "" {
		return "", refuse(Empty, "")
	}
	if !isAddress(address) {
		address = Clean(cell(s, isAddress))
	}
	local, host := split(address)
	switch odd := beyondASCII(address); {
	case isAddress(address):
	case odd != "" && strings.Contains(address, "@"):
		return address, refuse(NotASCII, odd)
	default:
		return address, refuse(NotAnAddress, address)
	}
	address = local + "@" + host
	if len(local) > maxLocal || len(address) > maxAddress {
		return address, refuse(TooLong, strconv.Itoa(maxAddress))
	}
	return address, nil
}

func beyondASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r <= unicode.MaxASCII {
			return -1
		}
		return r
	}, s)
}

func isAddress(s string) bool {
	local, host := split(s)
	return atoms().MatchString(local) && domain().MatchString(host)
}

// cell is the one cell of a pasted row of a table that holds a value, or the
// text itself where there is none, or more than one. Cells end with a tab or a
// bar, and with the label of the form before the value: a space alone may be a
// slip within an address, which is then nobody's.
func cell(row string, holds func(string) bool) string {
	only := ""
	for _, part := range strings.FieldsFunc(row, func(r rune) bool { return r == '\t' || r == '|' }) {
		part = Clean(formLabel().ReplaceAllString(strings.TrimSpace(part), ""))
		switch {
		case !holds(part):
		case only != "" && !strings.EqualFold(only, part):
			return row
		default:
			only = part
		}
	}
	if only == "" {
		return row
	}
	return only
}

// formLabel is what stands before a value where a line of the form is copied.
var formLabel = pattern.Of(`(?i)^(e-?mail id|forwarding address|call ?back url)[\s:]+`)

// split cuts at the last @ and gives both parts in lower case.
func split(address string) (local, host string) {
	address = lower(address)
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return address, ""
	}
	return address[:at], address[at+1:]
}

// lower changes ASCII letters only: the lower case of the Kelvin sign is k,
// and what looks like an address must not become another one.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, s)
}

// ParseForwarding cleans and checks the Forwarding Address of an asset, to
// which the mailbox will forward. Existing ones are 32 hexadecimal digits at
// mail-us.imiconnect.io; the domains of other regions are not published, so
// another look is a warning. The mailbox, which may be empty if it is not
// known yet, and its domain are refused.
func ParseForwarding(s, mailbox string) (string, []Problem) {
	address, problems := ParseEmail(s)
	if problems != nil {
		return address, problems
	}
	local, host := split(address)
	_, home := split(mailbox)
	switch {
	case strings.EqualFold(address, mailbox):
		return address, refuse(SameAsMailbox, address)
	case home != "" && within(host, home):
		return address, refuse(SameDomain, home)
	}
	if _, known := family(host); !known {
		problems = append(problems, warn(UnusualDomain, host)...)
	}
	if !hex32().MatchString(local) {
		problems = append(problems, warn(UnusualLocal, local)...)
	}
	return address, problems
}

// KnownDomain says whether the domain of a forwarding address is Webex
// Connect's. What is sent to another may go to anybody.
func KnownDomain(address string) bool {
	_, host := split(address)
	_, known := family("." + lower(host)) // the domain itself, too
	return known
}

// within says whether host is parent or a name below it.
func within(host, parent string) bool {
	return host == parent || strings.HasSuffix(host, "."+parent)
}

// ParseAssetName tidies and checks the asset's name. Webex Connect refuses an
// underscore; its greatest length is not published. A whole e-mail address or
// URL was meant for another field.
func ParseAssetName(s string) (string, []Problem) {
	name := tidy(s)
	switch {
	case name == "":
		return "", refuse(Empty, "")
	case strings.Contains(name, "_"):
		return name, refuse(HasUnderscore, "")
	case pasted().MatchString(name):
		return name, refuse(IsAddress, "")
	}
	return name, nil
}

// tidy keeps a name as it was typed, brackets and full-width letters too, but
// for invisible characters, repeated spaces and quotes around the whole.
func tidy(s string) string {
	const quotes = "\"'`“”‘’「」『』«»"
	for {
		next := strings.Trim(strings.Join(strings.Fields(visible(s)), " "), quotes)
		if next == s {
			return s
		}
		s = next
	}
}

// DefaultAssetName is the local part of the e-mail ID, in the characters that
// an asset name may have.
func DefaultAssetName(emailID string) string {
	local, _ := split(emailID)
	return tidy(strings.ReplaceAll(local, "_", "-"))
}
