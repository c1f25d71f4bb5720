package async

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"
)

// SYNC-12, case 7: it waits for the lock however often it is cancelled, and ends with the lock and the latest cancel
func TestCaseOfANotifiedWaiterThatIsCancelledAgain(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		c, order := l.NewCondition(nil), []int{}
		task := waitersOf(ctx, l, c, 1, &order)[0]
		c.L.Acquire(ctx)
		c.Notify(1)
		for _, message := range []string{"first", "latest"} {
			task.CancelBecause(message)
			l.Sleep(ctx, time.Second)
		}
		waits := !task.isDone() && c.L.Waiting() == 1
		c.L.Release()
		err := task.Await(ctx)
		var own *Error
		return errors.Join(is(err, ErrCancelled), unless(waits && !c.L.IsLocked(), "waits %v, %v", waits, c.L),
			unless(errors.As(err, &own) && own.Message == "latest", "got %v", err))
	})
}

// SYNC-13, case 8: the notification of a cancelled waiter goes to the next, at once or while it takes the lock again
func TestCaseOfANotificationThatIsHandedOn(t *testing.T) {
	for _, pause := range []time.Duration{0, time.Second} {
		onLoop(t, func(ctx context.Context, l *Loop) error {
			c, order := l.NewCondition(nil), []int{}
			tasks := waitersOf(ctx, l, c, 2, &order)
			c.L.Acquire(ctx)
			err := c.Notify(1)
			if pause > 0 {
				l.Sleep(ctx, pause)
			}
			tasks[0].Cancel()
			l.Sleep(ctx, time.Second)
			c.L.Release()
			return errors.Join(err, is(tasks[0].Await(ctx), ErrCancelled), tasks[1].Await(ctx),
				unless(slices.Equal(order, []int{1}), "order %v", order))
		})
	}
}

// SYNC-02 SYNC-03, case 9: one holder at a time, and a newcomer is behind
func TestCaseOfALockReleasedAndItsWaiterCancelled(t *testing.T) {
	for _, cancelFirst := range []bool{false, true} {
		inside, most := 0, 0
		var order []int
		reportsOf(t, func(ctx context.Context, l *Loop) error {
			lock := l.NewLock()
			lock.Acquire(ctx)
			enter := func(i int) *Task {
				return l.Go(ctx, func(ctx context.Context) error {
					return lock.Do(ctx, func() error {
						inside++
						most = max(most, inside)
						order = append(order, i)
						err := l.Sleep(ctx, time.Second)
						inside--
						return err
					})
				})
			}
			first, second := enter(1), enter(2)
			l.Sleep(ctx, time.Second)
			if cancelFirst {
				first.Cancel()
				lock.Release()
			} else {
				lock.Release()
				first.Cancel()
			}
			overtook := lock.TryAcquire()
			third := enter(3)
			return errors.Join(is(first.Await(ctx), ErrCancelled), second.Await(ctx), third.Await(ctx),
				unless(!overtook && !lock.IsLocked(), "overtook %v, %v", overtook, lock))
		})
		if most != 1 || !slices.Equal(order[len(order)-2:], []int{2, 3}) {
			t.Errorf("cancel first %v: order %v, %d at once", cancelFirst, order, most)
		}
	}
}

// SYNC-17 SYNC-18, case 10: whoever was granted a slot and is cancelled has it, gives it on, and nobody overtakes
func TestCaseOfAGrantedSlotWhoseTaskIsCancelled(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		s, held := l.NewSemaphore(0), 0
		enter := func() *Task {
			return l.Go(ctx, func(ctx context.Context) error {
				return s.Do(ctx, func() error { held++; return l.Sleep(ctx, time.Second) })
			})
		}
		first, second := enter(), enter()
		l.Sleep(ctx, time.Second)
		s.Release()
		first.Cancel()
		overtook := s.TryAcquire()
		return errors.Join(is(first.Await(ctx), ErrCancelled), second.Await(ctx),
			unless(!overtook && held == 2 && s.TryAcquire() && !s.TryAcquire(), "overtook %v, %d held, %v", overtook, held, s))
	})
}

