package tenant

import (
	"sync"
	"time"
)

// Clock is real time plus an offset, so that a test moves it on command
// instead of sleeping.
type Clock struct {
	mu     sync.Mutex
	offset time.Duration
}

// Now is the sandbox's present, in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().UTC().Add(c.offset)
}

// Advance moves the clock; a negative duration moves it back.
func (c *Clock) Advance(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset += by
}

// Reset returns to real time.
func (c *Clock) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset = 0
}
