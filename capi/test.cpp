/** @file
 * @brief For tests: cancels and failures at every point, and what is still alive. */
#include "capi/handles.hpp"
#include "libasync/base/alloc.hpp"
#include "libasync/debug/debug.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Cancel a task at one of its suspensions.
 *
 * A suspension is a step that ends in a wait: on a future that is not done, for a turn, or for a
 * step that comes later. The cancel is asked for when the callback that led to it returns to the
 * loop, as one from another callback would be. Tests call this with 1, 2, 3, ... until
 * asy_test_suspensions() says that there are fewer.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] task the task, or NULL for whichever suspends; borrowed
 * @param[in] nth which suspension from now on; zero only counts them
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID `task` is no task
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_test_cancel_at(asy_loop *loop, asy_task *task, uint64_t nth) ASY_NOEXCEPT {
  libasync::task *const t = as_task(core(task));
  if (task && !t) return ASY_E_INVALID;
  monitor *m;
  const asy_status status = monitor_for(core(loop), m);
  if (!status) m->cancel_at(t, nth);
  return status;
}

/**
 * Count the suspensions since asy_test_cancel_at().
 *
 * @param[in] loop the loop; borrowed
 * @return how many; of the task that was given, or of all
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API uint64_t asy_test_suspensions(asy_loop *loop) ASY_NOEXCEPT {
  if (loop_check(core(loop))) return 0;
  const monitor *m = monitor_kept(*core(loop));
  return m ? m->suspensions() : 0;
}

/**
 * Let allocations of the library fail.
 *
 * Counts from this call on, over all threads. libuv's own memory does not fail.
 *
 * @param[in] nth the first that fails; zero: none does, they are only counted
 * @param[in] count how many fail; zero ends the failures and the counting
 * @return zero
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_test_fail_allocation(uint64_t nth, uint64_t count) ASY_NOEXCEPT {
  fail_allocations(nth, count);
  return ASY_OK;
}

/**
 * Count the allocations since asy_test_fail_allocation().
 *
 * @return how many were asked for, those that failed included
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API uint64_t asy_test_allocations(void) ASY_NOEXCEPT { return allocations_asked(); }

/**
 * Count what is alive of a loop, by kind.
 *
 * After asy_loop_close() that is what the program still holds, and a test that has released
 * everything finds nothing. Before, what the loop itself holds is counted too.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on_live called for each kind of which there are any
 * @param[in] user_data handed to `on_live`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative #asy_status
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's; any once it is closed
 * @since 0.1
 */
ASY_API asy_status asy_loop_visit_live(asy_loop *loop, asy_live_cb on_live, void *user_data,
                                       asy_free_cb on_free) ASY_NOEXCEPT {
  asy_status status = loop_check(core(loop));
  if (status == ASY_E_CLOSED && core(loop)->closed) status = ASY_OK;
  if (!status && !on_live) status = ASY_E_INVALID;
  if (!status) status = visit_live(*core(loop), on_live, user_data);
  return refuse(status, user_data, on_free);
}

}  // extern "C"
