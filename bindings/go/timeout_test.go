package async

import (
	"context"
	"errors"
	"math"
	"os"
	"testing"
	"time"
)

// COMB-16 EXC-02
func TestATimeoutEndsTheWaitsOfItsFunction(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		var inside, scope error
		begin := l.Time()
		err := l.Timeout(ctx, time.Second, func(ctx context.Context) error {
			inside = l.Sleep(ctx, time.Hour)
			scope = ctx.Err()
			return inside
		})
		return errors.Join(is(err, context.DeadlineExceeded), is(err, ErrTimeout), is(err, os.ErrDeadlineExceeded),
			unless(!errors.Is(err, context.Canceled), "a timeout is no cancel"), is(inside, ErrCancelled), is(scope, context.DeadlineExceeded), ctx.Err(),
			unless(l.Time()-begin == time.Second, "it took %v", l.Time()-begin), l.Sleep(ctx, 0))
	})
}

// COMB-16
func TestATimeoutThatIsNotReachedChangesNothing(t *testing.T) {
	mine := errors.New("mine")
	onLoop(t, func(ctx context.Context, l *Loop) error {
		return errors.Join(
			l.Timeout(ctx, time.Minute, func(ctx context.Context) error { return l.Sleep(ctx, time.Second) }),
			is(l.Timeout(ctx, time.Minute, func(ctx context.Context) error { return mine }), mine),
			l.Sleep(ctx, time.Hour))
	})
}

// COMB-19
func TestTheOuterOfTwoTimeoutsAtOnceIsTheOneThatIsTold(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		var inner error
		outer := l.Timeout(ctx, time.Second, func(ctx context.Context) error {
			inner = l.Timeout(ctx, time.Second, func(ctx context.Context) error { return l.Sleep(ctx, time.Hour) })
			return inner
		})
		return errors.Join(is(outer, ErrTimeout), is(inner, ErrCancelled), unless(!errors.Is(inner, ErrTimeout), "%v", inner))
	})
}

// COMB-18
func TestACancelFromOutsideIsNoTimeout(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		task := l.Go(ctx, func(ctx context.Context) error { return l.Timeout(ctx, time.Minute, nap(l)) })
		l.Sleep(ctx, time.Second)
		task.Cancel()
		err := task.Await(ctx)
		return errors.Join(is(err, ErrCancelled), unless(!errors.Is(err, ErrTimeout), "%v", err))
	})
}

// COMB-17
func TestATimeoutOfNothingFiresAtTheFirstWait(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		began := false
		err := l.Timeout(ctx, -time.Second, func(ctx context.Context) error {
			began = true
			return l.Sleep(ctx, time.Second)
		})
		return errors.Join(is(err, ErrTimeout), unless(began, "it did not begin"),
			l.Timeout(ctx, 0, func(context.Context) error { return nil }), l.Sleep(ctx, time.Second))
	})
}

// COMB-20
func TestATimeoutThatItsFunctionSwallowsIsOnlyReported(t *testing.T) {
	reports := 0
	err := Run(context.Background(), func(ctx context.Context, l *Loop) error {
		err := l.Timeout(ctx, time.Second, func(ctx context.Context) error {
			l.Sleep(ctx, time.Hour)
			return nil
		})
		return errors.Join(err, l.Sleep(ctx, time.Hour))
	}, VirtualClock(), Report(func(error, string) { reports++ }))
	if err != nil || reports != 1 {
		t.Errorf("%v, %d reports", err, reports)
	}
}

// COMB-21
func TestALimitIsMovedWhileItsFunctionRuns(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		var kept *TimeoutScope
		begin := l.Time()
		err := l.TimeoutScope(ctx, 5*time.Second, func(ctx context.Context, s *TimeoutScope) error {
			kept = s
			moved := errors.Join(s.Reschedule(20*time.Second), l.Sleep(ctx, 10*time.Second), s.Reschedule(math.MaxInt64),
				l.Sleep(ctx, time.Hour), unless(!s.Expired(), "it has expired"), s.Reschedule(time.Second))
			late := l.Sleep(ctx, time.Hour)
			return errors.Join(moved, is(late, ErrCancelled), unless(s.Expired(), "it has not expired"),
				is(s.Reschedule(time.Second), ErrState), late)
		})
		took := time.Hour + 11*time.Second
		return errors.Join(is(err, ErrTimeout), unless(kept.Expired(), "it had not expired"), is(kept.Reschedule(0), ErrState),
			unless(l.Time()-begin == took, "it took %v", l.Time()-begin))
	})
}

// COMB-21 COMB-17
func TestALimitMovedIntoThePastActsAtTheNextWait(t *testing.T) {
	goroutines(t, func(l *Loop) {
		reached := false
		err := l.TimeoutScope(context.Background(), time.Hour, func(ctx context.Context, s *TimeoutScope) error {
			moved := make(chan error)
			go func() { moved <- s.Reschedule(-time.Second) }()
			waited := l.Sleep(ctx, time.Minute)
			reached = <-moved == nil && errors.Is(waited, ErrCancelled)
			return waited
		})
		if !errors.Is(err, context.DeadlineExceeded) || !reached {
			t.Errorf("%v, %v", err, reached)
		}
	})
}

