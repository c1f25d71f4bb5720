package async

import (
	"context"

	"libasync.dev/async/internal/core"
)

// Limiter lets through so much per second: a bucket of tokens that fills at a rate.
type Limiter struct{ handle *handle }

// NewLimiter makes a limiter by its tokens per second and how many of them it holds, which may be taken at once.
func (l *Loop) NewLimiter(rate, burst float64) *Limiter {
	return &Limiter{l.lazy(core.OP_LIMITER_UNREF, func() (uint64, error) {
		core.Go_limiter(l.g, l.pending(), rate, burst)
		word, err := l.answer()
		return word, saying(err, "rate and burst of a limiter are above zero")
	})}
}

// Acquire takes so many tokens, up to the burst, and waits for them in the order of the calls. Who stops waiting takes
// nothing.
func (m *Limiter) Acquire(ctx context.Context, amount float64) error {
	l := m.handle.l
	if l.onLoop() {
		if done, err := m.TryAcquire(amount); done || err != nil {
			return err
		}
	}
	var future uint64
	if err := m.handle.ask(func(word uint64) {
		core.Go_limiter_acquire(l.g, l.pending(), uintptr(word), amount)
		future, _ = l.answer()
	}); err != nil {
		return err
	}
	return withinBurst(l.awaitOwned(ctx, future, true).err)
}

// TryAcquire takes so many tokens if they are there and nobody waits for them.
func (m *Limiter) TryAcquire(amount float64) (done bool, err error) {
	l := m.handle.l
	failed := m.handle.ask(func(word uint64) {
		core.Go_limiter_try(l.g, l.pending(), uintptr(word), amount)
		_, err = l.answer()
	})
	if failed != nil {
		return false, failed
	}
	return tried(withinBurst(err))
}

func withinBurst(err error) error {
	return saying(err, "what is taken is not negative, and not above the burst")
}

// Waiting is how many wait for tokens.
func (m *Limiter) Waiting() int { return m.handle.number(core.OP_LIMITER_WAITING) }

// String describes the limiter.
func (m *Limiter) String() string { return m.handle.describe(core.OP_LIMITER_DESCRIBE) }
