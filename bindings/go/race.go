package async

import (
	"context"
	"time"

	"libasync.dev/async/internal/core"
)

// Winner is what a race brought.
type Winner[T any] struct {
	Index  int
	Value  T
	Errors []error // of each attempt that began, nil for the winner's
}

// Race tries several ways, staggered, and keeps the first that succeeds. Each attempt begins when the one before it
// failed, or delay after that began: 0 begins all at once, Forever one after the other. The losers are cancelled and
// waited for. Where all fail the error is ErrGroup with all of theirs.
func Race[T any](ctx context.Context, l *Loop, delay time.Duration,
	attempts ...func(ctx context.Context) (T, error)) (winner Winner[T], err error) {
	tasks := make([]*TaskOf[T], len(attempts))
	var future uint64
	if err := l.do(func() {
		tags := make([]uint64, len(attempts))
		for i, attempt := range attempts {
			t := &TaskOf[T]{}
			t.prepare(l, ctx, t.wrap(attempt))
			t.tag = l.slot(&t.Task)
			tasks[i], tags[i] = t, t.tag
		}
		core.Go_race(l.g, l.pending(), l.arena.words(tags), int64(len(tags)), within(delay))
		future, _ = l.answer()
	}); err != nil {
		return winner, err
	}
	r := l.awaitOwned(ctx, future, true)
	l.do(func() {
		for _, t := range tasks {
			if t.future == 0 && !t.settled {
				l.release(t.tag) // it never began
			}
		}
	})
	if r.err != nil {
		return winner, r.err
	}
	brought := r.value.([]any)
	winner.Index = int(brought[0].(int64))
	winner.Value = tasks[winner.Index].result
	for _, failure := range brought[2].([]any) {
		failed, _ := failure.(error)
		winner.Errors = append(winner.Errors, failed)
	}
	return winner, nil
}
