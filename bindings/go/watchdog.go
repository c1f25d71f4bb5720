package async

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"sync/atomic"
	"time"
)

// Stuck is a step that blocks its loop.
type Stuck struct {
	Task string // whose step it is, with the place where the task was made in debug mode
	For  time.Duration
}

// watchdog looks at the loop's steps from a goroutine of its own.
type watchdog struct {
	limit time.Duration
	told  func(Stuck)
	step  atomic.Pointer[watchedStep] // nil between two steps
	over  chan struct{}
}

type watchedStep struct {
	task  *Task
	begin time.Time
}

// SetWatchdog calls a function on a goroutine of its own while a step of a Go task blocks the loop, once for each step that
// takes longer than the limit; steps of other languages and posted functions are not watched. Nil prints the step and all stacks to the standard error. A limit of zero ends the watch. It
// costs each step a look at the clock.
func (l *Loop) SetWatchdog(limit time.Duration, stuck func(Stuck)) error {
	if stuck == nil {
		stuck = printTo(os.Stderr)
	}
	return l.use(func() {
		l.endWatch()
		if limit > 0 {
			w := &watchdog{limit: limit, told: stuck, over: make(chan struct{})}
			l.dog = w
			go w.run()
		}
		l.watched = l.dog != nil || l.debug.Load()
	})
}

func (l *Loop) endWatch() {
	if l.dog != nil {
		close(l.dog.over)
		l.dog = nil
	}
}

func (w *watchdog) run() {
	ticker := time.NewTicker(max(w.limit/4, time.Millisecond/2))
	defer ticker.Stop()
	var last *watchedStep
	for {
		select {
		case <-w.over:
			return
		case <-ticker.C:
		}
		step := w.step.Load()
		if step == nil || step == last {
			continue
		}
		if took := time.Since(step.begin); took >= w.limit {
			last = step
			w.told(Stuck{step.task.title(), took})
		}
	}
}

func printTo(out io.Writer) func(Stuck) {
	return func(s Stuck) {
		stacks := make([]byte, 1<<20)
		fmt.Fprintf(out, "async: %s has held up its loop for %v\n%s", s.Task, s.For, stacks[:runtime.Stack(stacks, true)])
	}
}
