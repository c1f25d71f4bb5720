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

// TG-01
func TestAGroupWaitsForAllItsTasks(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		var order []string
		err := l.Group(ctx, func(ctx context.Context, g *Group) error {
			g.Go(func(ctx context.Context) error {
				l.Sleep(ctx, time.Second)
				order = append(order, "first")
				g.Go(func(ctx context.Context) error {
					defer func() { order = append(order, "late") }()
					return l.Sleep(ctx, time.Second)
				})
				return nil
			})
			order = append(order, "body")
			return nil
		})
		return errors.Join(err, unless(slices.Equal(order, []string{"body", "first", "late"}), "order %v", order))
	})
}

// TG-02 TG-16 EXC-08 TEST-05
func TestAFailureCancelsTheSiblingsAndTheBody(t *testing.T) {
	mine := errors.New("mine")
	onLoop(t, func(ctx context.Context, l *Loop) error {
		var sibling *Task
		var body, scope error
		err := l.Group(ctx, func(ctx context.Context, g *Group) error {
			sibling = g.Go(nap(l))
			g.Go(func(ctx context.Context) error {
				l.Sleep(ctx, time.Second)
				return mine
			})
			body = l.Sleep(ctx, time.Hour)
			scope = ctx.Err()
			return body
		})
		return errors.Join(is(err, ErrGroup), is(err, mine), is(sibling.Await(ctx), ErrCancelled), is(body, ErrCancelled),
			is(scope, context.Canceled), ctx.Err(), unless(!errors.Is(err, ErrCancelled), "a cancel is in %v", err))
	})
}

// TG-03 TG-10
func TestTheBodysErrorJoinsTheOthers(t *testing.T) {
	mine, theirs := errors.New("mine"), errors.New("theirs")
	onLoop(t, func(ctx context.Context, l *Loop) error {
		err := l.Group(ctx, func(ctx context.Context, g *Group) error {
			g.Go(func(ctx context.Context) error {
				l.Sleep(ctx, time.Hour)
				return theirs
			})
			l.Sleep(ctx, time.Second)
			return mine
		})
		return errors.Join(is(err, mine), is(err, theirs))
	})
}

// TG-04
func TestACancelledTaskIsNoFailureOfItsGroup(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		return l.Group(ctx, func(ctx context.Context, g *Group) error {
			task := g.Go(nap(l))
			other := g.Go(func(ctx context.Context) error { return l.Sleep(ctx, time.Minute) })
			l.Sleep(ctx, time.Second)
			task.Cancel()
			return other.Await(ctx)
		})
	})
}

// TG-05
func TestACancelFromOutsideGoesThroughTheGroupOnce(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		requests := 0
		task := l.Go(ctx, func(ctx context.Context) error {
			return l.Group(ctx, func(ctx context.Context, g *Group) error {
				g.Go(func(ctx context.Context) error {
					for range 3 {
						if l.Sleep(ctx, time.Hour) != nil {
							requests++
						}
					}
					return ctx.Err()
				})
				return nil
			})
		})
		l.Sleep(ctx, time.Second)
		task.Cancel()
		return errors.Join(is(task.Await(ctx), ErrCancelled), unless(requests == 1, "%d requests", requests))
	})
}

// TG-08
func TestAGroupsErrorNestsInTheOuterOne(t *testing.T) {
	mine := errors.New("mine")
	onLoop(t, func(ctx context.Context, l *Loop) error {
		err := l.Group(ctx, func(ctx context.Context, g *Group) error {
			g.Go(func(ctx context.Context) error {
				return l.Group(ctx, func(ctx context.Context, g *Group) error {
					g.Go(func(context.Context) error { return mine })
					return nil
				})
			})
			return nil
		})
		var outer *Error
		errors.As(err, &outer)
		inner := outer.Unwrap()
		return errors.Join(is(err, mine), unless(len(inner) == 1 && errors.Is(inner[0], ErrGroup), "members %v", inner))
	})
}

