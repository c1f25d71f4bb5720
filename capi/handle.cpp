/** @file
 * @brief Callbacks on the loop and their handles. */
#include "libasync/loop/handle.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Call a function on the loop's next turn.
 *
 * Calls run in the order in which they were asked for, never inside this one.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on_call what to call
 * @param[in] user_data handed to `on_call`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @param[out] out_handle receives a handle to cancel it with, or NULL
 * @return zero or a negative #asy_status
 * @retval ASY_E_NOMEM memory ran out
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @retval ASY_E_CLOSED the loop is closed
 * @par Ownership
 * takes `user_data`, also on failure; the caller owns one reference in `*out_handle`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_call_soon(asy_loop *loop, asy_call_cb on_call, void *user_data, asy_free_cb on_free,
                                      asy_handle **out_handle) ASY_NOEXCEPT {
  if (out_handle) *out_handle = nullptr;
  asy_status status = loop_check(core(loop));
  if (!status && !on_call) status = ASY_E_INVALID;
  if (status) return refuse(status, user_data, on_free);
  libasync::handle *made;
  status = handle_soon(*core(loop), {on_call, user_data, on_free}, out_handle ? &made : nullptr);
  if (out_handle) *out_handle = handle_of<asy_handle>(made);
  return status;
}

/**
 * Call a function after a delay.
 *
 * Never early. Equal deadlines run in the order in which they were set.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] delay_ns nanoseconds to wait; zero is the next turn, #ASY_FOREVER never comes
 * @param[in] on_call what to call
 * @param[in] user_data handed to `on_call`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @param[out] out_handle receives a handle to cancel it with, or NULL
 * @return zero or a negative #asy_status
 * @retval ASY_E_NOMEM memory ran out
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @retval ASY_E_CLOSED the loop is closed
 * @par Ownership
 * takes `user_data`, also on failure; the caller owns one reference in `*out_handle`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_call_later(asy_loop *loop, uint64_t delay_ns, asy_call_cb on_call, void *user_data,
                                       asy_free_cb on_free, asy_handle **out_handle) ASY_NOEXCEPT {
  if (out_handle) *out_handle = nullptr;
  asy_status status = loop_check(core(loop));
  if (!status && !on_call) status = ASY_E_INVALID;
  if (status) return refuse(status, user_data, on_free);
  libasync::handle *made;
  status = handle_after(*core(loop), delay_ns, {on_call, user_data, on_free}, out_handle ? &made : nullptr);
  if (out_handle) *out_handle = handle_of<asy_handle>(made);
  return status;
}

/**
 * Call a function at a time of the loop's clock.
 *
 * Callbacks of one time run in the order in which they were asked for, and after the limits of that
 * time have acted: those of timeouts and waits.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] when_ns the time; one that is past is the next turn
 * @param[in] on_call what to call
 * @param[in] user_data handed to `on_call`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @param[out] out_handle receives a handle to cancel it with, or NULL
 * @return zero or a negative #asy_status
 * @retval ASY_E_NOMEM memory ran out
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @retval ASY_E_CLOSED the loop is closed
 * @par Ownership
 * takes `user_data`, also on failure; the caller owns one reference in `*out_handle`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_call_at(asy_loop *loop, uint64_t when_ns, asy_call_cb on_call, void *user_data,
                                    asy_free_cb on_free, asy_handle **out_handle) ASY_NOEXCEPT {
  if (out_handle) *out_handle = nullptr;
  asy_status status = loop_check(core(loop));
  if (!status && !on_call) status = ASY_E_INVALID;
  if (status) return refuse(status, user_data, on_free);
  libasync::handle *made;
  status = handle_at(*core(loop), when_ns, {on_call, user_data, on_free}, out_handle ? &made : nullptr);
  if (out_handle) *out_handle = handle_of<asy_handle>(made);
  return status;
}

/**
 * Cancel a callback that has not run yet.
 *
 * Its `on_free` runs at once. Cancelling twice, or one that ran, changes nothing.
 *
 * @param[in] handle the handle; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_handle_cancel(asy_handle *handle) ASY_NOEXCEPT {
  auto *h = core_of<libasync::handle>(handle);
  if (const asy_status refused = object_check(h)) return refused;
  handle_cancel(*h);
  return ASY_OK;
}

/**
 * Tell whether a callback was cancelled.
 *
 * @param[in] handle the handle; borrowed
 * @return 1 or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_handle_is_cancelled(const asy_handle *handle) ASY_NOEXCEPT {
  auto *h = core_of<libasync::handle>(handle);
  return h && h->state == libasync::handle::CANCELLED;
}

/**
 * Tell when a callback is due.
 *
 * @param[in] handle the handle; borrowed
 * @return a time of the loop's clock, #ASY_FOREVER for never, or 0 for the next turn
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API uint64_t asy_handle_when(const asy_handle *handle) ASY_NOEXCEPT {
  auto *h = core_of<libasync::handle>(handle);
  return h ? h->when : 0;
}

/**
 * Give the context that a callback runs in.
 *
 * @param[in] handle the handle; borrowed
 * @return the context; NULL without memory, and on another thread
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_context *asy_handle_context(asy_handle *handle) ASY_NOEXCEPT {
  auto *h = core_of<libasync::handle>(handle);
  if (object_check(h)) return nullptr;
  return handle_of<asy_context>(context_ref(context_in(h->context)));
}

/**
 * Take another reference to a handle.
 *
 * @param[in] handle the handle, or NULL; borrowed
 * @return `handle`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_handle *asy_handle_ref(asy_handle *handle) ASY_NOEXCEPT {
  if (handle) object_ref(core_of<libasync::handle>(handle));
  return handle;
}

/**
 * Give back a reference to a handle.
 *
 * The callback stays queued.
 *
 * @param[in] handle the handle, or NULL; consumed
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_handle_unref(asy_handle *handle) ASY_NOEXCEPT { object_unref(core_of<libasync::handle>(handle)); }
}
