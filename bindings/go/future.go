package async

import (
	"context"
	"runtime"
	"sync/atomic"

	"libasync.dev/async/internal/core"
)

// Awaitable is what can be waited for: a Task, a TaskOf or a FutureOf.
type Awaitable interface {
	// Cancel asks for cancellation; from any goroutine.
	Cancel()

	loop() *Loop
	isDone() bool // on the loop
	wait(ctx context.Context) error
	lend() (word uint64, ours bool) // a handle for C; `ours` is given back after use. On the loop.
}

func (t *Task) loop() *Loop                    { return t.l }
func (t *Task) wait(ctx context.Context) error { return t.Await(ctx) }

func (t *Task) isDone() bool {
	return t.settled || t.future != 0 && t.l.number(core.OP_FUTURE_IS_DONE, t.future) != 0
}

func (t *Task) lend() (word uint64, ours bool) {
	l := t.l
	t.ready()
	if !t.settled {
		return t.future, false
	}
	if t.unread != nil {
		return t.unread.word, false
	}
	if t.err == nil {
		word, _ = l.call(call{code: core.OP_FUTURE_NEW_DONE, args: [4]uint64{l.handle}})
		return word, true
	}
	word, _ = l.call(call{code: core.OP_FUTURE_NEW_FAILED, args: [4]uint64{l.handle, uint64(toC(t.err))}})
	l.put(call{code: core.OP_FUTURE_STATUS, args: [4]uint64{word}}) // somebody has seen the error
	return word, true
}

// FutureOf is the outcome of an operation that may still be running.
type FutureOf[T any] struct{ handle *handle }

// Await waits for the outcome. A loop task that is cancelled while it waits cancels the future, unless others wait too;
// any other goroutine just stops waiting.
func (f *FutureOf[T]) Await(ctx context.Context) (T, error) {
	r := f.await(ctx)
	if r.err != nil {
		var nothing T
		return nothing, r.err
	}
	return as[T](r.any(f.handle.l))
}

// Cancel asks for cancellation; from any goroutine.
func (f *FutureOf[T]) Cancel() {
	f.handle.use(func(word uint64) { f.handle.l.put(call{code: core.OP_FUTURE_CANCEL, args: [4]uint64{word}}) })
}

func (f *FutureOf[T]) await(ctx context.Context) result {
	c := &call{code: core.OP_FUTURE_REF, handle: f.handle}
	if l := f.handle.l; !l.onLoop() {
		return l.wait(ctx, c, false)
	}
	return f.handle.l.await(ctx, c)
}

func (f *FutureOf[T]) loop() *Loop                    { return f.handle.l }
func (f *FutureOf[T]) wait(ctx context.Context) error { return f.await(ctx).err }

func (f *FutureOf[T]) isDone() bool { return f.handle.number(core.OP_FUTURE_IS_DONE) != 0 }

func (f *FutureOf[T]) lend() (word uint64, ours bool) {
	f.handle.ready()
	return f.handle.word, false
}

// Promise is the writing end of a future: it brings what a callback or another goroutine has to the tasks that wait.
type Promise[T any] struct {
	future *FutureOf[T]
	set    atomic.Bool
}

// NewPromise makes a promise. Cancelling its future is told to onCancel, on the loop, and the future stays pending until
// the promise is set, also when onCancel panics, which is reported; without onCancel the future is cancelled at once. A
// promise that is dropped without being set fails its future with ErrBrokenPromise.
func NewPromise[T any](l *Loop, onCancel func()) *Promise[T] {
	p := &Promise[T]{future: &FutureOf[T]{l.lazy(core.OP_FUTURE_UNREF, func() (uint64, error) {
		return l.newFuture(onCancel)
	})}}
	runtime.SetFinalizer(p, func(p *Promise[T]) { p.Fail(ErrBrokenPromise) })
	return p
}

// NewPromise makes a promise of any value.
func (l *Loop) NewPromise(onCancel func()) *Promise[any] { return NewPromise[any](l, onCancel) }

// Future is the reading end.
func (p *Promise[T]) Future() *FutureOf[T] { return p.future }

// Set gives the value; from any goroutine. The second time it fails with ErrState.
func (p *Promise[T]) Set(value T) error {
	return p.settle(func(l *Loop, word uint64) {
		l.put(call{code: core.OP_FUTURE_SET_RESULT, args: [4]uint64{word}, value: value})
	})
}

// Fail gives an error instead; from any goroutine.
func (p *Promise[T]) Fail(err error) error {
	return p.settle(func(l *Loop, word uint64) {
		l.put(call{code: core.OP_FUTURE_SET_ERROR, args: [4]uint64{word, uint64(toC(err))}})
	})
}

func (p *Promise[T]) settle(settle func(l *Loop, word uint64)) error {
	if p.set.Swap(true) {
		return ErrState
	}
	runtime.SetFinalizer(p, nil)
	h := p.future.handle
	return h.use(func(word uint64) { settle(h.l, word) })
}

func (l *Loop) newFuture(onCancel func()) (word uint64, err error) {
	if onCancel == nil {
		return l.call(call{code: core.OP_FUTURE_NEW, args: [4]uint64{l.handle}})
	}
	hook := &cancelHook{onCancel: onCancel}
	hook.tag = l.slot(hook)
	core.Go_promise(l.g, l.pending(), hook.tag)
	return l.answer()
}

// cancelHook hears that the future of a promise was asked to cancel.
type cancelHook struct {
	onCancel func()
	tag      uint64
}

func (h *cancelHook) event(l *Loop, e *core.Event) {
	switch int(e.Kind) {
	case core.GO_FREED:
		l.release(h.tag)
	case core.GO_ASKED:
		l.asLoop()
		l.guard("the cancel function of a promise", h.onCancel)
	}
}
