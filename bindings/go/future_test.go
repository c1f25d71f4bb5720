package async

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"
)

// CORO-11 FUT-01 EXC-03
func TestAPromiseIsSetOnce(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		promise := NewPromise[string](l, nil)
		first, second := promise.Set("one"), promise.Set("two")
		got, err := promise.Future().Await(ctx)
		return errors.Join(first, is(second, ErrState), is(promise.Fail(errors.New("late")), ErrState), err,
			unless(got == "one", "got %q", got))
	})
}

// FUT-14 THR-06 LOOP-04 LOOP-21
func TestAGoroutineSetsWhatATaskWaitsFor(t *testing.T) {
	if err := Run(context.Background(), func(ctx context.Context, l *Loop) error {
		promise, failing := NewPromise[[]byte](l, nil), l.NewPromise(nil)
		mine := errors.New("mine")
		go func() {
			time.Sleep(time.Millisecond)
			promise.Set([]byte("hello"))
			failing.Fail(mine)
		}()
		got, err := promise.Future().Await(ctx)
		_, failed := failing.Future().Await(ctx)
		return errors.Join(err, unless(string(got) == "hello", "got %q", got), is(failed, mine))
	}); err != nil {
		t.Error(err)
	}
}

// CORO-11 FUT-15
func TestAPromiseMaySetAFutureThatWasCancelled(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		promise := NewPromise[int](l, nil)
		waiting := l.Go(ctx, func(ctx context.Context) error { _, err := promise.Future().Await(ctx); return err })
		l.Sleep(ctx, time.Second)
		waiting.Cancel()
		return errors.Join(is(waiting.Await(ctx), ErrCancelled), promise.Set(1), l.Sleep(ctx, time.Second))
	})
}

// FUT-03 TASK-12
func TestACancelFunctionIsAskedAndDecides(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		asked := 0
		var promise *Promise[int]
		promise = NewPromise[int](l, func() {
			asked++
			promise.Set(7)
		})
		waiting := Spawn(ctx, l, func(ctx context.Context) (int, error) { return promise.Future().Await(ctx) })
		l.Sleep(ctx, time.Second)
		waiting.Cancel()
		got, err := waiting.Await(ctx)
		return errors.Join(err, unless(got == 7 && asked == 1, "got %d, asked %d times", got, asked))
	})
}

// FUT-03 CORO-11
func TestACancelFunctionThatPanicsLeavesTheFutureToItsPromise(t *testing.T) {
	var told []string
	report := Report(func(err error, what string) { told = append(told, what+": "+err.Error()) })
	onLoop(t, func(ctx context.Context, l *Loop) error {
		promise := NewPromise[int](l, func() { panic("boom") })
		waiting := Spawn(ctx, l, func(ctx context.Context) (int, error) { return promise.Future().Await(ctx) })
		l.Sleep(ctx, time.Second)
		waiting.Cancel()
		l.Sleep(ctx, time.Second)
		pending := unless(!waiting.isDone(), "it ended without its promise")
		promise.Set(7)
		got, err := waiting.Await(ctx)
		return errors.Join(pending, err, unless(got == 7, "got %d", got))
	}, report)
	if len(told) != 1 || !strings.Contains(told[0], "boom") {
		t.Errorf("it was told %q", told)
	}
}

// FUT-14
func TestAPromiseThatIsDroppedBreaks(t *testing.T) {
	goroutines(t, func(l *Loop) {
		future := NewPromise[int](l, nil).Future()
		done := make(chan error, 1)
		go func() { _, err := future.Await(context.Background()); done <- err }()
		for {
			runtime.GC()
			select {
			case err := <-done:
				if !errors.Is(err, ErrBrokenPromise) {
					t.Errorf("got %v", err)
				}
				return
			case <-time.After(time.Millisecond):
			}
		}
	})
}

// EXC-11
func TestValuesKeepTheirType(t *testing.T) {
	type mine struct{ n int }
	same := func(ctx context.Context, l *Loop, value any) error {
		promise := l.NewPromise(nil)
		promise.Set(value)
		got, err := promise.Future().Await(ctx)
		return errors.Join(err, unless(got == value, "%T %v came back as %T %v", value, value, got, got))
	}
	onLoop(t, func(ctx context.Context, l *Loop) error {
		return errors.Join(same(ctx, l, nil), same(ctx, l, true), same(ctx, l, int64(-1)), same(ctx, l, 1.5),
			same(ctx, l, "text"), same(ctx, l, ""), same(ctx, l, mine{7}), same(ctx, l, &mine{7}), same(ctx, l, uint64(1)<<63))
	})
}

// EXC-11
func TestAValueThatDoesNotFitIsAnError(t *testing.T) {
	if _, err := as[int8](int64(300)); !errors.Is(err, &Error{Code: ErrInvalid.Code}) {
		var e *Error
		if !errors.As(err, &e) || e.Code != ErrInvalid.Code {
			t.Errorf("got %v", err)
		}
	}
	if got, err := as[uint16](int64(300)); err != nil || got != 300 {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := as[string](int64(1)); err == nil {
		t.Error("a number became a string")
	}
}
