package async

import (
	"context"
	"errors"
	"testing"
	"time"
)

// SYNC-16 SYNC-27 CORO-02
func TestAFreeSemaphoreIsTakenWithoutGivingWay(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		semaphore, ran := l.NewSemaphore(1), false
		task := l.Go(ctx, func(context.Context) error { ran = true; return nil })
		err := semaphore.Acquire(ctx)
		return errors.Join(err, unless(!ran, "another task ran"), unless(!semaphore.TryAcquire(), "taken twice"), task.Await(ctx))
	})
}

// SYNC-16 SYNC-20 SYNC-05
func TestASemaphoreCapsWhatRunsAtOnce(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		semaphore, now, most := l.NewSemaphore(3), 0, 0
		return errors.Join(l.Group(ctx, func(ctx context.Context, g *Group) error {
			for range 10 {
				g.Go(func(ctx context.Context) error {
					return semaphore.Do(ctx, func() error {
						now++
						most = max(most, now)
						defer func() { now-- }()
						return l.Sleep(ctx, time.Second)
					})
				})
			}
			return nil
		}), unless(most == 3, "%d at once", most))
	})
}

// SYNC-18
func TestACancelledWaiterOfASemaphoreLosesNothing(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		semaphore := l.NewSemaphore(1)
		semaphore.Acquire(ctx)
		one := l.Go(ctx, func(ctx context.Context) error { return semaphore.Acquire(ctx) })
		two := l.Go(ctx, func(ctx context.Context) error { return semaphore.Acquire(ctx) })
		l.Sleep(ctx, time.Second)
		one.Cancel()
		l.Sleep(ctx, time.Second)
		semaphore.Release()
		return errors.Join(is(one.Await(ctx), ErrCancelled), two.Await(ctx))
	})
}

// SYNC-16
func TestGoroutinesShareASemaphoreWithTasks(t *testing.T) {
	goroutines(t, func(l *Loop) {
		ctx := context.Background()
		semaphore := l.NewSemaphore(1)
		if err := semaphore.Acquire(ctx); err != nil {
			t.Fatal(err)
		}
		limited, cancel := context.WithTimeout(ctx, time.Millisecond)
		defer cancel()
		if err := semaphore.Acquire(limited); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		task := l.Go(ctx, func(ctx context.Context) error { return semaphore.Acquire(ctx) })
		semaphore.Release()
		if err := task.Await(ctx); err != nil {
			t.Error(err)
		}
	})
}

// SYNC-19
func TestABoundedSemaphoreTakesNoMoreBackThanItGave(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		semaphore := l.NewBoundedSemaphore(1)
		return errors.Join(is(semaphore.Release(), ErrState), semaphore.Acquire(ctx), semaphore.Release(),
			unless(semaphore.TryAcquire() && !semaphore.TryAcquire(), "%v", semaphore))
	})
}
