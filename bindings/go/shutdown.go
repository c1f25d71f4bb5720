package async

import "libasync.dev/async/internal/core"

// shutDown ends tasks, gives back every reference and closes the loop.
func (l *Loop) shutDown() {
	l.endTasks()
	l.giveBack()
	for quiet := false; !quiet; quiet = l.isQuiet() {
		l.spin = spins
		l.turn() // brings what the last steps and releases report
	}
	l.mu.Lock()
	l.ended = true
	queue := l.queue
	l.mu.Unlock()
	l.drain(queue)
	l.unwind()
	l.giveBack()
	if core.Go_close(l.g, l.pending()) < 0 && l.broken == nil {
		_, l.broken = l.answer()
	}
	events := l.shared.EventsOf()
	for i := range events {
		switch int(events[i].Kind) {
		case core.GO_REPORT, core.GO_RELEASED, core.GO_CREATED, core.GO_FINISHED:
			l.dispatch(&events[i])
		}
	}
	for _, r := range l.slots {
		if w, ok := r.(*waiter); ok {
			w.end(result{err: ErrClosed})
		}
	}
	core.Go_free(l.g)
	l.arena.free()
	for _, idle := range l.workers {
		idle.stop()
	}
}

func (l *Loop) giveBack() {
	for index := range l.owned {
		l.disown(index)
	}
}

// end is the answer of the core's shutdown.
type end struct{ came bool }

func (e *end) event(*Loop, *core.Event) { e.came = true }

// endTasks ends the tasks and generators of every language, also those made meanwhile; the grace limits it.
func (l *Loop) endTasks() {
	grace, e := uint64(forever), &end{}
	if l.grace > 0 {
		grace = uint64(l.grace)
	}
	l.ask(&call{code: core.OP_LOOP_SHUTDOWN, args: [4]uint64{l.handle, grace}}, l.slot(e), false)
	for !e.came && l.turn() >= 0 {
	}
}

// unwind makes the bodies of tasks that would not end return: every wait of theirs fails.
func (l *Loop) unwind() {
	for _, r := range l.slots {
		if c, ok := r.(interface{ coroutine() *Task }); ok && c.coroutine().worker != nil {
			l.abandon(c.coroutine())
		}
	}
}
