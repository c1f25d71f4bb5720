package async

import (
	"context"

	"libasync.dev/async/internal/core"
)

// Event is a flag that tasks wait for.
type Event struct{ handle *handle }

// NewEvent makes an event that is not set.
func (l *Loop) NewEvent() *Event {
	return &Event{l.lazy(core.OP_EVENT_UNREF, func() (uint64, error) {
		return l.call(call{code: core.OP_EVENT_NEW, args: [4]uint64{l.handle}})
	})}
}

// Wait returns when the event is set, at once if it is.
func (e *Event) Wait(ctx context.Context) error {
	if e.handle.l.onLoop() && e.IsSet() {
		return nil
	}
	return e.handle.l.await(ctx, &call{code: core.OP_EVENT_WAIT, handle: e.handle}).err
}

// Set wakes all who wait now, and lets through those to come until Clear.
func (e *Event) Set() { e.do(core.OP_EVENT_SET) }

// Clear makes those to come wait again.
func (e *Event) Clear() { e.do(core.OP_EVENT_CLEAR) }

func (e *Event) do(code int) {
	e.handle.use(func(word uint64) { e.handle.l.put(call{code: code, args: [4]uint64{word}}) })
}

// IsSet tells whether the event is set.
func (e *Event) IsSet() bool {
	set := false
	e.handle.ask(func(word uint64) { set = e.handle.l.number(core.OP_EVENT_IS_SET, word) != 0 })
	return set
}
