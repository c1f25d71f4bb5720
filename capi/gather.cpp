/** @file
 * @brief Waiting for several futures together. */
#include "libasync/task/gather.hpp"
#include "capi/handles.hpp"
#include "libasync/task/members.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Wait for several futures and list their values.
 *
 * The list has their order. The first error to happen fails it at once and leaves the others
 * running; cancelling it cancels them all and waits for their ends.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] futures the futures, each consumed; the array is borrowed, or NULL with `count` 0
 * @param[in] count how many
 * @param[in] flags bits of #asy_gather_flag
 * @return a future with a list; a pointer with its destructor moves into it
 * @par Ownership
 * the caller owns one reference; takes one of each future
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_gather(asy_loop *loop, asy_future *const *futures, size_t count, uint32_t flags) ASY_NOEXCEPT {
  auto *members = reinterpret_cast<future *const *>(futures);
  if (const asy_status refused = members_check(core(loop), members, count)) return handle(future_of(refused));
  if (flags & ~uint32_t{ASY_GATHER_RETURN_ERRORS}) {
    members_release(members, count);
    return handle(future_of(ASY_E_INVALID));
  }
  return handle(gather_new(*core(loop), members, count, flags & ASY_GATHER_RETURN_ERRORS));
}
}
