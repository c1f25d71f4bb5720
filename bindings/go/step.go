package async

import (
	"cmp"
	"context"
	"errors"

	"libasync.dev/async/internal/core"
)

// patience is how often a task may wait in vain while its loop closes before it is left where it is.
const patience = 1000

func (t *Task) event(l *Loop, e *core.Event) {
	if t.future == 0 {
		t.future = e.Word // C made it
	}
	switch int(e.Kind) {
	case core.COMPLETION_RESUME:
		if t.worker == nil {
			t.worker = l.worker(t)
		}
		t.message = e
		l.step(t)
	case core.COMPLETION_CANCEL:
		t.hearCancel()
	case core.COMPLETION_DESTROY:
		l.release(t.tag)
		t.settle(e.Status)
	}
}

// step runs the task until it waits or ends.
func (l *Loop) step(t *Task) {
	w := t.worker
	if l.onSwitch != nil {
		l.switched(t, true)
	}
	l.current = t
	if l.running.Load() != w.g {
		l.running.Store(w.g)
	}
	if l.watched {
		l.timed(t)
	} else {
		w.next()
	}
	l.current = nil
	t.message = nil
	if l.onSwitch != nil {
		l.switched(t, false)
	}
	if t.ended {
		t.worker = nil
		l.retire(w)
		t.deliver()
		t.body, t.value = nil, nil
		return
	}
	if t.yields != nil {
		t.yields.handOver(l)
	}
	if l.watched {
		l.remember(t)
	}
}

func (l *Loop) switched(t *Task, entered bool) {
	l.asLoop()
	l.guard("the function of OnSwitch", func() { l.onSwitch(t, entered) })
}

// deliver tells C how the body ended.
func (t *Task) deliver() {
	if t.err != nil {
		t.l.put(call{code: core.OP_TASK_RAISE, args: [4]uint64{t.future, uint64(toC(t.err))}})
	} else {
		t.l.put(call{code: core.OP_TASK_RETURN_VALUE, args: [4]uint64{t.future}, value: t.value})
	}
}

// settle notes the outcome, which is C's: a request that the body did not see makes it cancelled.
func (t *Task) settle(status int32) {
	l := t.l
	switch {
	case status == ErrCancelled.Code:
		if !errors.Is(t.err, context.Canceled) {
			word, _ := l.call(call{code: core.OP_FUTURE_ERROR, args: [4]uint64{t.future}})
			t.err = t.because(errorOf(uintptr(word)))
		}
	case status < 0 && t.err == nil:
		t.err = errorOfStatus(status)
	}
	t.ended, t.settled = true, true
	t.ctx.finish()
	future := t.future
	t.future = 0
	if status == 0 || status == ErrCancelled.Code {
		l.put(call{code: core.OP_FUTURE_UNREF, args: [4]uint64{future}})
		return
	}
	t.unread = l.adopt(future, core.OP_FUTURE_UNREF)
	if t.group != nil {
		t.group.failed = true
	}
}

// read says that somebody has seen the error.
func (t *Task) read() {
	if t.unread != nil {
		t.l.put(call{code: core.OP_FUTURE_STATUS, args: [4]uint64{t.unread.word}})
		t.unread.drop()
		t.unread = nil
	}
}

// await waits in the task's own coroutine, as the context says.
func (t *Task) await(ctx context.Context, c *call) result {
	if h := c.handle; h != nil {
		if err := h.ready(); err != nil {
			return result{err: err}
		}
	}
	switch foreign := t.foreign(ctx); {
	case foreign == nil:
		return t.suspend(c)
	case foreign.Done() == nil:
		return t.insist(c)
	case foreign.Err() != nil:
		return result{err: foreign.Err()}
	default:
		return t.watch(foreign, c)
	}
}

// watch waits under a context that is not the task's own: its end is a cancel request that is withdrawn afterwards.
func (t *Task) watch(ctx context.Context, c *call) result {
	wait := t.waits + 1
	stop := context.AfterFunc(ctx, func() {
		t.l.submit(submission{run: func() { t.interrupt(wait) }})
	})
	r := t.suspend(c)
	stop()
	if level := t.level; level >= 0 {
		t.level = -1
		if left := t.l.number(core.OP_TASK_UNCANCEL, t.future); left <= level && errors.Is(r.err, ErrCancelled) {
			r.err = ctx.Err()
		}
	}
	return r
}

