package async

import (
	"context"

	"libasync.dev/async/internal/core"
)

// Condition lets tasks wait until others have changed what a lock protects.
type Condition struct {
	L      *Lock // held around Wait and Notify
	handle *handle
}

// NewCondition makes a condition over a lock, or with nil over one of its own.
func (l *Loop) NewCondition(lock *Lock) *Condition {
	if lock == nil {
		lock = l.NewLock()
	}
	return &Condition{lock, l.lazy(core.OP_CONDITION_UNREF, func() (uint64, error) {
		if lock.handle.l != l {
			return 0, ErrWrongLoop
		}
		if err := lock.handle.ready(); err != nil {
			return 0, err
		}
		return l.call(call{code: core.OP_CONDITION_NEW, args: [4]uint64{l.handle, lock.handle.word}})
	})}
}

// Wait releases the lock, waits for a notification and takes the lock again, however it ends: cancelled too, it returns
// with the lock held. Without the lock it fails with ErrState.
func (c *Condition) Wait(ctx context.Context) error {
	return needsLock(c.handle.l.await(ctx, &call{code: core.OP_CONDITION_WAIT, handle: c.handle}).err)
}

// WaitFor waits until a predicate is true, which is asked with the lock held. True at once, nothing waits.
func (c *Condition) WaitFor(ctx context.Context, predicate func() bool) error {
	for !predicate() {
		if err := c.Wait(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Notify wakes as many of those who wait, the first ones first; they go on as they get the lock.
func (c *Condition) Notify(count int) error {
	_, err := c.handle.call(core.OP_CONDITION_NOTIFY, uint64(max(count, 0)))
	return needsLock(err)
}

// NotifyAll wakes all who wait.
func (c *Condition) NotifyAll() error {
	_, err := c.handle.call(core.OP_CONDITION_NOTIFY_ALL)
	return needsLock(err)
}

func needsLock(err error) error { return saying(err, "the lock of the condition is not held") }

// Waiting is how many wait for a notification.
func (c *Condition) Waiting() int { return c.handle.number(core.OP_CONDITION_WAITING) }

// String describes the condition.
func (c *Condition) String() string { return c.handle.describe(core.OP_CONDITION_DESCRIBE) }
