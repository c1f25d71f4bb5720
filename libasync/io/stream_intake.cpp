// How bytes that come in reach the read that waits for them.
#include <cstdio>
#include <cstring>

#include "libasync/base/bytes_type.hpp"
#include "libasync/io/lease.hpp"
#include "libasync/io/stream.hpp"

namespace libasync {
namespace {

/// Less is copied out of the shared buffer; from this on bytes go straight to where they belong.
constexpr std::size_t worth_placing = 16 * 1024;

// ---- what a read takes of the bytes that are there

enum verdict { WAIT, TAKE, OVERRUN };

/// Where the separator starts, or `size`.
std::size_t find(const char *data, std::size_t size, std::size_t from, const char *separator,
                 std::size_t length) noexcept {
  while (from + length <= size) {
    const void *hit = std::memchr(data + from, separator[0], size - length + 1 - from);
    if (!hit) break;
    from = static_cast<std::size_t>(static_cast<const char *>(hit) - data);
    if (std::memcmp(data + from, separator, length) == 0) return from;
    ++from;
  }
  return size;
}

verdict judge_until(stream &s, const char *data, std::size_t size, std::size_t &take) noexcept {
  read_request &r = s.request;
  const std::size_t at = find(data, size, r.searched, r.separator(), r.wanted);
  if (at < size) {
    take = at + r.wanted;
    return at > s.limit ? OVERRUN : TAKE;
  }
  if (size >= r.wanted) r.searched = size - r.wanted + 1;
  return r.searched > s.limit ? OVERRUN : WAIT;
}

verdict judge(stream &s, const char *data, std::size_t size, std::size_t &take) noexcept {
  const std::size_t wanted = s.request.wanted;
  switch (s.mode) {
    case READ_SOME: take = size < wanted ? size : wanted; return take ? TAKE : WAIT;
    case READ_EXACTLY: take = wanted; return size >= wanted ? TAKE : WAIT;
    case READ_UNTIL: return judge_until(s, data, size, take);
    default: return WAIT;
  }
}

/// `block` NULL: there was no memory for it.
void complete_with(stream &s, bytes *block) noexcept {
  if (block) reader_complete(s, value_bytes(block));
  else reader_fail(s, error_of(ASY_E_NOMEM));
}

void keep(stream &s, const char *data, std::size_t size) noexcept {
  if (size && !s.unread.append(data, size)) transport_fail(*s.connection, error_of(ASY_E_NOMEM));
}

/// Bytes in the shared buffer: what the reader takes is copied once, to its exact size.
void distribute(stream &s, const char *data, std::size_t size) noexcept {
  std::size_t take = 0;
  if (s.reader && s.unread.empty() && judge(s, data, size, take) == TAKE) {
    if (bytes *taken = bytes_new(data, take)) [[likely]] {
      keep(s, data + take, size - take);
      return reader_complete(s, value_bytes(taken));
    }
  }
  keep(s, data, size);
  if (s.reader) reading_serve(s);
}

/// In place of the request that asked for it; `state` is the stream's with it.
inline asy_value show(stream &s, uint8_t state, char *data, std::size_t size, bytes *block) noexcept {
  s.state = static_cast<uint8_t>(state | stream::viewed);
  s.view = {data, size, block};
  return value_int(static_cast<int64_t>(size));
}

// ---- where bytes go

std::ptrdiff_t receive_view(transport &t, stream &s, char *lease, bool large, bool &filled) noexcept {
  const std::size_t room = large ? lease_large : lease_small;
  const std::ptrdiff_t got = socket_receive(t.fd, lease, room);
  if (got <= 0) [[unlikely]] {
    lease_put(*s.owner, lease, large);
    return got;
  }
  const auto size = static_cast<std::size_t>(got);
  filled = size == room;
  unsigned state = s.state & ~unsigned{stream::large};
  if (filled) state |= stream::bulk;
  if (large) [[unlikely]] {
    state |= stream::large;
    if (size < lease_small / 2) state &= ~unsigned{stream::bulk};
  }
  future_complete_in_poll(reader_detach(s), show(s, static_cast<uint8_t>(state), lease, size, nullptr));
  unref_counted(&s);
  return got;
}

std::ptrdiff_t receive_unread(transport &t, stream &s, char *room, std::size_t size, bool &filled) noexcept {
  const std::ptrdiff_t got = socket_receive(t.fd, room, size);
  if (got > 0) {
    filled = static_cast<std::size_t>(got) == size;
    s.unread.filled(static_cast<std::size_t>(got));
    reading_serve(s);
  }
  return got;
}

/// Bytes of the shared buffer that are not more than may be kept: twice the limit.
std::size_t shared_room(const stream &s, std::size_t have) noexcept {
  if (s.reader && s.mode != READ_UNTIL) return shared_buffer_size;
  const std::size_t twice = std::size_t{s.limit} * 2, most = twice > have + 4096 ? twice - have : 4096;
  return most < shared_buffer_size ? most : shared_buffer_size;
}

/// All but a view that waits.
[[gnu::noinline]] std::ptrdiff_t receive_bytes(transport &t, stream &s, bool &filled) noexcept {
  const std::size_t have = s.unread.size();
  const std::size_t wanted = s.request.wanted;
  if (!s.reader && have >= s.limit) {  // nobody reads: the peer has to wait
    transport_read_stop(t);
    return UV_EAGAIN;
  }
  if (s.reader && s.mode == READ_EXACTLY && wanted - have >= worth_placing) {
    const std::size_t missing = wanted - have, size = missing < shared_buffer_size ? missing : shared_buffer_size;
    if (char *room = s.unread.reserve(size)) return receive_unread(t, s, room, size, filled);
  }
  char *const data = shared_buffer(*s.owner);
  const std::size_t size = shared_room(s, have);
  const std::ptrdiff_t got = socket_receive(t.fd, data, size);
  if (got > 0) {
    filled = static_cast<std::size_t>(got) == size;
    distribute(s, data, static_cast<std::size_t>(got));
  }
  return got;
}

/// The error of an end that came too early; takes what is there along.
error *early_end(stream &s) noexcept {
  char text[96];
  const std::size_t have = s.unread.size();
  if (s.mode == READ_UNTIL)
    std::snprintf(text, sizeof text, "the stream ended after %zu bytes, before the separator", have);
  else std::snprintf(text, sizeof text, "the stream ended after %zu of %zu bytes", have, s.request.wanted);
  bytes *partial = have ? s.unread.take(have) : bytes_new(0);
  if (!partial) return error_of(ASY_E_NOMEM);
  error_details details;
  details.object = partial;
  details.type = &bytes_type;
  return error_new(ASY_E_EOF, text, details);
}

}  // namespace

void reading_serve(stream &s) noexcept {
  if (s.mode == READ_VIEW) {
    char *data = s.unread.data();
    const std::size_t size = s.unread.size();
    if (!size) return;
    return reader_complete(s, show(s, s.state, data, size, s.unread.detach()));
  }
  std::size_t take = 0;
  switch (judge(s, s.unread.data(), s.unread.size(), take)) {
    case WAIT: return;
    case OVERRUN: return reader_fail(s, error_of(ASY_E_LIMIT));
    case TAKE: return complete_with(s, s.unread.take(take));
  }
}

std::ptrdiff_t reading_receive(transport &t, bool &filled) noexcept {
  stream &s = stream_of(t);
  if (s.reader && s.mode == READ_VIEW) [[likely]] {  // else it had what was unread
    const bool large = s.is(stream::bulk);
    if (char *lease = lease_take(*s.owner, large)) [[likely]]
      return receive_view(t, s, lease, large, filled);
  }
  return receive_bytes(t, s, filled);
}

void reading_end(stream &s) noexcept {
  const read_mode mode = s.mode;
  if (!s.is(stream::at_end)) reader_fail(s, stream_failure(s));  // what came before stays for other reads
  else if (mode == READ_VIEW) reader_complete(s, value_int(0));
  else if (mode == READ_EXACTLY || mode == READ_UNTIL) reader_fail(s, early_end(s));
  else complete_with(s, s.unread.empty() ? bytes_new(0) : s.unread.take(s.unread.size()));
}

void reading_eof(transport &t) noexcept {
  stream &s = stream_of(t);
  s.set(stream::at_end);
  if (s.reader) reading_end(s);
}

void reading_lost(stream &s) noexcept {
  if (s.reader) reading_end(s);
}

}  // namespace libasync
