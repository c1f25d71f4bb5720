package async

import (
	"context"
	"sync"
)

// scope is the context of a task, or of a part of its body: it ends when the task is cancelled, or the part is.
type scope struct {
	context.Context // the parent: values and deadline
	task            *Task

	mu    sync.Mutex
	done  chan struct{}
	err   error
	last  uint64
	after map[uint64]func()
	leave func() bool // takes this scope off its parent
}

type taskKey struct{}

// Current is the task that a context belongs to, or nil.
func Current(ctx context.Context) *Task {
	t, _ := ctx.Value(taskKey{}).(*Task)
	return t
}

// onAnyLoop tells whether the caller is a task that runs now, by the context it was given.
func onAnyLoop(ctx context.Context) bool {
	t := Current(ctx)
	return t != nil && t.l.onLoop()
}

func (s *scope) Value(key any) any {
	if key == (taskKey{}) {
		return s.task
	}
	return s.Context.Value(key)
}

func (s *scope) Done() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done == nil {
		s.done = make(chan struct{})
		if s.err != nil {
			close(s.done)
		}
	}
	return s.done
}

func (s *scope) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// isDone tells whether a channel is this scope's.
func (s *scope) isDone(done <-chan struct{}) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.done != nil && done == s.done
}

// AfterFunc calls f when the scope ends. Package context uses it instead of a goroutine for each derived context; f is
// its own, and quick.
func (s *scope) AfterFunc(f func()) (stop func() bool) {
	s.mu.Lock()
	if s.err != nil {
		s.mu.Unlock()
		f()
		return func() bool { return false }
	}
	s.last++
	id := s.last
	if s.after == nil {
		s.after = make(map[uint64]func())
	}
	s.after[id] = f
	s.mu.Unlock()
	return func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		_, waits := s.after[id]
		delete(s.after, id)
		return waits
	}
}

// end ends the scope; the first reason stays.
func (s *scope) end(reason error) {
	s.mu.Lock()
	if s.err != nil {
		s.mu.Unlock()
		return
	}
	s.err = reason
	if s.done != nil {
		close(s.done)
	}
	after := s.after
	s.after = nil
	s.mu.Unlock()
	for _, f := range after {
		f()
	}
}

// follow calls f when the parent ends.
func (s *scope) follow(f func()) {
	switch parent := s.Context.(type) {
	case *scope:
		s.leave = parent.AfterFunc(f)
	default:
		if parent.Done() != nil {
			s.leave = context.AfterFunc(parent, f)
		}
	}
}

func (s *scope) unfollow() {
	if s.leave != nil {
		s.leave()
	}
}
