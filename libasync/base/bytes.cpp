#include "libasync/base/bytes.hpp"

#include <cstring>
#include <new>

namespace libasync {

bytes *bytes_new(std::size_t size) noexcept {
  if (size > SIZE_MAX - sizeof(bytes) - 1) return nullptr;
  void *block = allocate(sizeof(bytes) + size + 1);
  if (!block) return nullptr;
  auto *made = new (block) bytes{1, size};
  made->data()[size] = '\0';
  return made;
}

bytes *bytes_new(const void *data, std::size_t size) noexcept {
  bytes *made = bytes_new(size);
  if (made && size) std::memcpy(made->data(), data, size);
  return made;
}

bytes *bytes_shrink(bytes *block, std::size_t size) noexcept {
  auto *smaller = static_cast<bytes *>(reallocate(block, sizeof(bytes) + size + 1));
  if (!smaller) smaller = block;
  smaller->size = size;
  smaller->data()[size] = '\0';
  return smaller;
}

void bytes_unref(bytes *block) noexcept {
  if (block && block->refs.fetch_sub(1, std::memory_order_acq_rel) == 1) deallocate(block);
}

}  // namespace libasync
