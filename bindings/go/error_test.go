package async

import (
	"context"
	"errors"
	"testing"
)

// EXC-09: what was done wrong, and the code that errors.Is sees
func TestErrorsOfMisuseSayWhatIsWrong(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		second := func(_ any, err error) error { return err }
		semaphore, condition := l.NewBoundedSemaphore(1), l.NewCondition(nil)
		for _, c := range []struct {
			err  error
			code error
			text string
		}{
			{l.NewLock().Release(), ErrState, "lock"}, {semaphore.Release(), ErrState, "semaphore"},
			{condition.Wait(ctx), ErrState, "lock"}, {condition.Notify(1), ErrState, "lock"}, {condition.NotifyAll(), ErrState, "lock"},
			{NewQueue[int](l, 0).TaskDone(), ErrState, "TaskDone"}, {second(l.NewBarrier(0).Wait(ctx)), ErrInvalid, "barrier"},
			{l.NewLimiter(0, 1).Acquire(ctx, 1), ErrInvalid, "rate"}, {l.NewLimiter(1, 1).Acquire(ctx, 2), ErrInvalid, "burst"},
			{second(l.NewLimiter(1, 1).TryAcquire(-1)), ErrInvalid, "burst"}, {second(l.Connect(ctx, "", 1)), ErrInvalid, "host"},
			{second(l.Connect(ctx, "localhost", 70000)), ErrInvalid, "70000"}, {second(l.Serve(ctx, "x y", 0, echo)), ErrInvalid, "x y"},
			{second(l.Serve(ctx, "", 0, nil)), ErrInvalid, "handler"},
		} {
			if err := errors.Join(is(c.err, c.code), contains(c.err.Error(), c.text)); err != nil {
				t.Error(err)
			}
		}
		return nil
	})
}
