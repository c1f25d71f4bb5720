package async

import (
	"context"
	"iter"

	"libasync.dev/async/internal/core"
)

// Generator gives items one at a time, and is closed. Those of other languages arrive as *Generator[any]; one of Go can be
// handed on to them.
type Generator[T any] struct{ handle *handle }

// Next waits for the next item. At the end, and ever after, the error is ErrEnd, which is io.EOF too; while another call
// is under way it is ErrBusy. Cancelling it cancels what the generator itself waits for.
func (g *Generator[T]) Next(ctx context.Context) (T, error) {
	return g.item(g.handle.l.await(ctx, &call{code: core.OP_GENERATOR_NEXT, handle: g.handle}))
}

// Send is Next with a value for where the generator stands: in Go, what yield returns in a function of
// NewTwoWayGenerator. Before the first item nothing waits for a value, and the error is ErrState.
func (g *Generator[T]) Send(ctx context.Context, value any) (T, error) {
	return g.item(g.handle.l.await(ctx, &call{code: core.OP_GENERATOR_SEND, handle: g.handle, value: value}))
}

// Throw is Next with an error that is raised where the generator stands.
func (g *Generator[T]) Throw(ctx context.Context, err error) (T, error) {
	return g.item(g.handle.l.await(ctx, &call{
		code: core.OP_GENERATOR_THROW, handle: g.handle, args: [4]uint64{0, uint64(toC(err))},
	}))
}

// Close ends the generator where it stands, and waits while it cleans up.
func (g *Generator[T]) Close(ctx context.Context) error {
	return g.handle.l.await(ctx, &call{code: core.OP_GENERATOR_CLOSE, handle: g.handle}).err
}

// All yields the items, and last the error that ended them, if there was one. However the loop is left, the generator is
// closed then and there.
func (g *Generator[T]) All(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var failed error
		defer func() {
			if err := g.Close(context.WithoutCancel(ctx)); err != nil && err != failed {
				l := g.handle.l
				l.use(func() { l.tell(err, "closing a generator failed") })
			}
		}()
		for {
			item, err := g.Next(ctx)
			failed = err
			if isEnd(err) || !yield(item, err) || err != nil {
				return
			}
		}
	}
}

func (g *Generator[T]) item(r result) (item T, err error) {
	if r.err != nil {
		return item, r.err
	}
	return as[T](r.any(g.handle.l))
}

func (g *Generator[T]) travels() *handle { return g.handle }

// NewGenerator makes a generator of a function, which runs while an item is wanted, and waits where it hands one over.
// There yield returns ErrEnd when the generator is closed: clean up and return. What the function returns ends the
// generator. Yielding inside a Timeout or a Group fails with ErrState, as these would cancel whoever iterates.
func NewGenerator[T any](ctx context.Context, l *Loop,
	function func(ctx context.Context, yield func(item T) error) error) *Generator[T] {
	return newGenerator[T](ctx, l, func(ctx context.Context, p *producer) error {
		return function(ctx, func(item T) error { return p.yield(item) })
	})
}

// NewTwoWayGenerator is NewGenerator for a function that also takes values: yield returns what Generator.Send gave with
// the wish for the next item, and after Next nothing, S's zero value. A value that is no S is ErrInvalid there.
func NewTwoWayGenerator[T, S any](ctx context.Context, l *Loop,
	function func(ctx context.Context, yield func(item T) (S, error)) error) *Generator[T] {
	return newGenerator[T](ctx, l, func(ctx context.Context, p *producer) error {
		return function(ctx, func(item T) (sent S, err error) {
			if err = p.yield(item); err == nil {
				sent, err = as[S](p.sent)
			}
			p.sent = nil
			return sent, err
		})
	})
}

func newGenerator[T any](ctx context.Context, l *Loop, body func(ctx context.Context, p *producer) error) *Generator[T] {
	p := &producer{}
	p.task.yields = p
	p.task.prepare(l, ctx, func(ctx context.Context) error { return p.outcome(body(ctx, p)) })
	return &Generator[T]{l.lazy(core.OP_GENERATOR_UNREF, p.make)}
}

// producer is the coroutine behind a generator of Go. Each of its steps is a task of C of its own.
type producer struct {
	task     Task
	tag      uint64
	iterator uintptr
	item     any
	yielded  bool
	closes   bool
	went     bool  // on, after it was told to close
	sent     any   // to the yield,
	thrown   error // or raised there
}

func (p *producer) make() (uint64, error) {
	l := p.task.l
	p.tag = l.slot(p)
	if p.iterator = core.Go_iterator_new(l.g, p.tag); p.iterator == 0 {
		l.release(p.tag)
		return 0, ErrNoMemory
	}
	core.Go_generator(l.g, l.pending(), p.iterator)
	return l.answer()
}

// yield hands an item over, in the producer's coroutine.
func (p *producer) yield(item any) error {
	t := &p.task
	switch {
	case t.closing > 0:
		return t.refuse()
	case len(t.scopes) > 0:
		return &Error{Code: ErrState.Code, Message: "yield inside a timeout or group would cancel whoever iterates"}
	case p.closes:
		p.went = true
		return ErrState
	}
	p.item, p.yielded = item, true
	if t.pause() == nil {
		return t.refuse()
	}
	if p.closes {
		return ErrEnd
	}
	return p.thrown
}

// outcome is what the end of the function means to the step under way.
func (p *producer) outcome(err error) error {
	switch {
	case !p.closes && err == nil:
		return ErrEnd
	case !p.closes:
		return err
	case p.went && err == nil:
		return &Error{Code: ErrState.Code, Message: "the generator went on after it was closed"}
	case isEnd(err):
		return nil
	}
	return err
}

func (p *producer) event(l *Loop, e *core.Event) {
	t := &p.task
	switch int(e.Kind) {
	case core.COMPLETION_RESUME:
		p.resume(l, e)
	case core.COMPLETION_CANCEL:
		t.hearCancel()
	case core.COMPLETION_DESTROY:
		l.put(call{code: core.OP_FUTURE_UNREF, args: [4]uint64{e.Word}})
		t.future = 0
	case core.GO_FREED:
		l.release(p.tag)
		if t.worker != nil {
			l.abandon(t)
		}
		t.ctx.finish()
	}
}

// resume begins a step or goes on with it.
func (p *producer) resume(l *Loop, e *core.Event) {
	t := &p.task
	if t.future == 0 {
		t.future = e.Word
		p.begin(l, int(core.Go_step(p.iterator)))
	}
	if t.worker == nil {
		t.worker = l.worker(t)
	}
	t.message = e
	l.step(t)
}

// handOver ends a step whose function has yielded, whatever it was resumed by.
func (p *producer) handOver(l *Loop) {
	if p.yielded {
		l.put(call{code: core.OP_TASK_RETURN_VALUE, args: [4]uint64{p.task.future}, value: p.item})
		p.item, p.yielded = nil, false
	}
}

// begin takes what a step brings to where the generator stands.
func (p *producer) begin(l *Loop, step int) {
	p.closes, p.thrown, p.sent = step&core.GO_CLOSES != 0, nil, nil
	if step&core.GO_THROWS != 0 {
		thrown := core.Go_thrown(p.iterator)
		p.thrown = errorOf(thrown)
		core.Error_unref(thrown)
	}
	if step&core.GO_SENDS != 0 {
		p.sent, _ = l.receive(func(place uintptr) { core.Go_sent(l.g, l.pending(), p.iterator, place) })
	}
}
