package async

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"libasync.dev/async/internal/core"
)

// The hard cases of tests/cases/README.md, as a Go program meets them. What Go has no way to say, or does not show yet:
//
//   - 2: steps of others between a limit and the step that it wakes. The steps of a turn are one batch.
//   - 2, 9: a request that one step makes before it wakes the same task. Go sends requests after what the step woke.
//   - 6: uncancel. That requests are counted, and that a scope restores the count it found, is shown.
//   - 18: a loop that was blocked past deadlines of different times. The virtual clock jumps to the earliest one.
//   - 19: the timeout as the cause of a Go error, which comes back as the very same value.
//   - 21: a fatal error. A panic is an error of its task, and os.Exit ends the process without the loop.
//   - 22: an interrupt of the loop's own. signal.NotifyContext ends the context of Run; TestASignalEndsRunByItsContext.
//   - 24: cancelling a function that was posted, and descriptors of one's own.
//   - 26, 27: callbacks of futures and eager tasks. C calls no Go, and a task begins in its first turn.
//   - 39: jobs of an executor. Goroutines do that work.

// reportsOf runs a test as onLoop does and gives what was reported.
func reportsOf(t *testing.T, main func(ctx context.Context, l *Loop) error, options ...Option) (reports []error) {
	t.Helper()
	collect := Report(func(err error, _ string) { reports = append(reports, err) })
	onLoop(t, main, append(options, collect)...)
	return reports
}

// requests is how many cancels of the running task count.
func requests(l *Loop) int { return l.number(core.OP_TASK_CANCELLING, l.current.future) }

// swallow waits an hour, and says whether that was cancelled.
func swallow(ctx context.Context, l *Loop) bool {
	return errors.Is(l.Sleep(ctx, time.Hour), ErrCancelled)
}

// stubborn swallows a cancel and returns a second later.
func stubborn(l *Loop) func(ctx context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		swallow(ctx, l)
		return 77, l.Sleep(ctx, time.Second)
	}
}

// TASK-13, case 1: what came before the cancel is delivered; the next wait raises the request
func TestCaseOfWhatCameBeforeTheCancel(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) (failed error) {
		for _, wanted := range []error{nil, errMine} {
			promise := NewPromise[int](l, nil)
			var first error
			task := l.Go(ctx, func(ctx context.Context) error {
				_, first = promise.Future().Await(ctx)
				return l.Sleep(ctx, time.Hour)
			})
			l.Sleep(ctx, time.Second)
			if wanted == nil {
				promise.Set(7)
			} else {
				promise.Fail(wanted)
			}
			task.Cancel()
			failed = errors.Join(failed, is(task.Await(ctx), ErrCancelled), unless(first == wanted, "got %v", first))
		}
		return failed
	})
}

// TASK-13, case 1: a request that no wait could raise is reported
func TestCaseOfARequestThatComesTooLate(t *testing.T) {
	reports := reportsOf(t, func(ctx context.Context, l *Loop) error {
		promise := NewPromise[int](l, nil)
		task := Spawn(ctx, l, promise.Future().Await)
		l.Sleep(ctx, time.Second)
		promise.Set(7)
		task.Cancel()
		got, err := task.Await(ctx)
		return errors.Join(err, unless(got == 7, "got %d", got))
	})
	if len(reports) != 1 || !errors.Is(reports[0], ErrCancelled) {
		t.Errorf("reports %v", reports)
	}
}

