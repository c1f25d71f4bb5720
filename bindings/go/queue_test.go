package async

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"
)

// Q-01 Q-02 Q-03
func TestABoundedQueueMakesItsWritersWait(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		queue := NewQueue[int](l, 2)
		writer := l.Go(ctx, func(ctx context.Context) error {
			for i := range 5 {
				if err := queue.Put(ctx, i); err != nil {
					return err
				}
			}
			return nil
		})
		l.Sleep(ctx, time.Second)
		full := queue.Len()
		var got []int
		for range 5 {
			item, err := queue.Get(ctx)
			if err != nil {
				return err
			}
			got = append(got, item)
		}
		return errors.Join(writer.Await(ctx), unless(full == 2, "it held %d", full),
			unless(slices.Equal(got, []int{0, 1, 2, 3, 4}), "got %v", got))
	})
}

//
func TestTryingNeverWaits(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		queue := NewQueue[string](l, 1)
		_, got, err := queue.TryGet()
		first, err2 := queue.TryPut("one")
		second, err3 := queue.TryPut("two")
		item, taken, err4 := queue.TryGet()
		return errors.Join(err, err2, err3, err4, unless(!got && first && !second && taken && item == "one",
			"%v %v %v %v %q", got, first, second, taken, item))
	})
}

// Q-09 EXC-06
func TestAClosedQueueIsEmptiedAndThenFails(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		queue := NewQueue[any](l, 0)
		queue.Put(ctx, struct{}{})
		queue.Shutdown(false)
		_, err := queue.Get(ctx)
		_, after := queue.Get(ctx)
		return errors.Join(err, is(after, ErrClosed), is(queue.Put(ctx, 1), ErrClosed))
	})
}

// Q-05 Q-07
func TestACancelledReaderLosesNoItem(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		queue := NewQueue[int](l, 0)
		err := l.Timeout(ctx, time.Second, func(ctx context.Context) error { _, err := queue.Get(ctx); return err })
		queue.Put(ctx, 7)
		got, after := queue.Get(ctx)
		return errors.Join(is(err, ErrTimeout), after, unless(got == 7, "got %d", got))
	})
}

// Q-13 THR-06
func TestGoroutinesAndTasksShareAQueue(t *testing.T) {
	goroutines(t, func(l *Loop) {
		ctx := context.Background()
		queue := NewQueue[*int](l, 4)
		sum := Spawn(ctx, l, func(ctx context.Context) (int, error) {
			sum := 0
			for range 100 {
				item, err := queue.Get(ctx)
				if err != nil {
					return 0, err
				}
				sum += *item
			}
			return sum, nil
		})
		for range 4 {
			go func() {
				for i := range 25 {
					queue.Put(ctx, &i)
				}
			}()
		}
		if got, err := sum.Await(ctx); err != nil || got != 4*300 {
			t.Errorf("%v, %d", err, got)
		}
	})
}

// take empties a queue.
func take[T any](ctx context.Context, q *Queue[T]) (items []T) {
	for q.Len() > 0 {
		item, _ := q.Get(ctx)
		items = append(items, item)
	}
	return items
}

//
func TestQueuesOfOtherOrders(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		latest, least := NewLIFOQueue[int](l, 0), NewPriorityQueue[string](l, 0, nil)
		type job struct {
			name    string
			urgency float64
		}
		jobs := NewPriorityQueue(l, 0, func(j job) float64 { return j.urgency })
		for i, name := range []string{"c", "a", "b", "a"} {
			latest.Put(ctx, i)
			least.Put(ctx, name)
			jobs.Put(ctx, job{name, float64(i % 2)})
		}
		var names []string
		for _, j := range take(ctx, jobs) {
			names = append(names, j.name)
		}
		return errors.Join(unless(slices.Equal(take(ctx, latest), []int{3, 2, 1, 0}), "LIFO"),
			unless(slices.Equal(take(ctx, least), []string{"a", "a", "b", "c"}), "least first"),
			unless(slices.Equal(names, []string{"c", "b", "a", "a"}), "jobs %v", names))
	})
}

//
func TestWhatCannotBeComparedIsRefused(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		queue := NewPriorityQueue[any](l, 0, nil)
		return errors.Join(queue.Put(ctx, 1), is(queue.Put(ctx, "one"), ErrInvalid),
			unless(queue.Len() == 1, "it holds %d", queue.Len()))
	})
}

// Q-08 ECO-07
func TestJoinWaitsUntilAllHasBeenDealtWith(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		queue, dealt := NewQueue[int](l, 0), 0
		early, many := queue.Join(ctx), queue.TaskDone()
		for i := range 5 {
			queue.Put(ctx, i)
		}
		worker := l.Go(ctx, func(ctx context.Context) error {
			for {
				if _, err := queue.Get(ctx); err != nil {
					return err
				}
				l.Sleep(ctx, time.Second)
				dealt++
				queue.TaskDone()
			}
		})
		unfinished := queue.Unfinished()
		err := queue.Join(ctx)
		getters, putters := queue.Waiting()
		worker.Cancel()
		return errors.Join(early, is(many, ErrState), err, is(worker.Await(ctx), ErrCancelled),
			unless(dealt == 5 && unfinished == 5, "%d of %d dealt with", dealt, unfinished),
			unless(putters == 0 && getters <= 1, "%d %d", getters, putters))
	})
}

//
func TestAnImmediateShutdownDropsWhatIsQueued(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		queue := NewQueue[any](l, 0)
		queue.Put(ctx, struct{}{})
		queue.Put(ctx, struct{}{})
		queue.Get(ctx)
		joined := l.Go(ctx, queue.Join)
		queue.Shutdown(true)
		_, empty := queue.Get(ctx)
		l.Sleep(ctx, time.Second)
		waits, left := !joined.settled, queue.Unfinished()
		return errors.Join(is(empty, ErrClosed), queue.TaskDone(), joined.Await(ctx),
			unless(waits && left == 1 && queue.IsShutDown(), "waits %v, %d left", waits, left))
	})
}

//
func TestNothingEndsEachConsumerInItsTurn(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		queue := NewQueue[any](l, 2)
		var got []any
		err := l.Group(ctx, func(ctx context.Context, g *Group) error {
			for range 2 {
				g.Go(func(ctx context.Context) error {
					for {
						item, err := queue.Get(ctx)
						if item == nil || err != nil {
							return err
						}
						got = append(got, item)
						l.Sleep(ctx, time.Second)
					}
				})
			}
			for _, item := range []any{"a", "b", "c", nil, nil} {
				if err := queue.Put(ctx, item); err != nil {
					return err
				}
			}
			return nil
		})
		return errors.Join(err, unless(slices.Equal(got, []any{"a", "b", "c"}) && queue.Len() == 0, "got %v", got))
	})
}
