package setup

import (
	"context"
	"sync"
)

// group is work side by side, of which the first failure ends the rest.
type group struct {
	ctx    context.Context
	cancel context.CancelFunc
	all    sync.WaitGroup
	once   sync.Once
	err    error
}

func newGroup(ctx context.Context) (g *group, end func()) {
	g = &group{}
	g.ctx, g.cancel = context.WithCancel(ctx)
	return g, g.cancel
}

func (g *group) start(work func(context.Context) error) {
	g.all.Go(func() {
		if err := work(g.ctx); err != nil {
			g.fail(err)
		}
	})
}

// fail ends the group with an error, unless it has one.
func (g *group) fail(err error) {
	g.once.Do(func() { g.err = err; g.cancel() })
}

// wait waits for all work and gives its first error.
func (g *group) wait() error {
	g.all.Wait()
	return g.err
}
