/** @file
 * @brief Bridging a callback API: a future's writing end for any thread. */
#ifndef LIBASYNC_CPP_PROMISE_HPP
#define LIBASYNC_CPP_PROMISE_HPP
#include "loop.hpp"

namespace asy {

/**
 * The writing end of a future; copies share it, any thread but for the constructor.
 *
 * Completed once. When the last copy goes without a result, the future fails with asy::broken_promise. If the
 * awaiting side cancelled first, what comes later is dropped quietly.
 */
template <class T = void>
class promise : public detail::counted<asy_promise, asy_promise_ref, asy_promise_unref> {
 public:
  /** @param loop the loop that awaits; the caller's thread owns it */
  explicit promise(loop_ref loop = {}) {
    asy_promise *made = nullptr;
    future_ = future<T>(adopt, asy_promise_new(loop.raw(), nullptr, nullptr, nullptr, &made));
    take(made);
  }
  /**
   * With a cancel hook: `on_cancel()` is asked on the loop, and the future stays pending until this promise
   * settles it.
   */
  template <class F>
  requires std::invocable<F &> promise(loop_ref loop, F on_cancel) {
    using call = detail::callback<F>;
    asy_promise *made = nullptr;
    asy_cancel_cb cancel = [](asy_future *, void *self) { call::call(self); };
    future_ =
        future<T>(adopt, asy_promise_new(loop.raw(), cancel, call::make(std::move(on_cancel)), call::free, &made));
    take(made);
  }

  /** @return the reading end; the first call gives it away, so that this object may leave the loop's thread */
  future<T> get_future() noexcept { return std::move(future_); }

  /** Complete with a value; throws state_error the second time, closed_error when the loop is closed. */
  template <class... U>
  requires detail::settles<T, U...>
  void set_value(U &&...item) const {
    value result = detail::value_for<T>(std::forward<U>(item)...);
    check(asy_promise_set_result(this->raw(), result.raw()), set_once);
  }
  void set_error(const error &failure) const {
    check(asy_promise_set_error(this->raw(), asy_error_ref(failure.raw())), set_once);
  }
  void set_exception(const std::exception_ptr &exception) const {
    check(asy_promise_set_error(this->raw(), detail::to_error(exception)), set_once);
  }
  void set_cancelled(const char *message = nullptr) const {
    check(asy_promise_set_cancelled(this->raw(), message), set_once);
  }

 private:
  static constexpr const char *set_once = "a promise is set once: this one was";
  using counted = detail::counted<asy_promise, asy_promise_ref, asy_promise_unref>;
  void take(asy_promise *made) {
    if (!made) (void)future_.result();  // throws why
    static_cast<counted &>(*this) = counted(adopt, made);
  }
  future<T> future_;
};

}  // namespace asy
#endif
