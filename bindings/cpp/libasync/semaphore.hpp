/** @file
 * @brief A counter that tasks wait for. */
#ifndef LIBASYNC_CPP_SEMAPHORE_HPP
#define LIBASYNC_CPP_SEMAPHORE_HPP
#include "loop.hpp"

namespace asy {

/** Holds one slot of a semaphore and gives it back when it goes. */
class permit {
 public:
  permit(adopt_t, asy_semaphore *semaphore) noexcept : semaphore_(borrow, semaphore) {}
  permit(permit &&) noexcept = default;
  permit &operator=(permit &&other) noexcept {
    std::swap(semaphore_, other.semaphore_);
    return *this;
  }
  ~permit() {
    if (semaphore_) asy_semaphore_release(semaphore_.raw());
  }

 private:
  detail::counted<asy_semaphore, asy_semaphore_ref, asy_semaphore_unref> semaphore_;
};

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

  /** Take a slot, to be given back by release(). */
  [[nodiscard]] future<void> acquire() const noexcept { return future<void>(adopt, asy_semaphore_acquire(raw())); }
  /** Take a slot for as long as the result lives: `auto slot = co_await limit.hold();` */
  [[nodiscard]] auto hold() const noexcept {
    auto read = [self = raw()](const asy_value &) noexcept { return permit(adopt, self); };
    return detail::operation<decltype(read)>(asy_semaphore_acquire(raw()), read);
  }
  /** @return whether a slot was free */
  bool try_acquire() const {
    asy_status status = asy_semaphore_try_acquire(raw());
    if (status == ASY_E_AGAIN) return false;
    check(status);
    return true;
  }
  /** Give a slot to the first waiter, or back. */
  void release() const { check(asy_semaphore_release(raw())); }
  /** @return whether acquire() would wait */
  bool is_locked() const noexcept { return asy_semaphore_is_locked(raw()); }
  std::uint64_t value() const noexcept { return asy_semaphore_value(raw()); }
};

}  // namespace asy
#endif
