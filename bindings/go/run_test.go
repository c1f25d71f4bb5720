package async

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// RUN-01 LOOP-06
func TestRunReturnsWhatMainReturns(t *testing.T) {
	mine := errors.New("mine")
	if err := Run(context.Background(), func(context.Context, *Loop) error { return mine }); err != mine {
		t.Errorf("got %v", err)
	}
}

// RUN-01 LOOP-05 THR-11
func TestRunInsideATaskIsRefused(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		return errors.Join(is(Run(ctx, func(context.Context, *Loop) error { return nil }), ErrState),
			is(l.Close(), ErrState))
	})
}

// RUN-02 RUN-03 RUN-06
func TestRunCancelsWhatIsLeftAndWaitsForIt(t *testing.T) {
	var order []string
	var late *Task
	var ended *Loop
	onLoop(t, func(ctx context.Context, l *Loop) error {
		ended = l
		NewGenerator(ctx, l, func(ctx context.Context, yield func(int) error) error {
			err := yield(1)
			order = append(order, "closed a generator")
			return err
		}).Next(ctx)
		l.Go(ctx, func(ctx context.Context) error {
			l.Sleep(ctx, time.Hour)
			order = append(order, "cancelled")
			late = l.Go(context.WithoutCancel(ctx), nap(l))
			l.Sleep(ctx, time.Minute)
			order = append(order, "cleaned up")
			return nil
		})
		return l.Sleep(ctx, time.Second)
	})
	if !slices.Equal(order, []string{"cancelled", "cleaned up", "closed a generator"}) || !errors.Is(late.err, ErrCancelled) {
		t.Errorf("order %v, the late task: %v", order, late.err)
	}
	if err := ended.Sleep(context.Background(), 0); !errors.Is(err, ErrClosed) {
		t.Errorf("the loop is left open: %v", err)
	}
}

// RUN-04
func TestWhatFailsDuringTheEndIsReported(t *testing.T) {
	mine := errors.New("mine")
	var reports []error
	err := Run(context.Background(), func(ctx context.Context, l *Loop) error {
		l.Go(ctx, func(ctx context.Context) error {
			l.Sleep(ctx, time.Hour)
			return mine
		})
		return l.Sleep(ctx, time.Second)
	}, VirtualClock(), Report(func(err error, what string) { reports = append(reports, err) }))
	if err != nil || len(reports) != 1 || reports[0] != mine {
		t.Errorf("%v, reports %v", err, reports)
	}
}

// RUN-05 TASK-26
func TestATaskThatWillNotEndIsLeftAfterTheGrace(t *testing.T) {
	waits, unwound, reports := 0, false, 0
	err := Run(context.Background(), func(ctx context.Context, l *Loop) error {
		l.Go(ctx, func(ctx context.Context) error {
			defer func() { unwound = true }()
			for !errors.Is(l.Sleep(ctx, time.Second), ErrClosed) {
				waits++
			}
			return nil
		})
		return l.Sleep(ctx, time.Second)
	}, VirtualClock(), Grace(time.Minute), Report(func(error, string) { reports++ }))
	if err != nil || !unwound || waits < 59 || reports == 0 {
		t.Errorf("%v, unwound %v after %d waits, %d reports", err, unwound, waits, reports)
	}
}

// RUN-09
func TestTheContextOfRunCancelsMain(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cleaned := false
	err := Run(ctx, func(ctx context.Context, l *Loop) error {
		time.AfterFunc(time.Millisecond, cancel)
		err := l.Sleep(ctx, time.Hour)
		cleaned = l.Sleep(ctx, time.Millisecond) == nil
		return err
	})
	if !errors.Is(err, context.Canceled) || !cleaned {
		t.Errorf("%v, cleaned up: %v", err, cleaned)
	}
}

