package async

import (
	"context"
	"errors"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// counting gives 0, 1, 2, ... below the limit, a second apart, and counts its clean-ups, which take a second.
func counting(ctx context.Context, l *Loop, limit int, cleaned *int) *Generator[int] {
	return NewGenerator(ctx, l, func(ctx context.Context, yield func(int) error) error {
		defer func() { l.Sleep(ctx, time.Second); *cleaned++ }()
		for i := range limit {
			if err := l.Sleep(ctx, time.Second); err != nil {
				return err
			}
			if err := yield(i); err != nil {
				return err
			}
		}
		return nil
	})
}

// AGEN-01 AGEN-02
func TestAGeneratorGivesItsItemsAndEndsForEver(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		cleaned := 0
		g := counting(ctx, l, 3, &cleaned)
		var got []int
		for {
			item, err := g.Next(ctx)
			if errors.Is(err, ErrEnd) {
				break
			}
			if err != nil {
				return err
			}
			got = append(got, item)
		}
		_, again := g.Next(ctx)
		return errors.Join(is(again, io.EOF), g.Close(ctx), unless(slices.Equal(got, []int{0, 1, 2}), "got %v", got),
			unless(cleaned == 1, "cleaned up %d times", cleaned))
	})
}

// AGEN-01
func TestAnErrorEndsTheIterationAsTheSameError(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		var got []int
		var last error
		for item, err := range NewGenerator(ctx, l, func(ctx context.Context, yield func(int) error) error {
			return errors.Join(yield(1), errMine)
		}).All(ctx) {
			if last = err; err == nil {
				got = append(got, item)
			}
		}
		panicking := NewGenerator(ctx, l, func(context.Context, func(int) error) error { panic("boom") })
		_, err := panicking.Next(ctx)
		var panicked *PanicError
		return errors.Join(is(last, errMine), unless(len(got) == 1, "got %v", got), unless(errors.As(err, &panicked), "%v", err))
	})
}

// AGEN-02
func TestAnErrorIsThrownAtTheYield(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		g := NewGenerator(ctx, l, func(ctx context.Context, yield func(string) error) error {
			for text := "first"; ; {
				if err := yield(text); errors.Is(err, ErrEnd) {
					return nil
				} else if err != nil {
					text = err.Error()
				}
			}
		})
		first, err := g.Next(ctx)
		thrown, err2 := g.Throw(ctx, errMine)
		sent, err3 := g.Send(ctx, 7)
		return errors.Join(err, err2, err3, g.Close(ctx), unless(first == "first" && thrown == "mine" && sent == "mine",
			"%q %q %q", first, thrown, sent))
	})
}

// adding gives the sum of what it was sent so far.
func adding(ctx context.Context, l *Loop) *Generator[int] {
	return NewTwoWayGenerator(ctx, l, func(ctx context.Context, yield func(int) (int, error)) error {
		for sum := 0; ; {
			sent, err := yield(sum)
			if err != nil {
				return err
			}
			sum += sent
		}
	})
}

// AGEN-02
func TestWhatIsSentComesOutOfTheYield(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		g := adding(ctx, l)
		_, early := g.Send(ctx, 1)
		first, err := g.Next(ctx)
		three, err2 := g.Send(ctx, 3)
		same, err3 := g.Next(ctx)
		seven, err4 := g.Send(ctx, int8(4))
		_, wrong := g.Send(ctx, "four")
		_, over := g.Send(ctx, 1)
		return errors.Join(err, err2, err3, err4, is(early, ErrState), is(wrong, ErrInvalid), is(over, ErrEnd),
			unless(first == 0 && three == 3 && same == 3 && seven == 7, "%d %d %d %d", first, three, same, seven))
	})
}

