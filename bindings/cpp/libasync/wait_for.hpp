/** @file
 * @brief Awaiting something for a limited time. */
#ifndef LIBASYNC_CPP_WAIT_FOR_HPP
#define LIBASYNC_CPP_WAIT_FOR_HPP
#include "duration.hpp"
#include "to_future.hpp"

namespace asy {

/**
 * Await with a limit: at the deadline the awaited is cancelled, its clean-up awaited, then timeout_error (whose
 * cause is the cancel) thrown.
 * @param awaitable a task, which runs as a task of its own, a future or an operation; consumed if a temporary
 */
template <class Awaitable, class Rep, class Period>
[[nodiscard]] auto wait_for(Awaitable &&awaitable, std::chrono::duration<Rep, Period> delay) {
  using result = detail::result_of<Awaitable>;
  detail::consumption consumed(awaitable);
  std::uint64_t ns = to_ns(delay);
  asy_loop *running = asy_loop_current();
  future<result> inner = detail::to_future(running, std::forward<Awaitable>(awaitable));
  asy_loop *loop = running ? running : inner.loop();
  return future<result>(adopt, asy_wait_for(loop, inner.release(), ns));
}
/** The same for an operation with a result of its own kind. */
template <class Operation, class Rep, class Period>
requires requires(Operation inner, asy_future *(*wrap)(asy_future *)) { std::move(inner).wrapped(wrap); }
[[nodiscard]] auto wait_for(Operation &&inner, std::chrono::duration<Rep, Period> delay) {
  std::uint64_t ns = to_ns(delay);
  return std::move(inner).wrapped([ns](asy_future *future) { return asy_wait_for(asy_loop_current(), future, ns); });
}

}  // namespace asy
#endif
