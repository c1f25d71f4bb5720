package async

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// AGEN-07 AGEN-08: all at once; one that nobody iterated never runs
func TestTheEndOfALoopClosesItsGenerators(t *testing.T) {
	var ends []time.Duration
	var last time.Duration
	onLoop(t, func(ctx context.Context, l *Loop) error {
		begin := func() *Generator[int] {
			return NewGenerator(ctx, l, func(ctx context.Context, yield func(int) error) error {
				defer func() { l.Sleep(ctx, time.Second); ends = append(ends, l.Time()) }()
				return yield(1)
			})
		}
		for range 3 {
			begin().Next(ctx)
		}
		begin()
		last = l.Time()
		return nil
	})
	if together := last + time.Second; !slices.Equal(ends, []time.Duration{together, together, together}) {
		t.Errorf("the main ended at %v, the generators at %v", last, ends)
	}
}

// RUN-03 AGEN-07: when the tasks have ended, which still read theirs
func TestGeneratorsAreClosedAfterTheTasks(t *testing.T) {
	var order []string
	note := func(what string, err error) {
		for name, wanted := range map[string]error{"cancelled": ErrCancelled, "end": ErrEnd} {
			if errors.Is(err, wanted) {
				what += " " + name
			}
		}
		order = append(order, what)
	}
	onLoop(t, func(ctx context.Context, l *Loop) error {
		g := NewGenerator(ctx, l, func(ctx context.Context, yield func(int) error) error {
			for {
				if err := errors.Join(l.Sleep(ctx, time.Second), yield(1)); err != nil {
					note("generator", err)
					return nil
				}
			}
		})
		_, err := g.Next(ctx)
		l.Go(ctx, func(ctx context.Context) error {
			note("task", l.Sleep(ctx, time.Hour))
			_, err := g.Next(ctx)
			note("task", err)
			return l.Sleep(ctx, time.Second)
		})
		return errors.Join(err, l.Sleep(ctx, 0))
	})
	if got := strings.Join(order, ", "); got != "task cancelled, task, generator end" {
		t.Error(got)
	}
}

// AGEN-07
func TestAFailedCleanUpAtTheEndIsReported(t *testing.T) {
	var reports []error
	err := Run(context.Background(), func(ctx context.Context, l *Loop) error {
		_, err := NewGenerator(ctx, l, func(ctx context.Context, yield func(int) error) error {
			return errors.Join(yield(1), errMine)
		}).Next(ctx)
		return err
	}, VirtualClock(), Report(func(err error, _ string) { reports = append(reports, err) }))
	if err != nil || len(reports) != 1 || !errors.Is(reports[0], errMine) {
		t.Errorf("%v, reports %v", err, reports)
	}
}
