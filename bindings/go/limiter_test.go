package async

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"
)

// ECO-03
func TestALimiterLetsThroughAtItsRateInOrder(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		limiter, begin := l.NewLimiter(2, 2), l.Time()
		var order []int
		var at []time.Duration
		var tasks []Awaitable
		for i := range 4 {
			tasks = append(tasks, l.Go(ctx, func(ctx context.Context) error {
				err := limiter.Acquire(ctx, 1)
				order, at = append(order, i), append(at, (l.Time()-begin).Round(time.Millisecond))
				return err
			}))
		}
		return errors.Join(Join(ctx, tasks...), unless(slices.Equal(order, []int{0, 1, 2, 3}), "order %v", order),
			unless(slices.Equal(at, []time.Duration{0, 0, time.Second / 2, time.Second}), "at %v", at))
	})
}

// ECO-03
func TestWhoStopsWaitingTakesNoTokens(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		limiter := l.NewLimiter(1, 1)
		limiter.Acquire(ctx, 1)
		late := l.Timeout(ctx, time.Second/2, func(ctx context.Context) error { return limiter.Acquire(ctx, 1) })
		early, err := limiter.TryAcquire(1)
		l.Sleep(ctx, time.Second/2)
		now, err2 := limiter.TryAcquire(1)
		return errors.Join(is(late, ErrTimeout), err, err2, is(limiter.Acquire(ctx, 2), ErrInvalid),
			is(l.NewLimiter(0, 1).Acquire(ctx, 1), ErrInvalid), unless(!early && now, "%v, %v", early, now))
	})
}

// ECO-03
func TestAGoroutineWaitsForTokens(t *testing.T) {
	goroutines(t, func(l *Loop) {
		limiter, ctx := l.NewLimiter(1, 1), context.Background()
		short, cancel := context.WithTimeout(ctx, time.Millisecond)
		defer cancel()
		if err := limiter.Acquire(ctx, 1); err != nil {
			t.Error(err)
		}
		if err := limiter.Acquire(short, 1); !errors.Is(err, context.DeadlineExceeded) || limiter.Waiting() != 0 {
			t.Errorf("%v, %v", err, limiter)
		}
	})
}
