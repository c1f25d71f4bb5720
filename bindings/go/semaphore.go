package async

import (
	"context"

	"libasync.dev/async/internal/core"
)

// Semaphore lets so many in at once.
type Semaphore struct {
	handle  *handle
	bounded bool
}

// NewSemaphore makes a semaphore that so many can take.
func (l *Loop) NewSemaphore(value uint64) *Semaphore {
	return &Semaphore{handle: l.object(core.OP_SEMAPHORE_NEW, core.OP_SEMAPHORE_UNREF, value)}
}

// NewBoundedSemaphore makes a semaphore whose Release fails with ErrState when more is given back than was taken.
func (l *Loop) NewBoundedSemaphore(value uint64) *Semaphore {
	return &Semaphore{handle: l.object(core.OP_SEMAPHORE_NEW_BOUNDED, core.OP_SEMAPHORE_UNREF, value), bounded: true}
}

// Acquire takes one, at once if it is free.
func (s *Semaphore) Acquire(ctx context.Context) error {
	l := s.handle.l
	if l.onLoop() && s.TryAcquire() {
		return nil
	}
	return l.await(ctx, &call{code: core.OP_SEMAPHORE_ACQUIRE, handle: s.handle}).err
}

// TryAcquire takes one if it is free and nobody waits.
func (s *Semaphore) TryAcquire() bool {
	_, err := s.handle.call(core.OP_SEMAPHORE_TRY_ACQUIRE)
	return err == nil
}

// Release gives one back. Only a bounded semaphore can refuse it.
func (s *Semaphore) Release() error {
	if !s.bounded {
		return s.handle.put(core.OP_SEMAPHORE_RELEASE)
	}
	_, err := s.handle.call(core.OP_SEMAPHORE_RELEASE)
	return saying(err, "more is given back to the semaphore than was taken")
}

// Do calls a function while it holds one.
func (s *Semaphore) Do(ctx context.Context, function func() error) error {
	if err := s.Acquire(ctx); err != nil {
		return err
	}
	defer s.Release()
	return function()
}

// Waiting is how many wait for one.
func (s *Semaphore) Waiting() int { return s.handle.number(core.OP_SEMAPHORE_WAITING) }

// String describes the semaphore.
func (s *Semaphore) String() string { return s.handle.describe(core.OP_SEMAPHORE_DESCRIBE) }
