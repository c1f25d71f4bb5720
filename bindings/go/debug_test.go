package async

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// DBG-01 RUN-11
func TestDebugModeIsAnOptionAVariableAndASwitch(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		return errors.Join(unless(l.IsDebug(), "it is off"), l.SetDebug(false), unless(!l.IsDebug(), "it is on"))
	}, Debug())
	goroutines(t, func(l *Loop) {
		off := l.IsDebug()
		err := errors.Join(l.SetDebug(true), l.Sleep(context.Background(), 0))
		if err != nil || off || !l.IsDebug() {
			t.Errorf("%v, on from the start: %v", err, off)
		}
	})
	t.Setenv("LIBASYNC_DEBUG", "1")
	onLoop(t, func(_ context.Context, l *Loop) error { return unless(l.IsDebug(), "the environment does not count") })
}

// DBG-02
func TestATaskTellsWhereItWasMade(t *testing.T) {
	var reports []string
	err := Run(context.Background(), func(ctx context.Context, l *Loop) error {
		task := l.GoNamed(ctx, "worker", func(ctx context.Context) error { l.Sleep(ctx, time.Second); return errMine })
		l.Sleep(ctx, 2*time.Second)
		return is(task.err, errMine)
	}, VirtualClock(), Debug(), Report(func(_ error, what string) { reports = append(reports, what) }))
	if err != nil || len(reports) != 1 || contains(reports[0], "worker", "debug_test.go:") != nil {
		t.Errorf("%v, reports %v", err, reports)
	}
}

// DBG-04
func TestASlowStepIsReportedByName(t *testing.T) {
	var slow []string
	err := Run(context.Background(), func(ctx context.Context, l *Loop) error {
		l.SetSlowStep(time.Nanosecond)
		worker := l.GoNamed(ctx, "worker", func(context.Context) error { time.Sleep(time.Millisecond); return nil })
		err := worker.Await(ctx)
		l.SetSlowStep(time.Hour)
		return err
	}, VirtualClock(), Debug(), Report(func(err error, what string) {
		if errors.Is(err, ErrSlow) {
			slow = append(slow, err.Error())
		}
	}))
	if err != nil || !slices.ContainsFunc(slow, func(s string) bool { return strings.Contains(s, "worker") }) {
		t.Errorf("%v, reports %q", err, slow)
	}
}

// DBG-04: the step goes on only because it was told meanwhile
func TestAStepThatBlocksIsToldWhileItDoes(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		told := make(chan Stuck, 9)
		err := l.SetWatchdog(time.Millisecond, func(s Stuck) { told <- s })
		var seen Stuck
		hog := l.GoNamed(ctx, "hog", func(context.Context) error {
			for seen.Task != "hog" { // the machine may be slow
				seen = <-told
			}
			return nil
		})
		err = errors.Join(err, hog.Await(ctx), l.SetWatchdog(0, nil))
		for range len(told) {
			<-told // the machine was slow
		}
		l.Go(ctx, func(context.Context) error { time.Sleep(5 * time.Millisecond); return nil }).Await(ctx)
		return errors.Join(err, unless(seen.Task == "hog" && seen.For >= time.Millisecond, "told %+v", seen),
			unless(len(told) == 0, "it goes on after its end"))
	})
}

func TestAWatchThatNobodyEndsEndsWithItsLoop(t *testing.T) {
	told := captureStderr(t, func() {
		onLoop(t, func(ctx context.Context, l *Loop) error {
			var once sync.Once
			print, printed := printTo(os.Stderr), make(chan bool)
			l.SetWatchdog(time.Millisecond, func(s Stuck) { print(s); once.Do(func() { close(printed) }) })
			l.Sleep(ctx, 0)
			<-printed
			return nil
		})
	})
	if !strings.Contains(told, "has held up its loop for") || !strings.Contains(told, "TestAWatchThatNobodyEndsEndsWithItsLoop") {
		t.Errorf("told %.200q", told)
	}
}

