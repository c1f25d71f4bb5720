package main

import (
	"context"
	"sync"
	"time"

	"libasync.dev/async"
)

// onLoop makes a row of what runs as a program's first task.
func onLoop(work func(ctx context.Context, l *async.Loop, count int) error) row {
	return func(count int) error {
		return async.Run(context.Background(), func(ctx context.Context, l *async.Loop) error { return work(ctx, l, count) })
	}
}

// all runs the same function in several tasks and waits for them.
func all(ctx context.Context, l *async.Loop, count int, function func(ctx context.Context, i int) error) error {
	started := make([]async.Awaitable, count)
	for i := range started {
		started[i] = l.Go(ctx, func(ctx context.Context) error { return function(ctx, i) })
	}
	return async.Join(ctx, started...)
}

var libasync = map[string]row{
	"spawn": onLoop(func(ctx context.Context, l *async.Loop, count int) error {
		for range count / wave {
			var last *async.Task
			for range wave {
				last = l.Go(ctx, func(context.Context) error { return nil })
			}
			if err := last.Await(ctx); err != nil {
				return err
			}
		}
		return nil
	}),
	"switch": onLoop(func(ctx context.Context, l *async.Loop, count int) error {
		return all(ctx, l, tasks, func(ctx context.Context, _ int) error {
			for range count / tasks {
				if err := l.Sleep(ctx, 0); err != nil {
					return err
				}
			}
			return nil
		})
	}),
	"lock": onLoop(func(ctx context.Context, l *async.Loop, count int) error {
		lock := l.NewSemaphore(1)
		return all(ctx, l, 2, func(ctx context.Context, _ int) error {
			for range count / 2 {
				if err := lock.Do(ctx, func() error { return l.Sleep(ctx, 0) }); err != nil {
					return err
				}
			}
			return nil
		})
	}),
	"queue": onLoop(func(ctx context.Context, l *async.Loop, count int) error {
		queue := async.NewQueue[int](l, 1)
		return all(ctx, l, 2, func(ctx context.Context, which int) (err error) {
			for i := 0; i < count && err == nil; i++ {
				if which == 0 {
					err = queue.Put(ctx, i)
				} else {
					_, err = queue.Get(ctx)
				}
			}
			return err
		})
	}),
	"sleeping": onLoop(func(ctx context.Context, l *async.Loop, count int) error {
		return all(ctx, l, count, func(ctx context.Context, i int) error { return l.Sleep(ctx, delay(i)) })
	}),
	"post": func(count int) error {
		l, err := async.Start()
		if err != nil {
			return err
		}
		defer l.Close()
		done, left := make(chan struct{}), count
		for range count {
			err = l.Post(func() {
				if left--; left == 0 {
					close(done)
				}
			})
			if err != nil {
				return err
			}
		}
		<-done
		return nil
	},
	"await":   func(count int) error { return await(count, clients) },
	"await_1": func(count int) error { return await(count, 1) },
}

// await is goroutines beside the loop that wait for what happens on it.
func await(count, clients int) error {
	l, err := async.Start()
	if err != nil {
		return err
	}
	defer l.Close()
	return each(clients, func() {
		for range count / clients {
			check(l.Sleep(context.Background(), time.Duration(0)))
		}
	})
}

func each(count int, function func()) error {
	var all sync.WaitGroup
	for range count {
		all.Add(1)
		go func() {
			defer all.Done()
			function()
		}()
	}
	all.Wait()
	return nil
}
