/** @file
 * @brief The first of several attempts that succeeds. */
#include "libasync/task/race.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Try several ways, staggered, and keep the first that succeeds.
 *
 * Each attempt begins when the one before it failed, or `delay_ns` after that began. An attempt that
 * is cancelled by others failed. Once one succeeds no further begins, the others are cancelled and
 * waited for, and their values are dropped. Cancelling the race cancels every attempt, each time, and
 * waits for their ends. `on_start` runs in one copy of the context of this call.
 *
 * The value is a list: the winner's index, its value, and a list with the error of each attempt that
 * began, or nil, in their order. Where all fail the error is an #ASY_E_GROUP of theirs, in their order.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] count how many attempts there may be; at least 1
 * @param[in] delay_ns nanoseconds between two beginnings; 0 begins all at once, #ASY_FOREVER one after the other
 * @param[in] on_start begins an attempt; called on the loop, never inside this call
 * @param[in] user_data handed to `on_start`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return a future with the list
 * @par Ownership
 * the caller owns one reference; takes `user_data`, also on failure, and the futures of `on_start`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_race(asy_loop *loop, size_t count, uint64_t delay_ns, asy_start_cb on_start, void *user_data,
                             asy_free_cb on_free) ASY_NOEXCEPT {
  asy_status refused = loop_check(core(loop));
  if (!refused && (!on_start || !count || count > UINT32_MAX)) refused = ASY_E_INVALID;
  if (refused) return refuse_future(refused, user_data, on_free);
  return handle(race_new(*core(loop), count, delay_ns, {on_start, user_data, on_free}));
}

}  // extern "C"
