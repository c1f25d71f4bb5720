package async

import (
	"context"
	"math"
	"sync"
	"time"

	"libasync.dev/async/internal/core"
)

const forever = math.MaxUint64

// nanoseconds is a duration as C has it; what is negative is nothing.
func nanoseconds(d time.Duration) uint64 { return uint64(max(d, 0)) }

// Sleep waits. Zero gives way to the other tasks once.
func (l *Loop) Sleep(ctx context.Context, d time.Duration) error {
	if l.onLoop() {
		if t := l.current; t != nil && t.foreign(ctx) == nil {
			return t.sleep(d)
		}
	}
	return l.await(ctx, &call{code: core.OP_SLEEP, args: [4]uint64{l.handle, nanoseconds(d)}}).err
}

// sleep is await for the shortest of waits, where a little less on each task's stack is worth its lines.
func (t *Task) sleep(d time.Duration) error {
	if t.closing > 0 {
		return t.refuse()
	}
	op := t.l.next()
	if d <= 0 {
		op.Code, op.Args[0] = uint32(core.OP_TASK_YIELD), t.future
	} else {
		op.Code, op.Task, op.Args[0], op.Args[1] = uint32(core.OP_SLEEP), t.future, t.l.handle, uint64(d)
	}
	e := t.pause()
	if e == nil {
		return t.refuse()
	}
	if e.Status < 0 {
		return t.because(t.l.failure(e))
	}
	return nil
}

// await waits for the future that a call returns: a loop task by a switch, any other goroutine by a channel.
func (l *Loop) await(ctx context.Context, c *call) result {
	if l.onLoop() {
		if t := l.current; t != nil {
			return t.await(ctx, c)
		}
		return result{err: errPosted}
	}
	return l.wait(ctx, c, true)
}

var errPosted = &Error{Code: int32(core.E_STATE), Message: "a posted function cannot wait; start a task"}

// asTask runs a function as a task and waits for it; in a goroutine that is no task of the loop.
func (l *Loop) asTask(ctx context.Context, function func(ctx context.Context) error) error {
	switch {
	case l.onLoop():
		return errPosted
	case onAnyLoop(ctx):
		return ErrWrongLoop
	}
	return l.Go(ctx, function).Await(context.WithoutCancel(ctx))
}

// waiter is a goroutine that waits for an operation.
type waiter struct {
	call      call
	tag       uint64
	future    uint64 // with a context that can be cancelled
	watched   bool   // that
	owned     bool   // the operation is the waiter's own, and ends with its wait
	cancelled bool
	abandoned bool // nobody waits any more
	ended     bool
	result    result
	wake      chan struct{}
}

var waiters = sync.Pool{New: func() any { return &waiter{wake: make(chan struct{}, 1)} }}

// wait blocks the goroutine. When the context is done first, an operation of its own is cancelled and waited for; what
// others may share is left alone.
func (l *Loop) wait(ctx context.Context, c *call, own bool) result {
	if onAnyLoop(ctx) {
		return result{err: ErrWrongLoop}
	}
	if err := ctx.Err(); err != nil {
		return result{err: err}
	}
	w := waiters.Get().(*waiter)
	w.call, w.owned, w.watched = *c, own, own && ctx.Done() != nil
	if err := l.submit(submission{wait: w}); err != nil {
		waiters.Put(w)
		return result{err: err}
	}
	select {
	case <-w.wake:
	case <-ctx.Done():
		if !own {
			l.submit(submission{run: func() { w.abandoned = true }})
			return result{err: ctx.Err()}
		}
		l.submit(submission{run: func() { w.cancel(l) }})
		<-w.wake
		if w.cancelled && w.result.err == error(ErrCancelled) {
			w.result.err = ctx.Err()
		}
		return w.result // the request may still be on its way: nobody else can have the waiter
	}
	r := w.result
	*w = waiter{wake: w.wake}
	waiters.Put(w)
	return r
}

func (w *waiter) begin(l *Loop) {
	if h := w.call.handle; h != nil {
		if err := h.ready(); err != nil {
			w.end(result{err: err})
			return
		}
	}
	if t := w.call.task; t != nil {
		if t.settled {
			t.read()
			w.end(result{err: t.err})
			return
		}
		w.call.code, w.call.args[0] = core.OP_FUTURE_REF, t.future
	}
	w.tag = l.slot(w)
	l.ask(&w.call, w.tag, w.watched)
}

func (w *waiter) cancel(l *Loop) {
	if w.ended {
		return
	}
	w.cancelled = true
	if w.future != 0 {
		l.put(call{code: core.OP_FUTURE_CANCEL, args: [4]uint64{w.future}})
	}
}

func (w *waiter) event(l *Loop, e *core.Event) {
	if int(e.Kind) == core.COMPLETION_RETURNED {
		w.future = e.Word
		if w.cancelled {
			w.cancel(l)
		}
		return
	}
	if w.future != 0 {
		l.put(call{code: core.OP_FUTURE_UNREF, args: [4]uint64{w.future}})
	}
	l.release(w.tag)
	r := l.decode(e, w.call.into)
	if !w.abandoned {
		w.end(r)
	}
}

func (w *waiter) end(r result) {
	if w.call.last {
		w.call.task.l.stopping = true
	}
	w.result, w.ended = r, true
	w.wake <- struct{}{}
}
