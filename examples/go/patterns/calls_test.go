package patterns

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"libasync.dev/async"
	"libasync.dev/async/asynctest"
)

var errMine = errors.New("mine")

// unless is nil when the condition holds.
func unless(condition bool, format string, arguments ...any) error {
	if condition {
		return nil
	}
	return fmt.Errorf(format, arguments...)
}

func is(err, target error) error {
	return unless(errors.Is(err, target), "got %v, not %v", err, target)
}

// ECO-01
func TestRetryPausesLongerEachTimeAndGivesTheLastError(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context, l *async.Loop) error {
		var at []time.Duration
		begin := l.Time()
		fail := func(context.Context) error {
			at = append(at, l.Time()-begin)
			return fmt.Errorf("attempt %d: %w", len(at), errMine)
		}
		err := Retry{Attempts: 5, Base: time.Second, Cap: 3 * time.Second}.Do(ctx, l, fail)
		wanted := []time.Duration{0, time.Second, 3 * time.Second, 6 * time.Second, 9 * time.Second}
		return errors.Join(is(err, errMine), unless(err.Error() == "attempt 5: mine", "%v", err),
			unless(slices.Equal(at, wanted), "at %v", at))
	})
}

// ECO-01
func TestRetryEndsByItsDeadlineItsPredicateAndACancel(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context, l *async.Loop) error {
		calls := 0
		fail := func(context.Context) error { calls++; return errMine }
		long := Retry{Attempts: 99, Base: time.Second, Cap: time.Minute}
		dated, picky := long, long
		dated.Deadline = 4 * time.Second
		picky.Retryable = func(err error) bool { return err != errMine }
		late := dated.Do(ctx, l, fail)
		atDeadline := calls
		once := picky.Do(ctx, l, fail)
		cut := l.Timeout(ctx, 2*time.Second, func(ctx context.Context) error { return long.Do(ctx, l, fail) })
		seen := calls
		cancelled := long.Do(ctx, l, func(context.Context) error { calls++; return async.ErrCancelled })
		return errors.Join(is(late, errMine), is(once, errMine), is(cut, async.ErrTimeout), is(cancelled, async.ErrCancelled),
			unless(atDeadline == 3 && seen == 6 && calls == 7, "%d, %d, %d calls", atDeadline, seen, calls))
	})
}

// ECO-01
func TestJitterIsAPartOfThePause(t *testing.T) {
	r := Retry{Base: time.Second, Cap: 8 * time.Second, Random: rand.New(rand.NewPCG(1, 2))}
	different := map[time.Duration]bool{}
	for range 20 {
		pause := r.pause(3)
		if pause < 0 || pause > 4*time.Second {
			t.Errorf("a pause of %v", pause)
		}
		different[pause] = true
	}
	if len(different) < 10 {
		t.Errorf("pauses %v", different)
	}
}

// ECO-02
func TestABreakerOpensTriesAndClosesAgain(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context, l *async.Loop) error {
		b := &Breaker{Loop: l, Threshold: 2, Pause: time.Minute, Trials: 1}
		fail := func(context.Context) error { return errMine }
		succeed := func(ctx context.Context) error { return l.Sleep(ctx, time.Second) }
		cancelled := func(context.Context) error { return async.ErrCancelled }
		err := errors.Join(is(b.Do(ctx, fail), errMine), is(b.Do(ctx, cancelled), async.ErrCancelled), is(b.Do(ctx, fail), errMine),
			is(b.Do(ctx, succeed), ErrOpen))
		l.Sleep(ctx, time.Minute)
		err = errors.Join(err, is(b.Do(ctx, cancelled), async.ErrCancelled), is(b.Do(ctx, fail), errMine), is(b.Do(ctx, succeed), ErrOpen))
		l.Sleep(ctx, time.Minute)
		trial := l.Go(ctx, func(ctx context.Context) error { return b.Do(ctx, succeed) })
		l.Sleep(ctx, time.Millisecond)
		second := b.Do(ctx, succeed)
		return errors.Join(err, is(second, ErrOpen), trial.Await(ctx), is(b.Do(ctx, fail), errMine), b.Do(ctx, succeed))
	})
}

// ECO-02
func TestWhatBeganBeforeABreakerOpenedDecidesNothing(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context, l *async.Loop) error {
		b := &Breaker{Loop: l, Threshold: 1, Pause: time.Minute, Trials: 1}
		late := func(outcome error) *async.Task {
			return l.Go(ctx, func(ctx context.Context) error {
				return b.Do(ctx, func(ctx context.Context) error { return errors.Join(l.Sleep(ctx, time.Second), outcome) })
			})
		}
		good, bad := late(nil), late(errMine)
		l.Sleep(ctx, 0)
		opens := b.Do(ctx, func(context.Context) error { return errMine })
		until := b.until
		return errors.Join(is(opens, errMine), good.Await(ctx), is(bad.Await(ctx), errMine),
			unless(b.open && b.until == until, "open %v until %v, not %v", b.open, b.until, until))
	})
}

// pooled is a pool of numbers that counts what it closes.
func pooled(l *async.Loop, size uint64, opened, closed *int) *Pool[int] {
	return NewPool(l, PoolOptions[int]{
		Size: size, Idle: time.Minute,
		Open:    func(ctx context.Context) (int, error) { *opened++; return *opened, l.Sleep(ctx, time.Second) },
		Close:   func(int) { *closed++ },
		Healthy: func(connection int) bool { return connection != 2 },
	})
}

