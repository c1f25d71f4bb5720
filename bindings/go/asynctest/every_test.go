package asynctest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"libasync.dev/async"
	"libasync.dev/async/asynctest"
)

// holds is a lock or a semaphore.
type holds interface {
	Acquire(ctx context.Context) error
	TryAcquire() bool
}

// contended acquires twice what another task holds for a second, and tells whether it is free afterwards.
func contended(ctx context.Context, l *async.Loop, k holds, release func()) error {
	k.Acquire(ctx)
	other := l.Go(ctx, func(ctx context.Context) error {
		defer release()
		return l.Sleep(ctx, time.Second)
	})
	err := k.Acquire(ctx)
	if err == nil {
		release()
	}
	other.Await(context.WithoutCancel(ctx))
	if !k.TryAcquire() {
		return fmt.Errorf("it was lost, after %v", err)
	}
	release()
	return err
}

func numbers(ctx context.Context, l *async.Loop) *async.Generator[int] {
	return async.NewGenerator(ctx, l, func(ctx context.Context, yield func(int) error) error {
		for i := range 3 {
			if err := errors.Join(l.Sleep(ctx, time.Second), yield(i)); err != nil {
				return err
			}
		}
		return nil
	})
}

func nap(l *async.Loop) func(ctx context.Context) error {
	return func(ctx context.Context) error { return l.Sleep(ctx, time.Second) }
}

// bodies has an operation that waits in each: cancelled anywhere it leaves nothing behind.
var bodies = map[string]func(ctx context.Context, l *async.Loop) error{
	"lock": func(ctx context.Context, l *async.Loop) error {
		lock := l.NewLock()
		return contended(ctx, l, lock, func() { lock.Release() })
	},
	"semaphore": func(ctx context.Context, l *async.Loop) error {
		semaphore := l.NewBoundedSemaphore(1)
		return contended(ctx, l, semaphore, func() { semaphore.Release() })
	},
	"condition": func(ctx context.Context, l *async.Loop) error {
		c, ready := l.NewCondition(nil), false
		other := l.Go(ctx, func(ctx context.Context) error {
			l.Sleep(ctx, time.Second)
			return c.L.Do(ctx, func() error { ready = true; return c.NotifyAll() })
		})
		err := c.L.Do(ctx, func() error { return c.WaitFor(ctx, func() bool { return ready }) })
		other.Await(context.WithoutCancel(ctx))
		if c.L.IsLocked() {
			return errors.New("the lock is held")
		}
		return err
	},
	"barrier": func(ctx context.Context, l *async.Loop) error {
		b := l.NewBarrier(2)
		return l.Group(ctx, func(ctx context.Context, g *async.Group) error {
			g.Go(func(ctx context.Context) error { _, err := b.Wait(ctx); return err })
			_, err := b.Wait(ctx)
			return err
		})
	},
	"queue": func(ctx context.Context, l *async.Loop) error {
		queue := async.NewQueue[int](l, 1)
		return l.Group(ctx, func(ctx context.Context, g *async.Group) error {
			g.Go(func(ctx context.Context) error {
				for range 3 {
					if _, err := queue.Get(ctx); err != nil {
						return err
					}
					queue.TaskDone()
				}
				return nil
			})
			for i := range 3 {
				if err := queue.Put(ctx, i); err != nil {
					return err
				}
			}
			return queue.Join(ctx)
		})
	},
	"limiter": func(ctx context.Context, l *async.Loop) error {
		limiter := l.NewLimiter(1, 1)
		for range 3 {
			if err := limiter.Acquire(ctx, 1); err != nil {
				return err
			}
		}
		return nil
	},
	"waits": func(ctx context.Context, l *async.Loop) error {
		return l.Group(ctx, func(ctx context.Context, g *async.Group) error {
			one, two := g.Go(nap(l)), g.Go(nap(l))
			if _, _, err := async.Wait(ctx, async.WaitFirst, async.Forever, one, two); err != nil {
				return err
			}
			if err := async.Shield(ctx, one); err != nil {
				return err
			}
			for _, err := range async.AsCompleted(ctx, one, two) {
				if err != nil {
					return err
				}
			}
			return async.Join(ctx, one, two)
		})
	},
	"race": func(ctx context.Context, l *async.Loop) error {
		slow := func(ctx context.Context) (int, error) { return 1, l.Sleep(ctx, time.Hour) }
		quick := func(ctx context.Context) (int, error) { return 2, l.Sleep(ctx, time.Second) }
		_, err := async.Race(ctx, l, time.Second, slow, quick)
		return err
	},
	"generator": func(ctx context.Context, l *async.Loop) error {
		for _, err := range numbers(ctx, l).All(ctx) {
			if err != nil {
				return err
			}
		}
		return nil
	},
	"timeout": func(ctx context.Context, l *async.Loop) error {
		err := l.Timeout(ctx, time.Second, func(ctx context.Context) error { return l.Sleep(ctx, time.Hour) })
		if !errors.Is(err, async.ErrTimeout) {
			return err
		}
		return nil
	},
}

// TEST-04
func TestEveryOperationMayBeCancelledAnywhere(t *testing.T) {
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) {
			if suspensions := asynctest.CancelEach(t, body); suspensions == 0 {
				t.Error("it never waits")
			}
		})
	}
}

// TEST-10
func TestEveryOperationWorksInEveryOrder(t *testing.T) {
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) { asynctest.Shuffled(t, 5, body) })
	}
}
