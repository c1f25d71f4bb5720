package async

import (
	"context"

	"libasync.dev/async/internal/core"
)

// Queue is a bounded first-in first-out queue.
type Queue[T any] struct{ handle *handle }

// NewQueue makes a queue that holds so many items at most; 0 for no limit.
func NewQueue[T any](l *Loop, size uint64) *Queue[T] {
	return &Queue[T]{l.lazy(core.OP_QUEUE_UNREF, func() (uint64, error) {
		return l.call(call{code: core.OP_QUEUE_NEW, args: [4]uint64{l.handle, size}})
	})}
}

// Put adds an item, and waits while the queue is full. A closed queue fails it with ErrClosed.
func (q *Queue[T]) Put(ctx context.Context, item T) error {
	if q.handle.l.onLoop() {
		if done, err := q.TryPut(item); done || err != nil {
			return err
		}
	}
	return q.handle.l.await(ctx, &call{code: core.OP_QUEUE_PUT, handle: q.handle, value: item}).err
}

// Get takes the oldest item, and waits while there is none. A closed queue gives what it holds, then ErrClosed.
func (q *Queue[T]) Get(ctx context.Context) (T, error) {
	if q.handle.l.onLoop() {
		if item, done, err := q.TryGet(); done || err != nil {
			return item, err
		}
	}
	r := q.handle.l.await(ctx, &call{code: core.OP_QUEUE_GET, handle: q.handle})
	if r.err != nil {
		var nothing T
		return nothing, r.err
	}
	return as[T](r.any(q.handle.l))
}

// TryPut adds an item if there is room.
func (q *Queue[T]) TryPut(item T) (done bool, err error) {
	failed := q.handle.ask(func(word uint64) {
		_, err = q.handle.l.call(call{code: core.OP_QUEUE_TRY_PUT, args: [4]uint64{word}, value: item})
	})
	return tried(err, failed)
}

// TryGet takes the oldest item if there is one.
func (q *Queue[T]) TryGet() (item T, done bool, err error) {
	var value any
	failed := q.handle.ask(func(word uint64) {
		l := q.handle.l
		place, scratch := l.arena.take(core.ValueSize), l.arena.take(eventSize)
		clear(core.Bytes(place, core.ValueSize))
		core.Go_try_get(l.g, l.pending(), uintptr(word), place)
		if _, err = l.answer(); err != nil {
			return
		}
		core.Go_open(place, scratch)
		r := l.decode((*core.Event)(core.Pointer(scratch)), nil)
		value = r.any(l)
		core.Value_clear(place)
	})
	if done, err = tried(err, failed); done {
		item, err = as[T](value)
	}
	return item, done, err
}

// tried tells apart what succeeded, what would have to wait and what failed.
func tried(err, failed error) (bool, error) {
	if err == nil {
		err = failed
	}
	if own, ok := err.(*Error); ok && own.Code == errAgain.Code {
		return false, nil
	}
	return err == nil, err
}

// Len is how many items the queue holds.
func (q *Queue[T]) Len() int {
	size := 0
	q.handle.ask(func(word uint64) { size = q.handle.l.number(core.OP_QUEUE_SIZE, word) })
	return size
}

// Close lets the items that are there be taken, and fails every Put.
func (q *Queue[T]) Close() {
	q.handle.use(func(word uint64) { q.handle.l.put(call{code: core.OP_QUEUE_SHUTDOWN, args: [4]uint64{word}}) })
}
