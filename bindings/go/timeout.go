package async

import (
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
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		return function(ctx)
	}
	t := l.current
	word, err := l.call(call{
		code: core.OP_TIMEOUT_ENTER,
		args: [4]uint64{l.handle, t.future, nanoseconds(limit)},
	})
	if err != nil {
		return err
	}
	return t.within(ctx, part{timeout: word}, function, func(err error) error {
		outcome, failed := l.call(call{code: core.OP_TIMEOUT_EXIT, args: [4]uint64{word, uint64(toC(err))}})
		if outcome != 0 {
			failed = errorOf(uintptr(outcome))
			core.Error_unref(uintptr(outcome))
		}
		return failed
	})
}

// within runs a part of the task's body, and what ends it however the body leaves it.
func (t *Task) within(ctx context.Context, p part, body func(ctx context.Context) error, exit func(error) error) error {
	p.scope = &scope{Context: ctx, task: t}
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
