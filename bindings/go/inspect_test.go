package async

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"libasync.dev/async/internal/core"
)

// contains fails unless the text has all the parts, in this order.
func contains(text string, parts ...string) error {
	rest := text
	for _, part := range parts {
		_, after, found := strings.Cut(rest, part)
		if !found {
			return unless(false, "%q is missing, or not in its place, in:\n%s", part, text)
		}
		rest = after
	}
	return nil
}

// FUT-17 TASK-30 INTR-01
func TestACallGraphGoesUpToWhoWaits(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		gate := l.NewEvent()
		inner := l.GoNamed(ctx, "inner", gate.Wait)
		middle := l.GoNamed(ctx, "middle", func(ctx context.Context) error { return Join(ctx, inner) })
		shield := l.GoNamed(ctx, "shielding", func(ctx context.Context) error { return Shield(ctx, inner) })
		outer := l.GoNamed(ctx, "outer", middle.Await)
		waiting := l.GoNamed(ctx, "waiting", func(ctx context.Context) error { _, _, err := Wait(ctx, WaitAll, time.Hour, inner); return err })
		limited := l.GoNamed(ctx, "limited", func(ctx context.Context) error { return l.Timeout(ctx, time.Hour, inner.Await) })
		l.Sleep(ctx, time.Second)
		graph := l.CallGraph(inner)
		gate.Set()
		return errors.Join(Join(ctx, outer, shield, waiting, limited), contains(graph, "inner", "middle", "outer"),
			contains(graph, "shielding"), contains(graph, "waiting"), contains(graph, "limited"))
	})
}

func waitsDeepInside(ctx context.Context, l *Loop) error { return l.Sleep(ctx, time.Hour) }

// TASK-28 INTR-01 INTR-06
func TestADumpHasTheFramesOfEveryTask(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		outer := func(ctx context.Context) error { return waitsDeepInside(ctx, l) }
		waits := l.GoNamed(ctx, "waits", outer)
		insists := l.GoNamed(ctx, "insists", func(ctx context.Context) error {
			return waitsDeepInside(context.WithoutCancel(ctx), l)
		})
		g := NewGenerator(ctx, l, func(ctx context.Context, yield func(int) error) error { return waitsDeepInside(ctx, l) })
		iterates := l.GoNamed(ctx, "iterates", func(ctx context.Context) error { _, err := g.Next(ctx); return err })
		l.Sleep(ctx, time.Second)
		fresh := l.GoNamed(ctx, "fresh", outer)
		dump, graph := l.Dump(), l.CallGraph(waits)
		Join(ctx, waits, insists, iterates, fresh)
		frame := "in libasync.dev/async.waitsDeepInside"
		return errors.Join(
			contains(dump, "TestADumpHasTheFramesOfEveryTask", "waits", "  at ", "inspect_test.go:", "TestADumpHasTheFramesOfEveryTask.func1.1", frame,
				"insists", frame, "iterates", "TestADumpHasTheFramesOfEveryTask", frame, "fresh"),
			contains(graph, "waits", "func1.1", frame), unless(!strings.Contains(dump, "Loop).Sleep"), "frames of ours:\n%s", dump),
			unless(!strings.Contains(dump[strings.Index(dump, "task fresh "):], " at "), "it did not begin:\n%s", dump))
	})
}

// TASK-28
func TestAnotherGoroutineSeesTheFramesToo(t *testing.T) {
	goroutines(t, func(l *Loop) {
		ctx, cancel := context.WithCancel(context.Background())
		task := l.GoNamed(ctx, "waits", func(ctx context.Context) error { return waitsDeepInside(ctx, l) })
		for dump := ""; !strings.Contains(dump, "in libasync.dev/async.waitsDeepInside"); dump = l.Dump() {
			runtime.Gosched()
		}
		cancel()
		task.Await(context.Background())
	})
}

// TASK-28 DBG-02
func TestInDebugModeAnybodysDumpHasTheFrames(t *testing.T) {
	dump := func(l *Loop, ctx context.Context) (text string) { // as C makes it
		l.GoNamed(ctx, "waits", func(ctx context.Context) error { return waitsDeepInside(ctx, l) })
		l.Sleep(ctx, time.Second)
		return l.text(func(place uintptr) { core.Go_dump(l.g, l.pending(), place) })
	}
	for _, debug := range []bool{false, true} {
		Run(context.Background(), func(ctx context.Context, l *Loop) error {
			l.SetDebug(debug)
			if text := dump(l, ctx); strings.Contains(text, "waitsDeepInside") != debug {
				t.Errorf("debug %v:\n%s", debug, text)
			}
			return nil
		}, VirtualClock())
	}
}

