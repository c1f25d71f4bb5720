package async

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// SYNC-10
func TestAConditionWantsItsLockHeld(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		lock := l.NewLock()
		condition := l.NewCondition(lock)
		own := l.NewCondition(nil)
		return errors.Join(is(condition.Wait(ctx), ErrState), is(condition.NotifyAll(), ErrState), is(own.Notify(1), ErrState),
			lock.Acquire(ctx), condition.NotifyAll(), own.L.Acquire(ctx), own.Notify(1))
	})
}

// waiters starts tasks that wait for the condition and note their number.
func waitersOf(ctx context.Context, l *Loop, c *Condition, count int, order *[]int) (tasks []*Task) {
	for i := range count {
		tasks = append(tasks, l.Go(ctx, func(ctx context.Context) error {
			return c.L.Do(ctx, func() error {
				err := c.Wait(ctx)
				if err == nil {
					*order = append(*order, i)
				}
				return errors.Join(err, unless(c.L.IsLocked(), "the lock is not held"))
			})
		}))
	}
	l.Sleep(ctx, time.Second)
	return tasks
}

// SYNC-11 SYNC-14
func TestNotifyWakesSoManyInOrderWithTheLock(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		c, order := l.NewCondition(nil), []int{}
		tasks := waitersOf(ctx, l, c, 5, &order)
		c.L.Acquire(ctx)
		err := c.Notify(2)
		held := len(order) == 0 && c.Waiting() == 3
		c.L.Release()
		l.Sleep(ctx, time.Second)
		first := slices.Clone(order)
		err = errors.Join(err, c.L.Do(ctx, c.NotifyAll))
		for _, task := range tasks {
			err = errors.Join(err, task.Await(ctx))
		}
		return errors.Join(err, unless(held && slices.Equal(first, []int{0, 1}), "first %v", first),
			unless(slices.Equal(order, []int{0, 1, 2, 3, 4}), "order %v", order))
	})
}

// SYNC-12
func TestACancelledWaitEndsWithTheLockHeld(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		c, order := l.NewCondition(nil), []int{}
		task := waitersOf(ctx, l, c, 1, &order)[0]
		c.L.Acquire(ctx)
		task.Cancel()
		l.Sleep(ctx, time.Second)
		waits := !task.settled && c.L.Waiting() == 1
		c.L.Release()
		err := task.Await(ctx)
		return errors.Join(is(err, ErrCancelled), unless(waits, "it did not wait for the lock"),
			unless(!strings.Contains(err.Error(), "not held") && !c.L.IsLocked(), "%v, %v", err, c.L))
	})
}

// SYNC-13
func TestANotificationOfACancelledWaiterGoesToTheNext(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		c, order := l.NewCondition(nil), []int{}
		tasks := waitersOf(ctx, l, c, 2, &order)
		c.L.Acquire(ctx)
		err := c.Notify(1)
		tasks[0].Cancel()
		l.Sleep(ctx, time.Second)
		c.L.Release()
		return errors.Join(err, is(tasks[0].Await(ctx), ErrCancelled), tasks[1].Await(ctx),
			unless(slices.Equal(order, []int{1}), "order %v", order))
	})
}

// SYNC-15
func TestWaitForAsksWithTheLockHeld(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		c, n, held := l.NewCondition(nil), 0, true
		at := c.WaitFor(ctx, func() bool { return true })
		task := l.Go(ctx, func(ctx context.Context) error {
			return c.L.Do(ctx, func() error {
				return c.WaitFor(ctx, func() bool { held = held && c.L.IsLocked(); return n == 3 })
			})
		})
		for range 3 {
			l.Sleep(ctx, time.Second)
			c.L.Do(ctx, func() error { n++; return c.NotifyAll() })
		}
		return errors.Join(at, task.Await(ctx), unless(held, "it asked without the lock"))
	})
}

// SYNC-11
func TestAGoroutineWaitsForACondition(t *testing.T) {
	goroutines(t, func(l *Loop) {
		c := l.NewCondition(nil)
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		late := c.L.Do(context.Background(), func() error { return c.Wait(ctx) })
		if !errors.Is(late, context.DeadlineExceeded) || c.L.IsLocked() {
			t.Errorf("%v, %v", late, c.L)
		}
	})
}
