/** @file
 * @brief Promises: the writing end of a future, for any thread. */
#include "libasync/task/promise.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Create a future together with its promise.
 *
 * The future is the loop's, the promise may go to any thread. Dropped unset, it fails the
 * future with #ASY_E_BROKEN_PROMISE. With `on_cancel` a cancel only asks; without, it cancels
 * the future and a later result is dropped.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on_cancel called on the loop when a cancel is asked, or NULL
 * @param[in] user_data handed to `on_cancel`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @param[out] out_promise receives the promise; NULL when the future has failed already
 * @return a future
 * @par Ownership
 * the caller owns one reference to each; takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_promise_new(asy_loop *loop, asy_cancel_cb on_cancel, void *user_data, asy_free_cb on_free,
                                    asy_promise **out_promise) ASY_NOEXCEPT {
  if (out_promise) *out_promise = nullptr;
  asy_status status = loop_check(core(loop));
  if (!status && !out_promise) status = ASY_E_INVALID;
  if (status) return refuse_future(status, user_data, on_free);
  promise *made;
  future *f = promise_new(*core(loop), on_cancel, user_data, on_free, made);
  *out_promise = handle_of<asy_promise>(made);
  return handle(f);
}

/**
 * Take another reference to a promise.
 *
 * @param[in] promise the promise, or NULL; borrowed
 * @return `promise`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_promise *asy_promise_ref(asy_promise *promise) ASY_NOEXCEPT {
  if (promise) promise_ref(core_of<libasync::promise>(promise));
  return promise;
}

/**
 * Give back a reference to a promise.
 *
 * The last one breaks a promise that was not kept.
 *
 * @param[in] promise the promise, or NULL; consumed
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_promise_unref(asy_promise *promise) ASY_NOEXCEPT {
  promise_unref(core_of<libasync::promise>(promise));
}

/**
 * Complete the future with a value.
 *
 * @param[in] promise the promise; borrowed
 * @param[in,out] value the value, or NULL for nil; consumed
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE the promise was set already
 * @retval ASY_E_CLOSED the loop is closed
 * @par Ownership
 * takes what `value` holds, also on failure
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_promise_set_result(asy_promise *promise, asy_value *value) ASY_NOEXCEPT {
  if (!promise) return refuse(ASY_E_INVALID, value);
  return promise_set(*core_of<libasync::promise>(promise), value_take(value), nullptr);
}

/**
 * Complete the future with an error.
 *
 * @param[in] promise the promise; borrowed
 * @param[in] error why; consumed
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE the promise was set already
 * @retval ASY_E_CLOSED the loop is closed
 * @par Ownership
 * takes one reference to `error`, also on failure
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_promise_set_error(asy_promise *promise, asy_error *error) ASY_NOEXCEPT {
  if (!error) return ASY_E_INVALID;
  if (!promise) return refuse(ASY_E_INVALID, error);
  return promise_set(*core_of<libasync::promise>(promise), nil, core(error));
}

/**
 * Complete the future as cancelled.
 *
 * @param[in] promise the promise; borrowed
 * @param[in] message why, or NULL for the reason of the latest request; copied
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE the promise was set already
 * @retval ASY_E_CLOSED the loop is closed
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_promise_set_cancelled(asy_promise *promise, const char *message) ASY_NOEXCEPT {
  if (!promise) return ASY_E_INVALID;
  return promise_set(*core_of<libasync::promise>(promise), nil, cancel_reason(message));
}
}