// COMB-20
func TestAPanicGoesThroughATimeout(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		task := l.Go(ctx, func(ctx context.Context) error {
			return l.Timeout(ctx, time.Minute, func(ctx context.Context) error { panic("boom") })
		})
		var panicked *PanicError
		err := task.Await(ctx)
		return errors.Join(unless(errors.As(err, &panicked) && panicked.Value == "boom", "got %v", err),
			l.Sleep(ctx, time.Hour))
	})
}

// COMB-16
func TestATimeoutWorksInAGoroutine(t *testing.T) {
	goroutines(t, func(l *Loop) {
		err := l.Timeout(context.Background(), time.Millisecond, func(ctx context.Context) error {
			return l.Sleep(ctx, time.Hour)
		})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

// COMB-11 COMB-13 COMB-14
func TestATimeoutAroundATaskActsOnTheTask(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		within := func(limit time.Duration, task *Task) error { return l.Timeout(ctx, limit, task.Await) }
		began := 0
		fresh := func() *Task {
			return l.Go(ctx, func(ctx context.Context) error { began++; return l.Sleep(ctx, time.Second) })
		}
		done := fresh()
		in, none := within(time.Minute, done), within(Forever, fresh())
		atOnce, never := within(0, done), fresh()
		late := within(0, never)
		var same bool
		err := l.Timeout(ctx, time.Second, func(inner context.Context) error { same = Current(inner) == Current(ctx); return nil })
		inner := fresh()
		outer := l.Go(ctx, func(ctx context.Context) error { return l.Timeout(ctx, time.Minute, inner.Await) })
		l.Sleep(ctx, 0)
		l.Sleep(ctx, 0)
		outer.Cancel()
		return errors.Join(in, none, atOnce, err, is(late, ErrTimeout), is(never.Await(ctx), ErrCancelled), is(outer.Await(ctx), ErrCancelled),
			is(inner.Await(ctx), ErrCancelled), unless(began == 3 && same, "%d began, in the same task: %v", began, same))
	})
}

// COMB-12
func TestATimeoutWaitsForTheCleanUpWhoseOutcomeWins(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		cleaning := func(outcome func(error) error) (error, time.Duration) {
			begin := l.Time()
			task := l.Go(ctx, func(ctx context.Context) error {
				err := l.Sleep(ctx, time.Hour)
				l.Sleep(context.WithoutCancel(ctx), 3*time.Second)
				return outcome(err)
			})
			err := l.Timeout(ctx, time.Second, task.Await)
			return err, l.Time() - begin
		}
		late, took := cleaning(func(err error) error { return err })
		failed, _ := cleaning(func(error) error { return errMine })
		return errors.Join(is(late, ErrTimeout), unless(!errors.Is(late, ErrCancelled), "%v is a cancel", late), is(failed, errMine),
			unless(took == 4*time.Second, "after %v", took))
	})
}

// COMB-05
func TestOutcomesOfAllAreReadOneByOne(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		value := Spawn(ctx, l, func(ctx context.Context) (int, error) { return 3, l.Sleep(ctx, time.Second) })
		failed := Spawn(ctx, l, func(context.Context) (int, error) { return 0, errMine })
		cancelled := Spawn(ctx, l, func(ctx context.Context) (int, error) { return 0, l.Sleep(ctx, time.Hour) })
		cancelled.Cancel()
		_, pending, err := Wait(ctx, WaitAll, Forever, value, failed, cancelled)
		got, none := value.Await(ctx)
		_, theirs := failed.Await(ctx)
		_, gone := cancelled.Await(ctx)
		return errors.Join(err, none, is(theirs, errMine), is(gone, ErrCancelled), unless(got == 3 && len(pending) == 0, "%d, %v", got, pending))
	})
}

// COMB-16: the limit is not the only end of a timeout whose context was made from the task's
func TestTheEndOfADerivedContextEndsWaitsInATimeout(t *testing.T) {
	onClock(t, func(ctx context.Context, l *Loop) error {
		derived, cancel := context.WithCancel(ctx)
		l.Go(ctx, func(ctx context.Context) error { defer cancel(); return l.Sleep(ctx, time.Millisecond) })
		err := l.Timeout(derived, time.Hour, nap(l))
		inner := l.Timeout(derived, time.Hour, func(ctx context.Context) error {
			return l.Group(ctx, func(_ context.Context, g *Group) error { g.Go(nap(l)); return nil })
		})
		return errors.Join(is(err, context.Canceled), is(inner, context.Canceled))
	})
}

// COMB-16
func TestATimeoutOfAGoroutineIsErrTimeoutToo(t *testing.T) {
	goroutines(t, func(l *Loop) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		own := l.Timeout(context.Background(), time.Millisecond, nap(l))
		outer := l.Timeout(ctx, time.Hour, nap(l))
		if err := errors.Join(is(own, ErrTimeout), is(own, context.DeadlineExceeded), is(outer, context.DeadlineExceeded),
			unless(!errors.Is(outer, ErrTimeout), "the outer deadline was taken for the own one")); err != nil {
			t.Error(err)
		}
	})
}
