package async

import (
	"context"

	"libasync.dev/async/internal/core"
)

// Barrier lets a number of tasks go on once all of them are there; again and again.
type Barrier struct{ handle *handle }

// NewBarrier makes a barrier for so many, at least 1.
func (l *Loop) NewBarrier(parties uint32) *Barrier {
	return &Barrier{l.lazy(core.OP_BARRIER_UNREF, func() (uint64, error) {
		word, err := l.call(call{code: core.OP_BARRIER_NEW, args: [4]uint64{l.handle, uint64(parties)}})
		return word, saying(err, "a barrier is for 1 or more")
	})}
}

// Wait waits until all are there. Each gets another number, from 0 in the order of arrival. Who stops waiting leaves the
// barrier, which then waits for one more. A barrier that is reset or aborted fails it with ErrBroken.
func (b *Barrier) Wait(ctx context.Context) (int, error) {
	r := b.handle.l.await(ctx, &call{code: core.OP_BARRIER_WAIT, handle: b.handle})
	if r.err != nil {
		return 0, r.err
	}
	return int(r.word), nil
}

// Reset sends away those who wait, and begins anew.
func (b *Barrier) Reset() { b.handle.put(core.OP_BARRIER_RESET) }

// Abort breaks the barrier for those who wait and those to come, until Reset.
func (b *Barrier) Abort() { b.handle.put(core.OP_BARRIER_ABORT) }

// IsBroken tells whether the barrier was aborted.
func (b *Barrier) IsBroken() bool { return b.handle.number(core.OP_BARRIER_IS_BROKEN) != 0 }

// Parties is how many the barrier waits for.
func (b *Barrier) Parties() int { return b.handle.number(core.OP_BARRIER_PARTIES) }

// Waiting is how many are there.
func (b *Barrier) Waiting() int { return b.handle.number(core.OP_BARRIER_WAITING) }

// String describes the barrier.
func (b *Barrier) String() string { return b.handle.describe(core.OP_BARRIER_DESCRIBE) }
