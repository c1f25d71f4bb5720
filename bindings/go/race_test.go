package async

import (
	"context"
	"errors"
	"testing"
	"time"
)

// attempt takes so many seconds and gives their number; a negative one fails. It notes when its clean-up is done.
func attempt(l *Loop, seconds int, ends *int) func(ctx context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		defer func() { *ends++ }()
		if err := l.Sleep(ctx, time.Duration(max(seconds, -seconds))*time.Second); err != nil {
			l.Sleep(ctx, time.Second)
			return 0, err
		}
		if seconds < 0 {
			return 0, errMine
		}
		return seconds, nil
	}
}

// COMB-27
func TestARaceWaitsForItsLosersToCleanUp(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		ends, begin := 0, l.Time()
		winner, err := Race(ctx, l, 0, attempt(l, 9, &ends), attempt(l, 2, &ends), attempt(l, -1, &ends))
		return errors.Join(err, unless(winner.Index == 1 && winner.Value == 2 && ends == 3, "%v, %d ends", winner, ends),
			unless(l.Time()-begin == 3*time.Second, "after %v", l.Time()-begin),
			is(winner.Errors[0], ErrCancelled), winner.Errors[1], is(winner.Errors[2], errMine))
	})
}

// COMB-28 ECO-16
func TestAttemptsBeginOneAfterTheOther(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		ends, begin := 0, l.Time()
		staggered, err := Race(ctx, l, 4*time.Second, attempt(l, -1, &ends), attempt(l, 9, &ends), attempt(l, 2, &ends), attempt(l, 1, &ends))
		took := l.Time() - begin
		sequential, err2 := Race(ctx, l, Forever, attempt(l, -5, &ends), attempt(l, 3, &ends), attempt(l, 1, &ends))
		return errors.Join(err, err2, unless(staggered.Index == 2 && took == 8*time.Second, "%v after %v", staggered, took),
			unless(len(staggered.Errors) == 3 && len(sequential.Errors) == 2 && sequential.Index == 1, "%v %v", staggered, sequential))
	})
}

// COMB-28
func TestARaceThatAllLoseHasTheirErrors(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		ends := 0
		_, err := Race(ctx, l, 0, attempt(l, -2, &ends), attempt(l, -1, &ends))
		_, none := Race[int](ctx, l, 0)
		var group *Error
		return errors.Join(is(err, ErrGroup), is(err, errMine), is(none, ErrInvalid),
			unless(errors.As(err, &group) && len(group.Unwrap()) == 2, "got %v", err))
	})
}

// COMB-28
func TestACancelGoesThroughARaceEachTime(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		requests := 0
		stubborn := func(ctx context.Context) (int, error) {
			for requests < 2 {
				if l.Sleep(ctx, time.Hour) != nil {
					requests++
				}
			}
			return 0, ErrCancelled
		}
		task := l.Go(ctx, func(ctx context.Context) error { _, err := Race(ctx, l, 0, stubborn); return err })
		for range 2 {
			l.Sleep(ctx, time.Second)
			task.Cancel()
		}
		return errors.Join(is(task.Await(ctx), ErrCancelled), unless(requests == 2, "%d requests", requests))
	})
}

// COMB-28
func TestAnAttemptMayPanicAndAGoroutineMayRace(t *testing.T) {
	goroutines(t, func(l *Loop) {
		winner, err := Race(context.Background(), l, 0,
			func(context.Context) (string, error) { panic("boom") },
			func(ctx context.Context) (string, error) { return "won", l.Sleep(ctx, time.Millisecond) })
		var panicked *PanicError
		if err != nil || winner.Value != "won" || !errors.As(winner.Errors[0], &panicked) {
			t.Errorf("%v, %v", err, winner)
		}
	})
}
