package async

import (
	"context"
	"strconv"
	"sync"
	"testing"
)

func benchmark(b *testing.B, main func(ctx context.Context, l *Loop) error) {
	b.Helper()
	if err := Run(context.Background(), main); err != nil {
		b.Error(err)
	}
}

// BenchmarkSwitch is a loop task that gives way and comes back.
func BenchmarkSwitch(b *testing.B) {
	for _, count := range []int{1, 100, 1000} {
		b.Run(strconv.Itoa(count), func(b *testing.B) {
			benchmark(b, func(ctx context.Context, l *Loop) error {
				tasks := make([]Awaitable, count)
				for i := range tasks {
					tasks[i] = l.Go(ctx, func(ctx context.Context) error {
						for range b.N/count + 1 {
							if err := l.Sleep(ctx, 0); err != nil {
								return err
							}
						}
						return nil
					})
				}
				b.ResetTimer()
				return Join(ctx, tasks...)
			})
		})
	}
}

// BenchmarkSpawn is a task's whole life, a hundred at a time.
func BenchmarkSpawn(b *testing.B) {
	benchmark(b, func(ctx context.Context, l *Loop) error {
		b.ReportAllocs()
		b.ResetTimer()
		for range b.N/100 + 1 {
			var tasks [100]*Task
			for i := range tasks {
				tasks[i] = l.Go(ctx, func(context.Context) error { return nil })
			}
			for _, task := range tasks {
				if err := task.Await(ctx); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// BenchmarkGoroutine is a goroutine beside the loop that waits for it.
func BenchmarkGoroutine(b *testing.B) {
	for _, count := range []int{1, 10, 100, 1000} {
		b.Run(strconv.Itoa(count), func(b *testing.B) {
			l, err := Start()
			if err != nil {
				b.Fatal(err)
			}
			defer l.Close()
			var all sync.WaitGroup
			b.ResetTimer()
			for range count {
				all.Add(1)
				go func() {
					defer all.Done()
					for range b.N/count + 1 {
						l.Sleep(context.Background(), 0)
					}
				}()
			}
			all.Wait()
		})
	}
}

// BenchmarkRequestReply is BenchmarkGoroutine without libasync: a goroutine that answers by channels.
func BenchmarkRequestReply(b *testing.B) {
	for _, count := range []int{1, 100} {
		b.Run(strconv.Itoa(count), func(b *testing.B) {
			requests := make(chan chan struct{}, 64)
			defer close(requests)
			go func() {
				for reply := range requests {
					reply <- struct{}{}
				}
			}()
			var all sync.WaitGroup
			b.ResetTimer()
			for range count {
				all.Add(1)
				go func() {
					defer all.Done()
					reply := make(chan struct{}, 1)
					for range b.N/count + 1 {
						requests <- reply
						<-reply
					}
				}()
			}
			all.Wait()
		})
	}
}

// BenchmarkHop is a value through a channel and back, between two goroutines: what a switch is compared with.
func BenchmarkHop(b *testing.B) {
	there, back := make(chan struct{}), make(chan struct{})
	go func() {
		for range there {
			back <- struct{}{}
		}
	}()
	b.ResetTimer()
	for range b.N {
		there <- struct{}{}
		<-back
	}
	close(there)
}
