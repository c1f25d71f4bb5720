package async

import (
	"context"
	"errors"
	"testing"
	"time"
)

// TASK-12 TASK-17 EXC-01
func TestCancelEndsTheWaitAndTheContext(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		var inside error
		task := l.Go(ctx, func(ctx context.Context) error {
			err := l.Sleep(ctx, time.Hour)
			inside = errors.Join(is(err, context.Canceled), is(err, ErrCancelled), is(ctx.Err(), context.Canceled))
			return err
		})
		l.Sleep(ctx, time.Second)
		task.Cancel()
		return errors.Join(is(task.Await(ctx), ErrCancelled), inside, ctx.Err())
	})
}

// TASK-16 TEST-04
func TestATaskMayCleanUpAfterACancel(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		task := Spawn(ctx, l, func(ctx context.Context) (int, error) {
			if l.Sleep(ctx, time.Hour) == nil {
				return 0, errors.New("not cancelled")
			}
			return 7, l.Sleep(ctx, time.Second)
		})
		l.Sleep(ctx, time.Second)
		task.Cancel()
		got, err := task.Await(ctx)
		return errors.Join(err, unless(got == 7, "got %d", got))
	})
}

// TASK-14 TASK-19
func TestATaskThatIsCancelledBeforeItsFirstStepNeverBegins(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		began := false
		task := l.Go(ctx, func(context.Context) error { began = true; return nil })
		task.CancelBecause("not today")
		err := task.Await(ctx)
		var e *Error
		return errors.Join(is(err, ErrCancelled), unless(!began, "it began"),
			unless(errors.As(err, &e) && e.Message == "not today", "got %v", err))
	})
}

// TASK-15
func TestATaskThatCancelsItselfAndReturnsIsCancelled(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		task := l.Go(ctx, func(ctx context.Context) error {
			Current(ctx).Cancel()
			return nil
		})
		return is(task.Await(ctx), ErrCancelled)
	})
}

// TASK-13
func TestAResultThatArrivedBeforeTheCancelIsDelivered(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		promise := NewPromise[int](l, nil)
		var got int
		var next error
		waiting := l.Go(ctx, func(ctx context.Context) (err error) {
			if got, err = promise.Future().Await(ctx); err != nil {
				return err
			}
			next = l.Sleep(ctx, time.Second)
			return nil
		})
		l.Sleep(ctx, time.Second)
		promise.Set(7)
		waiting.Cancel()
		return errors.Join(waiting.Await(ctx), unless(got == 7, "got %d", got), is(next, ErrCancelled))
	})
}

// TASK-20
func TestWaitingForACancelledTaskDoesNotCancelTheWaiter(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		task := l.Go(ctx, nap(l))
		l.Sleep(ctx, time.Second)
		task.Cancel()
		return errors.Join(is(task.Await(ctx), ErrCancelled), ctx.Err())
	})
}

// TASK-12 CORO-07
func TestACancelReachesTheInnermostTask(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		var inner, middle *Task
		outer := l.Go(ctx, func(ctx context.Context) error {
			middle = l.Go(context.WithoutCancel(ctx), func(ctx context.Context) error {
				inner = l.Go(context.WithoutCancel(ctx), nap(l))
				return inner.Await(ctx)
			})
			return middle.Await(ctx)
		})
		l.Sleep(ctx, time.Second)
		outer.Cancel()
		return errors.Join(is(outer.Await(ctx), ErrCancelled), is(middle.Await(ctx), ErrCancelled),
			is(inner.Await(ctx), ErrCancelled))
	})
}

// FUT-08
func TestACancelledWaiterLeavesATaskToTheOthers(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		shared := Spawn(ctx, l, func(ctx context.Context) (int, error) { return 7, l.Sleep(ctx, time.Minute) })
		one := l.Go(ctx, func(ctx context.Context) error { _, err := shared.Await(ctx); return err })
		two := Spawn(ctx, l, func(ctx context.Context) (int, error) { return shared.Await(ctx) })
		l.Sleep(ctx, time.Second)
		one.Cancel()
		got, err := two.Await(ctx)
		return errors.Join(is(one.Await(ctx), ErrCancelled), err, unless(got == 7, "got %d", got))
	})
}

// TASK-12 TASK-18
func TestTheEndOfTheMakersContextCancelsTheTaskOnce(t *testing.T) {
	if err := Run(context.Background(), func(ctx context.Context, l *Loop) error {
		c, cancel := context.WithCancel(ctx)
		ended := 0
		task := l.Go(c, func(ctx context.Context) error {
			for _, d := range []time.Duration{time.Hour, time.Millisecond} {
				if l.Sleep(ctx, d) != nil {
					ended++
				}
			}
			return ctx.Err()
		})
		l.Sleep(ctx, time.Millisecond)
		cancel()
		return errors.Join(is(task.Await(ctx), context.Canceled), unless(ended == 1, "%d waits ended", ended))
	}); err != nil {
		t.Error(err)
	}
}

// TASK-12
func TestTheEndOfAWaitsContextEndsOnlyTheWait(t *testing.T) {
	if err := Run(context.Background(), func(ctx context.Context, l *Loop) error {
		c, cancel := context.WithCancel(ctx)
		defer cancel()
		l.Go(ctx, func(ctx context.Context) error {
			err := l.Sleep(ctx, time.Millisecond)
			cancel()
			return err
		})
		ended := l.Sleep(c, time.Hour)
		return errors.Join(is(ended, context.Canceled), ctx.Err(), l.Sleep(ctx, time.Millisecond), is(l.Sleep(c, 0), c.Err()))
	}); err != nil {
		t.Error(err)
	}
}

