/** @file
 * @brief Sleeping. */
#include "libasync/task/sleep.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Finish after a delay.
 *
 * Completes no earlier than `delay_ns` after this call, and never inside it.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] delay_ns nanoseconds to wait; zero takes one turn, #ASY_FOREVER waits until
 *   cancelled
 * @return a future without a value; #ASY_E_CANCELLED when cancelled
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_sleep(asy_loop *loop, uint64_t delay_ns) ASY_NOEXCEPT {
  if (future *refused = future_refusal(core(loop))) return handle(refused);
  return handle(sleep_new(*core(loop), delay_ns));
}
}