// COMB-15 COMB-16 COMB-18, case 2: completion or cancel before the limit; the completion that comes behind it is late
func TestCaseOfCompletionLimitAndCancel(t *testing.T) {
	for _, c := range []struct {
		script string
		at     time.Duration
		wanted error
	}{
		{"c", time.Second, nil}, {"cx", time.Second, nil}, {"x", time.Second, ErrCancelled},
		{"", 2 * time.Second, ErrTimeout}, {"c", 2 * time.Second, ErrTimeout},
	} {
		var got error
		reportsOf(t, func(ctx context.Context, l *Loop) error {
			promise := NewPromise[int](l, nil)
			task := l.Go(ctx, func(ctx context.Context) error {
				got = l.Timeout(ctx, 2*time.Second, func(ctx context.Context) error {
					_, err := promise.Future().Await(ctx)
					return err
				})
				return nil
			})
			l.Sleep(ctx, 0)
			l.Sleep(ctx, c.at)
			for _, step := range c.script {
				if step == 'c' {
					promise.Set(7)
				} else {
					task.Cancel()
				}
			}
			task.Await(ctx)
			return nil
		})
		if !errors.Is(got, c.wanted) {
			t.Errorf("%q at %v: %v", c.script, c.at, got)
		}
	}
}

// COMB-18, case 2 and case 3: in both orders the scope has expired, yet the cancel, an awaiter's limit, leaves it and counts on
func TestCaseOfATimeoutAndACancelInOneTurn(t *testing.T) {
	for _, cancelFirst := range []bool{true, false} {
		onLoop(t, func(ctx context.Context, l *Loop) error {
			var scope, outcome error
			count := -1
			task := l.Go(ctx, func(ctx context.Context) error {
				outcome = l.Timeout(ctx, time.Second, func(ctx context.Context) error {
					err := l.Sleep(ctx, time.Hour)
					scope = ctx.Err()
					return err
				})
				count = requests(l)
				return outcome
			})
			if !cancelFirst {
				l.Sleep(ctx, 0)
			}
			cancelling := l.Timeout(ctx, time.Second, task.Await)
			return errors.Join(is(cancelling, ErrTimeout), is(task.Await(ctx), ErrCancelled), is(scope, ErrTimeout),
				unless(!errors.Is(outcome, ErrTimeout) && count == 1, "%v, %d requests", outcome, count))
		})
	}
}

// TASK-18 COMB-18, case 6: each request is raised; a scope restores the count of its entry, not zero
func TestCaseOfCountedRequests(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		var counts []int
		task := l.Go(ctx, func(ctx context.Context) error {
			self := Current(ctx)
			for range 2 {
				self.Cancel()
				swallow(ctx, l)
				counts = append(counts, requests(l))
			}
			err := l.Timeout(context.WithoutCancel(ctx), time.Second, func(ctx context.Context) error { return l.Sleep(ctx, time.Hour) })
			counts = append(counts, requests(l))
			return err
		})
		return errors.Join(is(task.Await(ctx), ErrTimeout), unless(slices.Equal(counts, []int{1, 2, 2}), "counts %v", counts))
	})
}

// FUT-08 TASK-20, case 15: one of three leaves alone; the last one takes the future along
func TestCaseOfSeveralWaitersOfOneFuture(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		asked := 0
		var promise *Promise[int]
		promise = NewPromise[int](l, func() { asked++; promise.Fail(ErrCancelled) })
		var tasks []*TaskOf[int]
		for range 3 {
			tasks = append(tasks, Spawn(ctx, l, promise.Future().Await))
		}
		l.Sleep(ctx, time.Second)
		var failed error
		for i, task := range tasks {
			task.Cancel()
			_, err := task.Await(ctx)
			failed = errors.Join(failed, is(err, ErrCancelled), unless(asked == i/2, "asked %d times after %d", asked, i))
		}
		return failed
	})
}

// FUT-08 TASK-20, case 15: the future's own cancel reaches all, and is no request to them
func TestCaseOfACancelledFutureWithSeveralWaiters(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		promise, reached := NewPromise[int](l, nil), 0
		wait := func(ctx context.Context) error {
			if _, err := promise.Future().Await(ctx); errors.Is(err, ErrCancelled) && requests(l) == 0 && ctx.Err() == nil {
				reached++
			}
			return l.Sleep(ctx, time.Second)
		}
		one, two := l.Go(ctx, wait), l.Go(ctx, wait)
		l.Sleep(ctx, time.Second)
		promise.Future().Cancel()
		return errors.Join(one.Await(ctx), two.Await(ctx), unless(reached == 2, "reached %d", reached))
	})
}