// TG-17
func TestAChildOfAGroupIsAwaitedByItsParent(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		graph := ""
		parent := l.GoNamed(ctx, "parent", func(ctx context.Context) error {
			return l.Group(ctx, func(ctx context.Context, g *Group) error {
				g.GoNamed("child", func(ctx context.Context) error {
					l.Sleep(ctx, time.Second)
					graph = l.CallGraph(Current(ctx))
					return nil
				})
				return nil
			})
		})
		return errors.Join(parent.Await(ctx), contains(graph, "child", "parent"))
	})
}

// TASK-06 TG-13 TASK-32 FUT-18
func TestTasksAndFuturesDescribeThemselves(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		promise := NewPromise[int](l, nil)
		worker := l.GoNamed(ctx, "worker", func(ctx context.Context) error { _, err := promise.Future().Await(ctx); return err })
		l.Sleep(ctx, time.Second)
		waiting, pending := worker.String(), promise.Future().String()
		named := ""
		l.Group(ctx, func(ctx context.Context, g *Group) error {
			named = g.GoNamed("child", nap(l)).String()
			g.Cancel()
			return nil
		})
		promise.Set(7)
		err := worker.Await(ctx)
		stubborn := l.GoNamed(ctx, "stubborn", func(ctx context.Context) error {
			l.Sleep(ctx, time.Hour)
			return l.Sleep(context.WithoutCancel(ctx), time.Second)
		})
		l.Sleep(ctx, time.Second)
		stubborn.Cancel()
		l.Sleep(ctx, time.Second/2)
		cancelling := stubborn.String()
		cancelled := l.GoNamed(ctx, "left", nap(l))
		cancelled.Cancel()
		cancelled.Await(ctx)
		return errors.Join(err, stubborn.Await(ctx), contains(waiting, "worker", "waiting for", "future"),
			contains(pending, "pending", "worker"), contains(named, "child"), contains(promise.Future().String(), "7"),
			contains(worker.String(), "worker", "finished"), contains(cancelling, "stubborn", "cancelling"),
			contains(cancelled.String(), "left", "cancelled"))
	})
}

// INTR-01
func TestALoopKnowsItsTasks(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		worker := l.GoNamed(ctx, "worker", nap(l))
		l.Sleep(ctx, time.Second)
		tasks, dump := l.Tasks(), l.Dump()
		worker.Cancel()
		return errors.Join(is(worker.Await(ctx), ErrCancelled), contains(dump, "worker"), contains(l.Live(), "task"),
			unless(len(tasks) == 2 && tasks[0] == Current(ctx) && tasks[1] == worker, "tasks %v", tasks))
	})
}

// FUT-16
func TestACancelledTaskGivesTheSameErrorEachTime(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		worker := l.Go(ctx, nap(l))
		l.Sleep(ctx, time.Second)
		worker.CancelBecause("the user left")
		one, two := worker.Await(ctx), worker.Await(ctx)
		return errors.Join(is(one, ErrCancelled), contains(one.Error(), "the user left"), unless(one == two, "%v, %v", one, two))
	})
}

// EXC-10
func TestAChainOfErrorsComesThroughTheLoopWhole(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		outer := &PanicError{Value: errMine}
		err := l.Go(ctx, func(ctx context.Context) error { return outer }).Await(ctx)
		late := l.Timeout(ctx, time.Second, func(ctx context.Context) error { return errors.Join(errMine, l.Sleep(ctx, time.Hour)) })
		return errors.Join(is(err, errMine), unless(err == error(outer), "got %v", err), is(late, ErrTimeout),
			unless(!errors.Is(late, ErrCancelled), "a cancel is in %v", late))
	})
}

// EXC-08
func TestAnErrorSplitsIntoWhatMatchesAndTheRest(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		theirs := errors.New("theirs")
		fail := func(err error) func(context.Context) error {
			return func(ctx context.Context) error { return errors.Join(l.Sleep(ctx, time.Second), err) }
		}
		err := l.Group(ctx, func(ctx context.Context, g *Group) error {
			g.Go(fail(theirs))
			g.Go(func(ctx context.Context) error {
				return l.Group(ctx, func(ctx context.Context, g *Group) error { g.Go(fail(errMine)); g.Go(fail(theirs)); return nil })
			})
			return nil
		})
		mine, rest := Split(err, func(err error) bool { return errors.Is(err, errMine) })
		all, none := Split(err, func(error) bool { return true })
		leaf, _ := Split(errMine, func(error) bool { return true })
		var group *Error
		return errors.Join(is(mine, errMine), is(mine, ErrGroup), is(rest, theirs), unless(!errors.Is(rest, errMine), "in %v", rest),
			unless(!errors.Is(mine, theirs) && errors.As(mine, &group) && errors.Is(group.Unwrap()[0], ErrGroup), "not nested: %v", mine),
			unless(all == err && none == nil && leaf == errMine, "%v, %v, %v", all, none, leaf))
	})
}
