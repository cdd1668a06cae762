// Package faults damages a run of wxmail one request at a time, and sees
// whether another run mends what is left: nothing lost, nothing made twice,
// nobody else's objects touched, no secret shown.
//
// The requests are those of a recorded clean run, all of them. For tests only.
package faults
