package main

import (
	"os"
	"strconv"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
	"wxmail/internal/testkit/days"
)

// Days in the life of a tenant, drawn at random. WXMAIL_DAYS says how many
// sequences there are, and WXMAIL_DAYS_SEED where they begin: `make days`.
func TestDays(t *testing.T) {
	start := func(t testing.TB) *testkit.World { return testkit.Start(t, sandbox.Options{}) }
	days.Play(t, start, number(t, "WXMAIL_DAYS_SEED", 1), int(number(t, "WXMAIL_DAYS", 12)), 2)
}

func number(t *testing.T, variable string, otherwise uint64) uint64 {
	text, ok := os.LookupEnv(variable)
	if !ok {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
