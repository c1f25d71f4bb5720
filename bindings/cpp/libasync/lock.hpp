/** @file
 * @brief A lock between tasks. */
#ifndef LIBASYNC_CPP_LOCK_HPP
#define LIBASYNC_CPP_LOCK_HPP
#include "held.hpp"

namespace asy {

/** Holds a lock and releases it when it goes. */
using lock_guard = detail::held<asy_lock, asy_lock_ref, asy_lock_unref, asy_lock_release>;

/** One task at a time, first come, first served; copies share it. The loop's thread. */
class lock : public detail::counted<asy_lock, asy_lock_ref, asy_lock_unref> {
 public:
  using counted::counted;
  /** @param flags bits of #asy_lock_flag: #ASY_LOCK_OWNED lets only the holder release it, and refuses it twice */
  explicit lock(loop_ref loop = {}, std::uint32_t flags = 0) {
    asy_lock *made = nullptr;
    check(asy_lock_new(loop.raw(), flags, &made));
    static_cast<counted &>(*this) = counted(adopt, made);
  }

  /** Take the lock, to be given back by release(). */
  [[nodiscard]] future<void> acquire() const noexcept { return future<void>(adopt, asy_lock_acquire(raw())); }
  /** Take the lock for as long as the result lives: `auto guard = co_await lock.scoped();` */
  [[nodiscard]] auto scoped() const noexcept { return detail::hold<lock_guard>(asy_lock_acquire(raw()), *this); }
  /** @return whether it was free */
  bool try_acquire() const { return detail::tried(asy_lock_try_acquire(raw()), "this task holds the lock already"); }
  /** Give it to the first who waits, or free it; throws state_error when it is free. */
  void release() const { check(asy_lock_release(raw()), "this lock is free, or another task holds it"); }
  bool is_locked() const noexcept { return asy_lock_is_locked(raw()); }
  /** @return how many wait for it */
  std::size_t waiting() const noexcept { return asy_lock_waiting(raw()); }
};

}  // namespace asy
#endif
