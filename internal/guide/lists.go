package guide

import (
	"slices"
	"strings"

	"wxmail/internal/msg"
)

// union is list and those of more that it lacks, in order.
func union(list []string, more ...string) []string {
	for _, m := range more {
		if !slices.Contains(list, m) {
			list = append(slices.Clone(list), m)
		}
	}
	return list
}

func without(list []string, items ...string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(items, s) })
}

// sameStrings compares as sets.
func sameStrings(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

func containsFold(list []string, item string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, item) })
}

func listed(items []string) string {
	if len(items) == 0 {
		return "(none)"
	}
	return strings.Join(items, ", ")
}

func sameAddress(a, b string) bool { return strings.EqualFold(a, b) }

func domainOf(address string) string {
	return strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
}

// inWords are items in a text of the catalogue.
func inWords[T any](items []T) any {
	if len(items) == 0 {
		return msg.M("value.none")
	}
	return msg.Each(items...)
}
