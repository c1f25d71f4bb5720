#include "libasync/task/stack_memory.hpp"

#include "libasync/base/alloc.hpp"

#if !defined(ASY_POOL_PASSTHROUGH) && __has_include(<sys/mman.h>)
#include <sys/mman.h>
#include <unistd.h>

namespace libasync {
namespace {

#ifndef MAP_NORESERVE
constexpr int reserve_nothing = 0;
#else
constexpr int reserve_nothing = MAP_NORESERVE;
#endif
#ifndef MAP_STACK
constexpr int for_stacks = 0;
#else
constexpr int for_stacks = MAP_STACK;
#endif

}  // namespace

std::size_t stack_page() noexcept {
  static const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return size;
}

void *stack_map(std::size_t size) noexcept {
  void *base =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | reserve_nothing | for_stacks, -1, 0);
  if (base == MAP_FAILED) return nullptr;
#ifdef MADV_NOHUGEPAGE
  madvise(base, size, MADV_NOHUGEPAGE);  // one touched page per stack, not two megabytes
#endif
  return base;
}

void stack_unmap(void *base, std::size_t size) noexcept { munmap(base, size); }

bool stack_guard(void *page) noexcept {
#ifdef __linux__
  // MADV_GUARD_INSTALL, since 6.13: unlike a protection it does not split the
  // mapping, of which a process has only some 65 thousand.
  constexpr int guard_install = 102;
  if (madvise(page, stack_page(), guard_install) == 0) return true;
#endif
  return mprotect(page, stack_page(), PROT_NONE) == 0;
}

void stack_discard(void *from, std::size_t size) noexcept {
#ifdef MADV_DONTNEED
  madvise(from, size, MADV_DONTNEED);
#else
  (void)from, (void)size;
#endif
}

}  // namespace libasync
#else

namespace libasync {

std::size_t stack_page() noexcept { return 4096; }
void *stack_map(std::size_t size) noexcept { return allocate(size); }
void stack_unmap(void *base, std::size_t) noexcept { deallocate(base); }
bool stack_guard(void *) noexcept { return true; }
void stack_discard(void *, std::size_t) noexcept {}

}  // namespace libasync
#endif
