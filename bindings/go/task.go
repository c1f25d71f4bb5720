package async

import (
	"context"
	"errors"

	"libasync.dev/async/internal/core"
)

// Task is a function that runs on a loop.
type Task struct {
	l *Loop

	// The rest belongs to the loop, what every step needs first.
	future  uint64 // asy_task; 0 before it was made and after it was given back
	worker  *worker
	message *core.Event // what the task was resumed with; nil while it waits
	waits   uint64      // counts
	closing int         // waits that failed because the loop closes
	ended   bool        // the body has
	settled bool        // the outcome is known
	asked   *[]uintptr  // where it stands; the answer goes there
	ctx     scope
	scopes  []part

	tag    uint64
	level  int // cancel requests when a context that ended during a wait made one; -1 without
	body   func(ctx context.Context) error
	name   string
	place  string // where it was made, in debug mode
	group  *Group
	yields *producer // of a generator's
	value  any
	err    error
	unread *handle // keeps the future of a failed task until somebody has seen the error
}

// part is a part of a body with a scope of its own: an entered timeout or a group.
type part struct {
	scope   *scope
	timeout uint64
	group   *Group
}

// Go runs a function as a task of the loop. The task's context is derived from ctx: when ctx is done, the task is
// cancelled. The loop keeps the task until it ends, whether or not anybody has it.
func (l *Loop) Go(ctx context.Context, function func(ctx context.Context) error) *Task {
	return l.GoNamed(ctx, "", function)
}

// GoNamed is Go with a name for reports.
func (l *Loop) GoNamed(ctx context.Context, name string, function func(ctx context.Context) error) *Task {
	t := &Task{}
	t.start(l, ctx, name, nil, function)
	return t
}

// TaskOf is a task with a result.
type TaskOf[T any] struct {
	Task
	result T
}

// Spawn runs a function with a result as a task of the loop.
func Spawn[T any](ctx context.Context, l *Loop, function func(ctx context.Context) (T, error)) *TaskOf[T] {
	t := &TaskOf[T]{}
	t.start(l, ctx, "", nil, t.wrap(function))
	return t
}

func (t *TaskOf[T]) wrap(function func(ctx context.Context) (T, error)) func(ctx context.Context) error {
	return func(ctx context.Context) (err error) {
		if t.result, err = function(ctx); err == nil {
			t.value = t.result
		}
		return err
	}
}

func (t *Task) prepare(l *Loop, ctx context.Context, body func(ctx context.Context) error) {
	t.l, t.body, t.level = l, body, -1
	t.ctx.Context, t.ctx.task = ctx, t
}

func (t *Task) start(l *Loop, ctx context.Context, name string, g *Group, body func(ctx context.Context) error) {
	t.prepare(l, ctx, body)
	t.name, t.group = name, g
	if l.debug.Load() {
		t.place = place()
	}
	if l.onLoop() {
		t.make()
	} else if err := l.submit(submission{run: t.make}); err != nil {
		t.err, t.ended, t.settled = err, true, true
		t.ctx.end(err)
	}
}

// ready makes the task now when another goroutine has only asked for it; on the loop.
func (t *Task) ready() {
	if t.tag == 0 && t.yields == nil {
		t.make()
	}
}

// make makes the task in C; on the loop.
func (t *Task) make() {
	if t.tag != 0 || t.settled {
		return
	}
	l := t.l
	t.tag = l.slot(t)
	c := call{code: core.OP_TASK_NEW_DEFERRED, args: [4]uint64{l.handle, t.tag}}
	if t.name != "" || t.place != "" {
		c.args[2] = l.taskOptions(t.name, t.place)
	}
	word, err := l.call(c)
	if err != nil {
		l.release(t.tag)
		t.err, t.ended, t.settled = err, true, true
		t.ctx.end(err)
		if t.group != nil {
			t.group.miss(err)
		}
		return
	}
	t.future = word
	switch reason := t.ctx.Context.Err(); {
	case t.group != nil:
		t.group.add(t)
	case reason != nil: // it does not begin
		t.ctx.end(reason)
		l.put(call{code: core.OP_TASK_CANCEL, args: [4]uint64{word}})
	default:
		t.ctx.follow(t)
	}
}

func (l *Loop) taskOptions(name, place string) uint64 {
	at := l.arena.take(int(core.TaskOptionsSize))
	options := (*core.TaskOptions)(core.Pointer(at))
	*options = core.TaskOptions{Size: uint64(core.TaskOptionsSize)}
	if name != "" {
		options.Name = l.arena.text(name)
	}
	if place != "" {
		options.Place = l.arena.text(place)
	}
	return uint64(at)
}

// Cancel asks the task to end: the wait it is in fails with ErrCancelled. From any goroutine.
func (t *Task) Cancel() { t.CancelBecause("") }

// CancelBecause is Cancel with a message, which the error carries.
func (t *Task) CancelBecause(message string) {
	if t.l.onLoop() {
		t.cancel(message)
		return
	}
	t.l.submit(submission{run: func() { t.cancel(message) }})
}

func (t *Task) cancel(message string) {
	l := t.l
	if t.future == 0 {
		return
	}
	c := call{code: core.OP_TASK_CANCEL, args: [4]uint64{t.future}}
	if message != "" {
		c.args[1] = l.arena.text(message)
	}
	op := l.write(&c)
	if t != l.current { // who is told something in this turn hears of it before the request
		l.late = append(l.late, *op)
		l.count--
	}
}

// parentEnded is what the end of the context that the task was made with does; from any goroutine. A request that
// was made before says the same.
func (t *Task) parentEnded() {
	ask := func() {
		if t.future != 0 && t.l.number(core.OP_TASK_CANCELLING, t.future) == 0 {
			t.cancel("")
		}
	}
	if t.l.onLoop() {
		ask()
	} else {
		t.l.submit(submission{run: ask})
	}
	t.ctx.end(t.ctx.Context.Err())
}

// Await waits for the task to end and returns its error. A loop task that is cancelled while it waits cancels the task
// it waits for, unless others wait too; any other goroutine just stops waiting.
func (t *Task) Await(ctx context.Context) error {
	l := t.l
	if !l.onLoop() {
		return t.outcome(l.wait(ctx, &call{task: t}, false).err)
	}
	t.ready()
	if t.settled {
		t.read()
		return t.err
	}
	return l.await(ctx, &call{code: core.OP_FUTURE_REF, args: [4]uint64{t.future}}).err
}

// outcome is what a wait in another goroutine brings: a loop that has ended refuses it, and leaves how its tasks ended.
func (t *Task) outcome(err error) error {
	if !errors.Is(err, ErrClosed) || !t.l.IsClosed() {
		return err
	}
	if <-t.l.done; t.settled {
		return t.err
	}
	return err
}

// Await waits for the task to end and returns its result.
func (t *TaskOf[T]) Await(ctx context.Context) (T, error) {
	if err := t.Task.Await(ctx); err != nil {
		var nothing T
		return nothing, err
	}
	return t.result, nil
}
