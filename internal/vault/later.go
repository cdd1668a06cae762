package vault

import "context"

// later is a value that is being made while the caller goes on.
type later[T any] struct {
	done  chan struct{}
	value T // both once done is closed
	err   error
}

// begin makes a value on a goroutine of its own, which ends with f.
func begin[T any](f func() (T, error)) *later[T] {
	l := &later[T]{done: make(chan struct{})}
	go func() {
		defer close(l.done)
		l.value, l.err = f()
	}()
	return l
}

// made is a value that is there already.
func made[T any](value T) *later[T] {
	l := &later[T]{done: make(chan struct{}), value: value}
	close(l.done)
	return l
}

// wait gives the value and its error, or ctx's error if that ends first. It may
// be repeated, by many at once.
func (l *later[T]) wait(ctx context.Context) (T, error) {
	select {
	case <-l.done:
		return l.value, l.err
	default:
	}
	select {
	case <-l.done:
		return l.value, l.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}
