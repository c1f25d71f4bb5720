/** @file
 * @brief A counter that tasks wait for. */
#ifndef LIBASYNC_CPP_SEMAPHORE_HPP
#define LIBASYNC_CPP_SEMAPHORE_HPP
#include "held.hpp"

namespace asy {

/** Holds one slot of a semaphore and gives it back when it goes. */
using permit = detail::held<asy_semaphore, asy_semaphore_ref, asy_semaphore_unref, asy_semaphore_release>;

/** A counter that tasks wait for, first come, first served; copies share it. The loop's thread. */
class semaphore : public detail::counted<asy_semaphore, asy_semaphore_ref, asy_semaphore_unref> {
 public:
  using counted::counted;
  /** @param value how many acquire() pass at once */
  explicit semaphore(std::uint64_t value, loop_ref loop = {}) {
    asy_semaphore *made = nullptr;
    check(asy_semaphore_new(loop.raw(), value, &made));
    *this = semaphore(adopt, made);
  }
  /** One whose release() throws state_error where it would have more free slots than at first. */
  static semaphore bounded(std::uint64_t value, loop_ref loop = {}) {
    asy_semaphore *made = nullptr;
    check(asy_semaphore_new_bounded(loop.raw(), value, &made));
    return semaphore(adopt, made);
  }

  /** Take a slot, to be given back by release(). */
  [[nodiscard]] future<void> acquire() const noexcept { return future<void>(adopt, asy_semaphore_acquire(raw())); }
  /** Take a slot for as long as the result lives: `auto slot = co_await limit.hold();` */
  [[nodiscard]] auto hold() const noexcept { return detail::hold<permit>(asy_semaphore_acquire(raw()), *this); }
  /** @return whether a slot was free */
  bool try_acquire() const { return detail::tried(asy_semaphore_try_acquire(raw())); }
  /** Give a slot to the first waiter, or back. */
  void release() const {
    check(asy_semaphore_release(raw()), "every slot is free: it was released more often than acquired");
  }
  /** @return whether acquire() would wait */
  bool is_locked() const noexcept { return asy_semaphore_is_locked(raw()); }
  /** @return how many wait */
  std::size_t waiting() const noexcept { return asy_semaphore_waiting(raw()); }
  std::uint64_t value() const noexcept { return asy_semaphore_value(raw()); }
};

}  // namespace asy
#endif
