package async

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// failAfter is a body that fails.
func failAfter(l *Loop, d time.Duration, err error) func(ctx context.Context) error {
	return func(ctx context.Context) error { return errors.Join(l.Sleep(ctx, d), err) }
}

// TG-05 TG-06 TG-10, case 4: the group's error first, all children ended, then the cancel: at the next wait or at the end
func TestCaseOfACancelledParentWithAFailingChild(t *testing.T) {
	for _, goesOn := range []bool{true, false} {
		var group, next error
		cleaned := false
		reportsOf(t, func(ctx context.Context, l *Loop) error {
			promise := NewPromise[int](l, nil)
			task := l.Go(ctx, func(ctx context.Context) error {
				group = l.Group(ctx, func(ctx context.Context, g *Group) error {
					g.Go(func(ctx context.Context) error { _, err := promise.Future().Await(ctx); return err })
					g.Go(func(ctx context.Context) error {
						swallow(ctx, l)
						cleaned = l.Sleep(ctx, time.Second) == nil
						return nil
					})
					return nil
				})
				if goesOn {
					next = l.Sleep(ctx, time.Hour)
				}
				return nil
			})
			l.Sleep(ctx, time.Second)
			promise.Fail(errMine)
			task.Cancel()
			err := task.Await(ctx)
			if goesOn {
				return errors.Join(err, is(next, ErrCancelled))
			}
			return is(err, ErrCancelled)
		})
		if !errors.Is(group, ErrGroup) || !errors.Is(group, errMine) || !cleaned {
			t.Errorf("goes on %v: %v, %v, cleaned up %v", goesOn, group, next, cleaned)
		}
	}
}

// TG-07 TASK-16, case 5: the body goes on undisturbed, and nothing of the group's request leaks past it
func TestCaseOfABodyThatSwallowsItsGroupsCancel(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		var on error
		swallowed := false
		err := l.Group(ctx, func(ctx context.Context, g *Group) error {
			g.Go(failAfter(l, time.Second, errMine))
			swallowed = swallow(ctx, l)
			on = errors.Join(l.Sleep(ctx, time.Second), l.Sleep(ctx, time.Second))
			return nil
		})
		return errors.Join(is(err, ErrGroup), is(err, errMine), on, unless(swallowed && requests(l) == 0,
			"swallowed %v, %d requests", swallowed, requests(l)), l.Sleep(ctx, time.Second))
	})
}

// TG-06, case 4: an exit that is done at once gives the error; the cancel from outside stays due
func TestCaseOfAGroupsErrorBesideTheParentsCancel(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		var group error
		task := l.Go(ctx, func(ctx context.Context) error {
			group = l.Group(ctx, func(ctx context.Context, g *Group) error {
				swallow(ctx, l)
				return errMine
			})
			return nil
		})
		l.Sleep(ctx, time.Second)
		task.Cancel()
		return errors.Join(is(task.Await(ctx), ErrCancelled), is(group, errMine))
	})
}

// TG-08, case 20: the inner error first, the outer request counted; then both in one tree
func TestCaseOfTwoNestedGroupsThatFailInOneTurn(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		inside, count := errors.New("inside"), -1
		var inner error
		outer := l.Group(ctx, func(ctx context.Context, g *Group) error {
			g.Go(failAfter(l, time.Second, errMine))
			inner = l.Group(ctx, func(ctx context.Context, g *Group) error {
				g.Go(failAfter(l, time.Second, inside))
				return l.Sleep(ctx, time.Hour)
			})
			count = requests(l)
			return inner
		})
		return errors.Join(is(inner, inside),
			unless(!errors.Is(inner, errMine) && count == 1, "%v, %d requests", inner, count),
			is(outer, inside), is(outer, errMine), unless(requests(l) == 0, "requests are left"), l.Sleep(ctx, time.Second))
	})
}

// COMB-06, case 13: a member's cancel is its result, not one of whoever waits; the siblings run
func TestCaseOfACancelledMember(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		tasks := sleepers(ctx, l, 5, 2)
		l.Sleep(ctx, time.Second)
		tasks[0].Cancel()
		err := Join(ctx, tasks[0], tasks[1])
		return errors.Join(is(err, ErrCancelled), unless(requests(l) == 0, "it was cancelled too"), tasks[1].Await(ctx))
	})
}

