#include "libasync/base/alloc.hpp"

#include <atomic>
#include <cstdlib>

namespace libasync {
namespace {

allocator current{[](std::size_t size, void *) { return std::malloc(size); },
                  [](void *block, std::size_t size, void *) { return std::realloc(block, size); },
                  [](void *block, void *) { std::free(block); }, nullptr};
std::atomic<std::size_t> outstanding{0};

/// Which allocations fail for a test; the count begins when they are set.
struct {
  std::atomic<bool> on{false};
  std::atomic<uint64_t> asked{0}, first{0}, many{0};
  bool next() noexcept {
    if (!on.load(std::memory_order_relaxed)) return false;
    const uint64_t n = asked.fetch_add(1, std::memory_order_relaxed) + 1;
    return first && n >= first && n - first < many;
  }
} faults;

}  // namespace

void *allocate(std::size_t size) noexcept {
  if (faults.next()) [[unlikely]]
    return nullptr;
  void *block = current.allocate(size ? size : 1, current.user_data);
  if (block) outstanding.fetch_add(1, std::memory_order_relaxed);
  return block;
}

void *reallocate(void *block, std::size_t size) noexcept {
  if (!block) return allocate(size);
  if (faults.next()) [[unlikely]]
    return nullptr;
  return current.reallocate(block, size ? size : 1, current.user_data);
}

void deallocate(void *block) noexcept {
  if (!block) return;
  outstanding.fetch_sub(1, std::memory_order_relaxed);
  current.deallocate(block, current.user_data);
}

void fail_allocations(uint64_t first, uint64_t many) noexcept {
  faults.on.store(false, std::memory_order_relaxed);
  faults.first = first;
  faults.many = many;
  faults.asked = 0;
  faults.on.store(many, std::memory_order_relaxed);
}

uint64_t allocations_asked() noexcept { return faults.asked; }

bool set_allocator(const allocator &replacement) noexcept {
  if (outstanding.load(std::memory_order_relaxed)) return false;
  current = replacement;
  return true;
}

}  // namespace libasync