// ECO-04
func TestAPoolLendsWhatIsFreshAndHealthy(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context, l *async.Loop) error {
		opened, closed := 0, 0
		pool := pooled(l, 2, &opened, &closed)
		one, err := pool.Acquire(ctx, time.Hour)
		pool.Release(one, false)
		again, err2 := pool.Acquire(ctx, time.Hour)
		two, err3 := pool.Acquire(ctx, time.Hour)
		_, full := pool.Acquire(ctx, time.Second)
		pool.Release(two, false)
		three, err4 := pool.Acquire(ctx, time.Hour) // the second is not healthy
		pool.Release(again, false)
		pool.Release(three, true)
		l.Sleep(ctx, time.Hour)
		four, err5 := pool.Acquire(ctx, time.Hour) // the first has lain for too long
		pool.Release(four, false)
		return errors.Join(err, err2, err3, err4, err5, is(full, async.ErrTimeout), pool.Close(ctx),
			unless(one == again && opened == 4 && closed == 4, "%d opened, %d closed", opened, closed))
	})
}

// ECO-04
func TestNoCancelOfAnAcquireLeaksASlot(t *testing.T) {
	asynctest.CancelEach(t, func(ctx context.Context, l *async.Loop) error {
		opened, closed := 0, 0
		pool := pooled(l, 1, &opened, &closed)
		connection, err := pool.Acquire(ctx, time.Hour)
		if err == nil {
			pool.Release(connection, false)
		}
		after, failed := pool.Acquire(ctx, time.Hour)
		if failed != nil {
			return errors.Join(err, failed)
		}
		pool.Release(after, false)
		if failed = pool.Close(ctx); failed != nil {
			failed = pool.Close(ctx)
		}
		return errors.Join(failed, unless(pool.users == 0 && len(pool.idle) == 0, "%d are using it", pool.users))
	})
}

// ECO-04
func TestAPoolThatClosesWaitsForWhatIsBorrowed(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context, l *async.Loop) error {
		opened, closed := 0, 0
		pool := pooled(l, 1, &opened, &closed)
		one, err := pool.Acquire(ctx, time.Hour)
		waits := l.Go(ctx, func(ctx context.Context) error { _, err := pool.Acquire(ctx, time.Hour); return err })
		l.Sleep(ctx, time.Second)
		closing := l.Go(ctx, pool.Close)
		l.Sleep(ctx, time.Second)
		early := closed
		pool.Release(one, false)
		return errors.Join(err, closing.Await(ctx), is(waits.Await(ctx), async.ErrClosed),
			unless(early == 0 && closed == 1, "%d, then %d closed", early, closed))
	})
}

// ECO-04
func TestAPoolThatClosesWaitsForWhatIsBeingOpenedAndForTheLine(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context, l *async.Loop) error {
		opened, closed := 0, 0
		pool := pooled(l, 1, &opened, &closed)
		var users [3]*async.Task
		for i := range users {
			users[i] = l.Go(ctx, func(ctx context.Context) error {
				connection, err := pool.Acquire(ctx, time.Hour)
				if err == nil {
					l.Sleep(ctx, time.Second)
					pool.Release(connection, false)
				}
				return err
			})
		}
		l.Sleep(ctx, 0)
		err := pool.Close(ctx)
		atEnd := closed
		return errors.Join(err, users[0].Await(ctx), is(users[1].Await(ctx), async.ErrClosed), is(users[2].Await(ctx), async.ErrClosed),
			unless(atEnd == 1, "%d closed", atEnd))
	})
}

// ECO-16
func TestTheFirstAnswerIsKeptAndTheOthersHaveCleanedUp(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context, l *async.Loop) error {
		cleaned := 0
		ask := func(ctx context.Context, server string) (string, error) {
			if server == "broken" {
				return "", errMine
			}
			defer func() { cleaned++ }()
			err := l.Sleep(ctx, time.Duration(len(server))*time.Second)
			return server, err
		}
		answer, err := FirstAnswer(ctx, l, 2*time.Second, ask, "slow server", "broken", "quick")
		_, none := FirstAnswer(ctx, l, 0, ask, "broken", "broken")
		return errors.Join(err, is(none, errMine), unless(answer == "quick" && cleaned == 2, "%q, %d cleaned up", answer, cleaned))
	})
}

// ECO-17
func TestATokenIsRefreshedOnceAndAfterAFailureAgain(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context, l *async.Loop) error {
		refreshes := 0
		token := NewToken(l, func(ctx context.Context) (string, time.Duration, error) {
			if refreshes++; refreshes == 1 {
				return "", 0, errMine
			}
			return fmt.Sprint(refreshes), time.Minute, l.Sleep(ctx, time.Second)
		})
		_, failed := token.Get(ctx)
		err := l.Group(ctx, func(ctx context.Context, g *async.Group) error {
			for range 5 {
				g.Go(func(ctx context.Context) error { _, err := token.Get(ctx); return err })
			}
			return nil
		})
		once := refreshes
		l.Sleep(ctx, time.Hour)
		last, err2 := token.Get(ctx)
		return errors.Join(is(failed, errMine), err, err2, unless(once == 2 && last == "3", "%d, %q", once, last))
	})
}
