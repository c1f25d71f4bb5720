// tcpcheck says which TCP endpoints accept connections: many at once, each with a deadline.
//
// A task per target, at most --limit of them at a time, all owned by one group.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"libasync.dev/async"
)

var words = []string{"open", "refused", "timeout", "unknown", "error"}

// survey is what all probes share. They are tasks of one loop, so that nothing in it needs a lock.
type survey struct {
	settings
	loop   *async.Loop
	start  time.Time
	counts map[string]int
}

func (s *survey) probe(ctx context.Context, t target) error {
	start := time.Now()
	var stream *async.Stream
	err := s.loop.Timeout(ctx, s.deadline, func(ctx context.Context) (err error) {
		stream, err = s.loop.Connect(ctx, t.host, t.port)
		return err
	})
	if errors.Is(err, context.Canceled) { // Ctrl-C: there is nothing to tell
		return err
	}
	s.note(t, err, start)
	if err == nil {
		stream.Close(ctx)
	}
	return nil
}

// note prints one line. Of an error's message ("connect [::1]:80: network is unreachable") it shows the last part.
func (s *survey) note(t target, err error, start time.Time) {
	word := wordOf(err)
	s.counts[word]++
	line := fmt.Sprintf("%-8s %s  %d ms", word, t.text, time.Since(start).Milliseconds())
	if word == "error" {
		text := err.Error()
		line += "  " + strings.ToLower(text[strings.LastIndex(text, ": ")+2:])
	}
	fmt.Println(line)
}

func wordOf(err error) string {
	switch {
	case err == nil:
		return "open"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, syscall.ETIMEDOUT):
		return "timeout"
	case errors.Is(err, async.ErrNotFound):
		return "unknown"
	}
	return "error"
}

// check probes all targets. Cancelled, it sees every probe out before it returns.
func (s *survey) check(ctx context.Context, l *async.Loop) error {
	s.loop = l
	slots := l.NewSemaphore(uint64(s.limit))
	return l.Group(ctx, func(ctx context.Context, g *async.Group) error {
		for _, t := range s.targets { // what waits for its turn costs nothing
			if err := slots.Acquire(ctx); err != nil {
				return err
			}
			g.Go(func(ctx context.Context) error {
				defer slots.Release()
				return s.probe(ctx, t)
			})
		}
		return nil
	})
}

func (s *survey) summary() string {
	done, parts := 0, []string{}
	for _, word := range words {
		done += s.counts[word]
		parts = append(parts, fmt.Sprintf("%d %s", s.counts[word], word))
	}
	return fmt.Sprintf("%s; %d of %d probed in %d ms", strings.Join(parts, ", "), done, len(s.targets),
		time.Since(s.start).Milliseconds())
}

func main() {
	s := survey{settings: parse(os.Args[1:]), start: time.Now(), counts: map[string]int{}}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := async.Run(ctx, s.check)
	switch {
	case errors.Is(err, context.Canceled):
		fmt.Println("cancelled:", s.summary())
		os.Exit(130)
	case err != nil:
		fmt.Fprintln(os.Stderr, "tcpcheck:", err)
		os.Exit(1)
	}
	fmt.Println(s.summary())
	if s.counts["open"] != len(s.targets) {
		os.Exit(1)
	}
}
