// news fetches many URLs at once through libcurl, whose callbacks an adapter in C turned into futures.
//
// A task per URL, at most --limit of them at a time, all owned by one group.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"

	"libasync.dev/async"
	"libasync.dev/async/curl"
)

const usage = "usage: news [--limit N] [--timeout SECONDS] URL..."

type settings struct {
	limit   float64
	timeout time.Duration
	urls    []string
}

// paper is what all fetches share. They are tasks of one loop, so that nothing in it needs a lock.
type paper struct {
	settings
	loop                        *async.Loop
	client                      *curl.Client
	start                       time.Time
	fetched, failed, late, good int
}

func (p *paper) fetch(ctx context.Context, url string) error {
	start := time.Now()
	var answer curl.Response
	err := p.loop.Timeout(ctx, p.timeout, func(ctx context.Context) (err error) {
		answer, err = p.client.Fetch(ctx, url)
		return err
	})
	line := ""
	switch {
	case errors.Is(err, context.Canceled): // Ctrl-C: there is nothing to tell
		return err
	case errors.Is(err, async.ErrTimeout):
		p.late++
		line = "late " + url
	case err != nil:
		p.failed++
		line = "fail " + url + "  " + textOf(err)
	default:
		p.fetched++
		if answer.Status < 400 {
			p.good++
		}
		line = fmt.Sprintf("%-4d %s  %d bytes", answer.Status, url, len(answer.Body))
	}
	fmt.Printf("%s  %d ms\n", line, time.Since(start).Milliseconds())
	return nil
}

func textOf(err error) string {
	var e *async.Error
	if errors.As(err, &e) {
		return strings.ToLower(e.Message)
	}
	return strings.ToLower(err.Error())
}

// read fetches all URLs. Cancelled, it sees every fetch out before it returns.
func (p *paper) read(ctx context.Context, l *async.Loop) (err error) {
	p.loop = l
	if p.client, err = curl.New(l); err != nil {
		return err
	}
	defer p.client.Close()
	slots := l.NewSemaphore(uint64(p.limit))
	return l.Group(ctx, func(ctx context.Context, g *async.Group) error {
		for _, url := range p.urls { // what waits for its turn costs nothing
			if err := slots.Acquire(ctx); err != nil {
				return err
			}
			g.Go(func(ctx context.Context) error {
				defer slots.Release()
				return p.fetch(ctx, url)
			})
		}
		return nil
	})
}

func (p *paper) summary() string {
	return fmt.Sprintf("%d fetched, %d failed, %d late; %d of %d in %d ms", p.fetched, p.failed, p.late,
		p.fetched+p.failed+p.late, len(p.urls), time.Since(p.start).Milliseconds())
}

// parse reads the command line, or ends the program.
func parse(arguments []string) settings {
	s := settings{limit: 8, timeout: 10 * time.Second}
	for len(arguments) > 0 {
		word := arguments[0]
		arguments = arguments[1:]
		if !strings.HasPrefix(word, "-") {
			s.urls = append(s.urls, word)
			continue
		}
		if word != "--limit" && word != "--timeout" || len(arguments) == 0 {
			refuse(usage)
		}
		number, err := strconv.ParseFloat(arguments[0], 64)
		arguments = arguments[1:]
		if err != nil || !(number > 0 && number < 1e9) || word == "--limit" && number < 1 {
			refuse("news: " + word + " wants a number above 0")
		}
		if word == "--limit" {
			s.limit = number
		} else {
			s.timeout = time.Duration(number * float64(time.Second))
		}
	}
	if len(s.urls) == 0 {
		refuse(usage)
	}
	return s
}

func refuse(why string) {
	fmt.Fprintln(os.Stderr, why)
	os.Exit(2)
}

func main() {
	p := paper{settings: parse(os.Args[1:]), start: time.Now()}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := async.Run(ctx, p.read)
	switch {
	case errors.Is(err, context.Canceled):
		fmt.Println("cancelled:", p.summary())
		os.Exit(130)
	case err != nil:
		fmt.Fprintln(os.Stderr, "news:", err)
		os.Exit(1)
	}
	fmt.Println(p.summary())
	if p.good != len(p.urls) {
		os.Exit(1)
	}
}
