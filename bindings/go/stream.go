package async

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"

	"libasync.dev/async/internal/core"
)

// Stream is a connection. One task reads and one writes at a time; another one's call fails with ErrBusy.
type Stream struct{ handle *handle }

// Connect opens a TCP connection. The name is resolved without blocking the loop.
func (l *Loop) Connect(ctx context.Context, host string, port int) (*Stream, error) {
	if err := portInRange(port); err != nil {
		return nil, err
	}
	if host == "" {
		return nil, &Error{Code: ErrInvalid.Code, Message: "the name of a host is needed"}
	}
	r := l.await(ctx, &call{
		code: core.OP_STREAM_CONNECT,
		args: [4]uint64{l.handle, 0, uint64(port)},
		data: append([]byte(host), 0), at: 1,
	})
	if r.err != nil {
		return nil, r.err
	}
	return r.value.(*Stream), nil
}

// Read reads what there is, at least a byte, or io.EOF.
func (s *Stream) Read(ctx context.Context, p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	r := s.await(ctx, &call{code: core.OP_STREAM_READ, args: [4]uint64{0, uint64(len(p))}, into: p})
	if r.err == nil && r.word == 0 {
		return 0, io.EOF
	}
	return int(r.word), r.err
}

// ReadExactly reads so many bytes. When the stream ends before, the error is ErrEOF and holds what came.
func (s *Stream) ReadExactly(ctx context.Context, size int) ([]byte, error) {
	if size < 0 {
		return nil, ErrInvalid
	}
	return s.bytes(ctx, &call{code: core.OP_STREAM_READ_EXACTLY, args: [4]uint64{0, uint64(size)}})
}

// ReadUntil reads up to and including the separator. When the stream ends before, the error is ErrEOF and holds what came;
// when the separator does not come within the limit, it is ErrLimit, and the bytes can still be read.
func (s *Stream) ReadUntil(ctx context.Context, separator []byte) ([]byte, error) {
	if len(separator) == 0 {
		return nil, ErrInvalid
	}
	return s.bytes(ctx, &call{code: core.OP_STREAM_READ_UNTIL, data: separator, at: 1, sized: true})
}

// ReadAll reads until the stream ends.
func (s *Stream) ReadAll(ctx context.Context) ([]byte, error) {
	return s.bytes(ctx, &call{code: core.OP_STREAM_READ_ALL})
}

// Lines yields each line with its end; the last one may lack it. An error ends them.
func (s *Stream) Lines(ctx context.Context) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for {
			line, err := s.ReadUntil(ctx, []byte{'\n'})
			var end *Error
			if errors.As(err, &end) && end.Code == ErrEOF.Code {
				if len(end.Partial) > 0 {
					yield(end.Partial, nil)
				}
				return
			}
			if !yield(line, err) || err != nil {
				return
			}
		}
	}
}

// SetLimit sets how many bytes ReadUntil looks through.
func (s *Stream) SetLimit(bytes int) {
	s.handle.use(func(word uint64) {
		s.handle.l.put(call{code: core.OP_STREAM_SET_LIMIT, args: [4]uint64{word, uint64(max(bytes, 0))}})
	})
}

// Write hands all bytes over, and waits while too many are on their way. Cancelled, it stops waiting; the bytes go out.
func (s *Stream) Write(ctx context.Context, p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	r := s.await(ctx, &call{code: core.OP_STREAM_WRITE, data: p, at: 1, sized: true})
	if r.err != nil {
		return 0, r.err
	}
	return len(p), nil
}

// CloseWrite ends the sending side after what was written; reading goes on.
func (s *Stream) CloseWrite(ctx context.Context) error {
	return s.await(ctx, &call{code: core.OP_STREAM_WRITE_EOF}).err
}

// Close closes the connection after what was written, and waits for that.
func (s *Stream) Close(ctx context.Context) error {
	return s.await(ctx, &call{code: core.OP_STREAM_CLOSE}).err
}

// Abort closes the connection at once and drops what is on its way.
func (s *Stream) Abort() {
	s.handle.use(func(word uint64) {
		s.handle.l.put(call{code: core.OP_STREAM_ABORT, args: [4]uint64{word}})
	})
}

// RemoteAddr is the peer's address, such as "127.0.0.1:80"; "" when it is not known.
func (s *Stream) RemoteAddr() string { return s.name(1) }

// LocalAddr is this end's address.
func (s *Stream) LocalAddr() string { return s.name(0) }

func (s *Stream) name(peer int) (name string) {
	s.handle.ask(func(word uint64) {
		l := s.handle.l
		value, _ := l.receive(func(place uintptr) { core.Go_stream_name(l.g, l.pending(), uintptr(word), peer, place) })
		name, _ = value.(string)
	})
	return name
}

// With is the stream as the io package has it, with one context for every wait. Its Close waits as well.
func (s *Stream) With(ctx context.Context) io.ReadWriteCloser { return bound{s, ctx} }

type bound struct {
	stream *Stream
	ctx    context.Context
}

func (b bound) Read(p []byte) (int, error)  { return b.stream.Read(b.ctx, p) }
func (b bound) Write(p []byte) (int, error) { return b.stream.Write(b.ctx, p) }
func (b bound) Close() error                { return b.stream.Close(b.ctx) }

func (s *Stream) await(ctx context.Context, c *call) result {
	c.handle = s.handle
	return s.handle.l.await(ctx, c)
}

func (s *Stream) bytes(ctx context.Context, c *call) ([]byte, error) {
	r := s.await(ctx, c)
	return r.data, r.err
}

// Resolve gives the addresses of a name, without blocking the loop; a numeric one at once.
func (l *Loop) Resolve(ctx context.Context, host string, port int) ([]string, error) {
	if err := portInRange(port); err != nil {
		return nil, err
	}
	r := l.await(ctx, &call{
		code: core.OP_RESOLVE,
		args: [4]uint64{l.handle, 0, uint64(port)},
		data: append([]byte(host), 0), at: 1,
	})
	addresses, _ := r.value.([]any)
	names := make([]string, len(addresses))
	for i := range addresses {
		names[i], _ = addresses[i].(string)
	}
	return names, r.err
}

func portInRange(port int) error {
	if port < 0 || port > math.MaxUint16 {
		return &Error{Code: ErrInvalid.Code, Message: fmt.Sprintf("the port %d is not between 0 and 65535", port)}
	}
	return nil
}
