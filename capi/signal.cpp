/** @file
 * @brief Waiting for signals. */
#include "libasync/task/signal.hpp"
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

/**
 * Call a function whenever the process gets a signal.
 *
 * It runs as an ordinary callback in the loop's turn, once for each arrival that the system tells apart, in place of
 * the loop's handler of before. What the process did with the signal comes back with the last who listens.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] signum the signal's number
 * @param[in] on_call what to call
 * @param[in] user_data handed to `on_call`; borrowed until `on_free`
 * @param[in] on_free releases `user_data` when the handler is removed or replaced; or NULL
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID the number is no signal, or one that cannot be caught
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_add_signal_handler(asy_loop *loop, int32_t signum, asy_call_cb on_call, void *user_data,
                                               asy_free_cb on_free) ASY_NOEXCEPT {
  asy_status refused = loop_check(core(loop));
  if (!refused && !on_call) refused = ASY_E_INVALID;
  if (refused) return refuse(refused, user_data, on_free);
  return signal_handler_set(*core(loop), signum, {on_call, user_data, on_free});
}

/**
 * Remove a loop's handler of a signal.
 *
 * It is called no more, also for what has arrived.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] signum the signal's number
 * @return zero or a negative #asy_status
 * @retval ASY_E_NOT_FOUND the loop has none
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_remove_signal_handler(asy_loop *loop, int32_t signum) ASY_NOEXCEPT {
  if (const asy_status refused = loop_check(core(loop))) return refused;
  return signal_handler_remove(*core(loop), signum) ? ASY_OK : ASY_E_NOT_FOUND;
}

}  // extern "C"
