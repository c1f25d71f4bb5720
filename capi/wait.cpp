/** @file
 * @brief Waiting until some or all of several futures are done. */
#include "libasync/task/wait.hpp"
#include "capi/handles.hpp"
#include "libasync/task/members.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Wait until some or all of several futures are done, and touch none of them.
 *
 * Their outcomes are read from the futures, of which the caller keeps references of its own: an
 * error in one is no error of the wait, nor is the timeout. Neither the timeout nor cancelling the
 * wait cancels a future. What is done in the same turn is counted too. One given twice counts twice.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] futures the futures, each consumed; the array is borrowed
 * @param[in] count how many; without any the wait fails with #ASY_E_INVALID
 * @param[in] mode one of #asy_wait_mode
 * @param[in] timeout_ns nanoseconds to wait at most; 0 polls once; #ASY_FOREVER sets no limit
 * @return a future with how many are done
 * @par Ownership
 * the caller owns one reference; takes one of each future
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_wait(asy_loop *loop, asy_future *const *futures, size_t count, uint32_t mode,
                             uint64_t timeout_ns) ASY_NOEXCEPT {
  auto *members = reinterpret_cast<future *const *>(futures);
  if (const asy_status refused = members_check(core(loop), members, count)) return handle(future_of(refused));
  return handle(wait_new(*core(loop), members, count, mode, timeout_ns));
}

}  // extern "C"
