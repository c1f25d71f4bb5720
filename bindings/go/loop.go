package async

import (
	"cmp"
	"context"
	"sync"
	"sync/atomic"
	"time"

	"libasync.dev/async/internal/core"
	"libasync.dev/async/internal/gid"
)

// Loop is an event loop of libasync that a goroutine of its own drives.
type Loop struct {
	g        uintptr
	handle   uint64 // asy_loop
	shared   *core.Shared
	running  atomic.Uintptr // the goroutine whose calls are the loop's
	now      atomic.Uint64
	report   func(err error, what string)
	done     chan struct{} // closed when the loop has ended
	virtual  bool          // its clock
	debug    atomic.Bool
	onTask   func(e TaskEvent)
	onSwitch func(task *Task, entered bool)

	mu      sync.Mutex
	queue   []submission
	polling bool // the loop sleeps, or is about to: a submission must wake it
	ended   bool

	// The rest belongs to the goroutine in `running`.
	self     uintptr
	ops      []core.Op
	count    int
	late     []core.Op // cancels of other tasks: those told something in this turn hear of it first
	arena    arena
	spare    []submission
	spin     int
	current  *Task
	pinned   bool // to its thread, for C
	slots    []receiver
	free     []uint64
	workers  []*worker
	owned    []owned
	unused   []int
	stopping bool
	grace    time.Duration
	slow     time.Duration // a step is, in debug mode
	watched  bool          // steps are, in debug mode or by the dog
	dog      *watchdog
	broken   error // what ended the loop before its time
}

// receiver is what a tag stands for.
type receiver interface {
	event(l *Loop, e *core.Event)
}

// Option changes how a loop is made.
type Option func(*settings)

type settings struct {
	flags    int
	budget   uint32
	grace    time.Duration
	seed     uint64
	report   func(err error, what string)
	onTask   func(e TaskEvent)
	onSwitch func(task *Task, entered bool)
}

// VirtualClock makes time stand still and jump to the next deadline when nothing else can happen on the loop. What
// goroutines beside the loop do is waited for only as far as it happens at once.
func VirtualClock() Option { return func(s *settings) { s.flags |= core.LOOP_VIRTUAL_CLOCK } }

// Debug adds checks and reports, never a different result.
func Debug() Option { return func(s *settings) { s.flags |= core.LOOP_DEBUG } }

// ReadyBudget sets how much ready work runs between two polls; the default is 64, 1 polls after every batch.
func ReadyBudget(entries uint32) Option { return func(s *settings) { s.budget = entries } }

// Grace limits how long Close and Run wait for cancelled tasks to end; without it they wait as long as it takes.
func Grace(limit time.Duration) Option { return func(s *settings) { s.grace = limit } }

// Report is called on the loop for what would otherwise be lost: an error nobody read, a panic in a posted function. It
// must not wait. Without it such reports are printed to the standard error.
func Report(report func(err error, what string)) Option {
	return func(s *settings) { s.report = report }
}

// Start makes a loop that runs until Close.
func Start(options ...Option) (*Loop, error) {
	var s settings
	for _, option := range options {
		option(&s)
	}
	g := core.Go_new(uint(s.flags), uint(s.budget), s.seed)
	if g == 0 {
		return nil, ErrNoMemory
	}
	l := &Loop{g: g, handle: uint64(core.Go_loop(g)), shared: core.SharedOf(g), grace: s.grace, done: make(chan struct{})}
	l.slots = append(l.slots, nil) // tag 0 stands for no answer
	l.ops = l.shared.OpsOf()
	l.now.Store(l.shared.Time)
	l.virtual = s.flags&core.LOOP_VIRTUAL_CLOCK != 0
	if l.report = s.report; l.report != nil {
		core.Go_take_reports(g)
	}
	l.onSwitch = s.onSwitch
	if l.onTask = s.onTask; l.onTask != nil {
		core.Go_take_tasks(g)
	}
	l.slow = 100 * time.Millisecond
	l.watched = l.number(core.OP_LOOP_IS_DEBUG, l.handle) != 0
	l.debug.Store(l.watched)
	go l.run()
	return l, nil
}

// Run makes a loop, runs main as its first task and ends the loop with it: tasks that are left are cancelled and waited
// for. It returns what main returned. Called with the context of the task that calls it, it fails with ErrState; with
// another context it blocks that task's loop.
func Run(ctx context.Context, main func(ctx context.Context, l *Loop) error, options ...Option) error {
	if onAnyLoop(ctx) {
		return &Error{Code: ErrState.Code, Message: "Run was called by a task; a loop cannot wait for another one"}
	}
	l, err := Start(options...)
	if err != nil {
		return err
	}
	task := l.Go(ctx, func(ctx context.Context) error { return main(ctx, l) })
	// The loop stops by itself: a virtual clock would jump before another goroutine could stop it.
	err = task.outcome(l.wait(context.WithoutCancel(ctx), &call{task: task, last: true}, false).err)
	failed := l.Close()
	if err == error(ErrCancelled) && task.settled {
		err = task.err // may know why
	}
	return cmp.Or(err, failed)
}

// Close cancels all tasks, waits until they have ended and closes the loop. Closing it again only waits. A task cannot
// close its own loop.
func (l *Loop) Close() error {
	if l.onLoop() {
		return &Error{Code: ErrState.Code, Message: "a task cannot close the loop that runs it; return from it"}
	}
	l.submit(submission{run: func() { l.stopping = true }})
	<-l.done
	return l.broken
}

// Post runs a function on the loop, between the steps of its tasks. It must not wait. From one goroutine, functions run in
// the order in which they were posted.
func (l *Loop) Post(function func()) error {
	return l.submit(submission{run: function, posted: true})
}

// IsClosed tells whether the loop has ended and refuses what is asked of it; from any goroutine.
func (l *Loop) IsClosed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ended
}

// String describes the loop; from any goroutine.
func (l *Loop) String() string {
	switch {
	case l.IsClosed():
		return "loop closed"
	case l.IsDebug():
		return "loop running, debug"
	}
	return "loop running"
}

// Time is the loop's clock, as of its latest turn.
func (l *Loop) Time() time.Duration { return time.Duration(l.now.Load()) }

// onLoop tells whether the calling goroutine is the one that runs on the loop now.
func (l *Loop) onLoop() bool { return l.running.Load() == gid.Current() }

// use runs a function on the loop, but not necessarily now.
func (l *Loop) use(function func()) error {
	if l.onLoop() {
		function()
		return nil
	}
	return l.submit(submission{run: function})
}

// do runs a function on the loop and waits for it.
func (l *Loop) do(function func()) error {
	if l.onLoop() {
		function()
		return nil
	}
	done := make(chan struct{})
	if err := l.submit(submission{run: func() { defer close(done); function() }}); err != nil {
		return err
	}
	<-done
	return nil
}

func (l *Loop) slot(r receiver) uint64 {
	if n := len(l.free); n > 0 {
		tag := l.free[n-1]
		l.free = l.free[:n-1]
		l.slots[tag] = r
		return tag
	}
	l.slots = append(l.slots, r)
	return uint64(len(l.slots) - 1)
}

func (l *Loop) release(tag uint64) {
	l.slots[tag] = nil
	l.free = append(l.free, tag)
}
