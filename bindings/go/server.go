package async

import (
	"context"
	"fmt"
	"time"

	"libasync.dev/async/internal/core"
)

// Server is a listening socket that owns the tasks of its connections.
type Server struct {
	handle  *handle
	tag     uint64
	ctx     context.Context
	handler func(ctx context.Context, s *Stream) error
	leave   func() bool
}

// Serve listens on a TCP port, 0 for any free one, and calls the handler in a task of its own for every connection. The
// connection closes when its handler returns; an error of the handler is reported and ends nothing else. The host is an
// address, "localhost" or "" for every interface. Serve does not wait; when ctx is done, the server stops and its handlers
// are cancelled.
func (l *Loop) Serve(
	ctx context.Context, host string, port int, handler func(ctx context.Context, s *Stream) error,
) (*Server, error) {
	if err := portInRange(port); err != nil {
		return nil, err
	}
	if handler == nil {
		return nil, &Error{Code: ErrInvalid.Code, Message: "a handler is needed"}
	}
	s := &Server{ctx: ctx, handler: handler}
	var err error
	if closed := l.do(func() {
		s.tag = l.slot(s)
		name := uint64(0)
		if host != "" {
			name = l.arena.text(host)
		}
		core.Go_server(l.g, l.pending(), uintptr(name), uint(port), 0, 0, s.tag)
		var word uint64
		if word, err = l.answer(); err == nil {
			s.handle = l.adopt(word, core.OP_SERVER_UNREF)
			s.leave = context.AfterFunc(ctx, s.Close) // here, as the loop reads it when it closes
		}
	}); closed != nil {
		return nil, closed
	}
	if err != nil {
		return nil, saying(err, fmt.Sprintf("%q is no address to listen at", host))
	}
	return s, nil
}

func (s *Server) event(l *Loop, e *core.Event) {
	switch int(e.Kind) {
	case core.GO_FREED:
		l.release(s.tag)
		if s.leave != nil {
			s.leave()
		}
	case core.GO_ACCEPTED:
		s.accept(l, &Stream{l.adopt(e.Word, core.OP_STREAM_UNREF)})
	}
}

// accept starts the task of a connection. The server takes it over: it cancels it, closes the connection after it and
// reports its error.
func (s *Server) accept(l *Loop, stream *Stream) {
	l.asLoop()
	t := &Task{}
	t.start(l, s.ctx, "", nil, func(ctx context.Context) error { return s.handler(ctx, stream) })
	transport := uint64(l.number(core.OP_STREAM_TRANSPORT, stream.handle.word))
	l.put(call{code: core.OP_SERVER_ADD, args: [4]uint64{s.handle.word, transport, t.future}})
}

// Port is the port that the server listens on.
func (s *Server) Port() int {
	port := 0
	s.handle.ask(func(word uint64) { port = s.handle.l.number(core.OP_SERVER_PORT, word) })
	return port
}

// Connections is how many handlers run.
func (s *Server) Connections() int {
	count := 0
	s.handle.ask(func(word uint64) { count = s.handle.l.number(core.OP_SERVER_CONNECTION_COUNT, word) })
	return count
}

// Close stops accepting connections. Those that are there live on.
func (s *Server) Close() {
	s.handle.use(func(word uint64) {
		s.handle.l.put(call{code: core.OP_SERVER_CLOSE, args: [4]uint64{word}})
	})
}

// Stop stops accepting connections, gives the handlers so much time to end, cancels those that are left and waits for them.
func (s *Server) Stop(ctx context.Context, grace time.Duration) error {
	return s.await(ctx, &call{code: core.OP_SERVER_STOP, args: [4]uint64{0, nanoseconds(grace)}})
}

// Wait waits until the server is closed and its last handler has ended.
func (s *Server) Wait(ctx context.Context) error {
	return s.await(ctx, &call{code: core.OP_SERVER_WAIT_CLOSED})
}

func (s *Server) await(ctx context.Context, c *call) error {
	c.handle = s.handle
	return s.handle.l.await(ctx, c).err
}
