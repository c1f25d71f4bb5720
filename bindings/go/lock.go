package async

import (
	"context"

	"libasync.dev/async/internal/core"
)

// Lock lets one in at a time, in the order in which they asked. It has no owner: any task or goroutine may release it,
// and one that acquires it twice waits for itself.
type Lock struct{ handle *handle }

// NewLock makes a lock that is free.
func (l *Loop) NewLock() *Lock { return &Lock{l.object(core.OP_LOCK_NEW, core.OP_LOCK_UNREF)} }

// Acquire takes the lock, at once if it is free.
func (k *Lock) Acquire(ctx context.Context) error {
	l := k.handle.l
	if l.onLoop() && k.TryAcquire() {
		return nil
	}
	return l.await(ctx, &call{code: core.OP_LOCK_ACQUIRE, handle: k.handle}).err
}

// TryAcquire takes the lock if it is free and nobody waits.
func (k *Lock) TryAcquire() bool {
	_, err := k.handle.call(core.OP_LOCK_TRY_ACQUIRE)
	return err == nil
}

// Release frees the lock for the one that waits longest; that of a free lock fails with ErrState.
func (k *Lock) Release() error {
	_, err := k.handle.call(core.OP_LOCK_RELEASE)
	return saying(err, "the lock is released, and nobody holds it")
}

// Do calls a function while it holds the lock.
func (k *Lock) Do(ctx context.Context, function func() error) error {
	if err := k.Acquire(ctx); err != nil {
		return err
	}
	defer k.Release()
	return function()
}

// IsLocked tells whether somebody holds the lock.
func (k *Lock) IsLocked() bool { return k.handle.number(core.OP_LOCK_IS_LOCKED) != 0 }

// Waiting is how many wait for the lock.
func (k *Lock) Waiting() int { return k.handle.number(core.OP_LOCK_WAITING) }

// String describes the lock.
func (k *Lock) String() string { return k.handle.describe(core.OP_LOCK_DESCRIBE) }