// DBG-10
func TestDebugModeChangesNoOrder(t *testing.T) {
	order := func(options ...Option) (order []int) {
		onLoop(t, func(ctx context.Context, l *Loop) error {
			queue, lock := NewQueue[int](l, 2), l.NewLock()
			return l.Group(ctx, func(ctx context.Context, g *Group) error {
				for i := range 4 {
					g.Go(func(ctx context.Context) error { return lock.Do(ctx, func() error { return queue.Put(ctx, i) }) })
					g.Go(func(ctx context.Context) error {
						got, err := queue.Get(ctx)
						order = append(order, got, i)
						return err
					})
				}
				return nil
			})
		}, options...)
		return order
	}
	if plain, debug := order(), order(Debug()); !slices.Equal(plain, debug) || len(plain) != 8 {
		t.Errorf("%v, in debug mode %v", plain, debug)
	}
}

// LOOP-19 EXT-04
func TestAReportFunctionThatPanicsLosesNothing(t *testing.T) {
	told := captureStderr(t, func() {
		err := Run(context.Background(), func(ctx context.Context, l *Loop) error {
			l.Go(ctx, func(context.Context) error { return errMine })
			return l.Sleep(ctx, time.Second)
		}, VirtualClock(), Report(func(error, string) { panic("boom") }))
		if err != nil {
			t.Error(err)
		}
	})
	if !strings.Contains(told, "boom") || !strings.Contains(told, "mine") {
		t.Errorf("it was told %q", told)
	}
}

// INTR-05
func TestALoopCountsAndTellsOfItsTasks(t *testing.T) {
	var events []TaskEvent
	onLoop(t, func(ctx context.Context, l *Loop) error {
		worker := l.GoNamed(ctx, "worker", func(ctx context.Context) error { return l.Sleep(ctx, time.Second) })
		err := worker.Await(ctx)
		l.Sleep(ctx, 0)
		m, failed := l.Metrics()
		return errors.Join(err, failed, unless(m.Created >= 2 && m.Finished >= 1 && m.Tasks >= 1 && m.Polls > 0 && m.Timers > 0,
			"counted %+v", m))
	}, OnTask(func(e TaskEvent) { events = append(events, e) }))
	if !slices.Contains(events, TaskEvent{"worker", false}) || !slices.Contains(events, TaskEvent{"worker", true}) {
		t.Errorf("events %v", events)
	}
}

// DBG-06
func TestASlowLookupIsReportedWithItsHost(t *testing.T) {
	var mu sync.Mutex
	told := ""
	goroutines(t, func(l *Loop) {
		l.SetSlowStep(time.Nanosecond)
		if _, err := l.Resolve(context.Background(), "localhost", 80); err != nil {
			t.Error(err)
		}
		l.SetSlowStep(time.Hour)
	}, Debug(), Report(func(err error, what string) {
		mu.Lock()
		defer mu.Unlock()
		told += err.Error() + what
	}))
	if err := contains(told, "the lookup of host localhost took"); err != nil {
		t.Error(err)
	}
}

func TestOnSwitchIsToldOfEveryStep(t *testing.T) {
	var seen []bool
	onLoop(t, func(ctx context.Context, l *Loop) error {
		return l.GoNamed(ctx, "watched", func(ctx context.Context) error { return l.Sleep(ctx, time.Second) }).Await(ctx)
	}, OnSwitch(func(task *Task, entered bool) {
		if task.name == "watched" {
			seen = append(seen, entered)
		}
	}))
	if !slices.Equal(seen, []bool{true, false, true, false}) {
		t.Errorf("told %v", seen)
	}
}

// DBG-04: a turn that only tells of a slow step is slow itself
func TestReportsOfReportsKeepNoLoopAlive(t *testing.T) {
	for _, options := range [][]Option{{}, {VirtualClock()}} {
		told := 0
		err := Run(context.Background(), func(ctx context.Context, l *Loop) error {
			return errors.Join(l.SetSlowStep(1), l.Sleep(ctx, time.Millisecond))
		}, append(options, Debug(), Report(func(error, string) { told++ }))...)
		if err != nil || told == 0 {
			t.Errorf("%v, told %d", err, told)
		}
	}
}
