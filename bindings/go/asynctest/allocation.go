package asynctest

import (
	"context"
	"errors"
	"testing"

	"libasync.dev/async"
	"libasync.dev/async/internal/core"
)

// FailEachAllocation runs a body again and again; each time one allocation of the library fails that it makes for the
// body, the first, then the second, and so on until the body asks for fewer. The body may fail with async.ErrNoMemory,
// and must leave nothing behind.
func FailEachAllocation(t testing.TB, body func(ctx context.Context, l *async.Loop) error) (allocations int) {
	t.Helper()
	for nth := uint64(1); nth < most && !t.Failed(); nth++ {
		var asked uint64
		Run(t, func(ctx context.Context, l *async.Loop) error {
			core.Test_fail_allocation(nth, 1)
			err := body(ctx, l)
			asked = core.Test_allocations()
			core.Test_fail_allocation(0, 0)
			if errors.Is(err, async.ErrNoMemory) {
				err = nil
			}
			return err
		})
		if t.Failed() {
			t.Logf("allocation %d failed", nth)
		}
		if asked < nth {
			return int(asked)
		}
	}
	return most
}