// SIG-07 RUN-09
func TestASignalEndsRunByItsContext(t *testing.T) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGUSR1)
	defer stop()
	cleaned := false
	err := Run(ctx, func(ctx context.Context, l *Loop) error {
		l.Post(func() { syscall.Kill(os.Getpid(), syscall.SIGUSR1) })
		err := l.Sleep(ctx, time.Hour)
		cleaned = l.Sleep(ctx, time.Millisecond) == nil
		return err
	})
	if !errors.Is(err, context.Canceled) || !cleaned {
		t.Errorf("%v, cleaned up: %v", err, cleaned)
	}
}

// HND-06: a step that blocks the loop stands for a stall
func TestALateLoopRunsWhatIsDueInTheOrderOfItsDeadlines(t *testing.T) {
	if err := Run(context.Background(), func(ctx context.Context, l *Loop) error {
		var order []int
		for _, ms := range []int{3, 1, 2} {
			l.Go(ctx, func(ctx context.Context) error {
				err := l.Sleep(ctx, time.Duration(ms)*time.Millisecond)
				order = append(order, ms)
				return err
			})
		}
		for range 3 { // they have asked for their sleeps
			l.Sleep(ctx, 0)
		}
		time.Sleep(5 * time.Millisecond)
		for len(order) < 3 {
			l.Sleep(ctx, 0)
		}
		return unless(slices.Equal(order, []int{1, 2, 3}), "order %v", order)
	}); err != nil {
		t.Error(err)
	}
}

// TEST-07 HND-05
func TestTheVirtualClockJumpsFromDeadlineToDeadline(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		begin, real := l.Time(), time.Now()
		var order []time.Duration
		var tasks []Awaitable
		for _, hours := range []time.Duration{3, 1, 2, 1} {
			tasks = append(tasks, l.Go(ctx, func(ctx context.Context) error {
				err := l.Sleep(ctx, hours*time.Hour)
				order = append(order, l.Time()-begin)
				return err
			}))
		}
		err := Join(ctx, tasks...)
		wanted := []time.Duration{time.Hour, time.Hour, 2 * time.Hour, 3 * time.Hour}
		return errors.Join(err, unless(slices.Equal(order, wanted), "order %v", order),
			unless(time.Since(real) < time.Minute, "it took %v", time.Since(real)))
	})
}

// LOOP-09 THR-06
func TestAClosedLoopRefusesEverything(t *testing.T) {
	l, err := Start()
	if err != nil {
		t.Fatal(err)
	}
	early := l.Go(context.Background(), func(context.Context) error { return nil })
	if err := errors.Join(early.Await(context.Background()), l.Close(), l.Close()); err != nil {
		t.Error(err)
	}
	ctx := context.Background()
	_, failed := l.Connect(ctx, "127.0.0.1", 1)
	_, served := l.Serve(ctx, "127.0.0.1", 0, echo)
	for i, err := range []error{
		l.Sleep(ctx, 0), l.Post(func() {}), failed, served, NewPromise[int](l, nil).Set(1),
		l.Go(ctx, func(context.Context) error { return nil }).Await(ctx), l.NewSemaphore(1).Acquire(ctx),
		NewQueue[int](l, 0).Put(ctx, 1), l.Group(ctx, func(context.Context, *Group) error { return nil }),
	} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("call %d: %v", i, err)
		}
	}
}

// RUN-03
func TestAGoroutineThatWaitsIsToldOfTheEnd(t *testing.T) {
	l, err := Start()
	if err != nil {
		t.Fatal(err)
	}
	waiting := make(chan error)
	go func() {
		l.Sleep(context.Background(), 0)
		go l.Close()
		waiting <- l.Sleep(context.Background(), time.Hour)
	}()
	if err := <-waiting; !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
}

