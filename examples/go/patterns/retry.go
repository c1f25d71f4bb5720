// Package patterns has what asynchronous programs are made of, each pattern in a file of its own: to read, to copy, to
// change. Those in examples/patterns of the same name are the same in other languages.
package patterns

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"libasync.dev/async"
)

// Retry tries again after an error, each time after a longer pause, a random part of it.
type Retry struct {
	Attempts  int
	Base, Cap time.Duration        // the pauses: base, 2 base, 4 base ... but not over the cap
	Deadline  time.Duration        // no attempt begins that much later; 0 for no deadline
	Retryable func(err error) bool // nil: every error is
	Random    *rand.Rand           // nil for whole pauses
}

// Do calls the function until it succeeds, and returns its last error. A cancel is never tried again.
func (r Retry) Do(ctx context.Context, l *async.Loop, function func(ctx context.Context) error) error {
	begin := l.Time()
	for attempt := 1; ; attempt++ {
		err := function(ctx)
		if err == nil || errors.Is(err, async.ErrCancelled) || attempt >= r.Attempts || r.Retryable != nil && !r.Retryable(err) {
			return err
		}
		pause := r.pause(attempt)
		if r.Deadline > 0 && l.Time()-begin+pause > r.Deadline {
			return err
		}
		if err := l.Sleep(ctx, pause); err != nil {
			return err
		}
	}
}

func (r Retry) pause(attempt int) time.Duration {
	pause := r.Base
	for ; attempt > 1 && pause < r.Cap; attempt-- {
		pause *= 2
	}
	pause = min(pause, r.Cap)
	if r.Random != nil {
		pause = time.Duration(r.Random.Int64N(int64(pause) + 1))
	}
	return pause
}
