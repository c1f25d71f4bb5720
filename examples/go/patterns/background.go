package patterns

import (
	"context"

	"libasync.dev/async"
)

// Function is what runs as a task.
type Function = func(ctx context.Context) error

// WithBackground runs a body with tasks that live as long as it does. Their failure ends the body and is the outcome; when
// the body ends they are cancelled and waited for.
func WithBackground(ctx context.Context, l *async.Loop, body Function, jobs ...Function) error {
	return l.Group(ctx, func(ctx context.Context, g *async.Group) error {
		tasks := make([]*async.Task, len(jobs))
		for i, job := range jobs {
			tasks[i] = g.Go(job)
		}
		if err := body(ctx); err != nil || ctx.Err() != nil {
			return err // the group cancels them: twice would end their clean-up
		}
		for _, task := range tasks {
			task.CancelBecause("the program ends")
		}
		return nil
	})
}
