/** @file
 * @brief Waiting without passing a cancel on. */
#ifndef LIBASYNC_CPP_SHIELD_HPP
#define LIBASYNC_CPP_SHIELD_HPP
#include "to_future.hpp"

namespace asy {

/**
 * Await so that a cancel ends the wait and not what is awaited, whose late failure is then reported.
 * @param awaitable a task, which runs as a task of its own, or a future; consumed if a temporary
 */
template <class Awaitable>
[[nodiscard]] auto shield(Awaitable &&awaitable) {
  using result = detail::result_of<Awaitable>;
  asy_loop *running = asy_loop_current();
  future<result> inner = detail::to_future(running, std::forward<Awaitable>(awaitable));
  asy_loop *loop = running ? running : inner.loop();
  return future<result>(adopt, asy_shield(loop, inner.release()));
}

}  // namespace asy
#endif
