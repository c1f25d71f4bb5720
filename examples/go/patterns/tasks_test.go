package patterns

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"libasync.dev/async"
	"libasync.dev/async/asynctest"
)

// forever sleeps, and counts its clean-ups, which take a second.
func forever(l *async.Loop, cleaned *int) Function {
	return func(ctx context.Context) error {
		err := l.Sleep(ctx, 1000*time.Hour)
		if l.Sleep(ctx, time.Second) == nil {
			*cleaned++
		}
		return err
	}
}

// ECO-06
func TestBackgroundTasksEndWithTheBody(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context, l *async.Loop) error {
		cleaned := 0
		nap := func(ctx context.Context) error { return l.Sleep(ctx, time.Second) }
		well := WithBackground(ctx, l, nap, forever(l, &cleaned), forever(l, &cleaned))
		ended := cleaned
		failed := WithBackground(ctx, l, func(context.Context) error { return errMine }, forever(l, &cleaned))
		job := WithBackground(ctx, l, forever(l, &cleaned), func(ctx context.Context) error { return errors.Join(nap(ctx), errMine) })
		fails := func(ctx context.Context) error { return errors.Join(nap(ctx), errMine) }
		begun := cleaned
		other := WithBackground(ctx, l, forever(l, &cleaned), fails, forever(l, &cleaned))
		return errors.Join(well, is(failed, errMine), is(job, errMine), unless(ended == 2, "%d of 2 had ended", ended),
			is(other, errMine), unless(cleaned == begun+2, "%d of 2 cleaned up", cleaned-begun))
	})
}

// ECO-06
func TestACancelOfTheProgramIsItsOutcome(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context, l *async.Loop) error {
		cleaned := 0
		program := l.Go(ctx, func(ctx context.Context) error {
			return WithBackground(ctx, l, forever(l, &cleaned), forever(l, &cleaned))
		})
		l.Sleep(ctx, time.Second)
		program.Cancel()
		return errors.Join(is(program.Await(ctx), async.ErrCancelled), unless(cleaned == 2, "%d cleaned up", cleaned))
	})
}

// ECO-21
func TestAMonitorTicksAtEachPeriodUntilTheBodyEnds(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context, l *async.Loop) error {
		var at []time.Duration
		begin := l.Time()
		err := WithMonitor(ctx, l, time.Second, func() { at = append(at, l.Time()-begin) },
			func(ctx context.Context) error { return l.Sleep(ctx, 3500*time.Millisecond) })
		ticks := len(at)
		l.Sleep(ctx, time.Hour)
		return errors.Join(err, unless(slices.Equal(at, []time.Duration{time.Second, 2 * time.Second, 3 * time.Second}), "at %v", at),
			unless(len(at) == ticks, "it goes on"))
	})
}

// ECO-07
func TestAPipelineEmptiesItsQueueAndEnds(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context, l *async.Loop) error {
		sum := 0
		produce := func(ctx context.Context, put func(int) error) error {
			for i := range 10 {
				if err := put(i); err != nil {
					return err
				}
			}
			return nil
		}
		consume := func(ctx context.Context, item int) error { sum += item; return l.Sleep(ctx, time.Second) }
		err := Pipeline(ctx, l, 2, 3, consume, produce, produce)
		fails := func(ctx context.Context, item int) error { return unless(item != 5, "five: %v", item) }
		stuck := Pipeline(ctx, l, 2, 2, fails, produce)
		return errors.Join(err, is(stuck, async.ErrGroup), unless(sum == 90, "the sum is %d", sum))
	})
}

// ECO-08
func TestOneSourceThatEndsEndsTheOthers(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context, l *async.Loop) error {
		cleaned := 0
		well := Sources(ctx, l, forever(l, &cleaned), func(ctx context.Context) error { return l.Sleep(ctx, time.Second) })
		first := cleaned
		failed := Sources(ctx, l, forever(l, &cleaned), func(ctx context.Context) error { return errors.Join(l.Sleep(ctx, time.Second), errMine) })
		lock, writers, most, sent := l.NewLock(), 0, 0, 0
		sender := func(ctx context.Context) (err error) {
			for i := 0; i < 3 && err == nil; i++ {
				err = lock.Do(ctx, func() error {
					writers++
					most = max(most, writers)
					err := l.Sleep(ctx, time.Second)
					writers--
					sent++
					return err
				})
			}
			return err
		}
		serialised := Sources(ctx, l, sender, sender)
		return errors.Join(well, is(failed, errMine), ctx.Err(), serialised,
			unless(most == 1 && sent >= 3, "%d sent, %d at once", sent, most),
			unless(first == 1 && cleaned == 2, "%d, then %d cleaned up", first, cleaned))
	})
}

