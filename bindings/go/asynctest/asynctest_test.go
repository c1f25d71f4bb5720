package asynctest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"libasync.dev/async"
)

// judge notes what a test would be told.
type judge struct {
	testing.TB
	told []string
}

func (j *judge) Helper() {}
func (j *judge) Errorf(format string, arg ...any) {
	j.told = append(j.told, fmt.Sprintf(format, arg...))
}
func (j *judge) Logf(format string, arg ...any) { j.Errorf(format, arg...) }
func (j *judge) Failed() bool                   { return len(j.told) > 0 }

func (j *judge) wants(t *testing.T, texts ...string) {
	t.Helper()
	all := strings.Join(j.told, "\n")
	for _, text := range texts {
		if !strings.Contains(all, text) {
			t.Errorf("%q is not in:\n%s", text, all)
		}
	}
}

func sleep(ctx context.Context, l *async.Loop) error { return l.Sleep(ctx, time.Hour) }

// TEST-01 TEST-06 EXT-03
func TestATestHasALoopOfItsOwnWithAVirtualClock(t *testing.T) {
	var loops []*async.Loop
	for range 2 {
		Run(t, func(ctx context.Context, l *async.Loop) error {
			loops = append(loops, l)
			begin := l.Time()
			if err := l.Sleep(ctx, time.Hour); err != nil || l.Time()-begin != time.Hour || !l.IsDebug() {
				t.Errorf("%v after %v", err, l.Time()-begin)
			}
			return nil
		})
	}
	if loops[0] == loops[1] || !errors.Is(loops[0].Sleep(context.Background(), 0), async.ErrClosed) {
		t.Error("the loop outlived its test")
	}
}

// TEST-02 DBG-09
func TestAnErrorAReportAndALeftTaskFailATest(t *testing.T) {
	j := &judge{TB: t}
	Run(j, func(ctx context.Context, l *async.Loop) error {
		l.Go(ctx, func(ctx context.Context) error { return errors.New("unread") })
		l.GoNamed(ctx, "forgotten", func(ctx context.Context) error { return sleep(ctx, l) })
		l.Sleep(ctx, time.Second)
		return errors.New("mine")
	})
	j.wants(t, "mine", "unread", "forgotten")
}

// TEST-08 INTR-06
func TestAHangIsDumped(t *testing.T) {
	j := &judge{TB: t}
	Config{Limit: 5 * time.Millisecond}.Run(j, func(ctx context.Context, l *async.Loop) error {
		never := l.NewEvent()
		l.GoNamed(ctx, "stuck", never.Wait)
		return never.Wait(ctx) // before any dump: that is between two steps
	})
	j.wants(t, "the test hangs", "stuck", "event")
}

// TEST-10
func TestSeedsShuffleWhatIsReady(t *testing.T) {
	order := func(seed uint64) (order string) {
		Config{Seed: seed}.Run(t, func(ctx context.Context, l *async.Loop) error {
			return l.Group(ctx, func(ctx context.Context, g *async.Group) error {
				for i := range 6 {
					g.Go(func(ctx context.Context) error {
						l.Sleep(ctx, time.Second)
						order += fmt.Sprint(i)
						return nil
					})
				}
				return nil
			})
		})
		return order
	}
	orders := map[string]bool{}
	for seed := range uint64(5) {
		orders[order(seed)] = true
		if order(seed) != order(seed) {
			t.Errorf("seed %d gives several orders", seed)
		}
	}
	if order(0) != "012345" || len(orders) < 3 {
		t.Errorf("usual: %s, orders %v", order(0), orders)
	}
	ran := 0
	Shuffled(t, 4, func(ctx context.Context, l *async.Loop) error { ran++; return nil })
	if ran != 4 {
		t.Errorf("%d orders", ran)
	}
}

// TEST-04
func TestABodyIsCancelledAtEachOfItsSuspensions(t *testing.T) {
	cancelled, whole := 0, 0
	suspensions := CancelEach(t, func(ctx context.Context, l *async.Loop) error {
		for range 3 {
			if err := sleep(ctx, l); err != nil {
				cancelled++
				return err
			}
		}
		whole++
		return nil
	})
	if suspensions < 3 || whole < 1 || cancelled < 3 {
		t.Errorf("%d suspensions, %d cancelled, %d whole", suspensions, cancelled, whole)
	}
}

// TEST-04
func TestABodyThatFailsOtherwiseWhenCancelledIsTold(t *testing.T) {
	j := &judge{TB: t}
	CancelEach(j, func(ctx context.Context, l *async.Loop) error {
		if sleep(ctx, l) != nil {
			return errors.New("torn")
		}
		return nil
	})
	j.wants(t, "torn", "suspension 1")
}

// TEST-09
func TestABodyThatFailsOtherwiseWithoutMemoryIsTold(t *testing.T) {
	j := &judge{TB: t}
	FailEachAllocation(j, func(ctx context.Context, l *async.Loop) error {
		if async.NewQueue[int](l, 0).Put(ctx, 1) != nil {
			return errors.New("torn")
		}
		return nil
	})
	j.wants(t, "torn", "allocation 1 failed")
}
