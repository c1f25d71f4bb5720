#pragma once
#include "libasync/base/bytes.hpp"
#include "libasync/io/transport.hpp"

namespace libasync {

/// Bytes that wait for the kernel: a copy, or a reference to somebody's bytes.
struct output {
  output *next;
  std::size_t size, sent, capacity;
  bytes *shared;
  char *data() noexcept { return shared ? shared->data() : reinterpret_cast<char *>(this + 1); }
};

/// Queues a copy; false without memory, and then nothing is queued.
bool output_copy(transport &t, const char *data, std::size_t size) noexcept;
/// Queues a reference from byte `from` on.
bool output_share(transport &t, bytes *borrowed, std::size_t from) noexcept;
/// Sends until the kernel takes no more. Zero, or a libuv status.
int output_send(transport &t) noexcept;
void output_drop(transport &t) noexcept;

}  // namespace libasync
