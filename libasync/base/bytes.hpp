#pragma once
#include <atomic>

#include "libasync/base/alloc.hpp"

namespace libasync {

/// Immutable bytes with an atomic count; a NUL stands behind the last one.
struct bytes {
  std::atomic<uint32_t> refs;
  std::size_t size;
  char *data() noexcept { return reinterpret_cast<char *>(this + 1); }
};

/// Room for `size` bytes, not yet filled; NULL without memory.
bytes *bytes_new(std::size_t size) noexcept;
bytes *bytes_new(const void *data, std::size_t size) noexcept;
/// Gives back what a reader did not need of `block`, which nobody else holds yet.
bytes *bytes_shrink(bytes *block, std::size_t size) noexcept;
inline bytes *bytes_ref(bytes *block) noexcept {
  block->refs.fetch_add(1, std::memory_order_relaxed);
  return block;
}
void bytes_unref(bytes *block) noexcept;

}  // namespace libasync
