package async

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"
)

// SYNC-08
func TestAnEventWakesAllWhoWait(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		event := l.NewEvent()
		one := l.Go(ctx, func(ctx context.Context) error { return event.Wait(ctx) })
		two := l.Go(ctx, func(ctx context.Context) error { return event.Wait(ctx) })
		l.Sleep(ctx, time.Second)
		event.Set()
		event.Clear()
		return errors.Join(Join(ctx, one, two), unless(!event.IsSet(), "it is set"))
	})
}

// SYNC-08 CORO-02
func TestASetEventDoesNotMakeAnybodyWait(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		event, ran := l.NewEvent(), false
		event.Set()
		task := l.Go(ctx, func(context.Context) error { ran = true; return nil })
		return errors.Join(event.Wait(ctx), unless(!ran, "another task ran"), task.Await(ctx))
	})
}

// SYNC-09
func TestACancelledWaiterLeavesTheEvent(t *testing.T) {
	goroutines(t, func(l *Loop) {
		event := l.NewEvent()
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		if err := event.Wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		event.Set()
		if err := event.Wait(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// SYNC-08: what only a wait leads to is no garbage, and is garbage once the wait has ended
func TestWhatIsAwaitedMayBeHeldByNobodyElse(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		waits := map[string]func(ctx context.Context) error{
			"event":     func(ctx context.Context) error { return l.NewEvent().Wait(ctx) },
			"semaphore": func(ctx context.Context) error { return l.NewSemaphore(0).Acquire(ctx) },
			"queue get": func(ctx context.Context) error { _, err := NewQueue[int](l, 0).Get(ctx); return err },
			"barrier":   func(ctx context.Context) error { _, err := l.NewBarrier(2).Wait(ctx); return err },
		}
		for name, wait := range waits {
			task := l.Go(ctx, wait)
			for range 3 {
				l.Sleep(ctx, time.Second)
				runtime.GC()
			}
			pending := !task.isDone()
			task.Cancel()
			if err := errors.Join(is(task.Await(ctx), ErrCancelled), unless(pending, "%s ended by itself", name)); err != nil {
				return err
			}
		}
		for range 100 {
			runtime.GC()
			if l.Sleep(ctx, time.Second); !strings.Contains(l.Live(), "barrier") && !strings.Contains(l.Live(), "queue") {
				return nil
			}
		}
		return errors.New("alive:\n" + l.Live())
	})
}
