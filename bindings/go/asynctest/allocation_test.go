package asynctest_test

import (
	"context"
	"maps"
	"testing"
	"time"

	"libasync.dev/async"
	"libasync.dev/async/asynctest"
)

// TEST-09: what there is no memory for says so, and nothing else stops
func TestEveryOperationSurvivesWithoutMemory(t *testing.T) {
	all := maps.Clone(bodies)
	for _, name := range []string{"lock", "semaphore"} { // they release what they may not have
		delete(all, name)
	}
	all["held lock"] = func(ctx context.Context, l *async.Loop) error {
		lock := l.NewLock()
		return l.Group(ctx, func(ctx context.Context, g *async.Group) error {
			for range 3 {
				g.Go(func(ctx context.Context) error {
					return lock.Do(ctx, func() error { return l.Sleep(ctx, time.Second) })
				})
			}
			return nil
		})
	}
	for name, body := range all {
		t.Run(name, func(t *testing.T) {
			if allocations := asynctest.FailEachAllocation(t, body); allocations == 0 {
				t.Error("it asked for no memory")
			}
		})
	}
}
