package async

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// LOOP-27
func TestALoopTellsItsStateToAnyGoroutine(t *testing.T) {
	l, err := Start(VirtualClock(), Debug())
	if err != nil {
		t.Fatal(err)
	}
	told := ""
	l.Go(context.Background(), func(ctx context.Context) error { told = l.String(); return nil }).Await(context.Background())
	if l.IsClosed() || told != "loop running, debug" || l.String() != told {
		t.Errorf("closed %v, %q, %q", l.IsClosed(), l, told)
	}
	l.SetDebug(false)
	l.Close()
	if !l.IsClosed() || l.String() != "loop closed" {
		t.Errorf("closed %v, %q", l.IsClosed(), l)
	}
}

// LOOP-07 LOOP-08: what was posted before runs, what waits for its time does not; many may close it
func TestCloseEndsALoopOnceAndForAll(t *testing.T) {
	l, err := Start()
	if err != nil {
		t.Fatal(err)
	}
	ctx, posted := context.Background(), 0
	sleeps := l.Go(ctx, nap(l))
	closing := l.Go(ctx, func(context.Context) error { return l.Close() }).Await(ctx)
	l.Post(func() { posted++ })
	var all sync.WaitGroup
	for range 4 {
		all.Add(1)
		go func() {
			defer all.Done()
			if err := l.Close(); err != nil {
				t.Error(err)
			}
		}()
	}
	all.Wait()
	if err := errors.Join(is(closing, ErrState), is(sleeps.Await(ctx), ErrCancelled), is(l.Post(func() { posted++ }), ErrClosed),
		unless(posted == 1, "%d posted functions ran", posted)); err != nil {
		t.Error(err)
	}
}

// LOOP-08 TASK-26
func TestHowATaskEndedCanBeReadAfterItsLoop(t *testing.T) {
	l, err := Start(VirtualClock())
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	value := Spawn(ctx, l, func(context.Context) (int, error) { return 7, nil })
	failed := l.Go(ctx, func(ctx context.Context) error { l.Sleep(ctx, time.Hour); return errMine })
	l.Close()
	got, err := value.Await(ctx)
	if err := errors.Join(err, unless(got == 7, "got %d", got), is(failed.Await(ctx), errMine)); err != nil {
		t.Error(err)
	}
}

// THR-08 CORO-12
func TestAPostedFunctionCannotWait(t *testing.T) {
	goroutines(t, func(l *Loop) {
		ctx, told := context.Background(), make(chan error, 3)
		task, promise := l.Go(ctx, nap(l)), NewPromise[int](l, nil)
		l.Post(func() {
			_, err := promise.Future().Await(ctx)
			told <- err
			told <- task.Await(ctx)
			told <- l.Sleep(ctx, 0)
		})
		for range 3 {
			if err := <-told; !errors.Is(err, ErrState) {
				t.Error(err)
			}
		}
		promise.Set(1)
	})
}

// LOOP-10
func TestTimeNeverGoesBack(t *testing.T) {
	goroutines(t, func(l *Loop) {
		l.Go(context.Background(), func(ctx context.Context) error {
			for last := l.Time(); ; {
				if err := l.Sleep(ctx, time.Microsecond); err != nil {
					return err
				}
				now := l.Time()
				if now < last+time.Microsecond {
					t.Errorf("%v after %v", now, last)
				}
				if last = now; last > 0 && now%16 == 0 {
					return nil
				}
			}
		}).Await(context.Background())
	})
}

// LOOP-18 EXT-04
func TestAReportIsTheErrorItselfAndItsCircumstances(t *testing.T) {
	var errs []error
	var whats []string
	report := Report(func(err error, what string) { errs, whats = append(errs, err), append(whats, what) })
	err := Run(context.Background(), func(ctx context.Context, l *Loop) error {
		l.GoNamed(ctx, "the worker", func(context.Context) error { return errMine })
		l.Post(func() { panic(errMine) })
		return l.Sleep(ctx, time.Second)
	}, VirtualClock(), report)
	var panicked *PanicError
	if err := errors.Join(err, unless(len(errs) == 2, "%v", errs), unless(slices.Contains(errs, errMine), "not the same: %v", errs),
		unless(errors.As(errors.Join(errs...), &panicked), "no panic: %v", errs),
		contains(strings.Join(whats, "; "), "the worker"), contains(strings.Join(whats, "; "), "posted")); err != nil {
		t.Error(err)
	}
	printed := captureStderr(t, func() {
		Run(context.Background(), func(ctx context.Context, l *Loop) error {
			l.report = func(error, string) { panic("boom") } // what it does not take is printed
			l.tell(errMine, "the circumstances")
			return nil
		})
	})
	if err := contains(printed, "boom", "the circumstances", "mine"); err != nil {
		t.Error(err)
	}
}

