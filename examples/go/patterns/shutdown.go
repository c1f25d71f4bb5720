package patterns

import (
	"context"
	"errors"
	"time"

	"libasync.dev/async"
)

// Service is ended in two phases: it takes no more jobs and finishes those it has; after the grace, or when it is aborted,
// what is left is cancelled. Then its resources are closed.
type Service[T any] struct {
	Grace time.Duration
	Work  func(ctx context.Context, job T) error
	Close func()

	loop           *async.Loop
	jobs           *async.Queue[T]
	stopping, over *async.Event
	cut            bool
}

// NewService makes a service that Run runs.
func NewService[T any](l *async.Loop, grace time.Duration, work func(ctx context.Context, job T) error, close func()) *Service[T] {
	return &Service[T]{
		Grace: grace, Work: work, Close: close,
		loop: l, jobs: async.NewQueue[T](l, 0), stopping: l.NewEvent(), over: l.NewEvent(),
	}
}

// Submit hands a job in; ErrClosed once the service stops.
func (s *Service[T]) Submit(job T) error {
	_, err := s.jobs.TryPut(job)
	return err
}

// Stop is the first signal; Abort the second.
func (s *Service[T]) Stop() { s.jobs.Shutdown(false); s.stopping.Set() }

// Abort gives no more grace.
func (s *Service[T]) Abort() { s.Stop(); s.over.Set() }

// Run runs so many workers until the service was stopped, and tells whether jobs were cut off.
func (s *Service[T]) Run(ctx context.Context, workers int) (cut bool, err error) {
	defer s.Close()
	err = s.loop.Group(ctx, func(ctx context.Context, g *async.Group) error {
		tasks := make([]*async.Task, workers)
		for i := range tasks {
			tasks[i] = g.Go(s.worker)
		}
		if err := s.stopping.Wait(ctx); err != nil {
			return err
		}
		return s.finish(ctx, g, tasks)
	})
	return s.cut, err
}

// finish ends with the workers, with the grace, or with the second signal.
func (s *Service[T]) finish(ctx context.Context, g *async.Group, tasks []*async.Task) error {
	aborted := g.Go(s.over.Wait)
	all := g.Go(func(ctx context.Context) error {
		_, _, err := async.Wait(ctx, async.WaitAll, async.Forever, tasks...)
		return err
	})
	if _, _, err := async.Wait(ctx, async.WaitFirst, s.Grace, aborted, all); err != nil {
		return err // the group cancels them: twice would end their clean-up
	}
	if _, left, _ := async.Wait(ctx, async.WaitAll, 0, tasks...); len(left) > 0 {
		s.cut = true
	}
	for _, task := range append(tasks, aborted, all) {
		task.Cancel()
	}
	return nil
}

func (s *Service[T]) worker(ctx context.Context) error {
	for {
		job, err := s.jobs.Get(ctx)
		if errors.Is(err, async.ErrClosed) {
			return nil
		}
		if err == nil {
			err = s.Work(ctx, job)
		}
		if err != nil {
			return err
		}
	}
}
