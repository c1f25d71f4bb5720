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

/// Replaces the seam; only while nothing of ours is allocated.
bool set_allocator(const allocator &replacement) noexcept;

}  // namespace libasync
