package async

import (
	"context"
	"math"
	"time"

	"libasync.dev/async/internal/core"
)

// Forever is the limit of a wait that has none.
const Forever time.Duration = math.MaxInt64

// WaitMode says what Wait waits for; asy_wait_mode.
type WaitMode uint32

// What Wait waits for.
const (
	WaitAll        WaitMode = iota // that all are done
	WaitFirst                      // that one is done
	WaitFirstError                 // that one has failed, not by a cancel, or all are done
)

// Wait waits until some or all items are done, and tells which are. It neither raises their errors nor cancels any, also
// when the limit passes, which is no error, or the wait is cancelled. A limit of 0 polls once.
func Wait[A Awaitable](ctx context.Context, mode WaitMode, limit time.Duration, items ...A) (done, pending []A, err error) {
	all := awaitables(items)
	l, err := sameLoop(all)
	if err != nil {
		return nil, items, err
	}
	var future uint64
	if closed := l.do(func() {
		l.lent(all, func(words uintptr, count int64) {
			core.Go_wait(l.g, l.pending(), words, count, uint(mode), within(limit))
			future, _ = l.answer()
		})
	}); closed != nil {
		return nil, items, closed
	}
	if r := l.awaitOwned(ctx, future, true); r.err != nil {
		return nil, items, r.err
	}
	err = l.do(func() {
		for _, item := range items {
			if item.isDone() {
				done = append(done, item)
			} else {
				pending = append(pending, item)
			}
		}
	})
	return done, pending, err
}

// Shield waits like the item's Await, but cancelling the wait leaves the item alone, also when nobody else waits for it.
func Shield(ctx context.Context, item Awaitable) error {
	l := item.loop()
	if !l.onLoop() || l.current == nil {
		return item.wait(ctx)
	}
	word, ours := item.lend()
	if !ours {
		l.call(call{code: core.OP_FUTURE_REF, args: [4]uint64{word}})
	}
	shield, _ := l.call(call{code: core.OP_SHIELD, args: [4]uint64{l.handle, word}})
	return l.awaitOwned(ctx, shield, true).err
}

// within is a limit as C has it.
func within(limit time.Duration) uint64 {
	if limit == Forever {
		return forever
	}
	return nanoseconds(limit)
}

func awaitables[A Awaitable](items []A) []Awaitable {
	all := make([]Awaitable, len(items))
	for i, item := range items {
		all[i] = item
	}
	return all
}
