package async

import (
	"context"

	"libasync.dev/async/internal/core"
)

// Semaphore is a counter that tasks wait for, first come, first served.
type Semaphore struct{ handle *handle }

// NewSemaphore makes a semaphore that lets through this many at a time.
func (l *Loop) NewSemaphore(value uint64) *Semaphore {
	return &Semaphore{l.lazy(core.OP_SEMAPHORE_UNREF, func() (uint64, error) {
		return l.call(call{code: core.OP_SEMAPHORE_NEW, args: [4]uint64{l.handle, value}})
	})}
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
	taken := false
	s.handle.ask(func(word uint64) {
		_, err := s.handle.l.call(call{code: core.OP_SEMAPHORE_TRY_ACQUIRE, args: [4]uint64{word}})
		taken = err == nil
	})
	return taken
}

// Release gives one back.
func (s *Semaphore) Release() {
	s.handle.use(func(word uint64) {
		s.handle.l.put(call{code: core.OP_SEMAPHORE_RELEASE, args: [4]uint64{word}})
	})
}

// Do calls a function while it holds one.
func (s *Semaphore) Do(ctx context.Context, function func() error) error {
	if err := s.Acquire(ctx); err != nil {
		return err
	}
	defer s.Release()
	return function()
}
