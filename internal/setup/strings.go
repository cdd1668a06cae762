package setup

import (
	"errors"
	"slices"
	"strings"

	"wxmail/internal/microsoft"
	"wxmail/internal/signin"
	"wxmail/internal/step"
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

func without(list []string, item string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == item })
}

// sameStrings compares as sets.
func sameStrings(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}

func containsFold(list []string, item string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, item) })
}

func domainOf(address string) string {
	_, domain, _ := strings.Cut(address, "@")
	return strings.ToLower(domain)
}

// cloudError is the service's refusal in err, or nil.
func cloudError(err error) *microsoft.Error {
	var e *microsoft.Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// waits says whether an error only means that somebody else has to go first.
func waits(err error) bool {
	var late *microsoft.NotSettled
	var hindered *step.Obstacle
	var silent *signin.TimeoutError
	return errors.As(err, &late) || errors.As(err, &silent) || errors.As(err, &hindered) && hindered.Waiting
}
