package async

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"
)

// SRV-14 SRV-01
func TestEveryConnectionIsATaskOfItsOwn(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		server, err := l.Serve(ctx, "127.0.0.1", 0, func(ctx context.Context, s *Stream) error {
			line, err := s.ReadUntil(ctx, []byte("\n"))
			if err == nil {
				_, err = s.Write(ctx, line)
			}
			return err
		})
		if err != nil {
			return err
		}
		port := server.Port()
		err = l.Group(ctx, func(ctx context.Context, g *Group) error {
			for range 50 {
				g.Go(func(ctx context.Context) error {
					stream, err := l.Connect(ctx, "127.0.0.1", port)
					if err != nil {
						return err
					}
					stream.Write(ctx, []byte("hello\n"))
					got, err := stream.ReadAll(ctx)
					return errors.Join(err, unless(string(got) == "hello\n", "got %q", got), stream.Close(ctx))
				})
			}
			return nil
		})
		return errors.Join(err, server.Stop(ctx, time.Second), unless(server.Connections() == 0, "connections are left"))
	})
}

// SRV-05 SRV-06
func TestAClosedServerKeepsItsConnections(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		stream, server, err := pair(ctx, l, echo)
		if err != nil {
			return err
		}
		stream.Write(ctx, []byte("a"))
		stream.ReadExactly(ctx, 1)
		server.Close()
		waiting := l.Go(ctx, func(ctx context.Context) error { return server.Wait(ctx) })
		_, refused := l.Connect(ctx, "127.0.0.1", server.Port())
		stream.Write(ctx, []byte("b"))
		got, err := stream.ReadExactly(ctx, 1)
		return errors.Join(err, unless(string(got) == "b", "got %q", got), unless(refused != nil, "it still accepts"),
			stream.Close(ctx), waiting.Await(ctx))
	})
}

// SRV-07
func TestStoppingAServerCancelsItsHandlersAfterTheGrace(t *testing.T) {
	onLoop(t, func(ctx context.Context, l *Loop) error {
		var handler error
		started := l.NewEvent()
		stream, server, err := pair(ctx, l, func(ctx context.Context, s *Stream) error {
			started.Set()
			handler = l.Sleep(ctx, time.Hour)
			return handler
		})
		if err != nil {
			return err
		}
		started.Wait(ctx)
		begin := l.Time()
		err = server.Stop(ctx, time.Minute)
		return errors.Join(err, is(handler, ErrCancelled), stream.Close(ctx),
			unless(l.Time()-begin >= time.Minute, "it waited %v", l.Time()-begin))
	})
}

// STRM-19
func TestAFailingHandlerIsReportedAndEndsOnlyItsConnection(t *testing.T) {
	mine := errors.New("mine")
	var reports []error
	err := Run(context.Background(), func(ctx context.Context, l *Loop) error {
		stream, server, err := pair(ctx, l, func(ctx context.Context, s *Stream) error { return mine })
		if err != nil {
			return err
		}
		got, err := stream.ReadAll(ctx)
		again, err2 := l.Connect(ctx, "127.0.0.1", server.Port())
		if err2 != nil {
			return err2
		}
		return errors.Join(err, unless(len(got) == 0, "got %q", got), again.Close(ctx), stream.Close(ctx), server.Stop(ctx, time.Second))
	}, VirtualClock(), Report(func(err error, what string) { reports = append(reports, err) }))
	if err != nil || len(reports) == 0 || !errors.Is(reports[0], mine) {
		t.Errorf("%v, reports %v", err, reports)
	}
}

// SRV-01
func TestAPortThatIsTakenIsRefused(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	onLoop(t, func(ctx context.Context, l *Loop) error {
		_, err := l.Serve(ctx, "127.0.0.1", listener.Addr().(*net.TCPAddr).Port, echo)
		_, bad := l.Serve(ctx, "127.0.0.1", -1, echo)
		return errors.Join(unless(err != nil && bad != nil, "%v, %v", err, bad), ctx.Err())
	})
}

// SRV-04
func TestAServerEndsWithItsContext(t *testing.T) {
	if err := Run(context.Background(), func(ctx context.Context, l *Loop) error {
		c, cancel := context.WithCancel(ctx)
		defer cancel()
		stream, server, err := pair(c, l, echo)
		if err != nil {
			return err
		}
		stream.Write(ctx, []byte("a"))
		stream.ReadExactly(ctx, 1)
		cancel()
		_, end := stream.Read(ctx, make([]byte, 1))
		return errors.Join(server.Wait(ctx), is(end, io.EOF), stream.Close(ctx))
	}); err != nil {
		t.Error(err)
	}
}
