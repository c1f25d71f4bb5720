package async

import (
	"context"
	"fmt"
	"os"
	"runtime"

	"libasync.dev/async/internal/core"
	"libasync.dev/async/internal/gid"
)

// spins is how many turns without work the loop polls before it sleeps, after goroutines asked for something: waking it
// costs more than they do. With a virtual clock it gives goroutines this chance before each jump.
const spins = 30

// submission is what other goroutines ask of the loop.
type submission struct {
	run    func()
	posted bool    // it is a user's
	wait   *waiter // instead of a function
}

// submit queues for the loop; from any goroutine, in order.
func (l *Loop) submit(s submission) error {
	l.mu.Lock()
	if l.ended {
		l.mu.Unlock()
		return ErrClosed
	}
	l.queue = append(l.queue, s)
	wake := l.polling
	l.polling = false
	l.mu.Unlock()
	if wake {
		core.Loop_wake(uintptr(l.handle))
	}
	return nil
}

// take empties the queue and decides whether the turn may sleep.
func (l *Loop) take() (queue []submission, sleep bool) {
	l.mu.Lock()
	queue = l.queue
	l.queue = l.spare[:0]
	if len(queue) > 0 || l.virtual && !l.isQuiet() {
		l.spin = spins
	}
	sleep = len(queue) == 0 && l.spin <= 0
	l.spin--
	l.polling = sleep
	l.mu.Unlock()
	return queue, sleep
}

// isQuiet tells whether the latest turn brought nothing but reports. With a low limit for slow steps a turn that only
// delivers one is worth another, for ever.
func (l *Loop) isQuiet() bool {
	events := l.shared.EventsOf()
	for i := range events {
		if int(events[i].Kind) != core.GO_REPORT {
			return false
		}
	}
	return true
}

// asLoop says that from here on the loop's own goroutine makes its calls, and not the task that ran last.
func (l *Loop) asLoop() {
	if l.running.Load() != l.self {
		l.running.Store(l.self)
	}
}

// drain does what was submitted.
func (l *Loop) drain(queue []submission) {
	if len(queue) > 0 {
		l.asLoop()
	}
	for i := 0; i < len(queue); {
		if queue[i].posted {
			l.guard("a posted function", func() { // so many at once as do not fail
				for i < len(queue) && queue[i].posted {
					run := queue[i].run
					queue[i] = submission{}
					i++
					run()
				}
			})
			continue
		}
		s := queue[i]
		queue[i] = submission{}
		i++
		if s.wait != nil {
			s.wait.begin(l)
		} else {
			s.run()
		}
	}
	l.spare = queue
}

// guard runs a user's function, whose panic or Goexit ends nothing else.
func (l *Loop) guard(what string, function func()) {
	if err := l.protect(function); err == ErrGoexit {
		l.tell(err, what+" called runtime.Goexit")
	} else if err != nil {
		l.tell(err, what+" panicked")
	}
}

// protect runs a user's function in a coroutine, as if it were the loop's own goroutine.
func (l *Loop) protect(function func()) error {
	running, current := l.running.Load(), l.current
	t := &Task{body: func(context.Context) error { function(); return nil }}
	w := l.worker(t)
	l.current = nil
	l.running.Store(w.g)
	w.next()
	l.retire(w)
	l.running.Store(running)
	l.current = current
	return t.err
}

// hand tells the user's function of a report. What that does not take goes where reports go without it.
func (l *Loop) hand(err error, what string) {
	failed := l.protect(func() { l.report(err, what) })
	if failed != nil {
		fmt.Fprintf(os.Stderr, "async: the function of Report failed: %v\nit was told: %s: %v\n", failed, what, err)
	}
}

// tell reports an error that nobody else will see.
func (l *Loop) tell(err error, what string) {
	if l.report != nil {
		l.hand(err, what)
		return
	}
	word := toC(err)
	text := l.arena.text(what)
	l.call(call{code: core.OP_LOOP_REPORT, args: [4]uint64{l.handle, uint64(word), text}})
	core.Error_unref(word)
}

// turn applies what was asked for, polls, and tells tasks and goroutines what happened.
func (l *Loop) turn() (status int) {
	queue, sleep := l.take()
	l.drain(queue)
	timeout := uint64(0)
	if sleep {
		timeout = forever
	}
	status = core.Go_turn(l.g, l.pending(), timeout)
	if sleep {
		l.mu.Lock()
		l.polling = false
		l.mu.Unlock()
	}
	l.arena.reset()
	l.now.Store(l.shared.Time)
	if status < 0 && l.broken == nil {
		l.broken = errorOfStatus(int32(status))
		l.stopping = true
	}
	events := l.shared.EventsOf()
	for i := range events {
		l.dispatch(&events[i])
	}
	for i := range l.late {
		*l.write(&call{}) = l.late[i]
	}
	l.late = l.late[:0]
	if !sleep && len(events) == 0 && len(queue) == 0 {
		runtime.Gosched()
	}
	return status
}

func (l *Loop) dispatch(e *core.Event) {
	switch int(e.Kind) {
	case core.GO_REPORT:
		l.asLoop()
		l.hand(errorOf(uintptr(e.Error)), string(core.Bytes(e.Data, e.Size)))
	case core.GO_CREATED, core.GO_FINISHED:
		l.asLoop()
		event := TaskEvent{string(core.Bytes(e.Data, e.Size)), int(e.Kind) == core.GO_FINISHED}
		l.guard("the function of OnTask", func() { l.onTask(event) })
	case core.GO_RELEASED:
		objects.release(e.Word)
	default:
		l.slots[e.Tag].event(l, e)
	}
}

// run is the loop's goroutine.
func (l *Loop) run() {
	l.self = gid.Current()
	l.running.Store(l.self)
	for !l.stopping {
		l.turn()
	}
	l.shutDown()
	l.endWatch()
	l.running.Store(0)
	close(l.done)
}
