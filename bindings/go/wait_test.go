package async

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"
)

// sleepers are tasks that sleep so many seconds; a negative one fails then.
func sleepers(ctx context.Context, l *Loop, seconds ...int) (tasks []*Task) {
	for _, n := range seconds {
		tasks = append(tasks, l.Go(ctx, func(ctx context.Context) error {
			err := l.Sleep(ctx, time.Duration(max(n, -n))*time.Second)
			if n < 0 {
				return errMine
			}
			return err
		}))
	}
	return tasks
}

var errMine = errors.New("mine")

// COMB-09
func TestWaitRaisesNothingAndCancelsNothing(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		tasks := sleepers(ctx, l, 1, -2, 9)
		polled, _, err := Wait(ctx, WaitAll, 0, tasks...)
		done, pending, err2 := Wait(ctx, WaitAll, 3*time.Second, tasks...)
		cut := l.Timeout(ctx, time.Second, func(ctx context.Context) error {
			_, _, err := Wait(ctx, WaitAll, Forever, tasks...)
			return err
		})
		twice, _, err3 := Wait(ctx, WaitAll, Forever, tasks[0], tasks[0])
		_, _, none := Wait[*Task](ctx, WaitAll, Forever)
		return errors.Join(err, err2, err3, is(none, ErrInvalid), is(cut, ErrTimeout), is(tasks[1].Await(ctx), errMine),
			tasks[2].Await(ctx), unless(len(polled) == 0 && len(twice) == 2, "%v %v", polled, twice),
			unless(slices.Equal(done, tasks[:2]) && slices.Equal(pending, tasks[2:]), "done %v", done))
	})
}

// COMB-10
func TestWaitEndsAsItsModeSays(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		for _, c := range []struct {
			mode WaitMode
			want int
			at   time.Duration
		}{{WaitFirst, 2, time.Second}, {WaitFirstError, 3, 2 * time.Second}, {WaitAll, 4, 4 * time.Second}} {
			tasks, begin := sleepers(ctx, l, 1, 1, -2, 4), l.Time()
			done, pending, err := Wait(ctx, c.mode, Forever, tasks...)
			at := l.Time() - begin
			Wait(ctx, WaitAll, Forever, tasks...)
			tasks[2].Await(ctx)
			if err != nil || len(done) != c.want || len(done)+len(pending) != 4 || at != c.at {
				return unless(false, "mode %d: %v, %d done after %v", c.mode, err, len(done), at)
			}
		}
		return nil
	})
}

// COMB-10
func TestACancelledMemberIsNoFirstError(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		tasks := sleepers(ctx, l, 9, 2)
		tasks[0].Cancel()
		done, _, err := Wait(ctx, WaitFirstError, Forever, tasks...)
		return errors.Join(err, unless(len(done) == 2, "%d done", len(done)))
	})
}

// COMB-09
func TestAGoroutineWaitsForSome(t *testing.T) {
	goroutines(t, func(l *Loop) {
		ctx, release := context.Background(), NewPromise[int](l, nil)
		quick := l.Go(ctx, func(context.Context) error { return nil })
		slow := Spawn(ctx, l, release.Future().Await)
		done, pending, err := Wait[Awaitable](ctx, WaitFirst, Forever, quick, slow)
		if err != nil || len(done) != 1 || len(pending) != 1 || pending[0] != Awaitable(slow) {
			t.Errorf("%v, %v, %v", err, done, pending)
		}
		short, cancel := context.WithTimeout(ctx, time.Millisecond)
		defer cancel()
		_, _, late := Wait[Awaitable](short, WaitAll, Forever, quick, slow)
		release.Set(7)
		if got, err := slow.Await(ctx); !errors.Is(late, context.DeadlineExceeded) || got != 7 || err != nil {
			t.Errorf("%v, then %d, %v", late, got, err)
		}
	})
}

// COMB-22
func TestAShieldKeepsACancelFromWhatItWaitsFor(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		inner := sleepers(ctx, l, 5)[0]
		outer := l.Go(ctx, func(ctx context.Context) error { return Shield(ctx, inner) })
		l.Sleep(ctx, time.Second)
		outer.Cancel()
		err, begin := outer.Await(ctx), l.Time()
		return errors.Join(is(err, ErrCancelled), Shield(ctx, inner), Shield(ctx, inner),
			unless(l.Time()-begin == 4*time.Second, "%v later", l.Time()-begin))
	})
}

// COMB-23
func TestALateErrorBehindAShieldIsReportedOnce(t *testing.T) {
	var reports []error
	err := Run(context.Background(), func(ctx context.Context, l *Loop) error {
		outer := l.Go(ctx, func(ctx context.Context) error { return Shield(ctx, sleepers(ctx, l, -5)[0]) })
		outer2 := l.Go(ctx, func(ctx context.Context) error { return Shield(ctx, sleepers(ctx, l, -1)[0]) })
		l.Sleep(ctx, 0)
		l.Sleep(ctx, 2*time.Second)
		outer.Cancel()
		return errors.Join(is(outer.Await(ctx), ErrCancelled), is(outer2.Await(ctx), errMine), l.Sleep(ctx, time.Minute))
	}, VirtualClock(), Report(func(err error, _ string) { reports = append(reports, err) }))
	if err != nil || len(reports) != 1 || reports[0] != errMine {
		t.Errorf("%v, reports %v", err, reports)
	}
}

// COMB-26
func TestCompletionsEndAtTheirLimit(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		tasks := sleepers(ctx, l, 3, 1, 9)
		var order []*Task
		var last error
		for task, err := range AsCompletedWithin(ctx, 5*time.Second, tasks...) {
			if task == nil {
				last = err
				break
			}
			order = append(order, task)
		}
		return errors.Join(is(last, ErrTimeout), tasks[2].Await(ctx),
			unless(slices.Equal(order, []*Task{tasks[1], tasks[0]}), "order %v", order))
	})
}
