/** @file
 * @brief Keeping a cancel from what is waited for. */
#include "libasync/task/shield.hpp"
#include "capi/handles.hpp"
#include "libasync/task/members.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Wait for a future without passing a cancel on to it.
 *
 * The shield ends as the future does. Cancelling the shield ends only that: the future goes on, and
 * when it fails later, with nobody to read it, that is reported once. Cancelling the future itself
 * cancels the shield.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] future the future; consumed
 * @return the shield; a future that is done comes back itself
 * @par Ownership
 * the caller owns one reference; takes one of `future`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_shield(asy_loop *loop, asy_future *future) ASY_NOEXCEPT {
  libasync::future *const inner = core(future);
  if (const asy_status refused = members_check(core(loop), &inner, 1)) return handle(future_of(refused));
  return handle(shield_new(*core(loop), inner));
}

}  // extern "C"
