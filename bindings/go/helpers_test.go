package async

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"testing"
	"time"
)

// onLoop runs a test as the first task of a loop with a virtual clock, and fails it when the loop leaves anything behind.
func onLoop(t *testing.T, main func(ctx context.Context, l *Loop) error, options ...Option) {
	t.Helper()
	before := objects.count()
	report := Report(func(err error, what string) { t.Errorf("report: %s: %v", what, err) })
	if err := Run(context.Background(), main, append([]Option{VirtualClock(), report}, options...)...); err != nil {
		t.Error(err)
	}
	if left := objects.count() - before; left != 0 {
		t.Errorf("C still holds %d Go objects", left)
	}
}

// goroutines runs a test beside a loop on the machine's clock.
func goroutines(t *testing.T, test func(l *Loop), options ...Option) {
	t.Helper()
	l, err := Start(options...)
	if err != nil {
		t.Fatal(err)
	}
	test(l)
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

// onClock runs a test as a task beside what goroutines do: package context tells of the end of a context in one.
func onClock(t *testing.T, main func(ctx context.Context, l *Loop) error) {
	t.Helper()
	if err := Run(context.Background(), main); err != nil {
		t.Error(err)
	}
}

// unless is nil when the condition holds.
func unless(condition bool, format string, arguments ...any) error {
	if condition {
		return nil
	}
	return fmt.Errorf(format, arguments...)
}

// is fails unless err is the target.
func is(err, target error) error {
	return unless(errors.Is(err, target), "got %v, not %v", err, target)
}

func nap(l *Loop) func(ctx context.Context) error {
	return func(ctx context.Context) error { return l.Sleep(ctx, time.Hour) }
}

// captureStderr gives what a function writes to the standard error by os.Stderr.
func captureStderr(t *testing.T, function func()) string {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	text := make(chan []byte)
	go func() { // a pipe holds less than the stacks of many goroutines
		all, _ := io.ReadAll(read)
		text <- all
	}()
	usual := os.Stderr
	os.Stderr = write
	function()
	os.Stderr = usual
	write.Close()
	return string(<-text)
}
