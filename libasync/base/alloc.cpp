#include "libasync/base/alloc.hpp"

#include <atomic>
#include <cstdlib>

namespace libasync {
namespace {

allocator current{[](std::size_t size, void *) { return std::malloc(size); },
                  [](void *block, std::size_t size, void *) { return std::realloc(block, size); },
                  [](void *block, void *) { std::free(block); }, nullptr};
std::atomic<std::size_t> outstanding{0};

}  // namespace

void *allocate(std::size_t size) noexcept {
  void *block = current.allocate(size ? size : 1, current.user_data);
  if (block) outstanding.fetch_add(1, std::memory_order_relaxed);
  return block;
}

void *reallocate(void *block, std::size_t size) noexcept {
  if (!block) return allocate(size);
  return current.reallocate(block, size ? size : 1, current.user_data);
}

void deallocate(void *block) noexcept {
  if (!block) return;
  outstanding.fetch_sub(1, std::memory_order_relaxed);
  current.deallocate(block, current.user_data);
}

bool set_allocator(const allocator &replacement) noexcept {
  if (outstanding.load(std::memory_order_relaxed)) return false;
  current = replacement;
  return true;
}

}  // namespace libasync
