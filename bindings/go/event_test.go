package async

import (
	"context"
	"errors"
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
