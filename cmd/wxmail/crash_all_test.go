//go:build crash

package main

import (
	"runtime"
	"testing"

	"wxmail/internal/testkit/crash"
)

func TestKilledEverywhere(t *testing.T) {
	m := crash.Matrix{Start: amongOthers, Workers: runtime.NumCPU() + 1, Every: 1}
	t.Run("requests", m.Requests)
	t.Run("writes", m.Writes)
	t.Run("pairs", m.Pairs)
}
