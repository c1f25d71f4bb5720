#include "libasync/base/ring.hpp"

#include <utility>

namespace libasync {

/// xorshift64*: never zero, and the same everywhere.
static uint32_t next_below(uint64_t &random, uint32_t bound) noexcept {
  random ^= random >> 12;
  random ^= random << 25;
  random ^= random >> 27;
  return static_cast<uint32_t>((random * UINT64_C(0x2545F4914F6CDD1D) >> 32) * bound >> 32);
}

void ring::shuffle(uint32_t count, uint64_t &random) noexcept {
  for (; count > 1; --count) {
    const uint32_t other = next_below(random, count);
    std::swap(entries_[(head_ + count - 1) & mask()], entries_[(head_ + other) & mask()]);
  }
}

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
