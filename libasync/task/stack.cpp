// All that knows how stacks are switched: Boost.Context, the C++ runtime, the checkers.
#include "libasync/task/stack.hpp"

#include <atomic>
#include <boost/context/detail/fcontext.hpp>
#include <exception>
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
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

namespace libasync {
namespace {

namespace context = boost::context::detail;

/// Blocks that stay taken for ever; listed, so that a leak checker finds them.
struct kept_block {
  kept_block *next;
};
std::atomic<kept_block *> kept_blocks{nullptr};

std::size_t usable(const small_stack &s) noexcept {
  return static_cast<std::size_t>(reinterpret_cast<const char *>(&s) - s.base);
}

small_stack *place(char *base, std::size_t size, uint32_t size_class, std::size_t head) noexcept {
  const auto top = (reinterpret_cast<uintptr_t>(base) + size - head) & ~uintptr_t{63};
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

void entry(context::transfer_t from) {
  auto &s = *static_cast<small_stack *>(from.data);
  s.other = from.fctx;
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_finish_switch_fiber(nullptr, &s.loop_stack, &s.loop_stack_size);
#endif
  s.run(s);
  s.over = true;
  stack_leave(s);
  std::terminate();  // nobody enters it again
}

}  // namespace

// ---- switching

void stack_start(small_stack &s, void (*run)(small_stack &self) noexcept) noexcept {
  s.run = run;
  s.over = false;
  s.caught = {};
  s.other = context::make_fcontext(&s, usable(s), entry);
#ifdef __SANITIZE_THREAD__
  s.fiber = __tsan_create_fiber(0);
#endif
}

void stack_leave(small_stack &s) noexcept {
#ifdef __SANITIZE_THREAD__
  __tsan_switch_to_fiber(s.loop_fiber, 0);
#endif
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_start_switch_fiber(s.over ? nullptr : &s.fake_stack, s.loop_stack, s.loop_stack_size);
#endif
  s.other = context::jump_fcontext(s.other, nullptr).fctx;
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_finish_switch_fiber(s.fake_stack, &s.loop_stack, &s.loop_stack_size);
#endif
}

void stack_enter(small_stack &s, stack_pool &pool) noexcept {
  caught_exceptions &current = *pool.exceptions;
  const caught_exceptions outer = current;
  current = s.caught;
#ifdef __SANITIZE_THREAD__
  s.loop_fiber = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(s.fiber, 0);
#endif
#ifdef __SANITIZE_ADDRESS__
  void *fake_stack;
  __sanitizer_start_switch_fiber(&fake_stack, s.base, usable(s));
#endif
  s.other = context::jump_fcontext(s.other, &s).fctx;
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_finish_switch_fiber(fake_stack, nullptr, nullptr);
#endif
#ifdef __SANITIZE_THREAD__
  if (s.over) __tsan_destroy_fiber(s.fiber);
#endif
  s.caught = current;
  current = outer;
}

// ---- the pool

small_stack *stack_pool::carve(uint32_t size_class, std::size_t head) noexcept {
  const std::size_t size = smallest << size_class;
  if (!stacks_are_pooled) {
    void *block = stack_map(size);
    return block ? place(static_cast<char *>(block), size, size_class, head) : nullptr;
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
  ++m->carved;
  return place(base + guard, size, size_class, head);
}

small_stack *stack_pool::get(uint32_t size_class, std::size_t head) noexcept {
  small_stack *s = free[size_class];
  if (s) [[likely]] {
    free[size_class] = s->next;
    if (!s->discarded) --warm;
    s->discarded = false;
  } else if (!(s = carve(size_class, head))) {
    return nullptr;
  }
  if (!live++) exceptions = exceptions_of_thread();
  return s;
}

void stack_pool::put(small_stack *s) noexcept {
  --live;
  if (!stacks_are_pooled) {
    VALGRIND_STACK_DEREGISTER(s->checker_id);
    return stack_unmap(s->base, smallest << s->size_class);
  }
  if (warm < keep_warm) {
    ++warm;
  } else {
    const uintptr_t top_page = reinterpret_cast<uintptr_t>(s) & ~(uintptr_t{stack_page()} - 1);
    stack_discard(s->base, top_page - reinterpret_cast<uintptr_t>(s->base));
    s->discarded = true;
  }
  s->next = free[s->size_class];
  free[s->size_class] = s;
}

void stack_pool::keep(small_stack *s) noexcept {
  --live;
  if (!stacks_are_pooled) {
    auto *block = new (s->base) kept_block{kept_blocks.load()};
    while (!kept_blocks.compare_exchange_weak(block->next, block)) {
    }
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
