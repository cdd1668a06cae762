package cli

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"wxmail/internal/advice"
)

// patience is how long a signal may go unanswered. A run takes back what is
// temporary within it.
const patience = time.Second

// endings are the signals that ask the process to end: Ctrl-C, the system, and
// a terminal that was closed, unless it was started to outlive that (nohup).
func endings() []os.Signal {
	all := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		all = append(all, syscall.SIGHUP)
	}
	return all
}

// keepBrokenPipes makes writing to a pipe that nobody reads an error, where it
// would end the process in the middle of a change. A signal that is taken and
// not looked at is not passed on to children, as an ignored one would be.
func keepBrokenPipes() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }

// until runs the program until it has ended. The first signal ends its context.
// A second one, or one that nobody has answered in time, ends the process
// whatever it waits for: a file or a stream that is being read knows no context.
func (p *program) until(asked <-chan os.Signal, args []string) advice.Exit {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ended := make(chan advice.Exit, 1)
	go func() { ended <- p.execute(ctx, args) }()
	select {
	case exit := <-ended:
		return exit
	case <-asked:
		cancel()
	}
	late := time.NewTimer(patience)
	for {
		select {
		case exit := <-ended:
			return exit
		case again := <-asked:
			if again == syscall.SIGHUP { // a shell and the system both say that the terminal was closed
				continue
			}
		case <-late.C:
		}
		p.leavings.clear()
		return advice.Interrupted
	}
}

// leavings are what has to be put right however the process ends: the
// terminal's mode, and what a demonstration keeps on disk.
type leavings struct {
	mu    sync.Mutex
	clean []func()
}

// add takes note of how one of them is put right, which may be done twice.
func (l *leavings) add(clean func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.clean = append(l.clean, clean)
}

// clear puts all of them right, the newest first. It may be repeated.
func (l *leavings) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := len(l.clean) - 1; i >= 0; i-- {
		l.clean[i]()
	}
	l.clean = nil
}