// TG-01 CORO-06
func TestATaskOfAGroupThatHasEndedNeverBegins(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		var escaped *Group
		l.Group(ctx, func(ctx context.Context, g *Group) error { escaped = g; return nil })
		began := false
		task := escaped.Go(func(context.Context) error { began = true; return nil })
		return errors.Join(is(task.Await(ctx), ErrCancelled), unless(!began, "it began"))
	})
}

// TG-18
func TestCancellingAGroupEndsItWithoutAnError(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		var task *Task
		err := l.Group(ctx, func(ctx context.Context, g *Group) error {
			task = g.Go(nap(l))
			l.Go(ctx, func(ctx context.Context) error { g.Cancel(); return nil })
			return l.Sleep(ctx, time.Hour)
		})
		return errors.Join(err, is(task.Await(ctx), ErrCancelled), ctx.Err(), l.Sleep(ctx, time.Second))
	})
}

// TG-10 TASK-17
func TestAPanicInTheBodyWaitsForTheTasks(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		cleaned := false
		task := l.Go(ctx, func(ctx context.Context) error {
			return l.Group(ctx, func(ctx context.Context, g *Group) error {
				g.Go(func(ctx context.Context) error {
					l.Sleep(ctx, time.Hour)
					cleaned = l.Sleep(ctx, time.Second) == nil
					return nil
				})
				l.Sleep(ctx, time.Second)
				panic("boom")
			})
		})
		err := task.Await(ctx)
		return errors.Join(unless(strings.Contains(err.Error(), "boom"), "got %v", err), unless(cleaned, "it did not wait"))
	})
}

// TG-10 TASK-17
func TestGoexitInTheBodyWaitsForTheTasks(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		cleaned := false
		task := l.Go(ctx, func(ctx context.Context) error {
			return l.Group(ctx, func(ctx context.Context, g *Group) error {
				g.Go(func(ctx context.Context) error {
					l.Sleep(ctx, time.Hour)
					cleaned = l.Sleep(ctx, time.Second) == nil
					return nil
				})
				l.Sleep(ctx, time.Second)
				runtime.Goexit()
				return nil
			})
		})
		return errors.Join(is(task.Await(ctx), ErrGoexit), unless(cleaned, "it did not wait"))
	})
}

// TG-14
func TestAGroupRunsForAGoroutine(t *testing.T) {
	goroutines(t, func(l *Loop) {
		var task *TaskOf[int]
		err := l.Group(context.Background(), func(ctx context.Context, g *Group) error {
			task = SpawnIn(g, func(ctx context.Context) (int, error) { return 7, l.Sleep(ctx, time.Millisecond) })
			return nil
		})
		got, _ := task.Await(context.Background())
		if err != nil || got != 7 {
			t.Errorf("%v, %d", err, got)
		}
	})
}

// TG-05: a context that was made from the task's ends the group, its function and its tasks
func TestTheEndOfADerivedContextEndsAGroup(t *testing.T) {
	onClock(t, func(ctx context.Context, l *Loop) error {
		for _, function := range []func(ctx context.Context, g *Group) error{
			func(_ context.Context, g *Group) error { g.Go(nap(l)); return nil },
			func(ctx context.Context, _ *Group) error { return l.Sleep(ctx, time.Hour) },
		} {
			derived, cancel := context.WithCancel(ctx)
			l.Go(ctx, func(ctx context.Context) error { defer cancel(); return l.Sleep(ctx, time.Millisecond) })
			if err := is(l.Group(derived, function), context.Canceled); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestAPostedFunctionThatMakesAGroupStartsNothing(t *testing.T) {
	goroutines(t, func(l *Loop) {
		ran, err := false, error(nil)
		l.Post(func() {
			err = l.Group(context.Background(), func(context.Context, *Group) error { ran = true; return nil })
		})
		l.Close()
		if ran || !errors.Is(err, ErrState) {
			t.Errorf("ran %v, %v", ran, err)
		}
	})
}
