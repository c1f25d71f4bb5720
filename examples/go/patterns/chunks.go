package patterns

import (
	"context"

	"libasync.dev/async"
)

// InChunks computes item by item and lets the other tasks run after every so many. Work that needs a processor of its own
// is a goroutine's.
func InChunks(ctx context.Context, l *async.Loop, count, chunk int, item func(index int)) error {
	for i := range count {
		if i > 0 && i%chunk == 0 {
			if err := l.Sleep(ctx, 0); err != nil {
				return err
			}
		}
		item(i)
	}
	return nil
}
