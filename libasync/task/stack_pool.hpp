#pragma once
#include "libasync/loop/loop.hpp"
#include "libasync/task/stack_memory.hpp"

namespace libasync {

/// What the C++ runtime keeps per thread about exceptions being handled: a body
/// that awaits inside a catch block must find its own again.
struct caught_exceptions {
  void *words[2];
};

/// The head of a small stack; it stands at the stack's top, in the page that is touched first.
struct small_stack {
  small_stack *next;  // of the free ones
  char *base;         // lowest usable byte
  uint32_t size_class;
  unsigned checker_id;  // valgrind's
  bool discarded;       // only the top page has memory
  bool fresh, over;     // its function was not entered yet, has returned
  asy_status status;    // what the wait gives, or its function gave
  void (*run)(small_stack &self) noexcept;
  void *other;  // the side that does not run: the function's while it is suspended, else the loop's
  caught_exceptions caught;
#ifdef __SANITIZE_ADDRESS__
  void *fake_stack;
  const void *loop_stack;
  std::size_t loop_stack_size;
#endif
#ifdef __SANITIZE_THREAD__
  void *fiber, *loop_fiber;
#endif
  std::size_t size() const noexcept { return static_cast<std::size_t>(reinterpret_cast<const char *>(this) - base); }
};

/// One loop's small stacks: carved from big mappings, free ones in last in first out order.
struct stack_pool {
  static constexpr std::size_t smallest = 16 * 1024, usual = 256 * 1024;
  static constexpr uint32_t classes = 17;  // 16 KiB to 1 GiB
  static constexpr uint32_t per_mapping = 64, keep_warm = 1024;
  static constexpr std::size_t mapping_limit = std::size_t{64} << 20;

  struct mapping {
    mapping *next;
    char *base;
    std::size_t size;
    uint32_t count, carved;
    uint32_t kept;  // stacks in it that nobody could end
  };

  small_stack *free[classes];
  mapping *current[classes];
  mapping *mappings;
  uint32_t live;                  // taken; they are bound to the thread
  caught_exceptions *exceptions;  // of that thread
  uint32_t warm;                  // free ones whose memory was not given back

  /// The class whose stacks have at least this size, 0 for the usual; `classes` when it is too large.
  static constexpr uint32_t class_of(uint64_t size) noexcept {
    uint32_t size_class = 0;
    while (size_class < classes && uint64_t{smallest} << size_class < (size ? size : usual)) ++size_class;
    return size_class;
  }
  /// `head` bytes stand at the top, beginning with a small_stack. NULL without memory.
  small_stack *get(uint32_t size_class, std::size_t head) noexcept {
    small_stack *s = free[size_class];
    if (!s || s->discarded || !live) [[unlikely]]
      return get_new(size_class, head);
    free[size_class] = s->next;
    --warm;
    ++live;
    return s;
  }
  void put(small_stack *s) noexcept {
    if (!stacks_are_pooled || warm >= keep_warm) [[unlikely]]
      return put_cold(s);
    --live;
    ++warm;
    s->next = free[s->size_class];
    free[s->size_class] = s;
  }
  /// Leaves a stack alone for ever.
  void keep(small_stack *stack) noexcept;
  void clear() noexcept;

 private:
  small_stack *get_new(uint32_t size_class, std::size_t head) noexcept;
  void put_cold(small_stack *stack) noexcept;
  small_stack *carve(uint32_t size_class, std::size_t head) noexcept;
};

}  // namespace libasync
