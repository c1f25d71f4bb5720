package async

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"testing"
	"time"
)

// LOOP-16, case 24: what a posted function posts comes after its batch; one that panics is reported, and the rest go on
func TestCaseOfPostedFunctionsThatPostAndFail(t *testing.T) {
	var order []string
	note := func(text string) func() { return func() { order = append(order, text) } }
	reports := reportsOf(t, func(ctx context.Context, l *Loop) error {
		l.Post(func() { l.Post(note("posted by a function")) })
		l.Post(func() { panic("boom") })
		l.Post(note("the batch goes on"))
		return l.Sleep(ctx, time.Second)
	})
	if !slices.Equal(order, []string{"the batch goes on", "posted by a function"}) || len(reports) != 1 {
		t.Errorf("order %v, reports %v", order, reports)
	}
}

// HND-05, case 25: never early, in the order of the deadlines, equal ones in the order they were set
func TestCaseOfEqualDeadlines(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		var order []int
		var tasks []Awaitable
		begin, early := l.Time(), false
		for i, d := range []time.Duration{5, 3, 5, 4, 3, 5} {
			tasks = append(tasks, l.Go(ctx, func(ctx context.Context) error {
				err := l.Sleep(ctx, d)
				early = early || l.Time()-begin < d
				order = append(order, i)
				return err
			}))
		}
		return errors.Join(Join(ctx, tasks...), unless(slices.Equal(order, []int{1, 4, 3, 0, 2, 5}) && !early, "order %v, early %v",
			order, early))
	})
}

// COMB-01, case 25: cancelled in bulk they are gone; of two that cancel each other in one turn the first wins
func TestCaseOfCancelledDeadlines(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		tasks, begin := sleepers(ctx, l, slices.Repeat([]int{3600}, 300)...), l.Time()
		var pair [2]*Task
		for i := range pair {
			pair[i] = l.Go(ctx, func(ctx context.Context) error {
				err := l.Sleep(ctx, time.Second)
				if err == nil {
					pair[1-i].Cancel()
				}
				return err
			})
		}
		l.Sleep(ctx, 0)
		var failed error
		for _, task := range tasks {
			task.Cancel()
		}
		for _, task := range tasks {
			failed = errors.Join(failed, is(task.Await(ctx), ErrCancelled))
		}
		bulk := l.Time() - begin
		one := pair[0].Await(ctx)
		pair[1].Await(ctx)
		return errors.Join(failed, one, unless(bulk == 0, "after %v", bulk))
	})
}

// THR-07, case 39: a goroutine that stops waiting cancels nothing, its cancel reaches the task, and a late promise is refused
func TestCaseOfAGoroutineBesideALoop(t *testing.T) {
	ctx := context.Background()
	var late *Promise[int]
	goroutines(t, func(l *Loop) {
		late = NewPromise[int](l, nil)
		task := Spawn(ctx, l, late.Future().Await)
		short, cancel := context.WithTimeout(ctx, time.Millisecond)
		defer cancel()
		_, expired := task.Await(short)
		var running bool
		l.do(func() { running = !task.isDone() })
		task.Cancel()
		if _, err := task.Await(ctx); !errors.Is(expired, context.DeadlineExceeded) || !running || !errors.Is(err, ErrCancelled) {
			t.Errorf("%v, running %v, then %v", expired, running, err)
		}
	})
	if err := late.Set(7); !errors.Is(err, ErrClosed) {
		t.Errorf("after the end: %v", err)
	}
}

// AGEN-04 AGEN-05, case 40: let go of, the loop closes it later; closed, it has cleaned up there and then
func TestCaseOfAGeneratorThatIsLetGo(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		dropped, closed := 0, 0
		func() { counting(ctx, l, 9, &dropped).Next(ctx) }()
		g := counting(ctx, l, 9, &closed)
		g.Next(ctx)
		err, at := g.Close(ctx), closed
		first := dropped
		for range 100 {
			if runtime.GC(); dropped != 0 {
				break
			}
			l.Sleep(ctx, time.Second)
		}
		return errors.Join(err, unless(at == 1 && first == 0 && dropped == 1, "closed %d, let go %d, %d", at, first, dropped))
	})
}

// AGEN-03 AGEN-09, case 40: one step at a time and no close in one, which is unharmed; a cancel is raised inside
func TestCaseOfAGeneratorInAStep(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		cleaned := 0
		g := counting(ctx, l, 9, &cleaned)
		step := Spawn(ctx, l, g.Next)
		l.Sleep(ctx, time.Millisecond)
		_, second := g.Next(ctx)
		closing := g.Close(ctx)
		got, err := step.Await(ctx)
		step = Spawn(ctx, l, g.Next)
		l.Sleep(ctx, time.Millisecond)
		step.Cancel()
		_, cancelled := step.Await(ctx)
		return errors.Join(is(second, ErrBusy), is(closing, ErrBusy), err, is(cancelled, ErrCancelled),
			unless(got == 0 && cleaned == 1, "got %d, %d clean-ups", got, cleaned))
	})
}

// AGEN-07 AGEN-10, case 40: a yield in a scope is refused; the end of the loop closes all and tells failures
func TestCaseOfAGeneratorAtTheEndOfItsLoop(t *testing.T) {
	var refused error
	reports := reportsOf(t, func(ctx context.Context, l *Loop) error {
		_, err := NewGenerator(ctx, l, func(ctx context.Context, yield func(int) error) error {
			l.Timeout(ctx, time.Hour, func(context.Context) error { refused = yield(1); return nil })
			return errors.Join(yield(2), errMine)
		}).Next(ctx)
		return err
	})
	if !errors.Is(refused, ErrState) || len(reports) != 1 || !errors.Is(reports[0], errMine) {
		t.Errorf("%v, reports %v", refused, reports)
	}
}
