package faults

import "time"

// now is real time: how long people wait.
func now() time.Time { return time.Now() }

func since(t time.Time) time.Duration { return time.Since(t) }