// AGEN-02
func TestAnythingCanBeSent(t *testing.T) {
	type mine struct{ name string }
	onLoop(t, func(ctx context.Context, l *Loop) error {
		g := NewTwoWayGenerator(ctx, l, func(ctx context.Context, yield func(any) (any, error)) error {
			for sent := any(nil); ; {
				var err error
				if sent, err = yield(sent); err != nil {
					return err
				}
			}
		})
		_, err := g.Next(ctx)
		own := &mine{"x"}
		back, err2 := g.Send(ctx, own)
		bytes, err3 := g.Send(ctx, []byte("bytes"))
		future := NewPromise[string](l, nil).Future()
		same, err4 := g.Send(ctx, future)
		return errors.Join(err, err2, err3, err4, g.Close(ctx),
			unless(back == own && string(bytes.([]byte)) == "bytes" && same == any(future), "%v %v %v", back, bytes, same))
	})
}

// AGEN-02 THR-06
func TestAGoroutineSendsToo(t *testing.T) {
	goroutines(t, func(l *Loop) {
		ctx, g := context.Background(), adding(context.Background(), l)
		_, err := g.Next(ctx)
		if got, err2 := g.Send(ctx, 5); got != 5 || err != nil || err2 != nil {
			t.Error(got, err, err2)
		}
		if err := g.Close(ctx); err != nil {
			t.Error(err)
		}
	})
}

// AGEN-02: what it waited for before the yield does not matter
func TestAYieldComesAfterAWaitThatCannotBeCancelled(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		inner := func() *Generator[int] {
			return NewGenerator(ctx, l, func(ctx context.Context, yield func(int) error) error {
				l.Sleep(context.WithoutCancel(ctx), time.Second)
				return yield(1)
			})
		}
		var got []int
		for item, err := range NewGenerator(ctx, l, func(ctx context.Context, yield func(int) error) error {
			for item, err := range inner().All(ctx) {
				if err := errors.Join(err, yield(item)); err != nil {
					return err
				}
			}
			return yield(2) // after the inner one was closed
		}).All(ctx) {
			if err != nil {
				return err
			}
			got = append(got, item)
		}
		return unless(slices.Equal(got, []int{1, 2}), "got %v", got)
	})
}

// AGEN-03
func TestOneOperationAtATime(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		cleaned := 0
		g := counting(ctx, l, 3, &cleaned)
		first := Spawn(ctx, l, g.Next)
		l.Sleep(ctx, 0)
		_, second := g.Next(ctx)
		closing := g.Close(ctx)
		got, err := first.Await(ctx)
		return errors.Join(is(second, ErrBusy), is(closing, ErrBusy), err, g.Close(ctx),
			unless(got == 0 && cleaned == 1, "got %d", got))
	})
}

// AGEN-04
func TestCloseRunsTheCleanUpWhichMayWait(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		cleaned, fresh := 0, 0
		g := counting(ctx, l, 9, &cleaned)
		_, err := g.Next(ctx)
		begin := l.Time()
		err = errors.Join(err, g.Close(ctx), g.Close(ctx), counting(ctx, l, 9, &fresh).Close(ctx))
		_, after := g.Next(ctx)
		return errors.Join(err, is(after, ErrEnd), unless(cleaned == 1 && fresh == 0, "%d, %d clean-ups", cleaned, fresh),
			unless(l.Time()-begin == time.Second, "after %v", l.Time()-begin))
	})
}

// AGEN-04
func TestWhatYieldsAfterItWasClosedFails(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		var again error
		g := NewGenerator(ctx, l, func(ctx context.Context, yield func(int) error) error {
			yield(1)
			again = yield(2)
			return nil
		})
		_, err := g.Next(ctx)
		return errors.Join(err, is(g.Close(ctx), ErrState), is(again, ErrState))
	})
}

// AGEN-05
func TestAnAbandonedGeneratorIsClosedByItsLoop(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		cleaned := 0
		func() { counting(ctx, l, 9, &cleaned).Next(ctx) }()
		at := cleaned
		for range 100 {
			if runtime.GC(); cleaned != 0 {
				break
			}
			l.Sleep(ctx, time.Second)
		}
		return unless(at == 0 && cleaned == 1, "cleaned up %d, then %d times", at, cleaned)
	})
}

