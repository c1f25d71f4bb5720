package async

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"
)

func after(l *Loop, d time.Duration, value int, err error) func(ctx context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		if err := l.Sleep(ctx, d); err != nil {
			return 0, err
		}
		return value, err
	}
}

// COMB-03
func TestGatherGivesResultsInTheOrderOfItsTasks(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		one, two := Spawn(ctx, l, after(l, 2*time.Second, 1, nil)), Spawn(ctx, l, after(l, time.Second, 2, nil))
		got, err := Gather(ctx, one, two, one)
		again, err2 := Gather(ctx, two, one)
		none, err3 := Gather[int](ctx)
		return errors.Join(err, err2, err3, unless(slices.Equal(got, []int{1, 2, 1}), "got %v", got),
			unless(slices.Equal(again, []int{2, 1}), "then %v", again), unless(len(none) == 0, "nothing gave %v", none))
	})
}

// COMB-04
func TestTheFirstErrorEndsAGatherAndTheOthersRunOn(t *testing.T) {
	first, second := errors.New("first"), errors.New("second")
	onLoop(t, func(ctx context.Context, l *Loop) error {
		slow, quick := Spawn(ctx, l, after(l, 2*time.Second, 0, second)), Spawn(ctx, l, after(l, time.Second, 0, first))
		good := Spawn(ctx, l, after(l, time.Minute, 7, nil))
		_, err := Gather(ctx, slow, quick, good)
		got, late := good.Await(ctx)
		return errors.Join(is(err, first), late, unless(got == 7, "got %d", got))
	})
}

// COMB-07
func TestCancellingAGatherCancelsItsTasks(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		one, two := l.Go(ctx, nap(l)), l.Go(ctx, nap(l))
		waiting := l.Go(ctx, func(ctx context.Context) error { return Join(ctx, one, two) })
		l.Sleep(ctx, time.Second)
		waiting.Cancel()
		return errors.Join(is(waiting.Await(ctx), ErrCancelled), is(one.Await(ctx), ErrCancelled), is(two.Await(ctx), ErrCancelled))
	})
}

// COMB-08 LOOP-15 TEST-06
func TestTasksOfTwoLoopsAreNotGathered(t *testing.T) {
	goroutines(t, func(other *Loop) {
		theirs := other.Go(context.Background(), func(context.Context) error { return nil })
		onLoop(t, func(ctx context.Context, l *Loop) error {
			mine := l.Go(ctx, func(context.Context) error { return nil })
			return errors.Join(is(Join(ctx, mine, theirs), ErrWrongLoop), is(theirs.Await(ctx), ErrWrongLoop), mine.Await(ctx))
		})
		if err := theirs.Await(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// COMB-25
func TestAsCompletedYieldsTheTasksAsTheyFinish(t *testing.T) {
	mine := errors.New("mine")
	onLoop(t, func(ctx context.Context, l *Loop) error {
		tasks := []*TaskOf[int]{
			Spawn(ctx, l, after(l, 3*time.Second, 3, nil)),
			Spawn(ctx, l, after(l, time.Second, 1, nil)),
			Spawn(ctx, l, after(l, 2*time.Second, 2, mine)),
		}
		var order []int
		for task, err := range AsCompleted(ctx, tasks...) {
			got, again := task.Await(ctx)
			if err != again {
				return unless(false, "%v and %v", err, again)
			}
			if err != nil {
				got = -1
			}
			order = append(order, got)
		}
		return unless(slices.Equal(order, []int{1, -1, 3}), "order %v", order)
	})
}

// COMB-26
func TestLeavingAsCompletedEarlyLeavesTheOthersRunning(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		quick, slow := Spawn(ctx, l, after(l, time.Second, 1, nil)), Spawn(ctx, l, after(l, time.Minute, 2, nil))
		for range AsCompleted(ctx, quick, slow) {
			break
		}
		got, err := slow.Await(ctx)
		return errors.Join(err, unless(got == 2, "got %d", got))
	})
}

// COMB-26
func TestACancelEndsAsCompleted(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		slow := l.Go(ctx, func(ctx context.Context) error { return l.Sleep(ctx, time.Minute) })
		waiting := l.Go(ctx, func(ctx context.Context) error {
			for task, err := range AsCompleted(ctx, slow) {
				if task != nil {
					return errors.New("it yielded a task")
				}
				return err
			}
			return nil
		})
		l.Sleep(ctx, time.Second)
		waiting.Cancel()
		return errors.Join(is(waiting.Await(ctx), ErrCancelled), slow.Await(ctx))
	})
}

// COMB-02 COMB-01 LOOP-25
func TestSleepZeroGivesWayOnce(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		var order []int
		turns := func(id int) func(ctx context.Context) error {
			return func(ctx context.Context) error {
				for range 3 {
					order = append(order, id)
					l.Sleep(ctx, -time.Second)
				}
				return nil
			}
		}
		err := Join(ctx, l.Go(ctx, turns(1)), l.Go(ctx, turns(2)))
		return errors.Join(err, unless(slices.Equal(order, []int{1, 2, 1, 2, 1, 2}), "order %v", order))
	})
}
