package msg

import (
	"strings"
	"time"

	"github.com/go-playground/locales"
	"github.com/go-playground/locales/en"
	"github.com/go-playground/locales/fr"
	"github.com/go-playground/locales/ja"
	"github.com/go-playground/locales/ko"
)

// What a language does with numbers, dates and lists is CLDR's, not ours. Which
// plural form a Count has is the business of go-i18n, by the same data.

// conventions are those of a language. English says dates as ISO 8601 does,
// since its readers do not agree on an order of day and month.
type conventions struct {
	number  func(n float64, decimals uint64) string
	day     func(time.Time) string
	between string // what stands between the items of a list
	last    string // what stands before the last one where all of them hold
}

// conventionsOf are those of a language with a catalogue, else of English.
// The list patterns are "standard" of
// https://github.com/unicode-org/cldr/tree/main/common/main, of English those of en_001.
func conventionsOf(lang string) conventions {
	of := func(l locales.Translator, between, last string) conventions {
		return conventions{l.FmtNumber, l.FmtDateLong, between, last}
	}
	switch lang {
	case "fr":
		return of(fr.New(), ", ", " et ")
	case "ja":
		return of(ja.New(), "、", "、")
	case "ko":
		return of(ko.New(), ", ", " 및 ")
	}
	english := of(en.New(), ", ", " and ")
	english.day = func(t time.Time) string { return t.Format(time.DateOnly) }
	return english
}

// list are values that stand in a text one after the other.
type list struct {
	items []any
	and   bool
}

// And is the value of a placeholder for several things that all hold: "A, B
// and C". An item may be a Message.
func And[T any](items ...T) any { return list{anything(items), true} }

// Each is the value of a placeholder for several names, one after the other:
// "A, B, C". An item may be a Message.
func Each[T any](items ...T) any { return list{anything(items), false} }

func anything[T any](items []T) (all []any) {
	for _, item := range items {
		all = append(all, item)
	}
	return all
}

// listed is a list in words.
func (c *Catalogue) listed(l list) string {
	how := conventionsOf(c.Language())
	var out strings.Builder
	for i, item := range l.items {
		switch {
		case i == 0:
		case l.and && i == len(l.items)-1:
			out.WriteString(how.last)
		default:
			out.WriteString(how.between)
		}
		out.WriteString(c.written(item))
	}
	return out.String()
}
