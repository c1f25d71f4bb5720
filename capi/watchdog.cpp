/** @file
 * @brief The watchdog: who blocks the loop, told while it does. */
#include "capi/handles.hpp"
#include "libasync/debug/debug.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Watch a loop from a thread of its own, which tells what blocks it while it does.
 *
 * A step or callback that has run for the limit is told once. The machine's time counts, also
 * with a virtual clock. The thread ends with the loop; the child of a fork has none.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] limit_ns nanoseconds; zero ends the watch
 * @param[in] on_stuck told on the watchdog's thread, or NULL to print to standard error
 * @param[in] user_data handed to `on_stuck`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative #asy_status
 * @retval ASY_E_NOMEM there is no memory for a thread
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_set_watchdog(asy_loop *loop, uint64_t limit_ns, asy_stuck_cb on_stuck, void *user_data,
                                         asy_free_cb on_free) ASY_NOEXCEPT {
  monitor *m;
  if (const asy_status refused = monitor_for(core(loop), m)) return refuse(refused, user_data, on_free);
  return m->set_watchdog(limit_ns, {on_stuck, user_data, on_free});
}

}  // extern "C"
