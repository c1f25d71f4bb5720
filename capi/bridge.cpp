/** @file
 * @brief Bridges: awaiting another loop's future. */
#include "libasync/task/bridge.hpp"

#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Follow a future of another loop, which may be another thread's.
 *
 * The result ends as `future` does. Cancelling it asks `future` to cancel, as a cancelled awaiter
 * does, and waits for its answer. When the other loop closes first, it fails with #ASY_E_CLOSED.
 * A future of `loop` itself, and one of no loop, is returned as it is.
 *
 * Objects of an #asy_type_flag cross only to a loop of the same thread: to another's a value that
 * holds one fails the result with #ASY_E_WRONG_LOOP and is released at home, and an error comes
 * without its objects, causes and children.
 *
 * @param[in] loop the loop to follow it on; borrowed
 * @param[in] future the future; consumed, so hand over a reference of yours
 * @return a future of `loop`
 * @par Ownership
 * the caller owns one reference; takes one of `future`, also on failure
 * @par Threads
 * the loop's; `future` may belong to any thread's loop
 * @since 0.1
 */
ASY_API asy_future *asy_future_bridge(asy_loop *loop, asy_future *future) ASY_NOEXCEPT {
  asy_status status = loop_check(core(loop));
  if (!status && !future) status = ASY_E_INVALID;
  if (!status) return handle(bridge_new(*core(loop), core(future)));
  object_unref(core(future));
  return handle(future_of(status));
}
}
