#include <cstdio>
#include <cstring>

#include "libasync/base/bytes_type.hpp"
#include "libasync/io/lease.hpp"
#include "libasync/io/stream.hpp"

namespace libasync {

/// A read that waits for bytes.
struct read_future : future {
  stream *from;  // owned; NULL when it waits no more
  read_mode mode;
  std::size_t wanted;    // bytes, or the separator's
  std::size_t searched;  // from the first unread byte on, no separator starts before this
  bytes *long_separator;
  char short_separator[16];
  const char *separator() const noexcept { return long_separator ? long_separator->data() : short_separator; }
};

namespace {

/// Less is copied out of the shared buffer; from this on bytes go straight to where they belong.
constexpr std::size_t worth_placing = 16 * 1024;

// ---- what a read takes of the bytes that are there

enum verdict { WAIT, TAKE, OVERRUN };

/// Where the separator starts, or `size`.
std::size_t find(const char *data, std::size_t size, std::size_t from, const char *separator, std::size_t length) noexcept {
  while (from + length <= size) {
    const void *hit = std::memchr(data + from, separator[0], size - length + 1 - from);
    if (!hit) break;
    from = static_cast<std::size_t>(static_cast<const char *>(hit) - data);
    if (std::memcmp(data + from, separator, length) == 0) return from;
    ++from;
  }
  return size;
}

verdict judge_until(read_future &f, const char *data, std::size_t size, std::size_t &take) noexcept {
  const std::size_t limit = f.from->limit, at = find(data, size, f.searched, f.separator(), f.wanted);
  if (at < size) {
    take = at + f.wanted;
    return at > limit ? OVERRUN : TAKE;
  }
  if (size >= f.wanted) f.searched = size - f.wanted + 1;
  return f.searched > limit ? OVERRUN : WAIT;
}

verdict judge(read_future &f, const char *data, std::size_t size, std::size_t &take) noexcept {
  switch (f.mode) {
    case READ_SOME: take = size < f.wanted ? size : f.wanted; return take ? TAKE : WAIT;
    case READ_EXACTLY: take = f.wanted; return size >= f.wanted ? TAKE : WAIT;
    case READ_UNTIL: return judge_until(f, data, size, take);
    default: return WAIT;
  }
}

// ---- completing

/// The read waits no more; answers the stream reference that it held.
stream *detach(read_future &f) noexcept {
  stream *s = f.from;
  if (!s) return nullptr;
  f.from = nullptr;
  s->reader = nullptr;
  return s;
}

void complete(read_future &f, asy_value consumed) noexcept {
  stream *s = detach(f);
  future_complete(f, consumed);
  unref_local(s);
}

void fail(read_future &f, error *consumed) noexcept {
  stream *s = detach(f);
  future_fail(f, consumed);
  unref_local(s);
}

/// NULL `block`: no memory.
asy_value value_of(bytes *block) noexcept { return block ? value_bytes(block) : nil; }

/// The error of an end that came too early; takes what is there along.
error *early_end(stream &s, read_mode mode, std::size_t wanted) noexcept {
  char text[96];
  const std::size_t have = s.unread.size();
  if (mode == READ_UNTIL)
    std::snprintf(text, sizeof text, "the stream ended after %zu bytes, before the separator", have);
  else
    std::snprintf(text, sizeof text, "the stream ended after %zu of %zu bytes", have, wanted);
  bytes *partial = have ? s.unread.take(have) : bytes_new(0);
  if (!partial) return error_of(ASY_E_NOMEM);
  error_details details;
  details.object = partial;
  details.type = &bytes_type;
  return error_new(ASY_E_EOF, text, details);
}

/// The outcome at the end of the stream: a value, or `failure`.
asy_value at_end(stream &s, read_mode mode, std::size_t wanted, error *&failure) noexcept {
  if (mode == READ_VIEW) return value_int(0);
  if (mode == READ_EXACTLY || mode == READ_UNTIL) {
    failure = early_end(s, mode, wanted);
    return nil;
  }
  bytes *rest = s.unread.empty() ? bytes_new(0) : s.unread.take(s.unread.size());
  if (!rest) failure = error_of(ASY_E_NOMEM);
  return value_of(rest);
}

void settle(read_future &f, asy_value value, error *failure) noexcept {
  if (failure)
    fail(f, failure);
  else
    complete(f, value);
}

asy_value show(stream &s, const char *data, std::size_t size) noexcept {
  s.view = data;
  s.view_size = size;
  return value_int(static_cast<int64_t>(size));
}

asy_value lend_unread(stream &s) noexcept {
  const char *data = s.unread.data();
  const std::size_t size = s.unread.size();
  s.block = s.unread.detach();
  return show(s, data, size);
}

/// Lets the reader have what it waits for, if it is all there.
void serve(stream &s) noexcept {
  read_future &f = *s.reader;
  if (f.mode == READ_VIEW && !s.unread.empty()) return complete(f, lend_unread(s));
  std::size_t take = 0;
  switch (judge(f, s.unread.data(), s.unread.size(), take)) {
    case WAIT: return;
    case OVERRUN: return fail(f, error_of(ASY_E_LIMIT));
    case TAKE: break;
  }
  bytes *taken = s.unread.take(take);
  settle(f, value_of(taken), taken ? nullptr : error_of(ASY_E_NOMEM));
}

void keep(stream &s, const char *data, std::size_t size) noexcept {
  if (size && !s.unread.append(data, size)) transport_fail(*s.connection, error_of(ASY_E_NOMEM));
}

/// Bytes in the shared buffer: what the reader takes is copied once, to its exact size.
void distribute(stream &s, const char *data, std::size_t size) noexcept {
  std::size_t take = 0;
  read_future *f = s.reader;
  if (f && s.unread.empty() && judge(*f, data, size, take) == TAKE) {
    if (bytes *taken = bytes_new(data, take)) [[likely]] {
      keep(s, data + take, size - take);
      return complete(*f, value_bytes(taken));
    }
  }
  keep(s, data, size);
  if (f) serve(s);
}

// ---- views

bool wants_view(const stream &s) noexcept { return s.reader && s.reader->mode == READ_VIEW; }

void lend(stream &s, std::size_t size) noexcept {
  if (!s.lease_is_large && size == lease_small)
    s.set(stream::bulk);
  else if (size < lease_small / 2)
    s.state = static_cast<uint8_t>(s.state & ~stream::bulk);
  complete(*s.reader, show(s, s.lease, size));
}

// ---- the future

void leave(read_future &f) noexcept {
  if (stream *s = detach(f)) unref_local(s);
}

/// Unread bytes stay where they are, for the next read.
void cancel(future &self, error *reason) noexcept {
  leave(static_cast<read_future &>(self));
  future_cancelled(self, reason ? error_ref(reason) : nullptr);
}

void close(object &self) noexcept { leave(static_cast<read_future &>(self)); }

void dispose(object &self) noexcept {
  auto &f = static_cast<read_future &>(self);
  leave(f);
  if (f.long_separator) bytes_unref(f.long_separator);
  future_dispose(self);
}

const kind read_kind{"read", sizeof(read_future), 1, 0, true, false, dispose, cancel, close};

/// What can be answered without waiting; NULL when that is nothing.
future *answer_now(stream &s, read_mode mode, std::size_t wanted) noexcept {
  loop &l = *s.owner;
  error *failure = nullptr;
  asy_value value = nil;
  if (s.is(stream::ended)) {
    failure = error_of(ASY_E_CLOSED);
  } else if (!wanted && mode != READ_UNTIL) {
    bytes *none = bytes_new(0);
    value = value_of(none);
    if (!none) failure = error_of(ASY_E_NOMEM);
  } else if (mode == READ_VIEW && !s.unread.empty()) {
    value = lend_unread(s);
  } else if (s.is(stream::at_end)) {
    if (mode != READ_ALL && mode != READ_VIEW) return nullptr;  // perhaps there is enough
    value = at_end(s, mode, wanted, failure);
  } else if (s.is(stream::lost) && (mode == READ_ALL || s.unread.empty())) {
    failure = stream_failure(s);
  } else {
    return nullptr;
  }
  return failure ? future_failed(&l, failure) : future_done(l, value);
}

/// Registers a read and lets it have what is there already.
future *wait_for_bytes(stream &s, read_future &f) noexcept {
  f.from = ref(&s);
  s.reader = &f;
  if (!s.unread.empty()) serve(s);
  if (f.done()) return &f;
  if (s.is(stream::at_end)) {
    error *failure = nullptr;
    const asy_value value = at_end(s, f.mode, f.wanted, failure);
    settle(f, value, failure);
  } else if (s.is(stream::lost)) {
    fail(f, stream_failure(s));
  } else {
    transport_read_start(*s.connection);
  }
  return &f;
}

}  // namespace

void reading_buffer(transport &t, char *&data, std::size_t &size) noexcept {
  stream &s = stream_of(t);
  const std::size_t have = s.unread.size();
  if (wants_view(s) && !have) {
    s.lease_is_large = s.is(stream::bulk);
    s.lease = lease_take(*s.owner, s.lease_is_large);
    if ((data = s.lease)) {
      size = s.lease_is_large ? lease_large : lease_small;
      return;
    }
  }
  if (!s.reader && have >= s.limit) return transport_read_stop(t);  // nobody reads: the peer has to wait
  const read_future *f = s.reader;
  if (f && f->mode == READ_EXACTLY && f->wanted - have >= worth_placing) {
    const std::size_t missing = f->wanted - have;
    size = missing < shared_buffer_size ? missing : shared_buffer_size;
    if ((data = s.unread.reserve(size))) return;
  }
  data = shared_buffer(*s.owner);
  size = shared_buffer_size;
  if (!f || f->mode == READ_UNTIL) {  // more than twice the limit is nothing to keep
    const std::size_t most = s.limit * 2 > have + 4096 ? s.limit * 2 - have : 4096;
    if (most < size) size = most;
  }
}

void reading_data(transport &t, char *data, std::size_t size) noexcept {
  stream &s = stream_of(t);
  if (data == s.lease) {
    if (size) return lend(s, size);
    stream_release_view(s);
  } else if (!size) {
    return;
  } else if (data == shared_buffer(*s.owner)) {
    distribute(s, data, size);
  } else {
    s.unread.filled(size);
    serve(s);
  }
}

void reading_eof(transport &t) noexcept {
  stream &s = stream_of(t);
  s.set(stream::at_end);
  if (read_future *f = s.reader) {
    error *failure = nullptr;
    const asy_value value = at_end(s, f->mode, f->wanted, failure);
    settle(*f, value, failure);
  }
}

void reading_lost(stream &s) noexcept {
  if (s.reader) fail(*s.reader, stream_failure(s));
}

void stream_release_view(stream &s) noexcept {
  if (s.lease) lease_put(*s.owner, s.lease, s.lease_is_large);
  if (s.block) bytes_unref(s.block);
  s.lease = nullptr;
  s.block = nullptr;
  s.view = nullptr;
  s.view_size = 0;
}

future *stream_read(stream &s, read_mode mode, std::size_t wanted) noexcept {
  s.set(stream::used);
  if (s.reader) return future_of(ASY_E_BUSY);
  stream_release_view(s);
  if (future *now = answer_now(s, mode, wanted)) return now;
  auto *f = make<read_future>(*s.owner, read_kind);
  if (!f) return future_of(ASY_E_NOMEM);
  f->mode = mode;
  f->wanted = wanted;
  return wait_for_bytes(s, *f);
}

future *stream_read_until(stream &s, const char *separator, std::size_t size) noexcept {
  s.set(stream::used);
  if (s.reader) return future_of(ASY_E_BUSY);
  stream_release_view(s);
  if (future *now = answer_now(s, READ_UNTIL, size)) return now;
  auto *f = make<read_future>(*s.owner, read_kind);
  if (!f) return future_of(ASY_E_NOMEM);
  f->mode = READ_UNTIL;
  f->wanted = size;
  if (size <= sizeof f->short_separator) {
    std::memcpy(f->short_separator, separator, size);
  } else if (!(f->long_separator = bytes_new(separator, size))) {
    unref_local(f);
    return future_of(ASY_E_NOMEM);
  }
  return wait_for_bytes(s, *f);
}

}  // namespace libasync
