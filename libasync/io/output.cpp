#include "libasync/io/output.hpp"

#include <cstring>

namespace libasync {
namespace {

/// Many small writes to a slow peer share blocks of this size.
constexpr std::size_t least_capacity = 4096;

output *append(transport &t, std::size_t capacity) noexcept {
  auto *made = static_cast<output *>(allocate(sizeof(output) + capacity));
  if (!made) return nullptr;
  *made = {nullptr, 0, 0, capacity, nullptr};
  (t.out.last ? t.out.last->next : t.out.first) = made;
  t.out.last = made;
  return made;
}

void remove_first(transport &t) noexcept {
  output *done = t.out.first;
  t.out.first = done->next;
  if (!t.out.first) t.out.last = nullptr;
  if (done->shared) bytes_unref(done->shared);
  deallocate(done);
}

}  // namespace

bool output_copy(transport &t, const char *data, std::size_t size) noexcept {
  output *at = t.out.last;
  if (!at || at->shared || at->capacity - at->size < size) {
    at = append(t, size < least_capacity ? least_capacity : size);
    if (!at) return false;
  }
  std::memcpy(at->data() + at->size, data, size);
  at->size += size;
  t.out.bytes += size;
  return true;
}

bool output_share(transport &t, bytes *borrowed, std::size_t from) noexcept {
  output *at = append(t, 0);
  if (!at) return false;
  at->shared = bytes_ref(borrowed);
  at->size = borrowed->size;
  at->sent = from;
  t.out.bytes += at->size - from;
  return true;
}

int output_send(transport &t) noexcept {
  while (output *at = t.out.first) {
    const std::ptrdiff_t sent = socket_send(t.fd, at->data() + at->sent, at->size - at->sent);
    if (sent < 0) return sent == UV_EAGAIN ? 0 : static_cast<int>(sent);
    at->sent += static_cast<std::size_t>(sent);
    t.out.bytes -= static_cast<std::size_t>(sent);
    if (at->sent < at->size) return 0;
    remove_first(t);
  }
  return 0;
}

void output_drop(transport &t) noexcept {
  while (t.out.first) remove_first(t);
  t.out.bytes = 0;
}

}  // namespace libasync
