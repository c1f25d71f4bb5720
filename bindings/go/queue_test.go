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
		queue.Close()
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
