package tree

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"libasync.dev/async"
)

func TestMain(m *testing.M) {
	runtime.LockOSThread() // the interpreter ends on the thread that began it
	open()
	code := m.Run()
	shut()
	os.Exit(code)
}

// A loop that Go drives runs on no fixed thread, so C functions with stacks of their own have no place on it.
var orders = []string{"cxlp", "plxc", "xcpl", "lpcx", "xpxlclp", "lplplp"}

func onLoop(t *testing.T, body func(ctx context.Context, l *async.Loop)) {
	t.Helper()
	err := async.Run(context.Background(), func(ctx context.Context, l *async.Loop) error {
		body(ctx, l)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// expected is what a chain noted when all of it saw the same.
func expected(languages, what string) string {
	var all strings.Builder
	for i := len(languages) - 1; i >= 0; i-- {
		all.WriteString(languages[i:i+1] + what + " ")
	}
	return all.String()
}

func check(t *testing.T, languages, want string) {
	t.Helper()
	if got := trail(); got != want {
		t.Errorf("%s: the trail is %q, wanted %q", languages, got, want)
	}
	clear()
}

// CORO-07 CORO-13 THR-06
func TestAGoroutineCompletesWhatFourLanguagesAwait(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *async.Loop) {
		for _, languages := range orders {
			done := l.Go(ctx, func(ctx context.Context) error {
				value, err := await(ctx, l, languages, '0')
				if text, _ := value.(string); len(text) != 1+len(languages) {
					t.Errorf("%s: got %v, %v", languages, value, err)
				}
				return err
			})
			l.Sleep(ctx, time.Millisecond)
			go finish()
			if err := done.Await(ctx); err != nil {
				t.Error(err)
			}
			check(t, languages, expected(languages, "v"))
		}
	})
}

// CORO-07 EXC-11
func TestAnErrorOfAnyLanguageComesToGo(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *async.Loop) {
		for _, languages := range orders {
			for _, bottom := range []byte("cxlp") {
				_, err := await(ctx, l, languages, bottom)
				if err == nil || !strings.Contains(err.Error(), "boom") {
					t.Errorf("%s: got %v", languages, err)
				}
				want := expected(languages, "e")
				if bottom != 'c' {
					want = strings.ReplaceAll(want, string(bottom)+"e", string(bottom)+"E")
				}
				check(t, languages, want)
			}
		}
	})
}

// TASK-12 CORO-07
func TestCancellingAGoTaskReachesTheInnermost(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *async.Loop) {
		for _, languages := range orders {
			task := l.Go(ctx, func(ctx context.Context) error {
				_, err := await(ctx, l, languages, '0')
				return err
			})
			l.Sleep(ctx, time.Millisecond)
			task.CancelBecause("enough")
			if err := task.Await(ctx); !errors.Is(err, async.ErrCancelled) || !strings.Contains(err.Error(), "enough") {
				t.Errorf("%s: got %v", languages, err)
			}
			check(t, languages, "0c "+expected(languages, "c"))
		}
	})
}

// COMB-16 EXC-02
func TestATimeoutBelowGoAndOneOfGo(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *async.Loop) {
		for _, languages := range []string{"Pxlc", "Lpxc", "Xlpc", "Clxp"} {
			if _, err := await(ctx, l, languages, '0'); !errors.Is(err, async.ErrTimeout) {
				t.Errorf("%s: got %v", languages, err)
			}
			lower := strings.ToLower(languages)
			check(t, languages, "0c "+expected(lower[1:], "c")+lower[:1]+"t ")
			late := l.Timeout(ctx, time.Millisecond, func(ctx context.Context) error {
				_, err := await(ctx, l, lower, '0')
				return err
			})
			if !errors.Is(late, async.ErrTimeout) {
				t.Errorf("%s: got %v", lower, late)
			}
			check(t, lower, "0c "+expected(lower, "c"))
		}
	})
}

// AGEN-02
func TestWhatGoSendsComesToAnotherLanguagesGenerator(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *async.Loop) {
		for _, language := range []byte("pl") {
			g, err := echo(ctx, l, language)
			if err != nil {
				t.Fatal(err)
			}
			first, err := g.Next(ctx)
			sent, err2 := g.Send(ctx, "sent")
			number, err3 := g.Send(ctx, 7)
			if first != "first" || sent != "sent" || number != int64(7) || errors.Join(err, err2, err3, g.Close(ctx)) != nil {
				t.Errorf("%c: got %v, %v, %v; %v, %v, %v", language, first, sent, number, err, err2, err3)
			}
		}
	})
}
