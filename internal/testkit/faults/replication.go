package faults

import (
	"strconv"
	"time"
)

// Lagging runs setup in a tenant whose replicas learn of a change only after
// a time of the sandbox's clock, which passes whenever wxmail says that it
// waits.
func (l *Lane) Lagging(lag time.Duration) *Result {
	l.begin(true)
	l.w.Call("POST", "/tenant", map[string]string{"replicationLag": lag.String()}, nil)
	r := &Result{Point: "all", Damage: "replication takes " + lag.String()}
	l.mend(r, launch{cloud: quick, onWait: func() { l.w.Advance(lag.String()) }}, 2)
	return r
}

// Alternating runs setup against replicas of which every other one does not
// know of the last write: the first such read is the nth.
func (l *Lane) Alternating(nth int) *Result {
	l.begin(true)
	var faults []Fault
	for _, p := range []Point{{Service: "graph", Path: `\$batch`}, {Service: "exchange", Path: "^Get-"}} {
		for p.Nth = nth; p.Nth < 60; p.Nth += 2 {
			faults = append(faults, p.at("stale", 1))
		}
	}
	l.w.Call("POST", "/faults", faults, nil)
	r := &Result{Point: "all", Damage: "every other read is stale, from #" + strconv.Itoa(nth)}
	l.mend(r, launch{cloud: quick}, 2)
	return r
}
