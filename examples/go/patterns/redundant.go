package patterns

import (
	"context"
	"time"

	"libasync.dev/async"
)

// FirstAnswer asks several servers, each a little after the one before, and keeps the first answer. The others are
// cancelled and have cleaned up when it returns.
func FirstAnswer[T any](ctx context.Context, l *async.Loop, delay time.Duration,
	ask func(ctx context.Context, server string) (T, error), servers ...string) (answer T, err error) {
	attempts := make([]func(ctx context.Context) (T, error), len(servers))
	for i, server := range servers {
		attempts[i] = func(ctx context.Context) (T, error) { return ask(ctx, server) }
	}
	winner, err := async.Race(ctx, l, delay, attempts...)
	return winner.Value, err
}
