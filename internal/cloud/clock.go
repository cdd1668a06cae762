package cloud

import (
	"context"
	"net/http"
	"sync"
	"time"

	"wxmail/internal/microsoft"
)

// clock is the local clock plus what the services' answers taught about it.
type clock struct {
	mu     sync.Mutex
	offset time.Duration
	known  bool
}

// Now is the time at the service: the local clock, corrected by the Date of
// the newest answer. Before any answer it is the local clock.
func (e *Endpoints) Now() time.Time {
	skew, _ := e.ClockSkew()
	return wallClock().Add(skew)
}

// ClockSkew is how far the service is ahead of the local clock, and whether
// any answer has told yet. It is good to about a second.
func (e *Endpoints) ClockSkew() (time.Duration, bool) {
	e.clock.mu.Lock()
	defer e.clock.mu.Unlock()
	return e.clock.offset, e.clock.known
}

// learn takes the time from an answer that came over verified TLS.
func (c *clock) learn(header http.Header) {
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	// Date has whole seconds, rounded down: half of one is the best guess.
	c.offset, c.known = date.Add(time.Second/2).Sub(wallClock()), true
}

// wallClock drops the monotonic reading, which stands still while a laptop
// sleeps.
func wallClock() time.Time { return time.Now().Round(0) }

const (
	settleLooks  = 2 * time.Second // pauses between looks grow up to this
	patientLooks = 5 * time.Second // the same where somebody is waited for: 60 looks in 5 minutes
)

// Settle calls check until it is done, at once and then every PollInterval,
// slowing down to about 2 s, for at most Timeouts.Settle. It is for reads after a
// write only. It fails with check's error as soon as there is one, with
// ctx's, or with *microsoft.NotSettled. The first pause is reported to the observer.
func (e *Endpoints) Settle(ctx context.Context, what string, check func(context.Context) (bool, error)) error {
	return e.settle(ctx, what, e.Timeouts.Settle, settleLooks, check)
}

// Await is Settle for what somebody has to do first: it looks every 5 s in the
// end, for as long as Timeouts.SignIn gives a person.
func (e *Endpoints) Await(ctx context.Context, what string, check func(context.Context) (bool, error)) error {
	return e.settle(ctx, what, e.Timeouts.SignIn, patientLooks, check)
}

func (e *Endpoints) settle(ctx context.Context, what string, limit, slowest time.Duration,
	check func(context.Context) (bool, error)) error {
	start := time.Now()
	for pause := e.PollInterval; ; pause = max(pause, min(pause*3/2, slowest)) {
		done, err := check(ctx)
		if done || err != nil {
			return err
		}
		waited := time.Since(start)
		if waited+pause > limit {
			return &microsoft.NotSettled{What: what, Waited: waited}
		}
		if pause == e.PollInterval {
			e.report(what)
		}
		if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
}

// sleep waits, or gives ctx's error as soon as it ends.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
