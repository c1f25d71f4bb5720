package async

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// TASK-01 TASK-10 CORO-01 CORO-12
func TestTasksStartInTheOrderOfTheirMakingAndNotAtOnce(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		var order []int
		var tasks []Awaitable
		for i := range 3 {
			tasks = append(tasks, l.Go(ctx, func(context.Context) error {
				order = append(order, i)
				return nil
			}))
		}
		if order != nil {
			return errors.New("a task ran before its maker waited")
		}
		return errors.Join(Join(ctx, tasks...), unless(slices.Equal(order, []int{0, 1, 2}), "order %v", order))
	})
}

// CORO-07 EXC-11 FUT-02
func TestAnErrorOfGoComesBackAsTheSameValue(t *testing.T) {
	mine := errors.New("mine")
	onLoop(t, func(ctx context.Context, l *Loop) error {
		inner := l.Go(ctx, func(ctx context.Context) error {
			if err := l.Sleep(ctx, time.Second); err != nil {
				return err
			}
			return mine
		})
		outer := l.Go(ctx, func(ctx context.Context) error { return inner.Await(ctx) })
		first, again := outer.Await(ctx), outer.Await(ctx)
		return unless(first == mine && again == mine, "got %v, then %v", first, again)
	})
}

// CORO-02
func TestAwaitingATaskThatHasEndedDoesNotGiveWay(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		first := l.Go(ctx, func(context.Context) error { return nil })
		if err := first.Await(ctx); err != nil {
			return err
		}
		ran := false
		second := l.Go(ctx, func(context.Context) error { ran = true; return nil })
		if err := first.Await(ctx); err != nil || ran {
			return unless(false, "%v, another task ran: %v", err, ran)
		}
		return second.Await(ctx)
	})
}

// TG-14
func TestATaskHasAResultOfItsOwnType(t *testing.T) {
	type point struct{ x, y int }
	onLoop(t, func(ctx context.Context, l *Loop) error {
		task := Spawn(ctx, l, func(ctx context.Context) (*point, error) {
			return &point{1, 2}, l.Sleep(ctx, time.Second)
		})
		got, err := task.Await(ctx)
		return errors.Join(err, unless(got != nil && got.y == 2, "got %v", got))
	})
}

// CORO-08
func TestATaskThatAwaitsItselfGetsAnError(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		var task *Task
		task = l.Go(ctx, func(ctx context.Context) error { return task.Await(ctx) })
		return is(task.Await(ctx), ErrState)
	})
}

// TASK-17 EXC-11
func TestAPanicEndsItsTaskWithTheStack(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		cause := errors.New("cause")
		task := l.Go(ctx, func(ctx context.Context) error {
			l.Sleep(ctx, time.Second)
			panic(cause)
		})
		err := task.Await(ctx)
		var panicked *PanicError
		return errors.Join(unless(errors.As(err, &panicked), "got %v", err), is(err, cause),
			unless(strings.Contains(string(panicked.Stack), "TestAPanicEndsItsTask"), "stack %s", panicked.Stack))
	})
}

// TASK-17
func TestGoexitEndsItsTaskAndNotTheLoop(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		deferred := false
		task := l.Go(ctx, func(ctx context.Context) error {
			defer func() { deferred = true }()
			l.Sleep(ctx, time.Second)
			runtime.Goexit()
			return nil
		})
		return errors.Join(is(task.Await(ctx), ErrGoexit), unless(deferred, "its deferred functions did not run"))
	})
}

// FUT-09 TASK-27
func TestAnErrorThatNobodyReadsIsReportedOnce(t *testing.T) {
	mine := errors.New("mine")
	var reports []error
	err := Run(context.Background(), func(ctx context.Context, l *Loop) error {
		l.Go(ctx, func(context.Context) error { return mine })
		return l.Sleep(ctx, time.Second)
	}, VirtualClock(), Report(func(err error, what string) { reports = append(reports, err) }))
	if err != nil || len(reports) != 1 || reports[0] != mine {
		t.Errorf("%v, reports %v", err, reports)
	}
}

// FUT-09
func TestAnErrorThatIsReadIsNotReported(t *testing.T) {
	mine := errors.New("mine")
	onLoop(t, func(ctx context.Context, l *Loop) error {
		early := l.Go(ctx, func(context.Context) error { return mine })
		l.Sleep(ctx, time.Second)
		late := l.Go(ctx, func(context.Context) error { return mine })
		return errors.Join(is(early.Await(ctx), mine), is(late.Await(ctx), mine))
	})
}