// TASK-12
func TestADerivedDeadlineEndsTheWaitWithItsOwnError(t *testing.T) {
	if err := Run(context.Background(), func(ctx context.Context, l *Loop) error {
		c, cancel := context.WithTimeout(ctx, time.Millisecond)
		defer cancel()
		return errors.Join(is(l.Sleep(c, time.Hour), context.DeadlineExceeded), ctx.Err(), l.Sleep(ctx, 0))
	}); err != nil {
		t.Error(err)
	}
}

// TASK-12
func TestContextsDerivedFromATasksContextEndWithIt(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		var derived context.Context
		after := make(chan struct{})
		task := l.Go(ctx, func(ctx context.Context) error {
			c, cancel := context.WithCancel(ctx)
			defer cancel()
			derived = c
			context.AfterFunc(c, func() { close(after) })
			return l.Sleep(ctx, time.Hour)
		})
		l.Sleep(ctx, time.Second)
		task.Cancel()
		err := task.Await(ctx)
		<-after
		return errors.Join(is(err, ErrCancelled), is(derived.Err(), context.Canceled))
	})
}

// TASK-12
func TestChildrenAreCancelledWithTheContextOfTheirParent(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		var child *Task
		parent := l.Go(ctx, func(ctx context.Context) error {
			child = l.Go(ctx, nap(l))
			return l.Sleep(ctx, time.Hour)
		})
		l.Sleep(ctx, time.Second)
		parent.Cancel()
		return errors.Join(is(parent.Await(ctx), ErrCancelled), is(child.Await(ctx), ErrCancelled))
	})
}

// TASK-11
func TestCancellingATaskThatHasEndedChangesNothing(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		task := Spawn(ctx, l, func(context.Context) (string, error) { return "done", nil })
		task.Await(ctx)
		task.Cancel()
		l.Sleep(ctx, time.Second)
		got, err := task.Await(ctx)
		return errors.Join(err, unless(got == "done", "got %q", got))
	})
}

// COMB-22 COMB-24
func TestAWaitThatCannotBeCancelledIsNotInterrupted(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		inner := Spawn(ctx, l, after(l, time.Minute, 7, nil))
		var got int
		var during, next error
		outer := l.Go(ctx, func(ctx context.Context) error {
			got, during = inner.Await(context.WithoutCancel(ctx))
			during = errors.Join(during, is(ctx.Err(), context.Canceled), l.Sleep(context.Background(), time.Second))
			next = l.Sleep(ctx, time.Hour)
			return next
		})
		l.Sleep(ctx, time.Second)
		outer.Cancel()
		return errors.Join(is(outer.Await(ctx), ErrCancelled), during, is(next, ErrCancelled), unless(got == 7, "got %d", got),
			unless(l.Time() < time.Hour, "it slept on"))
	})
}

// TASK-10
func TestATaskOfAContextThatHasEndedDoesNotBegin(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for range 50 {
		ran := false
		err := Run(ctx, func(context.Context, *Loop) error { ran = true; return nil })
		if ran || !errors.Is(err, context.Canceled) {
			t.Fatalf("ran %v, %v", ran, err)
		}
	}
}

// TASK-10: whoever gave the deadline asks for it by its name
func TestACancelByADeadlineIsDeadlineExceeded(t *testing.T) {
	for _, limit := range []time.Duration{0, time.Millisecond} {
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		err := Run(ctx, func(ctx context.Context, l *Loop) error { return l.Sleep(ctx, time.Hour) })
		cancel()
		if err := errors.Join(is(err, ErrCancelled), is(err, context.DeadlineExceeded)); err != nil {
			t.Error(err)
		}
	}
}

// TASK-10: what a task that has ended left behind hears of the end of its context
func TestTheContextOfATaskThatHasEndedPassesOnItsEnd(t *testing.T) {
	onClock(t, func(ctx context.Context, l *Loop) error {
		outer, cancel := context.WithCancel(ctx)
		var left *Task
		var own, empty context.Context
		err := l.Go(outer, func(ctx context.Context) error { own, left = ctx, l.Go(ctx, nap(l)); return nil }).Await(ctx)
		err = errors.Join(err, l.Go(outer, func(ctx context.Context) error { empty = ctx; return nil }).Await(ctx))
		alive := own.Err()
		cancel()
		return errors.Join(err, alive, is(left.Await(ctx), ErrCancelled), is(own.Err(), context.Canceled), is(empty.Err(), context.Canceled))
	})
}

// THR-06: a goroutine's request that comes after the end of its wait is nobody else's
func TestALateCancelOfAGoroutineEndsNoOtherWait(t *testing.T) {
	goroutines(t, func(l *Loop) {
		other, cancel := context.WithCancel(context.Background())
		defer cancel()
		q := NewQueue[int](l, 0)
		for i := 1; i < 300; i++ {
			ctx, cancel := context.WithCancel(context.Background())
			l.Post(cancel) // when the wait ends
			l.Sleep(ctx, 0)
			time.AfterFunc(time.Millisecond/10, func() { q.Put(other, i) })
			if got, err := q.Get(other); got != i || err != nil {
				t.Fatalf("%d, %v", got, err)
			}
		}
	})
}
