package cloud

import (
	"context"
)

type contextKey int

const (
	operationKey contextKey = iota
	idempotentKey
	rawErrorsKey
	serviceKey
)

type operation struct{ name, object string }

// WithOperation names what requests under ctx do and to whom, for the errors
// that come of them: op as in Error.Operation, object as in Error.Object.
func WithOperation(ctx context.Context, op, object string) context.Context {
	return context.WithValue(ctx, operationKey, operation{op, object})
}

// Idempotent marks requests under ctx as safe to send again although they
// are neither GET nor HEAD: a second arrival changes nothing more.
func Idempotent(ctx context.Context) context.Context {
	return context.WithValue(ctx, idempotentKey, true)
}

// RawErrors marks requests under ctx whose refusals are wanted as plain HTTP
// answers, because a library reads them. Connection failures stay *microsoft.Error.
func RawErrors(ctx context.Context) context.Context {
	return context.WithValue(ctx, rawErrorsKey, true)
}

func marked(ctx context.Context, key contextKey) bool {
	on, _ := ctx.Value(key).(bool)
	return on
}
