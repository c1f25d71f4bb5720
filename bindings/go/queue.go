package async

import (
	"context"
	"sync/atomic"

	"libasync.dev/async/internal/core"
)

// Queue passes items between tasks, also those of other languages.
type Queue[T any] struct {
	handle   *handle
	priority func(item T) float64
	arrivals atomic.Int64
}

// NewQueue makes a first-in first-out queue that holds so many items at most; 0 for no limit.
func NewQueue[T any](l *Loop, size uint64) *Queue[T] {
	return &Queue[T]{handle: l.object(core.OP_QUEUE_NEW, core.OP_QUEUE_UNREF, size)}
}

// NewLIFOQueue makes a queue that gives the latest item first.
func NewLIFOQueue[T any](l *Loop, size uint64) *Queue[T] {
	return &Queue[T]{handle: l.object(core.OP_QUEUE_NEW_LIFO, core.OP_QUEUE_UNREF, size)}
}

// NewPriorityQueue makes a queue that gives the item with the least priority first, and equal ones in their order of
// arrival. Without a priority, numbers, strings and bytes go by their own value. To other languages an item with a
// priority is a list of that, the number of its arrival and the item.
func NewPriorityQueue[T any](l *Loop, size uint64, priority func(item T) float64) *Queue[T] {
	return &Queue[T]{priority: priority, handle: l.lazy(core.OP_QUEUE_UNREF, func() (uint64, error) {
		core.Go_priority_queue(l.g, l.pending(), int64(size))
		return l.answer()
	})}
}

// Put adds an item, and waits while the queue is full. A queue that is shut down fails it with ErrClosed.
func (q *Queue[T]) Put(ctx context.Context, item T) error {
	value := q.enter(item)
	if q.handle.l.onLoop() {
		if done, err := q.try(value); done || err != nil {
			return err
		}
	}
	return q.handle.l.await(ctx, &call{code: core.OP_QUEUE_PUT, handle: q.handle, value: value}).err
}

// Get takes the next item, and waits while there is none. A queue that is shut down gives what it holds, then ErrClosed.
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
	return q.leave(r.any(q.handle.l))
}

// TryPut adds an item if there is room.
func (q *Queue[T]) TryPut(item T) (done bool, err error) { return q.try(q.enter(item)) }

func (q *Queue[T]) try(value any) (bool, error) {
	var err error
	failed := q.handle.ask(func(word uint64) {
		_, err = q.handle.l.call(call{code: core.OP_QUEUE_TRY_PUT, args: [4]uint64{word}, value: value})
	})
	if failed != nil {
		return false, failed
	}
	return tried(err)
}

// TryGet takes the next item if there is one.
func (q *Queue[T]) TryGet() (item T, done bool, err error) {
	var value any
	failed := q.handle.ask(func(word uint64) {
		l := q.handle.l
		value, err = l.receive(func(place uintptr) { core.Go_try_get(l.g, l.pending(), uintptr(word), place) })
	})
	if failed != nil {
		err = failed
	}
	if done, err = tried(err); done {
		item, err = q.leave(value)
	}
	return item, done, err
}

// enter is an item as the queue holds it.
func (q *Queue[T]) enter(item T) any {
	if q.priority == nil {
		return item
	}
	return list{q.priority(item), q.arrivals.Add(1), item}
}

func (q *Queue[T]) leave(value any) (T, error) {
	if held, ok := value.([]any); ok && q.priority != nil && len(held) > 0 {
		value = held[len(held)-1]
	}
	return as[T](value)
}

// Len is how many items the queue holds.
func (q *Queue[T]) Len() int { return q.handle.number(core.OP_QUEUE_SIZE) }

// TaskDone says that an item that was taken out has been dealt with. More often than items were put it fails with
// ErrState.
func (q *Queue[T]) TaskDone() error {
	_, err := q.handle.call(core.OP_QUEUE_TASK_DONE)
	return saying(err, "TaskDone was called more often than items were put")
}

// Join waits until every item that was put has been dealt with.
func (q *Queue[T]) Join(ctx context.Context) error {
	return q.handle.l.await(ctx, &call{code: core.OP_QUEUE_JOIN, handle: q.handle}).err
}

// Unfinished is how many items were put and have not been dealt with.
func (q *Queue[T]) Unfinished() int { return q.handle.number(core.OP_QUEUE_UNFINISHED) }

// Shutdown fails every Put from now on, also those that wait. The items that are there can be taken, but immediately they
// are dropped instead.
func (q *Queue[T]) Shutdown(immediately bool) {
	drop := uint64(0)
	if immediately {
		drop = 1
	}
	q.handle.put(core.OP_QUEUE_SHUTDOWN, drop)
}

// IsShutDown tells whether Shutdown was called.
func (q *Queue[T]) IsShutDown() bool { return q.handle.number(core.OP_QUEUE_IS_SHUT_DOWN) != 0 }

// Waiting is how many wait to take an item, and to put one.
func (q *Queue[T]) Waiting() (getters, putters int) {
	return q.handle.number(core.OP_QUEUE_GETTERS), q.handle.number(core.OP_QUEUE_PUTTERS)
}

// String describes the queue.
func (q *Queue[T]) String() string { return q.handle.describe(core.OP_QUEUE_DESCRIBE) }