// HND-04 HND-08
func TestASleepOfNothingOrLessGoesBehindWhatIsReady(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		var order []string
		begin := l.Time()
		for _, d := range []time.Duration{time.Nanosecond, 0, -time.Hour} {
			l.Go(ctx, func(ctx context.Context) error {
				err := l.Sleep(ctx, d)
				order = append(order, d.String())
				return err
			})
		}
		l.Go(ctx, func(context.Context) error { order = append(order, "ready"); return nil })
		never := l.Go(ctx, func(ctx context.Context) error { return l.Sleep(ctx, Forever) })
		err := l.Sleep(ctx, time.Second)
		pending := !never.isDone()
		never.Cancel()
		return errors.Join(err, is(never.Await(ctx), ErrCancelled), unless(pending, "for ever is over"),
			unless(slices.Equal(order, []string{"ready", "0s", "-1h0m0s", "1ns"}), "%v", order),
			unless(l.Time() == begin+time.Second, "at %v", l.Time()-begin))
	})
}

// HND-07
func TestCancelledWaitsForATimeLeaveNothing(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		for range 200 {
			var tasks []*Task
			for range 50 {
				tasks = append(tasks, l.Go(ctx, nap(l)))
			}
			l.Sleep(ctx, 0)
			for _, task := range tasks {
				task.Cancel()
				task.Await(ctx)
			}
		}
		return unless(!strings.Contains(l.Live(), "sleep"), "alive:\n%s", l.Live())
	})
}

// FUT-07
func TestThoseWhoAwaitAreWokenInTheirOrder(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		promise := NewPromise[int](l, nil)
		var order []string
		return l.Group(ctx, func(ctx context.Context, g *Group) error {
			for i := range 4 {
				g.Go(func(ctx context.Context) error {
					value, err := promise.Future().Await(ctx)
					order = append(order, fmt.Sprint(i, value))
					return err
				})
			}
			l.Sleep(ctx, time.Second)
			promise.Set(7)
			early := len(order)
			l.Sleep(ctx, time.Second)
			return unless(early == 0 && slices.Equal(order, []string{"0 7", "1 7", "2 7", "3 7"}), "%d, %v", early, order)
		})
	})
}

// TASK-02 FUT-11
func TestATaskIsAFutureWhereverOneIsWanted(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		promise := NewPromise[int](l, nil)
		task := l.Go(ctx, nap(l))
		typed := Spawn(ctx, l, func(ctx context.Context) (int, error) { return 3, l.Sleep(ctx, time.Second) })
		promise.Set(1)
		if _, err := promise.Future().Await(ctx); err != nil {
			return err
		}
		all := []Awaitable{promise.Future(), task, typed}
		done, pending, err := Wait(ctx, WaitAll, time.Minute, all...)
		for _, item := range all {
			item.Cancel()
			Shield(ctx, item)
		}
		return errors.Join(err, is(task.Await(ctx), ErrCancelled), unless(len(done) == 2 && pending[0] == Awaitable(task), "%v, %v", done, pending))
	})
}

// TASK-23
func TestTasksAreCountedFromAnotherGoroutine(t *testing.T) {
	goroutines(t, func(l *Loop) {
		ctx, cancel := context.WithCancel(context.Background())
		var made []*Task
		for range 5 {
			made = append(made, l.Go(ctx, nap(l)))
		}
		before := l.Tasks()
		cancel()
		for _, task := range made {
			task.Await(context.Background())
		}
		if len(before) != 5 || len(l.Tasks()) != 0 || !slices.Contains(before, made[4]) {
			t.Errorf("%d, then %d tasks", len(before), len(l.Tasks()))
		}
	})
}

// TASK-25
func TestASetOfBackgroundTasksEmptiesItself(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		running, most := map[int]bool{}, 0
		for i := range 10 {
			running[i] = true
			l.Go(ctx, func(ctx context.Context) error {
				defer delete(running, i)
				return l.Sleep(ctx, time.Duration(i)*time.Second)
			})
			runtime.GC()
		}
		most = len(running)
		l.Sleep(ctx, time.Minute)
		return unless(most == 10 && len(running) == 0, "%d, then %d", most, len(running))
	})
}

// TG-15
func TestAFailedGroupKeepsNothing(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		gone := make(chan bool, 1)
		err := func() error {
			kept := &struct{ room [64]byte }{}
			runtime.SetFinalizer(kept, func(any) { gone <- true })
			return l.Group(ctx, func(ctx context.Context, g *Group) error {
				g.Go(func(ctx context.Context) error { kept.room[0]++; return errMine })
				g.Go(func(ctx context.Context) error { defer func() { kept.room[1]++ }(); return l.Sleep(ctx, time.Hour) })
				return nil
			})
		}()
		for range 100 {
			runtime.GC()
			l.Sleep(ctx, time.Second)
			select {
			case <-gone:
				return is(err, errMine)
			default:
			}
		}
		return errors.New("what the tasks used is alive")
	})
}
