/** @file
 * @brief Ending all that a loop has going. */
#include "libasync/task/shutdown.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * End everything that a loop has going, in order.
 *
 * First every task but the caller's is cancelled and awaited; whoever waits for this future is spared too.
 * Tasks that they started meanwhile come next, and so on until none is left, 100 times at most. Then live
 * generators are closed, and the loop's own executor is shut down, which may take 300 seconds. What a stage starts
 * anew is ended again. Errors of dying tasks that nobody waits for are
 * reported. The loop stays open, without an executor of its own.
 *
 * A task that does not end is waited for until `grace_ns` have passed; then each that is left is reported by
 * name with #ASY_E_TIMEOUT, and asy_loop_close() does not name it again.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] grace_ns nanoseconds that all of it may take; #ASY_FOREVER for no limit
 * @return a future of how many did not end; fails with #ASY_E_BUSY while another shutdown goes on;
 *   cancelled, it asks nobody any more
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_loop_shutdown(asy_loop *loop, uint64_t grace_ns) ASY_NOEXCEPT {
  if (future *refused = future_refusal(core(loop))) return handle(refused);
  return handle(shutdown_start(*core(loop), grace_ns));
}

}  // extern "C"
