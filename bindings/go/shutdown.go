package async

import (
	"fmt"

	"libasync.dev/async/internal/core"
)

// shutDown ends tasks, gives back every reference and closes the loop.
func (l *Loop) shutDown() {
	if left := l.cancelTasks(); left > 0 {
		l.asLoop()
		l.tell(ErrTimeout, fmt.Sprintf("%d tasks had not ended when the loop was closed", left))
	}
	l.giveBack()
	for quiet := false; !quiet; quiet = l.shared.EventCount == 0 {
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
		if kind := int(events[i].Kind); kind == core.GO_REPORT || kind == core.GO_RELEASED {
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

// alarm ends a sleep of the loop itself.
type alarm struct{ tag uint64 }

func (a *alarm) event(l *Loop, _ *core.Event) { l.release(a.tag) }

// cancelTasks cancels tasks of every language, also those made meanwhile, and waits for them. It counts what is left when
// the grace is over.
func (l *Loop) cancelTasks() int {
	var deadline uint64
	if l.grace > 0 {
		a := &alarm{}
		a.tag = l.slot(a)
		deadline = l.now.Load() + uint64(l.grace)
		l.ask(&call{code: core.OP_SLEEP, args: [4]uint64{l.handle, uint64(l.grace)}}, a.tag, false)
	}
	for {
		core.Go_cancel_tasks(l.g, l.pending())
		left, err := l.answer()
		if err != nil || left == 0 {
			return 0
		}
		if deadline != 0 && l.now.Load() >= deadline {
			return int(left)
		}
		l.turn()
	}
}

// unwind makes the bodies of tasks that would not end return: every wait of theirs fails.
func (l *Loop) unwind() {
	for _, r := range l.slots {
		if t, ok := r.(*Task); ok && t.worker != nil {
			l.abandon(t)
		}
	}
}
