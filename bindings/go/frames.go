package async

import (
	"fmt"
	"runtime"
	"slices"
	"strings"

	"libasync.dev/async/internal/core"
)

// deepest is how many frames of a task are told, the innermost.
const deepest = 64

// tellStack answers, in the task's own coroutine, where it stands.
func (t *Task) tellStack() {
	callers := t.asked
	*callers = (*callers)[:runtime.Callers(3, (*callers)[:cap(*callers)])]
	t.asked = nil
	t.worker.yield(struct{}{})
}

// stack is where a task stands, innermost first; nil of one that did not begin, and of one that runs unless it asks itself.
func (l *Loop) stack(t *Task) []uintptr {
	callers := make([]uintptr, deepest)
	switch {
	case t == l.current:
		return callers[:runtime.Callers(1, callers)]
	case t.worker == nil || t.worker.dead || t.message != nil || l.pinned:
		return nil
	}
	t.asked = &callers
	t.worker.next()
	return callers
}

// frames writes a stack as C has it, a line a frame and the innermost last, without what is this package's or Go's own.
func frames(stack []uintptr) string {
	var lines []string
	for all := runtime.CallersFrames(stack); len(stack) > 0; {
		frame, more := all.Next()
		if isUsers(frame) {
			lines = append(lines, fmt.Sprintf("%s:%d in %s", frame.File, frame.Line, frame.Function))
		}
		if !more {
			break
		}
	}
	slices.Reverse(lines)
	return strings.Join(lines, "\n")
}

// isUsers tells whether a frame is of the program.
func isUsers(frame runtime.Frame) bool {
	own := strings.HasPrefix(frame.Function, "libasync.dev/async.") && !strings.HasSuffix(frame.File, "_test.go")
	return frame.Function != "" && !own && !strings.HasPrefix(frame.Function, "runtime.") && !strings.HasPrefix(frame.Function, "iter.")
}

// setFrames tells C where a task stands, for dumps of whoever makes one.
func (l *Loop) setFrames(t *Task, text string) {
	if t.future == 0 {
		return
	}
	c := call{code: core.OP_TASK_SET_FRAMES, args: [4]uint64{t.future}}
	if text != "" {
		c.args[1] = l.arena.text(text)
	}
	l.put(c)
}

// remember notes where a task waits, in debug mode.
func (l *Loop) remember(t *Task) {
	if l.debug.Load() {
		l.setFrames(t, frames(l.stack(t)))
	}
}

// withFrames calls a function for which C knows where every task stands.
func (l *Loop) withFrames(function func()) {
	var told []*Task
	for _, r := range l.slots {
		if c, ok := r.(interface{ coroutine() *Task }); ok {
			t := c.coroutine()
			l.setFrames(t, frames(l.stack(t)))
			told = append(told, t)
		}
	}
	function()
	for _, t := range told {
		if t == l.current || !l.debug.Load() {
			l.setFrames(t, "")
		}
	}
}
