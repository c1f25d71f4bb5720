#pragma once
#include <cstddef>
#include <cstdint>

namespace libasync {

/// The one seam through which the library gets memory.
struct allocator {
  void *(*allocate)(std::size_t size, void *user_data);
  void *(*reallocate)(void *block, std::size_t size, void *user_data);
  void (*deallocate)(void *block, void *user_data);
  void *user_data;
};

/// NULL when memory runs out. Never throws.
void *allocate(std::size_t size) noexcept;
void *reallocate(void *block, std::size_t size) noexcept;
void deallocate(void *block) noexcept;

/// For tests: `many` allocations from the `first` from now on fail, none when that is zero; `many` zero ends it.
void fail_allocations(uint64_t first, uint64_t many) noexcept;
/// How many were asked for since then.
uint64_t allocations_asked() noexcept;

/// Replaces the seam; only while nothing of ours is allocated.
bool set_allocator(const allocator &replacement) noexcept;

}  // namespace libasync
