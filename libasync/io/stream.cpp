#include "libasync/io/stream.hpp"

#include <cstdio>

namespace libasync {
namespace {

void lost(transport &t) noexcept {
  stream &s = stream_of(t);
  s.set(stream::lost);
  object_ref(&s);  // completing the last wait may release it
  reading_lost(s);
  writing_lost(s);
  unref_local(&s);
}

constexpr transport_ops stream_ops{reading_receive, reading_eof, writing_flow, writing_ended, lost};

void report(stream &s, const char *what) noexcept {
  char name[address_text_size], text[address_text_size + 80];
  std::snprintf(text, sizeof text, "the stream %s %s", address_text(s.connection->peer, true, name), what);
  error *e = error_new(ASY_E_STATE, text);
  loop_report(*s.owner, e, "unclosed stream");
  error_unref(e);
}

/// Used, and neither closed by its user nor lost. One that nobody ever used is
/// the result of a connect that was not wanted any more; that of a server's
/// task is closed by the server once the task is done, which is after its body
/// let go of the stream.
bool left_open(const stream &s) noexcept {
  return s.is(stream::used) && !s.is(stream::ended | stream::lost) && !s.connection->failure() &&
         !s.connection->is_tied();
}

void dispose(object &self) noexcept {
  auto &s = static_cast<stream &>(self);
  transport &t = *s.connection;
  // While the loop closes nobody can close a stream any more: those who try are its tasks.
  if (left_open(s) && !s.owner->closing) report(s, "was released without being closed; what it had queued is lost");
  transport_read_stop(t);
  transport_leave(t);
  if (t.open() && !t.is_tied()) transport_abort(t);
  stream_release_view(s);
  s.unread.clear();
  unref_local(&t);
}

void close(object &self) noexcept {
  auto &s = static_cast<stream &>(self);
  if (left_open(s)) report(s, "was still open when its loop closed");
  s.set(stream::ended);
  stream_release_view(s);
}

const kind stream_kind{"stream", sizeof(stream), 0, 0, false, false, dispose, nullptr, close};

void retain_stream(void *it) noexcept { object_ref(static_cast<stream *>(it)); }
void release_stream(void *it) noexcept { object_unref(static_cast<stream *>(it)); }

}  // namespace

const asy_type stream_type{sizeof(asy_type), "stream", retain_stream, release_stream, ASY_TYPE_LOOP_RETAIN};

asy_status stream_new(transport &t, stream *&out) noexcept {
  if (t.ops) return ASY_E_STATE;
  if (!t.open()) return transport_refusal(t);
  // What the read path relies on is there from the start.
  auto *s = shared_buffer(*t.owner) ? make<stream>(*t.owner, stream_kind) : nullptr;
  if (!s) return ASY_E_NOMEM;
  s->connection = ref(&t);
  s->limit = 64 * 1024;
  transport_take(t, stream_ops, s);
  transport_read_start(t);
  out = s;
  return ASY_OK;
}

error *stream_failure(stream &s) noexcept {
  transport &t = *s.connection;
  return t.failure() ? error_ref(t.failure()) : error_of(ASY_E_CLOSED);
}

}  // namespace libasync
