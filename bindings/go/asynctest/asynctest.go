// Package asynctest runs tests as tasks of a loop whose clock is virtual: nothing sleeps, and an hour is over when nothing
// else can happen.
//
//	func TestIt(t *testing.T) {
//		asynctest.Run(t, func(ctx context.Context, l *async.Loop) error {
//			return l.Sleep(ctx, time.Hour)
//		})
//	}
package asynctest

import (
	"context"
	"runtime"
	"testing"
	"time"

	"libasync.dev/async"
)

// Config changes how a test is run; its zero value is what Run uses.
type Config struct {
	Seed    uint64         // decides the order of what is ready at the same time; 0 for the usual order
	Limit   time.Duration  // of the machine's time, after which a test hangs; 0 for 10 seconds
	Options []async.Option // of the loop
}

// Run runs a test as the first task of a loop. The test fails by its error, by what the loop reports, by tasks that it
// leaves running, and when it hangs: then the dump of the loop is in its log, and its context ends.
func Run(t testing.TB, test func(ctx context.Context, l *async.Loop) error) {
	t.Helper()
	Config{}.Run(t, test)
}

// Shuffled runs a test in so many orders of what is ready at the same time. A failure names the seed to run it again with.
func Shuffled(t *testing.T, orders int, test func(ctx context.Context, l *async.Loop) error) {
	t.Helper()
	for seed := 1; seed <= orders && !t.Failed(); seed++ {
		c := Config{Seed: uint64(seed)}
		if c.Run(t, test); t.Failed() {
			t.Logf("the order was that of seed %d", seed)
		}
	}
}

// Run is Run with this configuration.
func (c Config) Run(t testing.TB, test func(ctx context.Context, l *async.Loop) error) {
	t.Helper()
	if err := c.run(t, test); err != nil {
		t.Errorf("the test failed: %v", err)
	}
}

func (c Config) run(t testing.TB, test func(ctx context.Context, l *async.Loop) error) error {
	t.Helper()
	if c.Limit == 0 {
		c.Limit = 10 * time.Second
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	options := append([]async.Option{
		async.VirtualClock(), async.Debug(), async.Shuffle(c.Seed),
		async.Report(func(err error, what string) { t.Errorf("%s: %v", what, err) }),
	}, c.Options...)
	return async.Run(ctx, func(ctx context.Context, l *async.Loop) error {
		guard := time.AfterFunc(c.Limit, func() { hangs(t, l, cancel) })
		defer guard.Stop()
		err := test(ctx, l)
		leftovers(t, l, async.Current(ctx))
		return err
	}, options...)
}

// hangs tells where everything stands, and ends the test if it listens.
func hangs(t testing.TB, l *async.Loop, cancel func()) {
	dump := make(chan string, 1)
	go func() { dump <- l.Dump() }()
	select {
	case text := <-dump:
		t.Errorf("the test hangs:\n%s", text)
	case <-time.After(time.Second): // a task blocks the loop
		stacks := make([]byte, 1<<20)
		t.Errorf("the test blocks its loop:\n%s", stacks[:runtime.Stack(stacks, true)])
	}
	cancel()
}

func leftovers(t testing.TB, l *async.Loop, own *async.Task) {
	for _, task := range l.Tasks() {
		if task != own {
			t.Errorf("the test left a task running: %v", task)
		}
	}
}
