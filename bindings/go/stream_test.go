package async

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"
)

// pair connects a stream to what a handler does with the other end.
func pair(ctx context.Context, l *Loop, handler func(ctx context.Context, s *Stream) error) (*Stream, *Server, error) {
	server, err := l.Serve(ctx, "127.0.0.1", 0, handler)
	if err != nil {
		return nil, nil, err
	}
	stream, err := l.Connect(ctx, "localhost", server.Port())
	return stream, server, err
}

func echo(ctx context.Context, s *Stream) error {
	_, err := io.Copy(s.With(ctx), s.With(ctx))
	return err
}

// STRM-01 STRM-02 STRM-16
func TestWhatIsWrittenIsRead(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		stream, server, err := pair(ctx, l, echo)
		if err != nil {
			return err
		}
		sent := bytes.Repeat([]byte("0123456789"), 50_000)
		writer := l.Go(ctx, func(ctx context.Context) error {
			if n, err := stream.Write(ctx, sent); n != len(sent) || err != nil {
				return unless(false, "wrote %d, %v", n, err)
			}
			return stream.CloseWrite(ctx)
		})
		got, err := stream.ReadAll(ctx)
		n, end := stream.Read(ctx, make([]byte, 1))
		return errors.Join(err, writer.Await(ctx), unless(bytes.Equal(got, sent), "%d bytes came back", len(got)),
			unless(n == 0 && end == io.EOF, "then %d, %v", n, end), stream.Close(ctx), server.Stop(ctx, time.Second))
	})
}

// STRM-03 STRM-04 EXC-04
func TestAStreamThatEndsTooEarlyTellsWhatCame(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		stream, server, err := pair(ctx, l, func(ctx context.Context, s *Stream) error {
			_, err := s.Write(ctx, []byte("line\nabcdef"))
			return err
		})
		if err != nil {
			return err
		}
		line, err := stream.ReadUntil(ctx, []byte("\n"))
		two, err2 := stream.ReadExactly(ctx, 2)
		_, err3 := stream.ReadUntil(ctx, []byte("\n"))
		var early *Error
		return errors.Join(err, err2, is(err3, ErrEOF), is(err3, io.ErrUnexpectedEOF),
			unless(string(line) == "line\n" && string(two) == "ab", "read %q, %q", line, two),
			unless(errors.As(err3, &early) && string(early.Partial) == "cdef", "left %q", early.Partial),
			stream.Close(ctx), server.Stop(ctx, time.Second))
	})
}

// STRM-05 EXC-05
func TestASeparatorBeyondTheLimitIsAnErrorAndLeavesTheBytes(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		stream, server, err := pair(ctx, l, func(ctx context.Context, s *Stream) error {
			_, err := s.Write(ctx, []byte(strings.Repeat("x", 100)+"\n"))
			return err
		})
		if err != nil {
			return err
		}
		stream.SetLimit(10)
		_, err = stream.ReadUntil(ctx, []byte("\n"))
		got, rest := stream.ReadAll(ctx)
		return errors.Join(is(err, ErrLimit), rest, unless(len(got) == 101, "%d bytes were left", len(got)),
			stream.Close(ctx), server.Stop(ctx, time.Second))
	})
}

// STRM-03
func TestACancelledReadLosesNoBytes(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		more := l.NewEvent()
		stream, server, err := pair(ctx, l, func(ctx context.Context, s *Stream) error {
			s.Write(ctx, []byte("abc"))
			if err := more.Wait(ctx); err != nil {
				return err
			}
			_, err := s.Write(ctx, []byte("def"))
			return err
		})
		if err != nil {
			return err
		}
		err = l.Timeout(ctx, time.Second, func(ctx context.Context) error { _, err := stream.ReadExactly(ctx, 6); return err })
		more.Set()
		got, after := stream.ReadExactly(ctx, 6)
		return errors.Join(is(err, ErrTimeout), after, unless(string(got) == "abcdef", "got %q", got),
			stream.Close(ctx), server.Stop(ctx, time.Second))
	})
}

// STRM-08
func TestASecondReaderIsRefused(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		stream, server, err := pair(ctx, l, echo)
		if err != nil {
			return err
		}
		reader := l.Go(ctx, func(ctx context.Context) error { _, err := stream.ReadExactly(ctx, 1); return err })
		l.Sleep(ctx, 0)
		_, second := stream.ReadExactly(ctx, 1)
		stream.Write(ctx, []byte("x"))
		return errors.Join(is(second, ErrBusy), reader.Await(ctx), stream.Close(ctx), server.Stop(ctx, time.Second))
	})
}

// EXC-09 STRM-01
func TestARefusedConnectionHasTheSystemsError(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	listener.Close()
	onLoop(t, func(ctx context.Context, l *Loop) error {
		_, err := l.Connect(ctx, "127.0.0.1", port)
		var errno syscall.Errno
		_, range_ := l.Connect(ctx, "127.0.0.1", 65536)
		_, unknown := l.Connect(ctx, "no.such.host.invalid", 80)
		return errors.Join(is(err, syscall.ECONNREFUSED), unless(errors.As(err, &errno), "no errno in %v", err),
			unless(errors.As(range_, new(*Error)), "got %v", range_), is(unknown, ErrNotFound))
	})
}

// STRM-17
func TestAStreamKnowsItsAddresses(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		var theirs [2]string
		stream, server, err := pair(ctx, l, func(ctx context.Context, s *Stream) error {
			theirs = [2]string{s.LocalAddr(), s.RemoteAddr()}
			return nil
		})
		if err != nil {
			return err
		}
		mine := [2]string{stream.RemoteAddr(), stream.LocalAddr()}
		_, err = stream.ReadAll(ctx)
		return errors.Join(err, unless(mine == theirs && strings.HasPrefix(mine[0], "127.0.0.1:"), "%v and %v", mine, theirs),
			stream.Close(ctx), server.Stop(ctx, time.Second))
	})
}

// STRM-01
func TestAGoroutineUsesAStream(t *testing.T) {
	goroutines(t, func(l *Loop) {
		ctx := context.Background()
		stream, server, err := pair(ctx, l, echo)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(stream.With(ctx), "hello\n")
		line, err := bufio.NewReader(stream.With(ctx)).ReadString('\n')
		limited, cancel := context.WithTimeout(ctx, time.Millisecond)
		defer cancel()
		_, late := stream.Read(limited, make([]byte, 1))
		if err != nil || line != "hello\n" || !errors.Is(late, context.DeadlineExceeded) {
			t.Errorf("%q, %v, then %v", line, err, late)
		}
		if err := errors.Join(stream.Close(ctx), server.Stop(ctx, time.Second)); err != nil {
			t.Error(err)
		}
	})
}
