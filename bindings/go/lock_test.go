package async

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// SYNC-01 SYNC-04
func TestAFreeLockIsTakenAtOnceAndAnybodyMayReleaseIt(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		lock := l.NewLock()
		free := lock.Release()
		err := lock.Acquire(ctx)
		taken, again := lock.IsLocked(), lock.TryAcquire()
		other := l.Go(ctx, func(context.Context) error { return lock.Release() })
		return errors.Join(err, is(free, ErrState), other.Await(ctx),
			unless(taken && !again && !lock.IsLocked(), "%v %v %v", taken, again, lock))
	})
}

// SYNC-04
func TestWhoAcquiresALockTwiceWaitsForItself(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		lock := l.NewLock()
		return errors.Join(lock.Acquire(ctx),
			is(l.Timeout(ctx, time.Hour, func(ctx context.Context) error { return lock.Acquire(ctx) }), ErrTimeout))
	})
}

// SYNC-02
func TestANewcomerCannotOvertakeAWokenWaiter(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		lock := l.NewLock()
		lock.Acquire(ctx)
		var order []int
		var tasks []Awaitable
		for i := range 3 {
			tasks = append(tasks, l.Go(ctx, func(ctx context.Context) error {
				return lock.Do(ctx, func() error { order = append(order, i); return nil })
			}))
		}
		l.Sleep(ctx, time.Second)
		waiting := lock.Waiting()
		lock.Release()
		overtook := lock.TryAcquire()
		return errors.Join(Join(ctx, tasks...), unless(!overtook && waiting == 3, "overtook %v, %d waited", overtook, waiting),
			unless(slices.Equal(order, []int{0, 1, 2}), "order %v", order))
	})
}

// SYNC-06
func TestLocksTakenInTwoOrdersAreSeenInTheDump(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		a, b := l.NewLock(), l.NewLock()
		take := func(first, second *Lock) func(ctx context.Context) error {
			return func(ctx context.Context) error {
				return first.Do(ctx, func() error {
					l.Sleep(ctx, time.Second)
					return second.Do(ctx, func() error { return nil })
				})
			}
		}
		one, two := l.GoNamed(ctx, "one", take(a, b)), l.GoNamed(ctx, "two", take(b, a))
		l.Sleep(ctx, time.Minute)
		dump := l.Dump()
		stuck := a.Waiting() == 1 && b.Waiting() == 1
		one.Cancel()
		return errors.Join(is(one.Await(ctx), ErrCancelled), two.Await(ctx), unless(stuck, "nobody is stuck"),
			unless(strings.Contains(dump, "one") && strings.Contains(dump, "two"), "the dump is %s", dump))
	})
}

// SYNC-07 ECO-17
func TestWhoWaitedForTheLockLooksAgain(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		lock, token, refreshes := l.NewLock(), "", 0
		use := func(ctx context.Context) error {
			return lock.Do(ctx, func() error {
				if token == "" {
					refreshes++
					l.Sleep(ctx, time.Second)
					token = "fresh"
				}
				return nil
			})
		}
		err := l.Group(ctx, func(ctx context.Context, g *Group) error {
			for range 5 {
				g.Go(use)
			}
			return nil
		})
		return errors.Join(err, unless(refreshes == 1, "%d refreshes", refreshes))
	})
}

// SYNC-01 SYNC-25
func TestGoroutinesShareALockWithTasks(t *testing.T) {
	goroutines(t, func(l *Loop) {
		ctx, lock, count := context.Background(), l.NewLock(), 0
		add := func() error { count++; return nil }
		task := l.Go(ctx, func(ctx context.Context) error {
			for range 50 {
				if err := lock.Do(ctx, add); err != nil {
					return err
				}
			}
			return nil
		})
		for range 50 {
			if err := lock.Do(ctx, add); err != nil {
				t.Fatal(err)
			}
		}
		if err := task.Await(ctx); err != nil || count != 100 {
			t.Errorf("%v, %d", err, count)
		}
	})
}

// SYNC-26 Q-12
func TestPrimitivesDescribeThemselves(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		lock, queue := l.NewLock(), NewQueue[int](l, 3)
		free := lock.String()
		lock.Acquire(ctx)
		queue.Put(ctx, 1)
		queue.Shutdown(false)
		var failed error
		for _, c := range []struct{ text, want string }{
			{free, "unlocked"}, {lock.String(), " locked"}, {queue.String(), "1"}, {l.NewEvent().String(), "not set"},
			{l.NewSemaphore(7).String(), "7"}, {l.NewBarrier(2).String(), "2"}, {l.NewCondition(lock).String(), "lock"},
			{l.NewLimiter(5, 1).String(), "5"},
		} {
			failed = errors.Join(failed, unless(strings.Contains(c.text, c.want), "%q lacks %q", c.text, c.want))
		}
		return failed
	})
}
