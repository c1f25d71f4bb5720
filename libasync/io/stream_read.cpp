#include <cstring>

#include "libasync/io/lease.hpp"
#include "libasync/io/stream.hpp"

namespace libasync {
namespace {

void forget_separator(stream &s) noexcept {
  if (s.mode == READ_UNTIL && !s.request.is_short()) [[unlikely]]
    bytes_unref(s.request.long_separator);
}

/// After what was done with the reader that was detached.
void left(stream &s) noexcept {
  forget_separator(s);
  unref_counted(&s);
}

void leave(read_future &f) noexcept {
  stream *const s = f.from();
  if (!s) return;
  reader_detach(*s);
  left(*s);
}

/// Unread bytes stay where they are, for the next read.
void cancel(future &self, error *reason) noexcept {
  leave(static_cast<read_future &>(self));
  future_cancelled(self, reason ? error_ref(reason) : nullptr);
}

void close(object &self) noexcept { leave(static_cast<read_future &>(self)); }

[[gnu::cold, gnu::noinline]] void drop(read_future &f) noexcept {
  leave(f);
  future_dispose(f);
}

void dispose(object &self) noexcept {
  auto &f = static_cast<read_future &>(self);
  if (f.from()) [[unlikely]]
    return drop(f);  // while it waited
  future_dispose(self);
}

const kind read_kind{"read", sizeof(read_future), 1, 0, true, false, dispose, cancel, close, nullptr, true};

/// The stream is not simply open, empty and reading: perhaps there is an answer already.
[[gnu::cold, gnu::noinline]] void settle(stream &s) noexcept {
  if (s.is(stream::ended)) return reader_fail(s, error_of(ASY_E_CLOSED));
  if (!s.unread.empty()) reading_serve(s);
  if (s.reader && s.is(stream::at_end | stream::lost)) reading_end(s);
  if (s.reader) transport_read_start(*s.connection);
}

[[gnu::cold, gnu::noinline]] future *no_memory(stream &s) noexcept {
  forget_separator(s);
  return future_of(ASY_E_NOMEM);
}

/// Registers a read and lets it have what is there already.
[[gnu::always_inline]] inline future *wait(stream &s) noexcept {
  auto *f = make<read_future>(*s.owner, read_kind);
  if (!f) [[unlikely]]
    return no_memory(s);
  f->kept.data = ref_counted(&s);
  s.reader = f;
  constexpr uint8_t special = stream::ended | stream::at_end | stream::lost;
  if (s.is(special) || !s.unread.empty() || !s.connection->is(transport::reading)) [[unlikely]]
    settle(s);
  return f;
}

[[gnu::cold, gnu::noinline]] future *nothing(stream &s) noexcept {
  bytes *none = bytes_new(0);
  return none ? future_done(*s.owner, value_bytes(none)) : future_of(ASY_E_NOMEM);
}

/// Ends the view that is out, and sets a bit of its state.
[[gnu::always_inline]] inline void release(stream &s, uint8_t bit) noexcept {
  const uint8_t before = s.state;
  s.state = static_cast<uint8_t>((before | bit) & ~stream::viewed);
  if (!(before & stream::viewed)) return;
  if (!s.view.block) [[likely]]
    lease_put(*s.owner, s.view.data, before & stream::large);
  else bytes_unref(s.view.block);
}

}  // namespace

void reader_complete(stream &s, asy_value consumed) noexcept {
  future_complete(reader_detach(s), consumed);
  left(s);
}

void reader_fail(stream &s, error *consumed) noexcept {
  future_fail(reader_detach(s), consumed);
  left(s);
}

void stream_release_view(stream &s) noexcept { release(s, 0); }

/// In one piece: it runs for every message.
[[gnu::flatten]] future *stream_read(stream &s, read_mode mode, std::size_t wanted) noexcept {
  if (s.reader) [[unlikely]]
    return future_of(ASY_E_BUSY);
  release(s, stream::used);
  s.mode = mode;
  s.request.wanted = wanted;
  if (!wanted && !s.is(stream::ended)) return nothing(s);
  return wait(s);
}

future *stream_read_until(stream &s, const char *separator, std::size_t size) noexcept {
  if (s.reader) return future_of(ASY_E_BUSY);
  release(s, stream::used);
  read_request &r = s.request;
  s.mode = READ_UNTIL;
  r.wanted = size;
  r.searched = 0;
  if (r.is_short()) std::memcpy(r.short_separator, separator, size);
  else if (!(r.long_separator = bytes_new(separator, size))) return future_of(ASY_E_NOMEM);
  return wait(s);
}

}  // namespace libasync
