#pragma once
#include "libasync/io/socket.hpp"
#include "libasync/task/future.hpp"

namespace libasync {

struct transport;
struct output;

/// Who reads a transport: a user's protocol, or a stream.
struct transport_ops {
  /// Receives once, with socket_receive(), and takes what came; answers what that
  /// answered and whether the buffer was filled: then there may be more. When
  /// it wants nothing now, it stops reading and answers UV_EAGAIN.
  std::ptrdiff_t (*receive)(transport &t, bool &filled) noexcept;
  void (*eof)(transport &t) noexcept;
  /// More is queued than the high mark, or no more than the low one again.
  void (*flow)(transport &t, bool paused) noexcept;
  /// Our side's end was sent.
  void (*ended)(transport &t) noexcept;
  /// Exactly once, last: the socket is gone; `failure` says why. While the
  /// loop closes it only releases.
  void (*lost)(transport &t) noexcept;
};

/// Who accepted a transport and counts it.
struct transport_origin {
  void (*gone)(transport_origin &self, transport &t) noexcept;
};

/// A connected socket.
///
/// Not held by anybody (no handle, not taken over), it closes. Taken over,
/// closing or lost it holds itself until libuv has let go of it.
struct transport : object {
  // `state`
  static constexpr uint8_t reading = 1;       // its owner wants bytes
  static constexpr uint8_t read_ended = 2;    // the peer's end came
  static constexpr uint8_t write_ending = 4;  // ours follows what is queued
  static constexpr uint8_t write_ended = 8;   // it was sent
  static constexpr uint8_t paused = 16;       // above the high mark
  static constexpr uint8_t closing = 32;      // closes when all is sent
  static constexpr uint8_t held = 64;         // by itself
  static constexpr uint8_t counted = 128;     // by its origin

  // `flags`
  static constexpr uint8_t tied = 2;  // a server's task goes with it

  // What is small stands in the room that the head leaves.
  uint8_t armed;  // what `poll` watches
  uint8_t refused_writes;
  int fd;                    // -1: closed
  uv_poll_t poll;            // its `data` is the taker
  const transport_ops *ops;  // NULL: nobody took it over yet
  union {
    struct {
      output *first, *last;  // what the kernel did not take yet
      std::size_t bytes;     // of it
      uint32_t high, low;    // marks
    } out;                   // while there is a socket
    struct {
      address local;
      error *failure;  // why it was lost; owned
    } gone;            // afterwards
  };
  address peer;
  transport_origin *origin;
  transport *next, *previous;  // among its origin's

  void *taker() const noexcept { return poll.data; }
  error *failure() const noexcept { return fd < 0 ? gone.failure : nullptr; }
  bool is_tied() const noexcept { return flags & tied; }
  bool is(uint8_t bit) const noexcept { return state & bit; }
  void set(uint8_t bit) noexcept { state = static_cast<uint8_t>(state | bit); }
  void clear(uint8_t bit) noexcept { state = static_cast<uint8_t>(state & ~bit); }
  bool open() const noexcept { return fd >= 0 && !is(closing); }
};

extern const asy_type transport_type;

/// Consumes `fd`, also on failure.
asy_status transport_new(loop &l, int fd, const address &peer, transport *&out) noexcept;
/// Its reader; reading starts with the first transport_read_start().
void transport_take(transport &t, const transport_ops &ops, void *taker) noexcept;
void transport_leave(transport &t) noexcept;
/// It holds itself until it is lost.
void transport_hold(transport &t) noexcept;
void transport_read_start(transport &t) noexcept;
/// No byte comes after this returns.
inline void transport_read_stop(transport &t) noexcept { t.clear(transport::reading); }

/// Copies what the kernel does not take at once.
asy_status transport_write(transport &t, const void *data, std::size_t size) noexcept;
/// Keeps a reference instead of a copy.
asy_status transport_write_shared(transport &t, bytes *borrowed) noexcept;
/// What the kernel takes at once; ASY_E_AGAIN when that is nothing.
asy_status transport_try_write(transport &t, const void *data, std::size_t size, std::size_t &written) noexcept;
asy_status transport_write_eof(transport &t) noexcept;
asy_status transport_set_limits(transport &t, std::size_t high, std::size_t low) noexcept;
/// After what is queued was sent.
void transport_close(transport &t) noexcept;
/// At once; what is queued is dropped.
void transport_abort(transport &t) noexcept;
/// At once, because of a failure; `consumed` is dropped when there is one already.
void transport_fail(transport &t, error *consumed) noexcept;
/// The same from a libuv status; `what` stands before the peer's name.
void transport_fail(transport &t, int status, const char *what) noexcept;
/// Bytes that the kernel did not take yet.
inline std::size_t transport_queued(const transport &t) noexcept { return t.fd < 0 ? 0 : t.out.bytes; }
/// Why a closed transport refuses.
asy_status transport_refusal(const transport &t) noexcept;
address transport_local(transport &t) noexcept;

/// The loop's read buffer, shared by all that read into it; NULL without memory.
char *shared_buffer(loop &l) noexcept;
constexpr std::size_t shared_buffer_size = 256 * 1024;

}  // namespace libasync