// AGEN-06
func TestALoopThatIsLeftClosesItsGenerator(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		cleaned := 0
		for range counting(ctx, l, 9, &cleaned).All(ctx) {
			break
		}
		left := cleaned
		task := l.Go(ctx, func(ctx context.Context) error {
			for range counting(ctx, l, 9, &cleaned).All(ctx) {
				panic("boom")
			}
			return nil
		})
		task.Await(ctx)
		panicked := cleaned
		task = l.Go(ctx, func(ctx context.Context) error {
			for _, err := range counting(ctx, l, 9, &cleaned).All(ctx) {
				if err != nil {
					return err
				}
			}
			return nil
		})
		l.Sleep(ctx, 1500*time.Millisecond)
		task.Cancel()
		return errors.Join(is(task.Await(ctx), ErrCancelled),
			unless(left == 1 && panicked == 2 && cleaned == 3, "%d, %d, %d clean-ups", left, panicked, cleaned))
	})
}

// AGEN-09
func TestACancelReachesWhatTheGeneratorWaitsFor(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		cleaned := 0
		g := counting(ctx, l, 9, &cleaned)
		g.Next(ctx)
		late := l.Timeout(ctx, time.Second/2, func(ctx context.Context) error { _, err := g.Next(ctx); return err })
		at := cleaned
		_, after := g.Next(ctx)
		return errors.Join(is(late, ErrTimeout), is(after, ErrEnd), unless(at == 1, "%d clean-ups", at))
	})
}

// AGEN-10
func TestYieldingInsideAScopeIsRefused(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		var timeout, group error
		g := NewGenerator(ctx, l, func(ctx context.Context, yield func(int) error) error {
			l.Timeout(ctx, time.Hour, func(context.Context) error { timeout = yield(1); return nil })
			l.Group(ctx, func(context.Context, *Group) error { group = yield(2); return nil })
			return yield(3)
		})
		got, err := g.Next(ctx)
		return errors.Join(err, is(timeout, ErrState), is(group, ErrState), g.Close(ctx), unless(got == 3, "got %d", got))
	})
}

// AGEN-11
func TestLinesOfAStreamComeOneByOne(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		server, err := l.Serve(ctx, "127.0.0.1", 0, func(ctx context.Context, s *Stream) error {
			s.Write(ctx, []byte("one\ntwo\nthr"))
			return s.Close(ctx)
		})
		if err != nil {
			return err
		}
		s, err := l.Connect(ctx, "127.0.0.1", server.Port())
		if err != nil {
			return err
		}
		var lines []string
		for line, err := range s.Lines(ctx) {
			if err != nil {
				return err
			}
			lines = append(lines, string(line))
		}
		return errors.Join(s.Close(ctx), server.Stop(ctx, time.Second), unless(strings.Join(lines, "|") == "one\n|two\n|thr", "%q", lines))
	})
}

// AGEN-02
func TestAGeneratorTravelsAsAValue(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		cleaned, queue := 0, NewQueue[any](l, 0)
		queue.Put(ctx, counting(ctx, l, 2, &cleaned))
		value, err := queue.Get(ctx)
		sum := 0
		for item, err := range value.(*Generator[any]).All(ctx) {
			if err != nil {
				return err
			}
			sum += int(item.(int64)) + 1
		}
		return errors.Join(err, unless(sum == 3, "got %d", sum))
	})
}

// AGEN-01
func TestAGoroutineIteratesToo(t *testing.T) {
	goroutines(t, func(l *Loop) {
		ctx, sum := context.Background(), 0
		for item, err := range NewGenerator(ctx, l, func(ctx context.Context, yield func(int) error) error {
			return errors.Join(yield(1), l.Sleep(ctx, time.Millisecond), yield(2))
		}).All(ctx) {
			if err != nil {
				t.Error(err)
			}
			sum += item
		}
		if sum != 3 {
			t.Errorf("got %d", sum)
		}
	})
}
