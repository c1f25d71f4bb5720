/** @file
 * @brief Waiting for signals. */
#include "libasync/loop/signal.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Wait until the process gets a signal.
 *
 * The handler is installed for as long as anybody waits, on an alternate stack
 * where the thread has one; then what was there before comes back. So a second
 * signal does what the process does without this library, unless somebody waits
 * again. Any number of loops may wait for the same signal; each hears it.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] signum the signal's number
 * @return a future of the number; fails with #ASY_E_INVALID for a number that is no signal or
 *   cannot be caught
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_signal_wait(asy_loop *loop, int32_t signum) ASY_NOEXCEPT {
  if (future *refused = future_refusal(core(loop))) return handle(refused);
  return handle(signal_wait(*core(loop), signum));
}

}  // extern "C"
