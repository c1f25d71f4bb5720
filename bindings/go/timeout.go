package async

import (
	"cmp"
	"context"
	"time"

	"libasync.dev/async/internal/core"
)

// errUnwinding stands for a panic or Goexit that goes through a part of a task.
var errUnwinding = &Error{Code: int32(core.E_INTERNAL), Message: "the body did not return"}

// Timeout calls a function whose waits fail once the time is over; then it returns an error that is ErrTimeout and
// context.DeadlineExceeded. In a loop task the time is the loop's.
func (l *Loop) Timeout(ctx context.Context, limit time.Duration, function func(ctx context.Context) error) error {
	if !l.onLoop() || l.current == nil {
		ctx, cancel := context.WithTimeoutCause(ctx, limit, ErrTimeout)
		defer cancel()
		err := function(ctx)
		if err == context.DeadlineExceeded && context.Cause(ctx) == error(ErrTimeout) {
			return ErrTimeout
		}
		return err
	}
	return l.TimeoutScope(ctx, limit, func(ctx context.Context, _ *TimeoutScope) error { return function(ctx) })
}

// TimeoutScope is a timeout whose limit can be moved while its function runs.
type TimeoutScope struct {
	l       *Loop
	word    uint64
	expired bool
}

// TimeoutScope is Timeout for a function that moves its limit. Called by a goroutine that is no loop task, it runs the
// function as one.
func (l *Loop) TimeoutScope(
	ctx context.Context, limit time.Duration, function func(ctx context.Context, s *TimeoutScope) error,
) error {
	if !l.onLoop() || l.current == nil {
		return l.asTask(ctx, func(ctx context.Context) error { return l.TimeoutScope(ctx, limit, function) })
	}
	t := l.current
	word, err := l.call(call{
		code: core.OP_TIMEOUT_ENTER,
		args: [4]uint64{l.handle, t.future, nanoseconds(limit)},
	})
	if err != nil {
		return err
	}
	s := &TimeoutScope{l: l, word: word}
	body := func(ctx context.Context) error { return function(ctx, s) }
	return t.within(ctx, part{timeout: word}, body, s.leave)
}

func (s *TimeoutScope) leave(err error) error {
	word := s.word
	s.expired, s.word = s.isExpired(), 0
	outcome, failed := s.l.call(call{code: core.OP_TIMEOUT_EXIT, args: [4]uint64{word, uint64(toC(err))}})
	if outcome != 0 {
		failed = errorOf(uintptr(outcome))
		core.Error_unref(uintptr(outcome))
	}
	return failed
}

func (s *TimeoutScope) isExpired() bool { return s.l.number(core.OP_TIMEOUT_IS_EXPIRED, s.word) != 0 }

const timeIsOver = "a timeout is moved while its function runs and its time is not over"

// Reschedule sets the time that is left from now on. It is ErrState once the time is over or the function has returned.
func (s *TimeoutScope) Reschedule(limit time.Duration) (err error) {
	closed := s.l.do(func() {
		if s.word == 0 {
			err = saying(ErrState, timeIsOver)
			return
		}
		when := uint64(s.l.number(core.OP_LOOP_TIME, s.l.handle)) + nanoseconds(limit)
		_, err = s.l.call(call{code: core.OP_TIMEOUT_RESCHEDULE, args: [4]uint64{s.word, when}})
		err = saying(err, timeIsOver)
	})
	return cmp.Or(closed, err)
}

// Expired tells whether the time was over before the function returned; also afterwards.
func (s *TimeoutScope) Expired() (expired bool) {
	s.l.do(func() { expired = s.expired || s.word != 0 && s.isExpired() })
	return expired
}

// within runs a part of the task's body, and what ends it however the body leaves it.
func (t *Task) within(ctx context.Context, p part, body func(ctx context.Context) error, exit func(error) error) error {
	p.scope = &scope{Context: ctx, task: t}
	if foreign := t.foreign(ctx); p.group == nil && foreign != nil && foreign.Done() != nil {
		p.scope.foreign = foreign
	}
	p.scope.follow(p.scope)
	if p.group != nil {
		p.group.ctx = p.scope
	}
	t.scopes = append(t.scopes, p)
	leave := func(err error) error {
		err = exit(err)
		t.scopes = t.scopes[:len(t.scopes)-1]
		p.scope.unfollow()
		p.scope.end(context.Canceled)
		return err
	}
	returned := false
	defer func() {
		if !returned {
			leave(errUnwinding)
		}
	}()
	err := body(p.scope)
	returned = true
	return leave(err)
}
