package patterns

import (
	"context"
	"time"

	"libasync.dev/async"
)

// WithMonitor runs a body and calls a function at every period meanwhile. A tick that is late delays no later one.
func WithMonitor(ctx context.Context, l *async.Loop, period time.Duration, tick func(), body Function) error {
	return WithBackground(ctx, l, body, func(ctx context.Context) error {
		for next := l.Time() + period; ; next += period {
			if err := l.Sleep(ctx, next-l.Time()); err != nil {
				return err
			}
			tick()
		}
	})
}
