#pragma once
#include "libasync/io/read_buffer.hpp"
#include "libasync/io/transport.hpp"

namespace libasync {

struct read_future;
struct stream_wait;

/// A connection with awaitable reads and writes.
struct stream : object {
  // `state`
  static constexpr uint8_t at_end = 1;  // the peer's end came
  static constexpr uint8_t lost = 2;    // the connection is gone
  static constexpr uint8_t used = 4;    // somebody did something with it
  static constexpr uint8_t bulk = 8;    // reads fill small leases: lend large ones
  static constexpr uint8_t ended = 16;  // its user closed or aborted it

  transport *connection;  // owned
  read_future *reader;    // the one that waits; it holds the stream
  stream_wait *waits;     // for the write side, a circle; they hold the stream
  read_buffer unread;
  std::size_t limit;
  // The view that is out: a lease, or a block that was `unread`.
  char *lease;
  bytes *block;
  const char *view;
  std::size_t view_size;
  bool lease_is_large;

  bool is(uint8_t bit) const noexcept { return state & bit; }
  void set(uint8_t bit) noexcept { state = static_cast<uint8_t>(state | bit); }
};

enum read_mode : uint8_t { READ_SOME, READ_ALL, READ_EXACTLY, READ_UNTIL, READ_VIEW };

extern const asy_type stream_type;

/// Takes the transport over; the stream holds it.
asy_status stream_new(transport &t, stream *&out) noexcept;

// Every future below is never NULL.
/// Bytes; for READ_VIEW their number.
future *stream_read(stream &s, read_mode mode, std::size_t wanted) noexcept;
future *stream_read_until(stream &s, const char *separator, std::size_t size) noexcept;
void stream_release_view(stream &s) noexcept;
future *stream_write(stream &s, const void *data, std::size_t size) noexcept;
future *stream_write_bytes(stream &s, bytes *borrowed) noexcept;
asy_status stream_try_write(stream &s, const void *data, std::size_t size, std::size_t &written) noexcept;
future *stream_write_eof(stream &s) noexcept;
future *stream_close(stream &s) noexcept;
void stream_abort(stream &s) noexcept;

// ---- between the parts of the stream
/// Transport's events for the reading half.
void reading_buffer(transport &t, char *&data, std::size_t &size) noexcept;
void reading_data(transport &t, char *data, std::size_t size) noexcept;
void reading_eof(transport &t) noexcept;
void reading_lost(stream &s) noexcept;
/// And for the writing half.
void writing_flow(transport &t, bool paused) noexcept;
void writing_ended(transport &t) noexcept;
void writing_lost(stream &s) noexcept;
/// What an operation on a lost or closed stream fails with.
error *stream_failure(stream &s) noexcept;

inline stream &stream_of(transport &t) noexcept { return *static_cast<stream *>(t.taker); }

}  // namespace libasync
