package async

import (
	"iter"
	"runtime/debug"

	"libasync.dev/async/internal/gid"
)

// idleWorkers is how many coroutines are kept for the tasks to come.
const idleWorkers = 256

func (t *Task) coroutine() *Task     { return t }
func (p *producer) coroutine() *Task { return &p.task }

// worker is a coroutine that runs the bodies of tasks, one after the other.
type worker struct {
	next  func() (struct{}, bool)
	stop  func()
	yield func(struct{}) bool
	g     uintptr
	task  *Task
	dead  bool // its goroutine must never run again
}

func (l *Loop) worker(t *Task) *worker {
	if n := len(l.workers); n > 0 {
		w := l.workers[n-1]
		l.workers = l.workers[:n-1]
		w.task = t
		return w
	}
	w := &worker{}
	w.next, w.stop = iter.Pull(func(yield func(struct{}) bool) {
		w.yield, w.g = yield, gid.Current()
		for yield(struct{}{}) {
			w.run()
			w.task = nil
		}
	})
	w.next()
	w.task = t
	return w
}

// retire keeps a worker whose task has ended, or ends it.
func (l *Loop) retire(w *worker) {
	switch {
	case w.dead:
	case len(l.workers) < idleWorkers:
		l.workers = append(l.workers, w)
	default:
		l.asLoop() // its identity is free for another goroutine from now on
		w.stop()
	}
}

// run is a task's body and what becomes of the ways it can end.
func (w *worker) run() {
	t := w.task
	returned := false
	defer func() {
		if returned {
			return
		}
		t.ended = true
		if value := recover(); value != nil {
			t.err = &PanicError{value, debug.Stack()}
			return
		}
		// Goexit would go on through the coroutine into the loop's goroutine: it stops here, for ever.
		t.err, w.dead = ErrGoexit, true
		w.yield(struct{}{})
	}()
	t.err = t.body(&t.ctx)
	t.ended = true
	returned = true
}
