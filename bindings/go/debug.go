package async

import (
	"fmt"
	"runtime"
	"strings"
	"time"

	"libasync.dev/async/internal/core"
)

// SetDebug turns debug mode on or off: it measures, remembers where tasks are made and reports, and changes no order and
// no result. It is on from the start with Debug, or when the environment has LIBASYNC_DEBUG=1.
func (l *Loop) SetDebug(on bool) error {
	word := uint64(0)
	if on {
		word = 1
	}
	return l.use(func() {
		if _, err := l.call(call{code: core.OP_LOOP_SET_DEBUG, args: [4]uint64{l.handle, word}}); err == nil {
			l.debug.Store(on)
			l.watched = on || l.dog != nil
		}
	})
}

// IsDebug tells whether debug mode is on.
func (l *Loop) IsDebug() bool { return l.debug.Load() }

// SetSlowStep sets how long a step may take in debug mode before it is reported with ErrSlow; the default is 100ms.
func (l *Loop) SetSlowStep(limit time.Duration) error {
	return l.use(func() {
		l.slow = limit
		l.put(call{code: core.OP_LOOP_SET_SLOW_STEP, args: [4]uint64{l.handle, nanoseconds(limit)}})
	})
}

// timed is a step of a task in debug mode or under a watchdog: C does not see it.
func (l *Loop) timed(t *Task) {
	begin, dog := time.Now(), l.dog
	if dog != nil {
		dog.step.Store(&watchedStep{t, begin})
	}
	t.worker.next()
	if dog != nil {
		dog.step.Store(nil)
	}
	if took := time.Since(begin); took >= l.slow && l.debug.Load() {
		l.current = nil
		l.asLoop()
		err := &Error{Code: ErrSlow.Code, Message: fmt.Sprintf("a step of %s took %v", t.title(), took)}
		l.tell(err, "a task holds up its loop")
	}
}

// title names a task in reports.
func (t *Task) title() string {
	name := t.name
	if name == "" {
		name = "a task"
	}
	if t.place != "" {
		name += ", made at " + t.place
	}
	return name
}

// place is where the program is outside this package.
func place() string {
	var callers [16]uintptr
	frames := runtime.CallersFrames(callers[:runtime.Callers(3, callers[:])])
	for {
		frame, more := frames.Next()
		if !strings.HasPrefix(frame.Function, "libasync.dev/async.") || strings.HasSuffix(frame.File, "_test.go") {
			return fmt.Sprintf("%s:%d", frame.File, frame.Line)
		}
		if !more {
			return ""
		}
	}
}

// TaskEvent tells that a task, of any language, was made or has finished.
type TaskEvent struct {
	Name     string
	Finished bool
}

// OnTask is called on the loop for every task that is made or has finished, after the turn in which it happened, and
// so after the steps that tasks of Go took in that turn. It must not wait.
func OnTask(told func(e TaskEvent)) Option { return func(s *settings) { s.onTask = told } }

// OnSwitch is called on the loop around every step of a task of Go: entered before it, and not after it. Steps of other
// languages' tasks are C's, and are not told. It must not wait.
func OnSwitch(told func(task *Task, entered bool)) Option {
	return func(s *settings) { s.onSwitch = told }
}

// Shuffle runs what is ready at the same time in an order that a number decides, to find what depends on it; 0 for the
// usual order.
func Shuffle(seed uint64) Option { return func(s *settings) { s.seed = seed } }
