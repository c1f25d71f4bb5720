#pragma once
// How stacks are switched: Boost.Context, the C++ runtime, the checkers. For stack.cpp alone.
//
// The processor predicts a return from the call before it. Plain jumps leave such predictions behind, and then every
// return between the switch and the loop goes wrong, which costs more than the switch. So each side arrives by a
// function that the other side puts on top of it and that returns: calls and returns come out even.
#include <boost/context/detail/fcontext.hpp>

#include "libasync/task/stack_pool.hpp"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

namespace libasync {

namespace switching = boost::context::detail;

inline switching::transfer_t arrive_on_loop(switching::transfer_t from) { return from; }

inline void announce_leave([[maybe_unused]] small_stack &s) noexcept {
#ifdef __SANITIZE_THREAD__
  __tsan_switch_to_fiber(s.loop_fiber, 0);
#endif
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_start_switch_fiber(s.over ? nullptr : &s.fake_stack, s.loop_stack, s.loop_stack_size);
#endif
}

/// From the small stack to the loop's, until the loop enters again.
inline void stack_leave(small_stack &s) noexcept {
  announce_leave(s);
  switching::ontop_fcontext(s.other, &s, arrive_on_loop);
}

#if defined(__ELF__) && (defined(__x86_64__) || defined(__aarch64__))
// A pair of pointers begins in the register that a number is returned in: so the status that enter_small() brings
// is what the caller of this gets, and the switch can be the last thing that an await does, a jump without a call.
extern "C" asy_status switch_for_status(switching::fcontext_t to, void *data,
                                        switching::transfer_t (*arrive)(switching::transfer_t)) noexcept
    __asm__("ontop_fcontext");

inline asy_status stack_leave_for_status(small_stack &s) noexcept {
  announce_leave(s);
  return switch_for_status(s.other, &s, arrive_on_loop);
}
#else
inline asy_status stack_leave_for_status(small_stack &s) noexcept {
  stack_leave(s);
  return s.status;
}
#endif

inline void stack_entry(switching::transfer_t from) {
  auto &s = *static_cast<small_stack *>(from.data);
  s.other = from.fctx;
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_finish_switch_fiber(nullptr, &s.loop_stack, &s.loop_stack_size);
#endif
  s.run(s);
  s.over = true;
  stack_leave_for_status(s);  // nobody enters it again
}

/// Prepares `run` to begin at the first entry.
inline void stack_start(small_stack &s, void (*run)(small_stack &self) noexcept) noexcept {
  s.run = run;
  s.over = false;
  s.fresh = true;
  s.caught = {};
  s.other = switching::make_fcontext(&s, s.size(), stack_entry);
#ifdef __SANITIZE_THREAD__
  s.fiber = __tsan_create_fiber(0);
#endif
}

#if defined(__ELF__) && defined(__x86_64__) && defined(__LP64__) && !defined(__CET__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// Each way ends in one return that is predicted wrongly. This spares the one to the small stack: it arrives there by a
// jump, whose target the processor remembers. The prediction that its own call left is for the return at 1, which the
// loop's side comes to because its address is put down by hand, without a call.
static_assert(offsetof(small_stack, other) == 40 && offsetof(small_stack, status) == 28);
__asm__(R"(
  .text
  .p2align 4
  .globl libasync_enter_small
  .hidden libasync_enter_small
  .type libasync_enter_small, @function
libasync_enter_small:
  leaq 1f(%rip), %rax
  pushq %rax
  leaq 2f(%rip), %rdx
  jmpq *ontop_fcontext@GOTPCREL(%rip)
1:
  ret
2:
  movq %rdi, 40(%rsi)
  movl 28(%rsi), %eax
  popq %rcx
  jmpq *%rcx
  .size libasync_enter_small, . - libasync_enter_small
)");
extern "C" switching::transfer_t enter_small(switching::fcontext_t to, void *stack) noexcept
    __asm__("libasync_enter_small");
#else
inline switching::transfer_t arrive_on_small(switching::transfer_t from) {
  auto &s = *static_cast<small_stack *>(from.data);
  s.other = from.fctx;
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_finish_switch_fiber(s.fake_stack, &s.loop_stack, &s.loop_stack_size);
#endif
  return {reinterpret_cast<void *>(static_cast<intptr_t>(s.status)), nullptr};
}

inline switching::transfer_t enter_small(switching::fcontext_t to, void *stack) noexcept {
  return switching::ontop_fcontext(to, stack, arrive_on_small);
}
#endif

/// From the loop's stack to the small one, until that leaves or is over.
inline void stack_enter(small_stack &s, stack_pool &pool) noexcept {
  caught_exceptions &current = *pool.exceptions;
  const caught_exceptions outer = current;
  current = s.caught;
#ifdef __SANITIZE_THREAD__
  s.loop_fiber = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(s.fiber, 0);
#endif
#ifdef __SANITIZE_ADDRESS__
  void *fake_stack;
  __sanitizer_start_switch_fiber(&fake_stack, s.base, s.size());
#endif
  const bool fresh = s.fresh;
  s.fresh = false;
  s.other = (fresh ? switching::jump_fcontext(s.other, &s) : enter_small(s.other, &s)).fctx;
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_finish_switch_fiber(fake_stack, nullptr, nullptr);
#endif
#ifdef __SANITIZE_THREAD__
  if (s.over) __tsan_destroy_fiber(s.fiber);
#endif
  s.caught = current;
  current = outer;
}

}  // namespace libasync
