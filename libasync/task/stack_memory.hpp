#pragma once
#include <cstddef>
#include <cstdint>

namespace libasync {

/// Where small stacks come from: the seam for platforms, and for memory checkers.
///
/// With ASY_POOL_PASSTHROUGH every stack is a block of its own from the
/// allocator, so that checkers see what lives on it and when it is gone.
#if defined(ASY_POOL_PASSTHROUGH) || !__has_include(<sys/mman.h>)
inline constexpr bool stacks_are_pooled = false;
#else
inline constexpr bool stacks_are_pooled = true;
#endif

/// The unit of guards and discards; a power of two.
std::size_t stack_page() noexcept;
/// Address space that costs nothing until it is touched; NULL without.
void *stack_map(std::size_t size) noexcept;
void stack_unmap(void *base, std::size_t size) noexcept;
/// Makes the page end the process when it is touched. False when the system has no more guards.
bool stack_guard(void *page) noexcept;
/// Gives the memory back and keeps the address space.
void stack_discard(void *from, std::size_t size) noexcept;

}  // namespace libasync
