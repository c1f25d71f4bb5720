package async

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// peer is a socket of package net whose other end is a stream of a loop.
func peer(ctx context.Context, l *Loop, talk func(c *net.TCPConn)) (*Stream, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	go func() {
		defer listener.Close()
		if c, err := listener.Accept(); err == nil {
			talk(c.(*net.TCPConn))
		}
	}()
	return l.Connect(ctx, "127.0.0.1", listener.Addr().(*net.TCPAddr).Port)
}

// TEST-09 STRM-04: a byte at a time, with whatever lies between
func TestShortReadsAreReadsAllTheSame(t *testing.T) {
	text := "one\r\ntwo\r\n" + string(bytes.Repeat([]byte("x"), 100)) + "end"
	goroutines(t, func(l *Loop) {
		ctx := context.Background()
		s, err := peer(ctx, l, func(c *net.TCPConn) {
			c.SetNoDelay(true)
			for i := range len(text) {
				c.Write([]byte{text[i]})
				runtime.Gosched()
			}
			c.Close()
		})
		if err != nil {
			t.Fatal(err)
		}
		one, err := s.ReadUntil(ctx, []byte("\r\n"))
		two, err2 := s.ReadUntil(ctx, []byte("\n"))
		all, err3 := s.ReadExactly(ctx, 100)
		rest, err4 := s.ReadAll(ctx)
		got := fmt.Sprintf("%s%s%s%s", one, two, all, rest)
		if err := errors.Join(err, err2, err3, err4, unless(got == text, "got %q", got), s.Close(ctx)); err != nil {
			t.Error(err)
		}
	})
}

// TEST-09 STRM-14: buffers are full most of the time
func TestShortWritesLoseNothing(t *testing.T) {
	sent := bytes.Repeat([]byte("0123456789abcdef"), 1<<18)
	goroutines(t, func(l *Loop) {
		ctx, got := context.Background(), make(chan []byte)
		s, err := peer(ctx, l, func(c *net.TCPConn) {
			var all bytes.Buffer
			for n, piece := 1, make([]byte, 1000); n > 0; {
				n, _ = c.Read(piece)
				all.Write(piece[:n])
			}
			got <- all.Bytes()
			c.Close()
		})
		if err != nil {
			t.Fatal(err)
		}
		var failed error
		for at := 0; at < len(sent) && failed == nil; at += 1 << 16 {
			_, failed = s.Write(ctx, sent[at:at+1<<16])
		}
		failed = errors.Join(failed, s.CloseWrite(ctx))
		if err := errors.Join(failed, unless(bytes.Equal(<-got, sent), "bytes are missing"), s.Close(ctx)); err != nil {
			t.Error(err)
		}
	})
}

// TEST-09
func TestAConnectionThatIsResetSaysSo(t *testing.T) {
	goroutines(t, func(l *Loop) {
		ctx := context.Background()
		s, err := peer(ctx, l, func(c *net.TCPConn) {
			io.ReadFull(c, make([]byte, 1))
			c.SetLinger(0)
			c.Close()
		})
		if err != nil {
			t.Fatal(err)
		}
		s.Write(ctx, []byte("x"))
		_, reset := s.ReadAll(ctx)
		if err := errors.Join(is(reset, syscall.ECONNRESET), is(s.Close(ctx), syscall.ECONNRESET)); err != nil {
			t.Error(err)
		}
	})
}

// TEST-09 SRV-09: no descriptor is left to accept with; the loop has its clock moved on, and takes in who waited
func TestAServerThatCannotAcceptGoesOnLater(t *testing.T) {
	var reports []error
	onLoop(t, func(ctx context.Context, l *Loop) error {
		server, err := l.Serve(ctx, "127.0.0.1", 0, echo)
		if err != nil {
			return err
		}
		waits, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", server.Port()))
		if err != nil {
			return err
		}
		defer waits.Close()
		var limit syscall.Rlimit
		syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit)
		probe, err := os.Open("/dev/null")
		if err != nil {
			return err
		}
		defer probe.Close()
		none := limit
		none.Cur = uint64(probe.Fd()) // every smaller number is taken
		for fd := uint64(0); fd < none.Cur; fd++ {
			if duplicate, err := syscall.Dup(0); err == nil && uint64(duplicate) < none.Cur {
				defer syscall.Close(duplicate)
			} else if err == nil {
				syscall.Close(duplicate)
			}
		}
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &none); err != nil {
			return err
		}
		for len(reports) == 0 {
			l.Sleep(ctx, time.Millisecond)
		}
		syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
		for server.Connections() == 0 {
			l.Sleep(ctx, time.Second)
		}
		return errors.Join(is(reports[0], syscall.EMFILE), server.Stop(ctx, 0))
	}, Report(func(err error, what string) { reports = append(reports, err) }))
}

// TEST-09 LOOP-21: wake-ups from many sides, before, in and after the poll
func TestNoWakeUpIsLost(t *testing.T) {
	goroutines(t, func(l *Loop) {
		const sides, times = 4, 500
		ctx, heard := context.Background(), make(chan int, sides)
		for side := range sides {
			go func() {
				for i := range times {
					promise := NewPromise[int](l, nil)
					waits := l.Go(ctx, func(ctx context.Context) error { _, err := promise.Future().Await(ctx); return err })
					if i%3 == side%3 {
						runtime.Gosched()
					}
					promise.Set(i)
					if err := waits.Await(ctx); err != nil {
						t.Error(err)
					}
				}
				heard <- side
			}()
		}
		for range sides {
			<-heard
		}
	})
}
