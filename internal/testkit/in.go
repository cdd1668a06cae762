package testkit

import "testing"

// In is the same world for another test, a part of the one that started it:
// what fails there fails that part.
func (w *World) In(t testing.TB) *World {
	same := *w
	same.t = t
	return &same
}
