#include "libasync/io/transport.hpp"

#include <cstdio>

#include "libasync/io/output.hpp"
#include "libasync/loop/uv_errors.hpp"

namespace libasync {
namespace {

/// Bytes one readable event may bring before the other sockets have their turn.
constexpr std::size_t fair_share = 256 * 1024;

transport &transport_of(void *poll) noexcept {
  return *reinterpret_cast<transport *>(static_cast<char *>(poll) - offsetof(transport, poll));
}

// ---- the end

void on_closed(uv_handle_t *handle) noexcept {
  transport &t = transport_of(handle);
  loop &l = *t.owner;
  loop_unblock(l);
  loop_uv_closed(l);
  if (t.origin && t.is(transport::counted)) t.origin->gone(*t.origin, t);
  if (const transport_ops *ops = t.ops) {
    t.ops = nullptr;
    ops->lost(t);
  }
  t.clear(transport::held);
  unref_local(&t);
}

/// Closes the socket now; `failure`, consumed, is why. Its loss is told from libuv's closing phase, never from inside a
/// call.
void shut(transport &t, error *failure = nullptr) noexcept {
  if (t.fd < 0) {
    if (failure) error_unref(failure);
    return;
  }
  transport_hold(t);
  t.set(transport::closing);
  t.clear(transport::reading);
  output_drop(t);
  const address local = socket_name(t.fd);
  // Out of the poll set first: the number may belong to somebody else the moment it is closed.
  uv_close(reinterpret_cast<uv_handle_t *>(&t.poll), on_closed);
  socket_close(t.fd);
  t.fd = -1;
  t.gone = {local, failure};
}

// ---- events

void on_event(uv_poll_t *handle, int status, int events) noexcept;

[[gnu::noinline]] void rearm(transport &t, uint8_t wanted) noexcept {
  t.armed = wanted;
  if (wanted) uv_poll_start(&t.poll, wanted, on_event);
  else uv_poll_stop(&t.poll);
}

/// Reading that stopped is left armed until an event comes: most often it goes on before.
inline void arm(transport &t) noexcept {
  const int wanted = (t.is(transport::reading) ? UV_READABLE : 0) | (t.out.first ? UV_WRITABLE : 0);
  if (wanted != t.armed) [[unlikely]]
    rearm(t, static_cast<uint8_t>(wanted));
}

/// Nothing is queued any more, or never was.
void written(transport &t) noexcept {
  if (t.is(transport::write_ending) && !t.is(transport::write_ended)) {
    t.set(transport::write_ended);
    if (const int status = socket_shutdown(t.fd); status && status != UV_ENOTCONN)
      return transport_fail(t, status, "end");
    if (t.ops) t.ops->ended(t);
  }
  if (t.is(transport::closing)) shut(t);
}

void flush(transport &t) noexcept {
  if (const int status = output_send(t)) return transport_fail(t, status, "write");
  if (!t.out.bytes) written(t);
  if (t.is(transport::paused) && t.out.bytes <= t.out.low) {
    t.clear(transport::paused);
    if (t.ops) t.ops->flow(t, false);
  }
}

/// The peer's end, or an error.
void read_end(transport &t, int status) noexcept {
  if (t.fd < 0 || status == UV_EAGAIN) return;
  transport_read_stop(t);
  t.set(transport::read_ended);
  if (status < 0) return transport_fail(t, status, "read");
  if (t.ops) t.ops->eof(t);
}

/// Receives once; true when there may be more that this event may bring. `failed`: libuv saw an error. What
/// came before it is still to be had, up to the error itself.
inline bool receive_once(transport &t, bool failed, std::size_t &total) noexcept {
  bool filled = false;
  const std::ptrdiff_t got = t.ops->receive(t, filled);
  if (got <= 0) [[unlikely]] {
    read_end(t, static_cast<int>(got));
    return false;
  }
  total += static_cast<std::size_t>(got);
  return failed || (filled && total < fair_share);
}

/// Whoever waited runs before more comes, so that it finds the buffer as it was left: hot.
[[gnu::noinline]] void receive_more(transport &t, bool failed, std::size_t total, io_scope &scope) noexcept {
  do {
    scope.drain();
    if (t.owner->stopping && !failed) return;
  } while (t.is(transport::reading) && t.ops && receive_once(t, failed, total));
}

void receive(transport &t, bool failed, io_scope &scope) noexcept {
  std::size_t total = 0;
  if (receive_once(t, failed, total)) [[unlikely]]
    receive_more(t, failed, total, scope);
}

void on_event(uv_poll_t *handle, int status, int events) noexcept {
  transport &t = transport_of(handle);
  ref_counted(&t);
  {
    io_scope scope(*t.owner);
    if (status < 0) t.armed = 0;  // libuv stopped watching
    if ((status < 0 || (events & UV_READABLE)) && t.is(transport::reading) && t.ops) receive(t, status < 0, scope);
    if ((status < 0 || (events & UV_WRITABLE)) && t.fd >= 0 && t.out.first) flush(t);
    if (t.fd >= 0) arm(t);
  }
  unref_counted(&t);
}

// ---- the object

void dispose(object &self) noexcept {
  auto &t = static_cast<transport &>(self);
  if (t.fd >= 0) return shut(t);  // nobody has it: disposed of again when libuv is done with it
  if (t.failure()) error_unref(t.failure());
}

void close(object &self) noexcept { transport_abort(static_cast<transport &>(self)); }

const kind transport_kind{"transport", sizeof(transport), 0, 0, false, false, dispose, nullptr, close};

void retain_transport(void *it) noexcept { object_ref(static_cast<transport *>(it)); }
void release_transport(void *it) noexcept { object_unref(static_cast<transport *>(it)); }

/// Why a write cannot go on, if it cannot. A socket that is gone is `closing` too.
asy_status refuse_write(transport &t) noexcept {
  if (!t.is(transport::closing)) return ASY_E_STATE;
  if (t.refused_writes < UINT8_MAX && ++t.refused_writes == 5) {
    char name[address_text_size], text[address_text_size + 64];
    std::snprintf(text, sizeof text, "five writes to the closed connection %s", address_text(t.peer, true, name));
    loop_report(*t.owner, t.failure() ? t.failure() : error_of(ASY_E_CLOSED), text);
  }
  return transport_refusal(t);
}

/// Tries the kernel first, unless something waits for it already. `sent`, zero on entry, says how far it came.
inline asy_status send_now(transport &t, const void *data, std::size_t size, std::size_t &sent) noexcept {
  if (t.is(transport::closing | transport::write_ending)) [[unlikely]]
    return refuse_write(t);
  if (t.out.first || !size) return ASY_OK;
  const std::ptrdiff_t result = socket_send(t.fd, data, size);
  if (result >= 0) [[likely]] {
    sent = static_cast<std::size_t>(result);
    return ASY_OK;
  }
  if (result == UV_EAGAIN) return ASY_OK;
  transport_fail(t, static_cast<int>(result), "write");
  return transport_refusal(t);
}

/// After something was queued.
asy_status queued_more(transport &t, bool done, bool partly) noexcept {
  if (!done) {
    // Half a message cannot be taken back, nor completed.
    if (partly) transport_fail(t, error_of(ASY_E_NOMEM));
    return ASY_E_NOMEM;
  }
  arm(t);
  if (!t.is(transport::paused) && t.out.bytes > t.out.high) {
    t.set(transport::paused);
    if (t.ops) t.ops->flow(t, true);
  }
  return ASY_OK;
}

}  // namespace

const asy_type transport_type{sizeof(asy_type), "transport", retain_transport, release_transport, ASY_TYPE_LOOP_RETAIN};

asy_status transport_new(loop &l, int fd, const address &peer, transport *&out) noexcept {
  auto *t = make<transport>(l, transport_kind);
  if (!t) {
    socket_close(fd);
    return ASY_E_NOMEM;
  }
  t->fd = -1;
  if (const int status = uv_poll_init_socket(l.uv, &t->poll, fd)) {
    socket_close(fd);
    unref_local(t);
    return status_of_uv(status);
  }
  loop_uv_opened(l);
  t->fd = fd;
  t->out.high = 64 * 1024;
  t->out.low = 16 * 1024;
  t->peer = peer;
  out = t;
  return ASY_OK;
}

void transport_take(transport &t, const transport_ops &ops, void *taker) noexcept {
  t.ops = &ops;
  t.poll.data = taker;
}

void transport_hold(transport &t) noexcept {
  if (t.is(transport::held)) return;
  t.set(transport::held);
  object_ref(&t);
}

void transport_leave(transport &t) noexcept {
  t.ops = nullptr;
  t.poll.data = nullptr;
}

void transport_read_start(transport &t) noexcept {
  if (t.is(transport::reading | transport::read_ended) || !t.open()) return;
  t.set(transport::reading);
  if (!(t.armed & UV_READABLE)) arm(t);
}

asy_status transport_write(transport &t, const void *data, std::size_t size) noexcept {
  std::size_t sent = 0;
  if (const asy_status failed = send_now(t, data, size, sent)) return failed;
  if (sent == size) [[likely]]
    return ASY_OK;
  return queued_more(t, output_copy(t, static_cast<const char *>(data) + sent, size - sent), sent);
}

asy_status transport_write_shared(transport &t, bytes *borrowed) noexcept {
  std::size_t sent = 0;
  if (const asy_status failed = send_now(t, borrowed->data(), borrowed->size, sent)) return failed;
  if (sent == borrowed->size) return ASY_OK;
  return queued_more(t, output_share(t, borrowed, sent), sent);
}

asy_status transport_try_write(transport &t, const void *data, std::size_t size, std::size_t &written) noexcept {
  written = 0;
  if (const asy_status failed = send_now(t, data, size, written)) return failed;
  return written || !size ? ASY_OK : ASY_E_AGAIN;
}

asy_status transport_write_eof(transport &t) noexcept {
  if (!t.open()) return transport_refusal(t);
  t.set(transport::write_ending);
  if (!t.out.first) written(t);
  return ASY_OK;
}

asy_status transport_set_limits(transport &t, std::size_t high, std::size_t low) noexcept {
  if (low > high || high > UINT32_MAX) return ASY_E_INVALID;
  if (t.fd < 0) return ASY_OK;
  t.out.high = static_cast<uint32_t>(high);
  t.out.low = static_cast<uint32_t>(low);
  const bool pause = t.out.bytes > t.out.high, resume = t.out.bytes <= t.out.low;
  if (t.is(transport::paused) ? resume : pause) {
    t.state = static_cast<uint8_t>(t.state ^ transport::paused);
    if (t.ops) t.ops->flow(t, t.is(transport::paused));
  }
  return ASY_OK;
}

void transport_close(transport &t) noexcept {
  if (!t.open()) return;
  transport_hold(t);
  t.set(transport::closing);
  t.clear(transport::reading);
  if (!t.out.first) shut(t);
}

void transport_abort(transport &t) noexcept { shut(t); }

void transport_fail(transport &t, error *consumed) noexcept { shut(t, consumed); }

void transport_fail(transport &t, int status, const char *what) noexcept {
  char name[address_text_size], text[address_text_size + 16];
  std::snprintf(text, sizeof text, "%s %s", what, address_text(t.peer, true, name));
  transport_fail(t, error_new_uv(status, text));
}

asy_status transport_refusal(const transport &t) noexcept { return t.failure() ? t.failure()->code : ASY_E_CLOSED; }

address transport_local(transport &t) noexcept { return t.fd >= 0 ? socket_name(t.fd) : t.gone.local; }

char *shared_buffer(loop &l) noexcept {
  if (!l.read_buffer) [[unlikely]]
    l.read_buffer = allocate(shared_buffer_size);
  return static_cast<char *>(l.read_buffer);
}

}  // namespace libasync
