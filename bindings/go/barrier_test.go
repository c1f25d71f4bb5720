package async

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"
)

// arrive starts tasks that wait at a barrier.
func arrive(ctx context.Context, l *Loop, b *Barrier, count int) (tasks []*TaskOf[int]) {
	for range count {
		tasks = append(tasks, Spawn(ctx, l, b.Wait))
	}
	l.Sleep(ctx, time.Second)
	return tasks
}

// SYNC-21
func TestTheLastOneReleasesAllWithDifferentNumbers(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		b := l.NewBarrier(3)
		var all []int
		early := arrive(ctx, l, b, 2)
		waiting := b.Waiting()
		late := arrive(ctx, l, b, 4)
		got, err := Gather(ctx, append(early, late...)...)
		slices.Sort(got)
		all = append(all, got...)
		_, none := l.NewBarrier(0).Wait(ctx)
		return errors.Join(err, is(none, ErrInvalid), unless(waiting == 2 && b.Parties() == 3 && b.Waiting() == 0, "%v", b),
			unless(slices.Equal(all, []int{0, 0, 1, 1, 2, 2}), "got %v", all))
	})
}

// SYNC-22
func TestACancelledWaiterLeavesTheBarrierWhole(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		b := l.NewBarrier(2)
		one := arrive(ctx, l, b, 1)[0]
		one.Cancel()
		_, err := one.Await(ctx)
		left := b.Waiting()
		_, whole := Gather(ctx, arrive(ctx, l, b, 2)...)
		return errors.Join(is(err, ErrCancelled), whole, unless(left == 0 && !b.IsBroken(), "%v", b))
	})
}

// SYNC-23 SYNC-24 EXC-07
func TestResetAndAbortSendAwayThoseWhoWait(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		b := l.NewBarrier(2)
		one := arrive(ctx, l, b, 1)[0]
		b.Reset()
		_, reset := one.Await(ctx)
		_, again := Gather(ctx, arrive(ctx, l, b, 2)...)
		two := arrive(ctx, l, b, 1)[0]
		b.Abort()
		_, aborted := two.Await(ctx)
		_, later := b.Wait(ctx)
		broken := b.IsBroken()
		b.Reset()
		_, mended := Gather(ctx, arrive(ctx, l, b, 2)...)
		return errors.Join(is(reset, ErrBroken), again, is(aborted, ErrBroken), is(later, ErrBroken), mended,
			unless(broken && !b.IsBroken(), "broken %v, %v", broken, b))
	})
}
