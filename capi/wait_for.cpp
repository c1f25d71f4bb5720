/** @file
 * @brief Waiting for one future with a limit. */
#include "libasync/task/wait_for.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Wait for a future, but not for ever.
 *
 * At the deadline it is cancelled, its clean-up is waited for, and then this fails with
 * #ASY_E_TIMEOUT; a value or error that comes instead wins. When others wait for it too, it is
 * left to them.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] future what to wait for; consumed
 * @param[in] delay_ns nanoseconds to wait; zero cancels it unless it is done, #ASY_FOREVER
 *   waits
 * @return a future with its value
 * @par Ownership
 * the caller owns one reference; takes one of `future`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_wait_for(asy_loop *loop, asy_future *future, uint64_t delay_ns) ASY_NOEXCEPT {
  asy_status status = loop_check(core(loop));
  if (!status && !future) status = ASY_E_INVALID;
  if (!status && core(future)->owner && core(future)->owner != core(loop)) status = ASY_E_WRONG_LOOP;
  if (status) {
    object_unref(core(future));
    return handle(future_of(status));
  }
  return handle(wait_for_new(*core(loop), core(future), delay_ns));
}
}
