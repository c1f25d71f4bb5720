package patterns

import (
	"slices"
	"time"
)

// ToyLoop is what an event loop is: a queue of what is ready, and what is to come, by time. Its clock is virtual.
type ToyLoop struct {
	Now   time.Duration
	ready []func()
	later []later
}

type later struct {
	at  time.Duration
	run func()
}

// Soon runs a function after those that are ready.
func (t *ToyLoop) Soon(run func()) { t.ready = append(t.ready, run) }

// After runs a function once the time has come; equal times in their order.
func (t *ToyLoop) After(delay time.Duration, run func()) {
	at := t.Now + delay
	place, _ := slices.BinarySearchFunc(t.later, at, func(l later, at time.Duration) int {
		if l.at <= at {
			return -1
		}
		return 1
	})
	t.later = slices.Insert(t.later, place, later{at, run})
}

// Run runs until nothing is left.
func (t *ToyLoop) Run() {
	for len(t.ready)+len(t.later) > 0 {
		if len(t.ready) == 0 { // nothing else can happen
			t.Now = t.later[0].at
			t.ready = append(t.ready, t.later[0].run)
			t.later = t.later[1:]
		}
		batch := t.ready
		t.ready = nil
		for _, run := range batch {
			run()
		}
	}
}
