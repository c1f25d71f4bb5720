/** @file
 * @brief Calls from any thread, which can be taken back from any thread. */
#include "libasync/loop/call.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

namespace {

call *core(asy_call *c) noexcept { return core_of<call>(c); }

}  // namespace

extern "C" {

/**
 * Call a function on the loop from any thread.
 *
 * Wakes the loop. Calls from one thread run in their order.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on_call what to call
 * @param[in] user_data handed to `on_call`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @param[out] out_call receives the call, or NULL on failure; or NULL
 * @return zero or a negative #asy_status
 * @retval ASY_E_CLOSED the loop is closed; `on_free` has run in this thread
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * takes `user_data`, also on failure; the caller owns one reference in `*out_call`
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_loop_call_soon_threadsafe(asy_loop *loop, asy_call_cb on_call, void *user_data,
                                                 asy_free_cb on_free, asy_call **out_call) ASY_NOEXCEPT {
  if (out_call) *out_call = nullptr;
  if (!loop || !on_call) return refuse(ASY_E_INVALID, user_data, on_free);
  if (capi::core(loop)->forked) return refuse(ASY_E_FORKED, user_data, on_free);
  call *made = nullptr;
  const asy_status status = call_soon(*capi::core(loop), {on_call, user_data, on_free}, out_call ? &made : nullptr);
  if (out_call) *out_call = handle_of<asy_call>(made);
  return status;
}

/**
 * Take another reference to a call.
 *
 * @param[in] call the call, or NULL; borrowed
 * @return `call`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_call *asy_call_ref(asy_call *call) ASY_NOEXCEPT {
  call_ref(core(call));
  return call;
}

/**
 * Give back a reference to a call.
 *
 * Changes nothing about whether it runs.
 *
 * @param[in] call the call, or NULL; consumed
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_call_unref(asy_call *call) ASY_NOEXCEPT { call_unref(core(call)); }

/**
 * Take a call back.
 *
 * A call that has not begun never runs, and its `on_free` has run in this thread. While it runs on the loop's thread,
 * this blocks until it has ended, its `on_free` included; inside the call itself it does not.
 *
 * @param[in] call the call; borrowed
 * @return 1 when it will never run, 0 when it ran or is the caller
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any; not while holding what the call waits for, such as an interpreter's lock
 * @par Batch
 * never: it may block
 * @since 0.1
 */
ASY_API int32_t asy_call_cancel(asy_call *call) ASY_NOEXCEPT { return call && call_cancel(*core(call)); }

/**
 * Tell whether a call was taken back, or its loop closed before its turn.
 *
 * @param[in] call the call; borrowed
 * @return 1 or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API int32_t asy_call_is_cancelled(const asy_call *call) ASY_NOEXCEPT {
  return call && call_is_cancelled(*core_of<libasync::call>(call));
}

}  // extern "C"
