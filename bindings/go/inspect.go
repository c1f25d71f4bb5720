package async

import (
	"errors"
	"time"

	"libasync.dev/async/internal/core"
)

// Tasks are the unfinished tasks of Go; Dump has those of every language.
func (l *Loop) Tasks() (tasks []*Task) {
	l.do(func() {
		for _, r := range l.slots {
			if t, ok := r.(*Task); ok && !t.settled {
				tasks = append(tasks, t)
			}
		}
	})
	return tasks
}

// Dump tells where every unfinished task stands, the oldest first: what to print when a program hangs. From any
// goroutine, as long as no task blocks the loop.
func (l *Loop) Dump() string {
	return l.text(func(place uintptr) { l.withFrames(func() { core.Go_dump(l.g, l.pending(), place) }) })
}

// CallGraph tells where a task or future stands and who waits for it, upward.
func (l *Loop) CallGraph(item Awaitable) string {
	return l.text(func(place uintptr) {
		word, ours := item.lend()
		l.withFrames(func() { core.Go_call_graph(l.g, l.pending(), uintptr(word), place) })
		if ours {
			l.put(call{code: core.OP_FUTURE_UNREF, args: [4]uint64{word}})
		}
	})
}

// Live counts what is alive of the loop in C, one kind a line.
func (l *Loop) Live() string {
	return l.text(func(place uintptr) { core.Go_live(l.g, l.pending(), place) })
}

// text is what a function of C tells; on a closed loop nothing.
func (l *Loop) text(function func(place uintptr)) (text string) {
	l.do(func() {
		value, _ := l.receive(function)
		text, _ = value.(string)
	})
	return text
}

// String describes the task: its name, its state, what it waits for and who waits for it.
func (t *Task) String() string {
	text := ""
	if t.l.do(func() {
		if t.settled {
			text = t.title() + " " + t.end()
		}
	}) != nil || text == "" {
		return describe(t)
	}
	return text
}

// end tells how a task ended.
func (t *Task) end() string {
	switch {
	case t.err == nil:
		return "finished"
	case errors.Is(t.err, ErrCancelled):
		return "cancelled"
	}
	return "failed: " + textOf(t.err)
}

// String describes the future.
func (f *FutureOf[T]) String() string { return describe(f) }

func describe(item Awaitable) (text string) {
	l := item.loop()
	err := l.do(func() {
		word, ours := item.lend()
		text = l.describe(core.OP_FUTURE_DESCRIBE, word)
		if ours {
			l.put(call{code: core.OP_FUTURE_UNREF, args: [4]uint64{word}})
		}
	})
	if err != nil {
		return "<" + err.Error() + ">"
	}
	return text
}

// Metrics is what a loop has counted. What tasks of Go do between two turns of the loop is in none of its times.
type Metrics struct {
	Polls             uint64        // for I/O
	Entries           uint64        // steps, callbacks and completions that were run
	Ready, ReadyMax   uint64        // entries ready now, and the most at the start of a batch
	Timers            uint64        // that came due
	Lag, LagMax       time.Duration // by which the latest timer was late, and the most
	Tasks             uint64        // unfinished, of every language
	Created           uint64        // tasks
	Finished          uint64        // tasks
	Steps             uint64        // entries that were timed
	StepTime, MaxStep time.Duration // all of it, and the longest
	PollTime          time.Duration // waiting included
}

// Metrics reads the loop's counters.
func (l *Loop) Metrics() (m Metrics, err error) {
	closed := l.do(func() {
		place := l.arena.take(int(core.MetricsSize))
		raw := (*core.Metrics)(core.Pointer(place))
		*raw = core.Metrics{Size: uint64(core.MetricsSize)}
		core.Go_metrics(l.g, l.pending(), place)
		if _, err = l.answer(); err == nil {
			c := raw.Counters
			m = Metrics{
				Polls: c[0], Entries: c[1], Ready: c[2], ReadyMax: c[3], Timers: c[4],
				Lag: time.Duration(c[5]), LagMax: time.Duration(c[6]), Tasks: c[7], Created: c[8], Finished: c[9],
				Steps: c[10], StepTime: time.Duration(c[11]), MaxStep: time.Duration(c[12]), PollTime: time.Duration(c[13]),
			}
		}
	})
	if closed != nil {
		err = closed
	}
	return m, err
}
