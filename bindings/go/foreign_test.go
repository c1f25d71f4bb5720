package async

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"
	"unsafe"

	"libasync.dev/async/internal/core"
)

// sleepInC stands for an adapter in C that makes futures of a library's callbacks.
func sleepInC(d time.Duration) func(loop unsafe.Pointer) unsafe.Pointer {
	return func(loop unsafe.Pointer) unsafe.Pointer {
		return core.Pointer(core.Sleep(uintptr(loop), uint64(d)))
	}
}

// CORO-11 CORO-03
func TestATaskWaitsForAFutureOfC(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		begin := l.Time()
		value, err := l.AwaitC(ctx, sleepInC(time.Minute))
		late := l.Timeout(ctx, time.Second, func(ctx context.Context) error {
			_, err := l.AwaitC(ctx, sleepInC(time.Hour))
			return err
		})
		return errors.Join(err, is(late, ErrTimeout), unless(value == nil, "got %v", value),
			unless(l.Time()-begin == 61*time.Second, "it took %v", l.Time()-begin))
	})
}

// CORO-11 THR-07
func TestAGoroutineWaitsForAFutureOfC(t *testing.T) {
	goroutines(t, func(l *Loop) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		_, err := l.AwaitC(context.Background(), sleepInC(time.Millisecond))
		_, late := l.AwaitC(ctx, sleepInC(time.Hour))
		_, later := l.AwaitC(ctx, sleepInC(time.Hour))
		if err != nil || !errors.Is(late, context.DeadlineExceeded) || !errors.Is(later, context.DeadlineExceeded) {
			t.Errorf("%v, %v, %v", err, late, later)
		}
	})
}

// CORO-08
func TestWaitingInsideACallOfCIsAnError(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		var inside error
		err := l.CallC(func(unsafe.Pointer) { inside = l.Sleep(ctx, 0) })
		return errors.Join(err, is(inside, ErrState), l.Sleep(ctx, time.Second))
	})
}

// DNS-02
func TestANumericAddressIsItsOwnName(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		addresses, err := l.Resolve(ctx, "127.0.0.1", 80)
		return errors.Join(err, unless(len(addresses) == 1 && addresses[0] == "127.0.0.1", "got %v", addresses))
	})
}

func TestAFunctionForCFailsInTheGoroutineThatCalls(t *testing.T) {
	goroutines(t, func(l *Loop) {
		ended := make(chan any, 2)
		for _, fails := range []func(){func() { panic(errMine) }, runtime.Goexit} {
			go func() {
				defer func() { ended <- recover() }()
				l.CallC(func(unsafe.Pointer) { fails() })
			}()
		}
		for range 2 {
			if value := <-ended; value != nil && !errors.Is(value.(error), errMine) {
				t.Errorf("panic %v", value)
			}
		}
	})
}
