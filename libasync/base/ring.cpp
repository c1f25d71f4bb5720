#include "libasync/base/ring.hpp"

namespace libasync {

bool ring::grow(uint32_t needed) noexcept {
  uint32_t capacity = capacity_ ? capacity_ : 256;
  while (capacity < needed) {
    if (capacity > UINT32_MAX / 4) return false;
    capacity *= 2;
  }
  auto *fresh = static_cast<entry *>(allocate(sizeof(entry) * capacity));
  if (!fresh) return false;
  const uint32_t count = size();
  for (uint32_t i = 0; i < count; ++i) fresh[i] = entries_[(head_ + i) & mask()];
  deallocate(entries_);
  entries_ = fresh;
  head_ = 0;
  tail_ = count;
  capacity_ = capacity;
  return true;
}

}  // namespace libasync
