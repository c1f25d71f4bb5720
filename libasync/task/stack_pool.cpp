#include "libasync/task/stack_pool.hpp"

#include <atomic>
#include <new>

#if __has_include(<cxxabi.h>)
#include <cxxabi.h>
#endif
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#else
#define VALGRIND_STACK_REGISTER(start, end) 0
#define VALGRIND_STACK_DEREGISTER(id) (void)(id)
#endif

namespace libasync {
namespace {

/// Blocks that stay taken for ever; listed, so that a leak checker finds them.
struct kept_block {
  kept_block *next;
};
std::atomic<kept_block *> kept_blocks{nullptr};

/// Tops at the same place in every page would all compete for the same lines of the cache.
constexpr std::size_t cache_line = 64, colours = 32;

small_stack *place(char *base, std::size_t size, uint32_t size_class, std::size_t head, uint32_t colour) noexcept {
  const auto end = reinterpret_cast<uintptr_t>(base) + size - head - colour % colours * cache_line;
  const auto top = end & ~uintptr_t{cache_line - 1};
  auto *s = new (reinterpret_cast<void *>(top)) small_stack{};
  s->base = base;
  s->size_class = size_class;
  s->checker_id = static_cast<unsigned>(VALGRIND_STACK_REGISTER(base, top));
  return s;
}

caught_exceptions *exceptions_of_thread() noexcept {
#if __has_include(<cxxabi.h>)
  return reinterpret_cast<caught_exceptions *>(abi::__cxa_get_globals());
#else
  static thread_local caught_exceptions none;
  return &none;
#endif
}

}  // namespace

small_stack *stack_pool::carve(uint32_t size_class, std::size_t head) noexcept {
  const std::size_t size = smallest << size_class;
  if (!stacks_are_pooled) {
    void *block = stack_map(size);
    return block ? place(static_cast<char *>(block), size, size_class, head, 0) : nullptr;
  }
  const std::size_t guard = stack_page(), slot = guard + size;
  mapping *m = current[size_class];
  if (!m || m->carved == m->count) {
    const std::size_t fit = mapping_limit / slot;
    const auto count = static_cast<uint32_t>(fit < 1 ? 1 : fit > per_mapping ? per_mapping : fit);
    auto *fresh = static_cast<mapping *>(allocate(sizeof(mapping)));
    if (!fresh) return nullptr;
    void *base = stack_map(slot * count);
    if (!base) {
      deallocate(fresh);
      return nullptr;
    }
    *fresh = {mappings, static_cast<char *>(base), slot * count, count, 0, 0};
    mappings = current[size_class] = m = fresh;
  }
  char *base = m->base + slot * m->carved;
  if (!stack_guard(base)) return nullptr;
  return place(base + guard, size, size_class, head, m->carved++);
}

small_stack *stack_pool::get_new(uint32_t size_class, std::size_t head) noexcept {
  small_stack *s = free[size_class];
  if (s) {
    free[size_class] = s->next;
    if (!s->discarded) --warm;
    s->discarded = false;
  } else if (!(s = carve(size_class, head))) {
    return nullptr;
  }
  if (!live++) exceptions = exceptions_of_thread();
  return s;
}

void stack_pool::put_cold(small_stack *s) noexcept {
  --live;
  if (!stacks_are_pooled) {
    VALGRIND_STACK_DEREGISTER(s->checker_id);
    return stack_unmap(s->base, smallest << s->size_class);
  }
  const uintptr_t top_page = reinterpret_cast<uintptr_t>(s) & ~(uintptr_t{stack_page()} - 1);
  stack_discard(s->base, top_page - reinterpret_cast<uintptr_t>(s->base));
  s->discarded = true;
  s->next = free[s->size_class];
  free[s->size_class] = s;
}

void stack_pool::keep(small_stack *s) noexcept {
  --live;
  if (!stacks_are_pooled) {
    auto *block = new (s->base) kept_block{kept_blocks.load()};
    while (!kept_blocks.compare_exchange_weak(block->next, block)) {}
    return;
  }
  for (mapping *m = mappings; m; m = m->next)
    if (s->base >= m->base && s->base < m->base + m->size) ++m->kept;
}

void stack_pool::clear() noexcept {
  for (small_stack *&first : free)
    for (; first; first = first->next) VALGRIND_STACK_DEREGISTER(first->checker_id);
  while (mapping *m = mappings) {
    mappings = m->next;
    if (!m->kept) stack_unmap(m->base, m->size);
    deallocate(m);
  }
}

}  // namespace libasync
