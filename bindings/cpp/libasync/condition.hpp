/** @file
 * @brief Waiting for what a lock protects. */
#ifndef LIBASYNC_CPP_CONDITION_HPP
#define LIBASYNC_CPP_CONDITION_HPP
#include "lock.hpp"
#include "task.hpp"

namespace asy {

/** Tasks wait for a state that its lock protects; copies share it. The loop's thread. */
class condition : public detail::counted<asy_condition, asy_condition_ref, asy_condition_unref> {
 public:
  using counted::counted;
  /** With a lock of its own. */
  explicit condition(loop_ref loop = {}) : condition(loop, nullptr) {}
  /** With a lock that others use too. */
  explicit condition(const asy::lock &shared, loop_ref loop = {}) : condition(loop, shared.raw()) {}

  asy::lock lock() const noexcept { return asy::lock(adopt, asy_condition_lock(raw())); }
  /** Take its lock for a scope: `auto guard = co_await changed.scoped();` */
  [[nodiscard]] auto scoped() const noexcept { return lock().scoped(); }

  /** Release the lock, wait to be notified, take it again; held on every way out, a cancel too. */
  [[nodiscard]] future<void> wait() const noexcept { return future<void>(adopt, asy_condition_wait(raw())); }
  /**
   * Wait until `predicate()` holds, which is asked with the lock held.
   * @return what it gave last; throws what it throws
   */
  template <class F>
  task<std::invoke_result_t<F &>> wait_for(F predicate) const {
    return wait_until(*this, std::move(predicate));
  }
  /** Wake up to `count` of those who wait, in order; they go on once they have the lock. */
  void notify(std::size_t count = 1) const { check(asy_condition_notify(raw(), count), take_the_lock); }
  void notify_all() const { check(asy_condition_notify_all(raw()), take_the_lock); }
  std::size_t waiting() const noexcept { return asy_condition_waiting(raw()); }

 private:
  static constexpr const char *take_the_lock = "a condition is notified by who holds its lock: take it first";
  condition(loop_ref loop, asy_lock *lock) {
    asy_condition *made = nullptr;
    check(asy_condition_new(loop.raw(), lock, &made));
    static_cast<counted &>(*this) = counted(adopt, made);
  }
  template <class F>
  static task<std::invoke_result_t<F &>> wait_until(condition self, F predicate) {
    for (;;) {
      auto answer = predicate();
      if (answer) co_return answer;
      co_await self.wait();
    }
  }
};

}  // namespace asy
#endif