// COMB-07, case 13: cancelled as a whole it ends after all members, whatever they return
func TestCaseOfAWholeThatIsCancelledWhileItsMembersSwallow(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		out := context.WithoutCancel(ctx)
		one, two := Spawn(out, l, stubborn(l)), Spawn(out, l, stubborn(l))
		whole := Spawn(ctx, l, func(ctx context.Context) ([]int, error) { return Gather(ctx, one, two) })
		l.Sleep(ctx, time.Second)
		whole.Cancel()
		_, err := whole.Await(ctx)
		ended := one.isDone() && two.isDone()
		got, own := two.Await(ctx)
		return errors.Join(is(err, ErrCancelled), own, unless(ended && got == 77, "ended %v, got %d", ended, got))
	})
}

// COMB-22 COMB-23, case 14: what is inside runs on; its late error is reported once
func TestCaseOfAShieldWhoseWaiterIsCancelled(t *testing.T) {
	reports := reportsOf(t, func(ctx context.Context, l *Loop) error {
		inner := l.Go(ctx, failAfter(l, time.Minute, errMine))
		outer := l.Go(ctx, func(ctx context.Context) error { return Shield(ctx, inner) })
		l.Sleep(ctx, time.Second)
		outer.Cancel()
		err := outer.Await(ctx)
		runs := !inner.isDone()
		l.Sleep(ctx, time.Hour)
		return errors.Join(is(err, ErrCancelled), unless(runs, "it does not run on"))
	})
	if len(reports) != 1 || !errors.Is(reports[0], errMine) {
		t.Errorf("reports %v", reports)
	}
}

// COMB-22 COMB-24, case 14: the cancel of what is inside comes as its outcome; done, it comes at once; a limit leaves it
func TestCaseOfAShieldWhoseInsideEnds(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		tasks := sleepers(ctx, l, 9, 1, 9)
		l.Sleep(ctx, 2*time.Second)
		tasks[0].Cancel()
		err, begin := Shield(ctx, tasks[0]), l.Time()
		done := Shield(ctx, tasks[1])
		at := l.Time() - begin
		late := l.Timeout(ctx, time.Second, func(ctx context.Context) error { return Shield(ctx, tasks[2]) })
		return errors.Join(is(err, ErrCancelled), done, is(late, ErrTimeout), tasks[2].Await(ctx),
			unless(at == 0 && requests(l) == 0, "after %v, %d requests", at, requests(l)))
	})
}

// RUN-02 RUN-04 RUN-06, case 23: cancelled and waited for, again for what they started; failures are told
func TestCaseOfTheEndOfARunWithTasksLeft(t *testing.T) {
	var order []string
	reports := reportsOf(t, func(ctx context.Context, l *Loop) error {
		NewGenerator(ctx, l, func(ctx context.Context, yield func(int) error) error {
			err := yield(1)
			order = append(order, "generator")
			return err
		}).Next(ctx)
		l.Go(ctx, func(ctx context.Context) error {
			swallow(ctx, l)
			l.Go(context.WithoutCancel(ctx), func(ctx context.Context) error {
				swallow(ctx, l)
				order = append(order, "late")
				return nil
			})
			err := l.Sleep(ctx, time.Second)
			order = append(order, "stubborn")
			return errors.Join(err, errMine)
		})
		return l.Sleep(ctx, time.Second)
	})
	if order[len(order)-1] != "generator" || !slices.Contains(order, "stubborn") ||
		len(reports) != 1 || !errors.Is(reports[0], errMine) {
		t.Errorf("order %v, reports %v", order, reports)
	}
}

// RUN-05, case 23: after the grace what is left is named, and nobody hangs
func TestCaseOfAStubbornTaskAtTheEnd(t *testing.T) {
	told := ""
	err := Run(context.Background(), func(ctx context.Context, l *Loop) error {
		l.GoNamed(ctx, "mule", func(ctx context.Context) error {
			for !errors.Is(l.Sleep(ctx, time.Second), ErrClosed) {
			}
			return nil
		})
		return l.Sleep(ctx, time.Second)
	}, VirtualClock(), Grace(time.Minute), Report(func(err error, what string) { told += what + err.Error() }))
	if err != nil || !strings.Contains(told, "mule") {
		t.Errorf("%v, told %q", err, told)
	}
}