// TASK-12 TASK-16 COMB-18, case 16: the outer task has the value and a count of 1, with which a later scope compares
func TestCaseOfACancelThatTheInnerTaskSwallowed(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		got, count := 0, -1
		outer := l.Go(ctx, func(ctx context.Context) (err error) {
			if got, err = Spawn(context.WithoutCancel(ctx), l, stubborn(l)).Await(ctx); err != nil {
				return err
			}
			count = requests(l)
			return l.Timeout(context.WithoutCancel(ctx), time.Second, func(ctx context.Context) error { return l.Sleep(ctx, time.Hour) })
		})
		l.Sleep(ctx, time.Second)
		outer.Cancel()
		return errors.Join(is(outer.Await(ctx), ErrTimeout), unless(got == 77 && count == 1, "got %d, %d requests", got, count))
	})
}

// TASK-11 TASK-14 TASK-15, case 17: never begun; the value dropped; nothing to cancel any more
func TestCaseOfCancelsAtTheTwoEndsOfATask(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		began := 0
		body := func(context.Context) (int, error) { began++; return 3, nil }
		early, done := Spawn(ctx, l, body), Spawn(ctx, l, body)
		early.Cancel()
		_, never := early.Await(ctx)
		itself := Spawn(ctx, l, func(ctx context.Context) (int, error) { Current(ctx).Cancel(); return 3, nil })
		_, dropped := itself.Await(ctx)
		done.Await(ctx)
		done.Cancel()
		got, err := done.Await(ctx)
		return errors.Join(is(never, ErrCancelled), is(dropped, ErrCancelled), err,
			unless(began == 1 && got == 3, "%d began, got %d", began, got))
	})
}

// COMB-19, case 18: the outermost of the scopes that expire in one turn times out, and no request is left
func TestCaseOfThreeScopesPastDue(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) (failed error) {
		for due, limits := range [][]time.Duration{{time.Second, time.Second, time.Second}, {time.Hour, 0, 0}} {
			var outcomes [3]error
			var nest func(ctx context.Context, depth int) error
			nest = func(ctx context.Context, depth int) error {
				if depth == 3 {
					return l.Sleep(ctx, 2*time.Hour)
				}
				outcomes[depth] = l.Timeout(ctx, limits[depth], func(ctx context.Context) error { return nest(ctx, depth+1) })
				return outcomes[depth]
			}
			nest(ctx, 0)
			failed = errors.Join(failed, is(outcomes[due], ErrTimeout), is(outcomes[0], ErrTimeout),
				is(outcomes[2], ErrCancelled),
				unless(!errors.Is(outcomes[2], ErrTimeout), "%v", outcomes), unless(requests(l) == 0, "requests are left"))
		}
		return failed
	})
}

// COMB-20, case 19: the body's own error passes; a swallowed limit is reported, and no request is left
func TestCaseOfWhatLeavesABodyAfterItsLimit(t *testing.T) {
	reports := reportsOf(t, func(ctx context.Context, l *Loop) error {
		late := func(leave error) error {
			return l.Timeout(ctx, time.Second, func(ctx context.Context) error { swallow(ctx, l); return leave })
		}
		group := &Error{Code: ErrGroup.Code, Message: "both", causes: []error{errMine}}
		own, many, none := late(errMine), late(group), late(nil)
		return errors.Join(none, unless(own == errMine && many == error(group), "%v, %v", own, many),
			unless(requests(l) == 0, "requests are left"), l.Sleep(ctx, time.Second))
	})
	if len(reports) != 1 || !errors.Is(reports[0], ErrTimeout) {
		t.Errorf("reports %v", reports)
	}
}
