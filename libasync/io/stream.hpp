#pragma once
#include "libasync/io/read_buffer.hpp"
#include "libasync/io/transport.hpp"

namespace libasync {

struct stream;
struct stream_wait;

/// A read that waits for bytes.
struct read_future : future {
  stream *from() const noexcept {
    return done() ? nullptr : static_cast<stream *>(kept.data);
  }  // NULL: it waits no more
};

enum read_mode : uint8_t { READ_SOME, READ_ALL, READ_EXACTLY, READ_UNTIL, READ_VIEW };

/// What the one read that waits wants.
struct read_request {
  std::size_t wanted;    // bytes, or the separator's
  std::size_t searched;  // from the first unread byte on, no separator starts before this
  union {
    bytes *long_separator;
    char short_separator[sizeof(bytes *)];
  };
  bool is_short() const noexcept { return wanted <= sizeof short_separator; }
  const char *separator() const noexcept { return is_short() ? short_separator : long_separator->data(); }
};

/// Bytes that are lent: in a block that was `unread`, else in a lease.
struct stream_view {
  char *data;
  std::size_t size;
  bytes *block;
};

/// A connection with awaitable reads and writes.
struct stream : object {
  // `state`
  static constexpr uint8_t at_end = 1;   // the peer's end came
  static constexpr uint8_t lost = 2;     // the connection is gone
  static constexpr uint8_t used = 4;     // somebody did something with it
  static constexpr uint8_t bulk = 8;     // reads fill small leases: lend large ones
  static constexpr uint8_t ended = 16;   // its user closed or aborted it
  static constexpr uint8_t viewed = 32;  // a view is out
  static constexpr uint8_t large = 64;   // in a large lease

  // What is small stands in the room that the head leaves.
  read_mode mode;  // the reader's
  uint32_t limit;
  transport *connection;  // owned
  read_future *reader;    // the read that waits; it holds the stream
  union {
    read_request request;  // the reader's
    stream_view view;      // the one that is out; the next read ends it
  };
  stream_wait *waits;  // for the write side, a circle; they hold the stream
  read_buffer unread;

  bool is(uint8_t bit) const noexcept { return state & bit; }
  void set(uint8_t bit) noexcept { state = static_cast<uint8_t>(state | bit); }
  void clear(uint8_t bit) noexcept { state = static_cast<uint8_t>(state & ~bit); }
};

extern const asy_type stream_type;

/// Takes the transport over; the stream holds it.
asy_status stream_new(transport &t, stream *&out) noexcept;

// Every future below is never NULL, but for stream_write_or_wait().
/// Bytes; for READ_VIEW their number.
future *stream_read(stream &s, read_mode mode, std::size_t wanted) noexcept;
future *stream_read_until(stream &s, const char *separator, std::size_t size) noexcept;
void stream_release_view(stream &s) noexcept;
/// NULL when there is nothing to wait for.
future *stream_write_or_wait(stream &s, const void *data, std::size_t size) noexcept;
future *stream_write_bytes(stream &s, bytes *borrowed) noexcept;
asy_status stream_try_write(stream &s, const void *data, std::size_t size, std::size_t &written) noexcept;
future *stream_write_eof(stream &s) noexcept;
future *stream_close(stream &s) noexcept;
void stream_abort(stream &s) noexcept;

// ---- between the parts of the stream
/// Transport's events for the reading half.
std::ptrdiff_t reading_receive(transport &t, bool &filled) noexcept;
void reading_eof(transport &t) noexcept;
void reading_lost(stream &s) noexcept;
/// Lets the reader have what it waits for, if that is there.
void reading_serve(stream &s) noexcept;
/// Ends a read that the end of the stream, or its loss, leaves without more.
void reading_end(stream &s) noexcept;
/// Completes the reader; it waits no more.
void reader_complete(stream &s, asy_value consumed) noexcept;
void reader_fail(stream &s, error *consumed) noexcept;
/// For the writing half.
void writing_flow(transport &t, bool paused) noexcept;
void writing_ended(transport &t) noexcept;
void writing_lost(stream &s) noexcept;
/// What an operation on a lost or closed stream fails with.
error *stream_failure(stream &s) noexcept;

/// Makes the reader one that waits no more, and leaves its reference to the stream to the caller.
inline read_future &reader_detach(stream &s) noexcept {
  read_future &f = *s.reader;
  s.reader = nullptr;
  f.kept.data = nullptr;
  return f;
}

inline stream &stream_of(transport &t) noexcept { return *static_cast<stream *>(t.taker()); }

}  // namespace libasync