// insist waits under a context that cannot be cancelled. For C the task runs meanwhile, so that a cancel request stays
// until the next wait.
func (t *Task) insist(c *call) result {
	if t.closing > 0 {
		return result{err: t.refuse()}
	}
	l := t.l
	i := &insistence{task: t}
	i.tag = l.slot(i)
	l.ask(c, i.tag, false)
	e := t.pause()
	if e == nil {
		return result{err: t.refuse()}
	}
	return l.decode(e, c.into)
}

// insistence is a wait of a task that C knows nothing of.
type insistence struct {
	task *Task
	tag  uint64
}

func (i *insistence) event(l *Loop, e *core.Event) {
	l.release(i.tag)
	if t := i.task; t.worker != nil {
		t.message = e
		l.step(t)
	}
}

// interrupt cancels one wait.
func (t *Task) interrupt(wait uint64) {
	if t.waits == wait && t.worker != nil && t.level < 0 {
		t.level = t.l.number(core.OP_TASK_CANCELLING, t.future)
		t.l.put(call{code: core.OP_TASK_CANCEL, args: [4]uint64{t.future}})
	}
}

// foreign is what ends a context without C's knowledge: then somebody else has to watch it. Nil when there is nothing.
func (t *Task) foreign(ctx context.Context) context.Context {
	if s, ok := ctx.(*scope); ok && s.task == t {
		return s.foreign
	}
	done := ctx.Done()
	if t.ctx.isDone(done) {
		return nil
	}
	for i := range t.scopes {
		if t.scopes[i].scope.isDone(done) {
			return t.scopes[i].scope.foreign
		}
	}
	return ctx
}

// suspend gives way until the future that the call returns is done.
func (t *Task) suspend(c *call) result {
	if t.closing > 0 {
		return result{err: t.refuse()}
	}
	t.l.write(c).Task = t.future
	e := t.pause()
	if e == nil {
		return result{err: t.refuse()}
	}
	r := t.l.decode(e, c.into)
	r.err = t.because(r.err)
	return r
}

// because gives a cancel the reason too for which the context that the task was made with has ended.
func (t *Task) because(err error) error {
	if err == error(ErrCancelled) && errors.Is(cmp.Or(t.ctx.Err(), t.ctx.Context.Err()), context.DeadlineExceeded) {
		return errDeadline
	}
	return err
}

// pause gives way until the task is resumed; nil when its loop closes instead.
func (t *Task) pause() *core.Event {
	t.waits++
	t.worker.yield(struct{}{})
	for t.asked != nil {
		t.tellStack()
	}
	t.waits++
	e := t.message
	if e != nil && e.Status == ErrCancelled.Code {
		t.hearCancel()
	}
	return e
}

// hearCancel ends the contexts of what was cancelled: parts of the body account for requests of their own, the others are
// the task's.
func (t *Task) hearCancel() {
	requests := t.l.number(core.OP_TASK_CANCELLING, t.future)
	if t.level >= 0 {
		requests--
	}
	for _, p := range t.scopes {
		switch {
		case p.timeout != 0 && t.l.number(core.OP_TIMEOUT_IS_EXPIRED, p.timeout) != 0:
			p.scope.end(ErrTimeout)
			requests--
		case p.group != nil && p.group.failed:
			p.scope.end(ErrCancelled)
			requests--
		}
	}
	if requests > 0 {
		t.ctx.end(cmp.Or(t.ctx.Context.Err(), error(ErrCancelled)))
	}
}

// abandon makes the body of a task whose loop closes return.
func (l *Loop) abandon(t *Task) {
	t.closing = 1
	w := t.worker
	l.current = t
	l.running.Store(w.g)
	w.next()
	l.current = nil
	l.asLoop()
	if t.ended {
		l.retire(w)
	}
	t.worker = nil
	t.err, t.ended, t.settled = ErrClosed, true, true
	t.ctx.end(ErrClosed)
	t.ctx.finish()
}

// refuse fails a wait of a task whose loop closes; one that goes on and on stays where it is.
func (t *Task) refuse() error {
	if t.closing++; t.closing > patience {
		t.worker.dead = true
		t.worker.yield(struct{}{})
	}
	return ErrClosed
}
