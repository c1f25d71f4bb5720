package async

import (
	"cmp"
	"context"
	"errors"

	"libasync.dev/async/internal/core"
)

// Group owns tasks: it ends when all of them have, and cancels them all when one fails.
type Group struct {
	l      *Loop
	word   uint64
	ctx    *scope
	failed bool
	missed error // why a task of it could not be made
}

// Group calls a function that may start tasks in the group, and waits for all of them. When the function or a task fails,
// the others are cancelled; the error is ErrGroup and every error that was not a cancellation. Called by a goroutine that
// is no loop task, it runs the function as one.
func (l *Loop) Group(ctx context.Context, function func(ctx context.Context, g *Group) error) error {
	if !l.onLoop() || l.current == nil {
		return l.asTask(ctx, func(ctx context.Context) error { return l.Group(ctx, function) })
	}
	t := l.current
	word, err := l.call(call{code: core.OP_GROUP_NEW, args: [4]uint64{l.handle, t.future}})
	if err != nil {
		return err
	}
	g := &Group{l: l, word: word}
	h := l.adopt(word, core.OP_GROUP_UNREF)
	if foreign := t.foreign(ctx); foreign != nil {
		defer context.AfterFunc(foreign, func() {
			l.submit(submission{run: func() {
				if g.word != 0 {
					g.miss(foreign.Err())
				}
			}})
		})()
	}
	return t.within(ctx, part{group: g},
		func(ctx context.Context) error { return function(ctx, g) },
		func(err error) error {
			r := t.suspend(&call{code: core.OP_GROUP_EXIT, args: [4]uint64{word, uint64(toC(err))}})
			g.word = 0
			h.drop()
			return cmp.Or(r.err, g.missed)
		})
}

// Go starts a task of the group. In a group that has ended or is ending the task is cancelled before it begins.
func (g *Group) Go(function func(ctx context.Context) error) *Task {
	return g.GoNamed("", function)
}

// GoNamed is Go with a name for reports.
func (g *Group) GoNamed(name string, function func(ctx context.Context) error) *Task {
	t := &Task{}
	t.start(g.l, g.ctx, name, g, function)
	return t
}

// add makes a task one of the group, which cancels its own.
func (g *Group) add(t *Task) {
	if g.word == 0 {
		t.cancel("the group has ended")
		return
	}
	_, err := g.l.call(call{code: core.OP_GROUP_ADD, args: [4]uint64{g.word, t.future}})
	if errors.Is(err, ErrNoMemory) { // of another refusal C has told the task
		t.cancel("the group has no room for it")
		g.miss(err)
	}
}

// miss ends a group that lacks one of its tasks.
func (g *Group) miss(err error) {
	g.missed = cmp.Or(g.missed, err)
	g.Cancel()
}

// SpawnIn starts a task with a result in a group.
func SpawnIn[T any](g *Group, function func(ctx context.Context) (T, error)) *TaskOf[T] {
	t := &TaskOf[T]{}
	t.start(g.l, g.ctx, "", g, t.wrap(function))
	return t
}

// Cancel cancels the group's tasks and its function; the group then ends without an error.
func (g *Group) Cancel() {
	g.l.do(func() {
		if g.word != 0 {
			g.failed = true
			g.l.call(call{code: core.OP_GROUP_CANCEL, args: [4]uint64{g.word}})
		}
	})
}
