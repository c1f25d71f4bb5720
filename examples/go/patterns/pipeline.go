package patterns

import (
	"context"
	"errors"

	"libasync.dev/async"
)

// Pipeline passes what producers bring to consumers over a bounded queue. When all producers have ended the queue is
// emptied and the consumers end. The first failure of any ends all.
func Pipeline[T any](ctx context.Context, l *async.Loop, size uint64, consumers int,
	consume func(ctx context.Context, item T) error, producers ...func(ctx context.Context, put func(T) error) error) error {
	queue := async.NewQueue[T](l, size)
	return l.Group(ctx, func(ctx context.Context, g *async.Group) error {
		for range consumers {
			g.Go(func(ctx context.Context) error { return drain(ctx, queue, consume) })
		}
		err := l.Group(ctx, func(ctx context.Context, g *async.Group) error {
			for _, produce := range producers {
				g.Go(func(ctx context.Context) error {
					return produce(ctx, func(item T) error { return queue.Put(ctx, item) })
				})
			}
			return nil
		})
		if err != nil {
			return err
		}
		err = queue.Join(ctx)
		queue.Shutdown(false)
		return err
	})
}

func drain[T any](ctx context.Context, queue *async.Queue[T], consume func(ctx context.Context, item T) error) error {
	for {
		item, err := queue.Get(ctx)
		if errors.Is(err, async.ErrClosed) {
			return nil
		}
		if err == nil {
			err = consume(ctx, item)
		}
		if err != nil {
			return err
		}
		queue.TaskDone()
	}
}
