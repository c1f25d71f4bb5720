package async

import (
	"context"

	"libasync.dev/async/internal/core"
)

// Event is a flag that tasks wait for.
type Event struct{ handle *handle }

// NewEvent makes an event that is not set.
func (l *Loop) NewEvent() *Event {
	return &Event{l.object(core.OP_EVENT_NEW, core.OP_EVENT_UNREF)}
}

// Wait returns when the event is set, at once if it is.
func (e *Event) Wait(ctx context.Context) error {
	if e.handle.l.onLoop() && e.IsSet() {
		return nil
	}
	return e.handle.l.await(ctx, &call{code: core.OP_EVENT_WAIT, handle: e.handle}).err
}

// Set wakes all who wait now, and lets through those to come until Clear.
func (e *Event) Set() { e.handle.put(core.OP_EVENT_SET) }

// Clear makes those to come wait again.
func (e *Event) Clear() { e.handle.put(core.OP_EVENT_CLEAR) }

// IsSet tells whether the event is set.
func (e *Event) IsSet() bool { return e.handle.number(core.OP_EVENT_IS_SET) != 0 }

// Waiting is how many wait.
func (e *Event) Waiting() int { return e.handle.number(core.OP_EVENT_WAITING) }

// String describes the event.
func (e *Event) String() string { return e.handle.describe(core.OP_EVENT_DESCRIBE) }
