/** @file
 * @brief Deadlines: scopes that cancel their own task. */
#ifndef LIBASYNC_CPP_TIMEOUT_HPP
#define LIBASYNC_CPP_TIMEOUT_HPP
#include "sleep.hpp"
#include "task.hpp"

namespace asy {

/**
 * A scope in a task that cancels the task at a deadline; at its end that cancel becomes asy::timeout_error.
 *
 * With asy::with_timeout() there is nothing to remember. By hand, every way out of the scope must pass exit():
 *
 *     asy::timeout limit(2s);
 *     try { ...; } catch (...) { limit.exit(std::current_exception()); }
 *     limit.exit();
 *
 * Scopes nest; the innermost ends first. The loop's thread.
 */
class timeout {
 public:
  /** Enter; throws state_error outside a task. */
  template <class Rep, class Period>
  explicit timeout(std::chrono::duration<Rep, Period> delay) {
    const std::uint64_t ns = to_ns(delay);
    asy_loop *loop = asy_loop_current();
    check(loop ? asy_timeout_enter(loop, nullptr, ns, &raw_) : ASY_E_STATE, "a timeout is entered in a running task");
  }
  timeout(const timeout &) = delete;
  timeout &operator=(const timeout &) = delete;
  /** Leaves the scope where exit() was not reached, as when the frame is destroyed. */
  ~timeout() {
    if (raw_) leave(nullptr);
  }

  /** Move the deadline; throws state_error once it has passed, or the scope was left. */
  template <class Rep, class Period>
  void reschedule(std::chrono::duration<Rep, Period> delay) {
    std::uint64_t ns = to_ns(delay);
    std::uint64_t now = asy_loop_time(asy_loop_current());
    move_to(ns < ASY_FOREVER - now ? now + ns : ASY_FOREVER);
  }
  /** Move the deadline to a time of the loop's clock. */
  void reschedule_at(std::chrono::nanoseconds when) { move_to(to_ns(when)); }
  /** @return the deadline in loop time; asy::forever for none */
  std::chrono::nanoseconds when() const noexcept { return from_ns(asy_timeout_when(raw_)); }
  /** @return whether the deadline passed; stays readable after exit() */
  bool is_expired() const noexcept { return raw_ ? asy_timeout_is_expired(raw_) != 0 : is_expired_; }

  /**
   * Leave the scope, once.
   *
   * Throws timeout_error if the exception is the cancel of this scope, any other exception as it is, and nothing
   * if there is none.
   * @param exception what left the body, or null
   */
  void exit(const std::exception_ptr &exception = nullptr) {
    if (!raw_) throw state_error(ASY_E_STATE, "this timeout was left already");
    detail::error_handle outcome(adopt, leave(exception ? detail::to_error(exception) : nullptr));
    if (outcome) detail::throw_error(outcome.raw());
  }

 private:
  void move_to(std::uint64_t when) {
    check(raw_ ? asy_timeout_reschedule(raw_, when) : ASY_E_STATE, "this timeout has passed or was left");
  }
  asy_error *leave(asy_error *body) noexcept {
    is_expired_ = asy_timeout_is_expired(raw_);
    asy_error *outcome = nullptr;
    asy_timeout_exit(std::exchange(raw_, nullptr), body, &outcome);
    return outcome;
  }
  asy_timeout *raw_ = nullptr;
  bool is_expired_ = false;
};

namespace detail {

/** What a `co_await` of it gives. */
template <class Awaitable>
using awaited_by = std::remove_cvref_t<
    decltype(make_awaiter(std::declval<promise_base &>(), std::declval<Awaitable>()).await_resume())>;

template <class Awaitable>
task<awaited_by<Awaitable>> await_inline(Awaitable awaited) {
  co_return co_await std::move(awaited);
}

template <class T>
task<T> run_in(timeout &limit, task<T> body) {
  std::exception_ptr failure;
  if constexpr (std::is_void_v<T>) {
    try {
      co_await std::move(body);
    } catch (...) {
      failure = std::current_exception();
    }
    limit.exit(failure);
  } else {
    std::optional<T> result;
    try {
      result.emplace(co_await std::move(body));
    } catch (...) {
      failure = std::current_exception();
    }
    limit.exit(failure);
    co_return std::move(*result);
  }
}

}  // namespace detail

/**
 * Await a coroutine in this task, but no longer than `delay`: then it is cancelled, and once it has cleaned up
 * timeout_error is thrown.
 * @param delay asy::forever for no limit; in the past it acts at the first await that suspends
 * @param body a task
 */
template <class Rep, class Period, class T>
task<T> with_timeout(std::chrono::duration<Rep, Period> delay, task<T> body) {
  detail::consumption consumed(body);
  timeout limit(delay);
  co_return co_await detail::run_in(limit, std::move(body));
}
/**
 * The same for anything else that is awaited: `with_timeout(2s, asy::connect(host, 80))`, `with_timeout(1s,
 * items.next())`, `with_timeout(1s, lock.scoped())`. A future is cancelled if nobody else awaits it.
 */
template <class Rep, class Period, class Awaitable>
requires requires { typename detail::awaited_by<Awaitable>; }
task<detail::awaited_by<Awaitable>> with_timeout(std::chrono::duration<Rep, Period> delay, Awaitable awaited) {
  timeout limit(delay);
  co_return co_await detail::run_in(limit, detail::await_inline(std::move(awaited)));
}
/** The same for a function that gets the scope: `with_timeout(2s, [&](asy::timeout &limit) -> asy::task<> {...})`. */
template <class Rep, class Period, class F>
requires detail::is_task<std::invoke_result_t<F &, timeout &>> std::invoke_result_t<F &, timeout &> with_timeout(
    std::chrono::duration<Rep, Period> delay, F body) {
  timeout limit(delay);
  co_return co_await detail::run_in(limit, body(limit));
}
/** The same up to a time of the loop's clock: see loop_ref::time(). */
template <class Body>
auto with_timeout_at(std::chrono::nanoseconds when, Body body) -> decltype(asy::with_timeout(when, std::move(body))) {
  co_return co_await asy::with_timeout(when - loop_ref().time(), std::move(body));
}

}  // namespace asy
#endif