// TASK-24
func TestATaskThatNobodyHoldsRunsOn(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		done := false
		l.Go(ctx, func(ctx context.Context) error {
			err := l.Sleep(ctx, time.Hour)
			done = true
			return err
		})
		l.Sleep(ctx, time.Second)
		runtime.GC()
		runtime.GC()
		l.Sleep(ctx, 2*time.Hour)
		return unless(done, "it was lost")
	})
}

// TASK-22 TASK-05 CTX-02
func TestAContextTellsItsTaskAndTheValuesOfItsMaker(t *testing.T) {
	type key struct{}
	onLoop(t, func(ctx context.Context, l *Loop) error {
		var task *Task
		task = l.Go(context.WithValue(ctx, key{}, 7), func(ctx context.Context) error {
			before := unless(Current(ctx) == task && ctx.Value(key{}) == 7, "%v, %v", Current(ctx), ctx.Value(key{}))
			l.Sleep(ctx, time.Second)
			inner := l.Go(context.WithValue(ctx, key{}, 8), func(ctx context.Context) error {
				return unless(Current(ctx) != task && ctx.Value(key{}) == 8, "within: %v", ctx.Value(key{}))
			})
			return errors.Join(before, inner.Await(ctx),
				unless(Current(ctx) == task && ctx.Value(key{}) == 7, "after a wait: %v, %v", Current(ctx), ctx.Value(key{})))
		})
		return errors.Join(task.Await(ctx), unless(Current(ctx) != task && ctx.Value(key{}) == nil, "it leaked"))
	})
}

// TASK-04
func TestATaskHasANameInReports(t *testing.T) {
	var what string
	Run(context.Background(), func(ctx context.Context, l *Loop) error {
		l.GoNamed(ctx, "stubborn", func(ctx context.Context) error {
			for {
				l.Sleep(ctx, time.Second)
			}
		})
		return l.Sleep(ctx, time.Second)
	}, VirtualClock(), Grace(time.Minute), Report(func(err error, text string) { what += text + "\n" }))
	if !strings.Contains(what, "stubborn") {
		t.Errorf("reports: %s", what)
	}
}

// CORO-02
func TestWorkersAreUsedAgain(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		for range 3 {
			var tasks []Awaitable
			for range 2 * idleWorkers {
				tasks = append(tasks, l.Go(ctx, func(ctx context.Context) error { return l.Sleep(ctx, time.Second) }))
			}
			if err := Join(ctx, tasks...); err != nil {
				return err
			}
		}
		l.Sleep(ctx, time.Second)
		return unless(len(l.workers) == idleWorkers, "%d workers are kept", len(l.workers))
	})
}

// TASK-33
func TestATaskThatHasEndedKeepsNothing(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		freed := make(chan struct{})
		task := func() *Task {
			large := new([1 << 20]byte)
			runtime.SetFinalizer(large, func(*[1 << 20]byte) { close(freed) })
			return l.Go(ctx, func(context.Context) error { large[0] = 1; return nil })
		}()
		err := task.Await(ctx)
		for range 1000 {
			runtime.GC()
			select {
			case <-freed:
				runtime.KeepAlive(task)
				return err
			case <-time.After(time.Millisecond):
			}
		}
		return errors.New("what its function used is still there")
	})
}

// CTX-07 CTX-08
func TestAValueFollowsTasksAndGoroutines(t *testing.T) {
	type id struct{}
	onLoop(t, func(ctx context.Context, l *Loop) error {
		seen := make(chan any, 3)
		err := l.Group(context.WithValue(ctx, id{}, "request 7"), func(ctx context.Context, g *Group) error {
			g.Go(func(ctx context.Context) error {
				seen <- ctx.Value(id{})
				go func() { seen <- ctx.Value(id{}) }()
				return l.Timeout(ctx, time.Minute, func(ctx context.Context) error { seen <- ctx.Value(id{}); return nil })
			})
			return nil
		})
		for range 3 {
			err = errors.Join(err, unless(<-seen == "request 7", "it was lost"))
		}
		return err
	})
}

// THR-06: the task was asked for and is not made yet, and neither was run what was posted before it
func TestATaskAwaitsOneThatAnotherGoroutineIsMaking(t *testing.T) {
	goroutines(t, func(l *Loop) {
		ctx, q, running := context.Background(), NewQueue[int](l, 0), make(chan struct{})
		other := make(chan *Task)
		task := l.Go(ctx, func(ctx context.Context) error {
			close(running)
			return (<-other).Await(ctx)
		})
		<-running
		l.Post(func() { q.TryPut(1) })
		other <- l.Go(ctx, func(context.Context) error { return nil })
		if err := task.Await(ctx); err != nil || q.Len() != 1 {
			t.Errorf("%v, %d items", err, q.Len())
		}
	})
}
