package patterns

import (
	"context"
	"errors"
	"time"

	"libasync.dev/async"
)

// ErrOpen is the error of a call that was not tried.
var ErrOpen = errors.New("the circuit is open")

// Breaker tries nothing for a while after so many failures in a row.
type Breaker struct {
	Loop      *async.Loop
	Threshold int           // failures in a row that open it
	Pause     time.Duration // how long it stays open
	Trials    int           // calls at a time that may try it out afterwards

	failures, trying int
	openings         int // what began before the latest decides nothing
	open             bool
	until            time.Duration
}

// Do calls the function, or fails with ErrOpen at once. A cancelled call counts neither way.
func (b *Breaker) Do(ctx context.Context, function func(ctx context.Context) error) error {
	if b.open {
		if b.Loop.Time() < b.until || b.trying >= b.Trials {
			return ErrOpen
		}
		b.trying++
		defer func() { b.trying-- }()
	}
	openings := b.openings
	err := function(ctx)
	switch {
	case errors.Is(err, async.ErrCancelled) || openings != b.openings:
	case err == nil:
		b.failures, b.open = 0, false
	default:
		if b.failures++; b.failures >= b.Threshold || b.open {
			b.open, b.until, b.openings = true, b.Loop.Time()+b.Pause, b.openings+1
		}
	}
	return err
}