// LOOP-14 THR-10: each is inside a step while the others are, and knows its own task
func TestSeveralLoopsRunAtOnce(t *testing.T) {
	const loops = 4
	var all, inside sync.WaitGroup
	var mains [loops]*Task
	inside.Add(loops)
	for i := range loops {
		all.Add(1)
		go func() {
			defer all.Done()
			onLoop(t, func(ctx context.Context, l *Loop) error {
				mains[i] = Current(ctx)
				inside.Done()
				inside.Wait()
				tasks := l.Tasks()
				return errors.Join(l.Sleep(ctx, time.Hour), unless(Current(ctx) == mains[i], "another loop's task is current"),
					unless(len(tasks) == 1 && tasks[0] == mains[i], "tasks %v", tasks))
			})
		}()
	}
	all.Wait()
	for i := range loops {
		if mains[i] == nil || mains[i] == mains[(i+1)%loops] {
			t.Errorf("tasks %v", mains)
		}
	}
}

// THR-06 THR-07
func TestManyGoroutinesWaitAtOnce(t *testing.T) {
	goroutines(t, func(l *Loop) {
		var all sync.WaitGroup
		var failed atomic.Int32
		for range 50 {
			all.Add(1)
			go func() {
				defer all.Done()
				for range 20 {
					if l.Sleep(context.Background(), 0) != nil {
						failed.Add(1)
					}
				}
			}()
		}
		all.Wait()
		if failed.Load() != 0 {
			t.Errorf("%d waits failed", failed.Load())
		}
	})
}

// THR-07
func TestAGoroutineThatStopsWaitingLeavesTheTaskAlone(t *testing.T) {
	goroutines(t, func(l *Loop) {
		release := NewPromise[int](l, nil)
		task := Spawn(context.Background(), l, func(ctx context.Context) (int, error) { return release.Future().Await(ctx) })
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		_, err := task.Await(ctx)
		release.Set(7)
		got, after := task.Await(context.Background())
		if !errors.Is(err, context.DeadlineExceeded) || got != 7 || after != nil {
			t.Errorf("%v, then %d, %v", err, got, after)
		}
	})
}

// THR-09 TASK-34
func TestAGoroutineMayUseTheContextOfATask(t *testing.T) {
	if err := Run(context.Background(), func(ctx context.Context, l *Loop) error {
		done := NewPromise[int](l, nil)
		for range 8 {
			go func() {
				for range 50 {
					l.Sleep(ctx, 0)
				}
				done.Set(7)
			}()
		}
		for range 200 {
			if err := l.Sleep(ctx, 0); err != nil {
				return err
			}
		}
		_, err := done.Future().Await(ctx)
		return err
	}); err != nil {
		t.Error(err)
	}
}

// THR-06 THR-08 LOOP-16
func TestPostedFunctionsRunInOrderBetweenSteps(t *testing.T) {
	var reported error
	l, _ := Start(Report(func(err error, _ string) { reported = err }))
	var order []int
	for i := range 3 {
		l.Post(func() { order = append(order, i) })
	}
	l.Post(func() { panic("boom") })
	l.Post(runtime.Goexit)
	l.Post(func() { order = append(order, 3) })
	var waited error
	l.Post(func() { waited = l.Sleep(context.Background(), 0) })
	l.Close()
	if !slices.Equal(order, []int{0, 1, 2, 3}) || reported != ErrGoexit || !errors.Is(waited, ErrState) {
		t.Errorf("order %v, reported %v, waiting gave %v", order, reported, waited)
	}
}

// RUN-07
func TestALoopThatWasStartedRunsManyMains(t *testing.T) {
	l, err := Start(VirtualClock())
	if err != nil {
		t.Fatal(err)
	}
	ctx, count := context.Background(), 0
	event := l.NewEvent()
	for range 3 {
		main := l.Go(ctx, func(ctx context.Context) error {
			count++
			event.Set()
			return errors.Join(event.Wait(ctx), l.Sleep(ctx, time.Hour))
		})
		err = errors.Join(err, main.Await(ctx))
	}
	err = errors.Join(err, l.Close(), l.Close())
	if err != nil || count != 3 || !errors.Is(event.Wait(ctx), ErrClosed) {
		t.Errorf("%v, %d runs", err, count)
	}
}
