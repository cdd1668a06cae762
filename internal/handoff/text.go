package handoff

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// What is compared is text: what the script reads is written there in the way
// in which it is written here, by Format-Seen of the template. A property
// without a value (nothing, an empty list, false, 0) is left out, since it is
// read alike here too; a list is sorted, because its order means nothing.

// property is one of a record, with its values as texts.
type property struct {
	name   string
	values []string
}

func text(name, value string) property         { return property{name, []string{value}} }
func texts(name string, all []string) property { return property{name, all} }

func yes(name string, is bool) property {
	if is {
		return property{name, []string{"True"}}
	}
	return property{name: name}
}

// record is a record's text.
func record(properties ...property) string {
	var words []string
	for _, p := range properties {
		var quoted []string
		for _, value := range p.values {
			if value != "" {
				quoted = append(quoted, "'"+strings.ReplaceAll(value, "'", "''")+"'")
			}
		}
		if len(quoted) > 0 {
			words = append(words, p.name+" = "+strings.Join(ordinal(quoted), ", "))
		}
	}
	return strings.Join(words, "; ")
}

// together is the text of several records.
func together(records []string) string { return strings.Join(records, " | ") }

// ordinal sorts as StringComparer.Ordinal does: by UTF-16 code units.
func ordinal(all []string) []string {
	return slices.SortedFunc(slices.Values(all), func(a, b string) int {
		return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
	})
}

// names are those of a kind of record.
func names(properties []property) (all []string) {
	for _, p := range properties {
		all = append(all, p.name)
	}
	return all
}

func count(name string, n int) property {
	if n != 0 {
		return property{name, []string{strconv.Itoa(n)}}
	}
	return property{name: name}
}

// distinct are the items without those that stand there already.
func distinct(items []string) (all []string) {
	for _, item := range items {
		if !slices.Contains(all, item) {
			all = append(all, item)
		}
	}
	return all
}