// ECO-18
func TestAGateHoldsWorkersOrSendsThemAway(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context, l *async.Loop) error {
		gate, broken, through := NewGate(l), NewGate(l), 0
		worker := func(g *Gate) *async.Task {
			return l.Go(ctx, func(ctx context.Context) error {
				err := g.Wait(ctx)
				through++
				return err
			})
		}
		one, two, cut := worker(gate), worker(gate), worker(gate)
		away := worker(broken)
		l.Sleep(ctx, time.Second)
		early := through
		cut.Cancel()
		alone := cut.Await(ctx)
		gate.Open()
		broken.Fail(errMine)
		return errors.Join(one.Await(ctx), two.Await(ctx), gate.Wait(ctx), is(away.Await(ctx), errMine), is(broken.Wait(ctx), errMine),
			is(alone, async.ErrCancelled), unless(early == 0, "%d went through", early))
	})
}

// ECO-19
func TestOthersRunBetweenChunks(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context, l *async.Loop) error {
		var order []int
		other := l.Go(ctx, func(ctx context.Context) error {
			for i := range 3 {
				order = append(order, 100+i)
				l.Sleep(ctx, 0)
			}
			return nil
		})
		err := InChunks(ctx, l, 6, 2, func(i int) { order = append(order, i) })
		cut := l.Go(ctx, func(ctx context.Context) error {
			return InChunks(ctx, l, 1000000, 1, func(i int) {
				if i == 5 {
					async.Current(ctx).Cancel()
				}
			})
		})
		return errors.Join(err, other.Await(ctx), is(cut.Await(ctx), async.ErrCancelled),
			unless(slices.Equal(order, []int{0, 1, 100, 2, 3, 101, 4, 5, 102}), "order %v", order))
	})
}

// serve runs a service with jobs of so many seconds.
func serve(ctx context.Context, l *async.Loop, end func(s *Service[int]), seconds ...int) (done int, cut bool, closed int, err error) {
	s := NewService(l, 10*time.Second, func(ctx context.Context, job int) error {
		err := l.Sleep(ctx, time.Duration(job)*time.Second)
		if err == nil {
			done++
		}
		return err
	}, func() { closed++ })
	run := l.Go(ctx, func(ctx context.Context) (err error) { cut, err = s.Run(ctx, 2); return err })
	for _, job := range seconds {
		s.Submit(job)
	}
	l.Sleep(ctx, time.Second)
	end(s)
	err = errors.Join(run.Await(ctx), is(s.Submit(1), async.ErrClosed))
	return done, cut, closed, err
}

// ECO-05
func TestAServiceFinishesWhatItHasWithinItsGrace(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context, l *async.Loop) error {
		stop := func(s *Service[int]) { s.Stop() }
		done, cut, closed, err := serve(ctx, l, stop, 2, 3, 4)
		late, cutLate, closedLate, err2 := serve(ctx, l, stop, 2, 99)
		begin := l.Time()
		_, aborted, closedLast, err3 := serve(ctx, l, func(s *Service[int]) { s.Stop(); s.Abort() }, 99, 99)
		return errors.Join(err, err2, err3, unless(done == 3 && !cut && closed == 1, "%d done, cut %v", done, cut),
			unless(late == 1 && cutLate && closedLate == 1, "%d done, cut %v", late, cutLate),
			unless(aborted && closedLast == 1 && l.Time()-begin < 5*time.Second, "aborted after %v", l.Time()-begin))
	})
}

// ECO-05
func TestAJobThatFailsEndsAService(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context, l *async.Loop) error {
		closed, cleaned := 0, 0
		s := NewService(l, time.Minute, func(ctx context.Context, job int) error {
			if job > 0 {
				return forever(l, &cleaned)(ctx)
			}
			return errors.Join(l.Sleep(ctx, time.Second), errMine)
		}, func() { closed++ })
		s.Submit(1)
		s.Submit(0)
		_, err := s.Run(ctx, 2)
		return errors.Join(is(err, errMine), unless(closed == 1 && cleaned == 1, "%d closed, %d cleaned up", closed, cleaned))
	})
}

// ECO-20
func TestAToyLoopRunsByTimeAndOrder(t *testing.T) {
	var loop ToyLoop
	var order []string
	say := func(text string) func() { return func() { order = append(order, text) } }
	loop.After(2*time.Second, say("late"))
	loop.After(time.Second, func() { say("early")(); loop.Soon(say("soon")) })
	loop.After(time.Second, say("equal"))
	loop.Soon(say("now"))
	loop.Run()
	if !slices.Equal(order, []string{"now", "early", "soon", "equal", "late"}) || loop.Now != 2*time.Second {
		t.Errorf("order %v, ended at %v", order, loop.Now)
	}
}
