package asynctest

import (
	"context"
	"errors"
	"testing"
	"unsafe"

	"libasync.dev/async"
	"libasync.dev/async/internal/core"
)

// most ends a body that suspends for ever.
const most = 10000

// CancelEach runs a body again and again, cancelled at its first suspension, its second one, and so on until it ends
// before. A cancelled body may fail by its cancel, and must leave nothing behind.
func CancelEach(t testing.TB, body func(ctx context.Context, l *async.Loop) error) (suspensions int) {
	t.Helper()
	for nth := uint64(1); nth < most && !t.Failed(); nth++ {
		var seen uint64
		Run(t, func(ctx context.Context, l *async.Loop) error {
			task := l.GoNamed(ctx, "the body", func(ctx context.Context) error { return body(ctx, l) })
			err := task.CallC(func(future unsafe.Pointer) { core.Test_cancel_at(loopOf(future), uintptr(future), nth) })
			failed := task.Await(ctx)
			if errors.Is(failed, async.ErrCancelled) {
				failed = nil
			}
			l.CallC(func(loop unsafe.Pointer) { seen = core.Test_suspensions(uintptr(loop)) })
			return errors.Join(err, failed)
		})
		if t.Failed() {
			t.Logf("the body was cancelled at suspension %d", nth)
		}
		if seen < nth {
			return int(nth - 1)
		}
	}
	return most
}

func loopOf(future unsafe.Pointer) uintptr { return core.Future_loop(uintptr(future)) }
