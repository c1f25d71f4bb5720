#include "libasync/io/stream.hpp"

namespace libasync {

/// Waits for the write side: until there is room, the end is sent, or all is gone.
struct stream_wait : future {
  enum purpose : uint8_t { ROOM, END_SENT, GONE };
  stream *of;  // owned; NULL when it waits no more
  stream_wait *next, *previous;
  purpose why;
};

namespace {

using circle_of_waits = circle<&stream_wait::next, &stream_wait::previous>;

void leave(stream_wait &w) noexcept {
  stream *s = w.of;
  if (!s) return;
  w.of = nullptr;
  circle_of_waits::remove(s->waits, w);
  unref_local(s);
}

/// What was written stays written: only the wait ends.
void cancel(future &self, error *reason) noexcept {
  leave(static_cast<stream_wait &>(self));
  future_cancelled(self, reason ? error_ref(reason) : nullptr);
}

void close(object &self) noexcept { leave(static_cast<stream_wait &>(self)); }

void dispose(object &self) noexcept {
  leave(static_cast<stream_wait &>(self));
  future_dispose(self);
}

const kind wait_kind{"stream wait", sizeof(stream_wait), 1, 0, true, false, dispose, cancel, close};

/// NULL without memory.
future *wait(stream &s, stream_wait::purpose why) noexcept {
  auto *w = make<stream_wait>(*s.owner, wait_kind);
  if (!w) return nullptr;
  w->of = ref(&s);
  w->why = why;
  circle_of_waits::append(s.waits, *w);
  return w;
}

void complete(stream &s, stream_wait::purpose why) noexcept {
  stream_wait *at = s.waits;
  if (!at) return;
  object_ref(&s);
  stream_wait *const last = at->previous;
  for (bool more = true; more;) {
    more = at != last;
    stream_wait *next = at->next;
    if (at->why == why) {
      leave(*at);
      future_complete(*at, nil);
    }
    at = next;
  }
  unref_local(&s);
}

future *failed(stream &s, asy_status status) noexcept {
  error *failure = s.connection->failure();
  if (failure && failure->code == status) return future_failed(s.owner, error_ref(failure));
  return future_of(status);
}

/// Accepted; over the mark the writer waits until there is room, if there is memory to wait.
inline future *accepted(stream &s) noexcept {
  return s.connection->is(transport::paused) ? wait(s, stream_wait::ROOM) : nullptr;
}

}  // namespace

void writing_flow(transport &t, bool paused) noexcept {
  if (!paused) complete(stream_of(t), stream_wait::ROOM);
}

void writing_ended(transport &t) noexcept { complete(stream_of(t), stream_wait::END_SENT); }

void writing_lost(stream &s) noexcept {
  error *failure = s.connection->failure();
  while (stream_wait *w = s.waits) {
    const bool clean = w->why == stream_wait::GONE && !failure;
    leave(*w);
    if (clean) future_complete(*w, nil);
    else future_fail(*w, stream_failure(s));
  }
}

future *stream_write_or_wait(stream &s, const void *data, std::size_t size) noexcept {
  s.set(stream::used);
  const asy_status status = transport_write(*s.connection, data, size);
  return status ? failed(s, status) : accepted(s);
}

future *stream_write_bytes(stream &s, bytes *borrowed) noexcept {
  s.set(stream::used);
  if (const asy_status status = transport_write_shared(*s.connection, borrowed)) return failed(s, status);
  future *const w = accepted(s);
  return w ? w : future_nil(*s.owner);
}

asy_status stream_try_write(stream &s, const void *data, std::size_t size, std::size_t &written) noexcept {
  s.set(stream::used);
  return transport_try_write(*s.connection, data, size, written);
}

future *stream_write_eof(stream &s) noexcept {
  s.set(stream::used);
  transport &t = *s.connection;
  if (t.is(transport::write_ended) && t.fd >= 0) return future_nil(*s.owner);
  if (!t.open()) return failed(s, transport_refusal(t));
  future *w = wait(s, stream_wait::END_SENT);
  if (!w) return future_of(ASY_E_NOMEM);
  transport_write_eof(t);
  return w;
}

future *stream_close(stream &s) noexcept {
  s.set(stream::ended);
  transport &t = *s.connection;
  future *f;
  if (s.is(stream::lost)) f = t.failure() ? future_failed(s.owner, error_ref(t.failure())) : future_nil(*s.owner);
  else f = wait(s, stream_wait::GONE);
  transport_close(t);
  if (!f) return future_of(ASY_E_NOMEM);
  // Whoever does not wait for the end does not care how it came.
  if (!(f->flags & object::immortal) && f != s.owner->nil) f->flags |= future::quiet;
  return f;
}

void stream_abort(stream &s) noexcept {
  s.set(stream::ended);
  transport_abort(*s.connection);
}

}  // namespace libasync
