package async

import (
	"context"
	"iter"
	"slices"
	"time"

	"libasync.dev/async/internal/core"
)

// Join waits for all and returns the first error that happens; the others go on. A loop task that is cancelled while it
// waits cancels them.
func Join(ctx context.Context, items ...Awaitable) error {
	if len(items) == 0 {
		return nil
	}
	l, err := sameLoop(items)
	if err != nil {
		return err
	}
	var future uint64
	if err := l.do(func() {
		l.lent(items, func(words uintptr, count int64) {
			core.Go_gather(l.g, l.pending(), words, count, 0)
			future, err = l.answer()
		})
	}); err != nil || future == 0 {
		return err
	}
	return l.awaitOwned(ctx, future, false).err
}

// Gather is Join with the results, in the order of the tasks.
func Gather[T any](ctx context.Context, tasks ...*TaskOf[T]) ([]T, error) {
	if err := Join(ctx, awaitables(tasks)...); err != nil {
		return nil, err
	}
	results := make([]T, len(tasks))
	for i, task := range tasks {
		results[i] = task.result
	}
	return results, nil
}

// AsCompleted yields each item when it is done, with its error. Leaving the loop early leaves the others running. When the
// wait itself ends, its error comes with no item.
func AsCompleted[A Awaitable](ctx context.Context, items ...A) iter.Seq2[A, error] {
	return AsCompletedWithin(ctx, Forever, items...)
}

// AsCompletedWithin is AsCompleted with a limit for all of it, after which ErrTimeout comes with no item. The items run on.
func AsCompletedWithin[A Awaitable](ctx context.Context, limit time.Duration, items ...A) iter.Seq2[A, error] {
	return func(yield func(A, error) bool) {
		var none A
		if len(items) == 0 {
			return
		}
		h, words, err := completions(awaitables(items), within(limit))
		if err != nil {
			yield(none, err)
			return
		}
		l := h.l
		defer l.do(h.drop)
		for {
			r := l.await(ctx, &call{code: core.OP_COMPLETIONS_NEXT, handle: h})
			if isEnd(r.err) {
				return
			}
			if r.err != nil {
				yield(none, r.err)
				return
			}
			item := items[slices.Index(words, r.word)]
			l.do(func() { l.put(call{code: core.OP_FUTURE_UNREF, args: [4]uint64{r.word}}) })
			if !yield(item, item.wait(ctx)) {
				return
			}
		}
	}
}

// completions begins to iterate over the items, whose futures it gives.
func completions(items []Awaitable, limit uint64) (h *handle, futures []uint64, err error) {
	l, err := sameLoop(items)
	if err != nil {
		return nil, nil, err
	}
	if closed := l.do(func() {
		futures = l.lent(items, func(words uintptr, count int64) {
			core.Go_completions(l.g, l.pending(), words, count)
			var word uint64
			if word, err = l.answer(); err == nil {
				h = l.adopt(word, core.OP_COMPLETIONS_UNREF)
				l.put(call{code: core.OP_COMPLETIONS_SET_TIMEOUT, args: [4]uint64{word, limit}})
			}
		})
	}); closed != nil {
		err = closed
	}
	return h, futures, err
}

func sameLoop(items []Awaitable) (*Loop, error) {
	if len(items) == 0 {
		return nil, &Error{Code: ErrInvalid.Code, Message: "there is nothing to wait for"}
	}
	l := items[0].loop()
	for _, item := range items {
		if item.loop() != l {
			return nil, ErrWrongLoop
		}
	}
	return l, nil
}

// lent calls C with the futures of the items; on the loop.
func (l *Loop) lent(items []Awaitable, use func(words uintptr, count int64)) []uint64 {
	words := make([]uint64, len(items))
	var ours []uint64
	for i, item := range items {
		word, own := item.lend()
		if words[i] = word; own {
			ours = append(ours, word)
		}
	}
	use(l.arena.words(words), int64(len(words)))
	for _, word := range ours {
		l.put(call{code: core.OP_FUTURE_UNREF, args: [4]uint64{word}})
	}
	return words
}