// SYNC-18, case 10: so many releases wake so many waiters, a surplus stays; who was cancelled before gets none
func TestCaseOfSeveralReleasesInOneTurn(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		s := l.NewSemaphore(0)
		var order []int
		var tasks []*Task
		for i := range 4 {
			tasks = append(tasks, l.Go(ctx, func(ctx context.Context) error {
				err := s.Acquire(ctx)
				if err == nil {
					order = append(order, i)
				}
				return err
			}))
		}
		l.Sleep(ctx, time.Second)
		tasks[1].Cancel()
		err := tasks[1].Await(ctx)
		for range 4 {
			s.Release()
		}
		l.Sleep(ctx, time.Second)
		return errors.Join(is(err, ErrCancelled), unless(slices.Equal(order, []int{0, 2, 3}), "order %v", order),
			unless(s.TryAcquire() && !s.TryAcquire(), "%v", s))
	})
}

// Q-05, case 11: from the put on the item is the getter's; a try sees nothing
func TestCaseOfAServedGetterThatIsCancelled(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		q, got := NewQueue[int](l, 0), 0
		getter := l.Go(ctx, func(ctx context.Context) (err error) {
			if got, err = q.Get(ctx); err != nil {
				return err
			}
			return l.Sleep(ctx, time.Hour)
		})
		l.Sleep(ctx, time.Second)
		q.Put(ctx, 7)
		getter.Cancel()
		_, seen, _ := q.TryGet()
		return errors.Join(is(getter.Await(ctx), ErrCancelled), unless(got == 7 && !seen, "got %d, seen %v", got, seen))
	})
}

// Q-05 Q-06, case 11: cancelled before it was served, its place goes to the next, of getters and of putters
func TestCaseOfAGetterAndAPutterThatLeaveTheLine(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		q := NewQueue[int](l, 1)
		first, second := Spawn(ctx, l, q.Get), Spawn(ctx, l, q.Get)
		l.Sleep(ctx, time.Second)
		first.Cancel()
		_, left := first.Await(ctx)
		err := q.Put(ctx, 1)
		one, err2 := second.Await(ctx)
		q.Put(ctx, 2)
		put := func(item int) *Task { return l.Go(ctx, func(ctx context.Context) error { return q.Put(ctx, item) }) }
		third, fourth := put(3), put(4)
		l.Sleep(ctx, time.Second)
		third.Cancel()
		dropped := third.Await(ctx)
		two, err3 := q.Get(ctx)
		four, err4 := q.Get(ctx)
		return errors.Join(is(left, ErrCancelled), is(dropped, ErrCancelled), err, err2, err3, err4, fourth.Await(ctx),
			unless(one == 1 && two == 2 && four == 4 && q.Len() == 0, "got %d %d %d", one, two, four))
	})
}

// Q-08 Q-10, case 12: what is in a worker's hands stays unfinished; a blocked put is dropped; one more is refused
func TestCaseOfAnImmediateShutdown(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		q := NewQueue[int](l, 2)
		q.Put(ctx, 1)
		q.Put(ctx, 2)
		q.Get(ctx)
		q.Put(ctx, 3)
		blocked, joiner := l.Go(ctx, func(ctx context.Context) error { return q.Put(ctx, 4) }), l.Go(ctx, q.Join)
		l.Sleep(ctx, time.Second)
		q.Shutdown(true)
		put := blocked.Await(ctx)
		l.Sleep(ctx, time.Second)
		waits, left, held := !joiner.isDone(), q.Unfinished(), q.Len()
		return errors.Join(is(put, ErrClosed), q.TaskDone(), joiner.Await(ctx), is(q.TaskDone(), ErrState),
			unless(waits && left == 1 && held == 0, "waits %v, %d left, holds %d", waits, left, held))
	})
}

// Q-09 Q-10, case 12: without haste items can be had and then it is over; getters that wait are told
func TestCaseOfAPlainShutdown(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		q, empty := NewQueue[int](l, 0), NewQueue[int](l, 0)
		getter := Spawn(ctx, l, empty.Get)
		l.Sleep(ctx, time.Second)
		q.Put(ctx, 1)
		q.Shutdown(false)
		empty.Shutdown(false)
		_, told := getter.Await(ctx)
		got, err := q.Get(ctx)
		_, over := q.Get(ctx)
		return errors.Join(err, is(told, ErrClosed), is(over, ErrClosed), unless(got == 1, "got %d", got))
	})
}
