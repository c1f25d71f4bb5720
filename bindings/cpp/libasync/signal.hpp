/** @file
 * @brief Waiting for signals. */
#ifndef LIBASYNC_CPP_SIGNAL_HPP
#define LIBASYNC_CPP_SIGNAL_HPP
#include "loop.hpp"

namespace asy {

/** Wait for a signal, which is not delivered elsewhere meanwhile. @return its number */
[[nodiscard]] inline future<int> signal_wait(int signum, loop_ref loop = {}) noexcept {
  return future<int>(adopt, asy_signal_wait(loop.raw(), signum));
}

}  // namespace asy
#endif
