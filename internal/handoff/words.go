package handoff

import (
	"strings"
	"unicode"

	"wxmail/internal/mailflow"
	"wxmail/internal/msg"
)

// Mark begins a file in UTF-8: without it Windows PowerShell reads a script in
// the system's code page, where a byte of some letter is a quote.
// https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_character_encoding
const Mark = "\uFEFF"

func (s Script) catalogue() *msg.Catalogue {
	if s.Catalogue == nil {
		return msg.New("en")
	}
	return s.Catalogue
}

func (s Script) english() bool { return s.catalogue().Language() == "en" }

// say is one of the script's texts.
func (s Script) say(id string, pairs ...any) string {
	return s.catalogue().Text("script."+id, pairs...)
}

// what names something that is compared or changed.
func (s Script) what(id string, pairs ...any) string { return s.say("what."+id, pairs...) }

// property names one of an account's.
func (s Script) property(name, of string) string {
	return s.what("property", "Property", name, "Mailbox", of)
}

// quoted is a text as PowerShell reads it. PowerShell takes typographic quotes
// for plain ones, and two of a kind for one.
// https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_quoting_rules
func (s Script) quoted(text string) string {
	if s.english() {
		return mailflow.PowerShell(text)
	}
	doubled := strings.NewReplacer("'", "''", "‘", "‘‘", "’", "’’", "‚", "‚‚", "‛", "‛‛")
	return "'" + doubled.Replace(text) + "'"
}

// about is a text into which the script itself puts what it is about, by -f.
func (s Script) about(id string, names ...string) string {
	var pairs []any
	for i, name := range names {
		pairs = append(pairs, name, "{"+string(rune('0'+i))+"}")
	}
	return s.quoted(s.say(id, pairs...))
}

// help is a paragraph of the comment at the beginning.
func (s Script) help(id string, pairs ...any) string { return s.fold("    ", s.say(id, pairs...)) }

// note is the comment of a function.
func (s Script) note(id string) string { return s.fold("# ", s.say("comment."+id)) }

// part is the heading of a part.
func (s Script) part(id string) string { return "# --- " + s.words(s.say("comment."+id)) + " ---" }

// fold breaks a comment into lines, each after lead. Nothing in it ends it.
func (s Script) fold(lead, text string) string {
	if s.Fold == nil {
		return lead + s.words(text)
	}
	return s.Fold(lead, s.words(text))
}

func (s Script) words(text string) string {
	return strings.Map(func(r rune) rune {
		seen := unicode.IsPrint(r) || r == '\u00a0'
		if r == '#' || r == '<' || r == '>' || !seen || s.english() && r > '~' {
			return '?'
		}
		return r
	}, text)
}
