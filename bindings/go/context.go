package async

import (
	"context"
	"sync"
)

// scope is the context of a task, or of a part of its body: it ends when the task is cancelled, or the part is.
type scope struct {
	context.Context // the parent: values and deadline
	task            *Task
	foreign         context.Context // whose end C does not know of and ends this one too; nil for none
	link            follower        // in the parent, if that is a scope
	leave           func() bool     // takes this scope off any other parent

	mu        sync.Mutex
	done      chan struct{}
	err       error
	over      bool     // its task is: it ends with the last follower
	followers follower // a circle that has no `who` of its own
}

// follower is told when a scope ends.
type follower struct {
	who            interface{ parentEnded() }
	next, previous *follower
}

type function func()

func (f function) parentEnded() { f() }

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
	link := &follower{who: function(f)}
	s.add(link)
	return func() bool { return s.remove(link) }
}

func (s *scope) add(f *follower) {
	s.mu.Lock()
	if s.err != nil {
		s.mu.Unlock()
		f.who.parentEnded()
		return
	}
	first := &s.followers
	if first.next == nil {
		first.next, first.previous = first, first
	}
	f.next, f.previous = first, first.previous
	f.previous.next, first.previous = f, f
	s.mu.Unlock()
}

// remove takes a follower off; false when it was told, or never there.
func (s *scope) remove(f *follower) bool {
	s.mu.Lock()
	if f.next == nil {
		s.mu.Unlock()
		return false
	}
	f.next.previous, f.previous.next = f.previous, f.next
	f.next, f.previous = nil, nil
	over := s.over
	s.mu.Unlock()
	if over {
		s.finish()
	}
	return true
}

// finish ends the scope of a task that has ended, or lets the last one do it that was made with it: until then it passes
// on what ends its parent.
func (s *scope) finish() {
	s.mu.Lock()
	if first := &s.followers; first.next != nil && first.next != first {
		s.over = true
		s.mu.Unlock()
		return
	}
	if s.err == nil {
		s.err = context.Canceled
		if s.done != nil {
			close(s.done)
		}
	}
	s.mu.Unlock()
	s.unfollow()
}

// end ends the scope and tells its followers; the first reason stays.
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
	for f := s.followers.next; f != nil && f != &s.followers; f = s.followers.next {
		f.previous.next, f.next.previous = f.next, f.previous
		f.next, f.previous = nil, nil
		s.mu.Unlock()
		f.who.parentEnded()
		s.mu.Lock()
	}
	s.mu.Unlock()
}

// follow tells `who` when the parent ends, at once if it has.
func (s *scope) follow(who interface{ parentEnded() }) {
	if s.Context.Err() != nil {
		who.parentEnded()
	} else if parent, ok := s.Context.(*scope); ok {
		s.link.who = who
		parent.add(&s.link)
	} else if s.Context.Done() != nil {
		s.leave = context.AfterFunc(s.Context, who.parentEnded)
	}
}

// parentEnded ends a part of a body with what it is a part of.
func (s *scope) parentEnded() { s.end(s.Context.Err()) }

func (s *scope) unfollow() {
	if parent, ok := s.Context.(*scope); ok {
		parent.remove(&s.link)
	} else if s.leave != nil {
		s.leave()
	}
}
