/** @file
 * @brief Debug mode: what is slow, and where things were made. */
#include "libasync/debug/debug.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Turn debug mode on or off.
 *
 * It measures, remembers and reports, and changes no order and no result. It is on from the start
 * with #ASY_LOOP_DEBUG, or when the environment has `LIBASYNC_DEBUG=1`.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on 1 or 0
 * @return zero or a negative #asy_status
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any; another thread's call takes effect when the loop comes to it
 * @since 0.1
 */
ASY_API asy_status asy_loop_set_debug(asy_loop *loop, int32_t on) ASY_NOEXCEPT {
  return loop ? loop_set_debug(*core(loop), on) : ASY_E_INVALID;
}

/**
 * Tell whether debug mode is on.
 *
 * @param[in] loop the loop; borrowed
 * @return 1 or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API int32_t asy_loop_is_debug(const asy_loop *loop) ASY_NOEXCEPT { return loop && core(loop)->debug; }

/**
 * Set how long a step or callback may take in debug mode.
 *
 * One that takes as long is reported with #ASY_E_SLOW, its name and where it was made; so are a
 * timer and a poll that are as late. The report policy does not apply. A virtual clock does not
 * stand in the way: what is measured is the machine's time.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] limit_ns nanoseconds; 100 milliseconds at first
 * @return zero or a negative #asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_set_slow_step(asy_loop *loop, uint64_t limit_ns) ASY_NOEXCEPT {
  monitor *m;
  const asy_status status = monitor_for(core(loop), m);
  if (!status) m->set_slow_step(limit_ns);
  return status;
}

/**
 * Set who tells where the program is when something is made in debug mode.
 *
 * A binding tells in its language's terms. The hook makes nothing of the loop's.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on_place writes the place, or NULL for the C functions that are being called, at most ten
 * @param[in] user_data handed to `on_place`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative #asy_status
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_set_place_hook(asy_loop *loop, asy_place_cb on_place, void *user_data,
                                           asy_free_cb on_free) ASY_NOEXCEPT {
  monitor *m;
  if (const asy_status refused = monitor_for(core(loop), m)) return refuse(refused, user_data, on_free);
  m->set_place_hook({on_place, user_data, on_free});
  return ASY_OK;
}

/**
 * Tell where a future or task was made.
 *
 * Known for what was made while debug mode was on.
 *
 * @param[in] future the future; borrowed
 * @param[in,out] buffer receives the text, cut to fit and ended with a NUL; or NULL for the length alone
 * @param[in] size bytes of room in `buffer`
 * @return the length of the whole text without the NUL; 0 when nothing is known
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_future_place(asy_future *future, char *buffer, size_t size) ASY_NOEXCEPT {
  text out(buffer, size);
  if (object_check(core(future))) return 0;
  if (const monitor *m = monitor_kept(*core(future)->owner)) m->place_of(*core(future), out);
  return out.length;
}

}  // extern "C"
