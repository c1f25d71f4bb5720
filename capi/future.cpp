/** @file
 * @brief Futures: outcomes that may still be running. */
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

namespace {

/// A settable future: pending, on our thread, and no operation's or task's.
asy_status settleable(const future *f) noexcept {
  if (!f) return ASY_E_INVALID;
  if (!f->owner) return ASY_E_STATE;
  if (const asy_status refused = object_check(f)) return refused;
  if (!future_is_users(*f)) return ASY_E_INVALID;
  return f->done() ? ASY_E_STATE : ASY_OK;
}

}  // namespace

extern "C" {

/**
 * Create a pending future.
 *
 * Whoever makes it completes it with asy_future_set_result() or asy_future_set_error().
 *
 * @param[in] loop the loop; borrowed
 * @return a future; failed already when the loop refuses
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_future_new(asy_loop *loop) ASY_NOEXCEPT {
  if (future *refused = future_refusal(core(loop))) return handle(refused);
  return handle(future_new(*core(loop)));
}

/**
 * Create a future whose completer is asked before it is cancelled.
 *
 * A cancel calls `on_cancel`; the future stays pending until its completer settles it.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on_cancel called when a cancel is asked
 * @param[in] user_data handed to `on_cancel`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return a future; failed already when the loop refuses
 * @par Ownership
 * the caller owns one reference; takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_future_new_cancellable(asy_loop *loop, asy_cancel_cb on_cancel, void *user_data,
                                               asy_free_cb on_free) ASY_NOEXCEPT {
  asy_status status = loop_check(core(loop));
  if (!status && !on_cancel) status = ASY_E_INVALID;
  if (status) return refuse_future(status, user_data, on_free);
  return handle(future_new_cancellable(*core(loop), on_cancel, user_data, on_free));
}

/**
 * Create a future that is done.
 *
 * @param[in] loop the loop; borrowed
 * @param[in,out] value its value, or NULL for nil; consumed
 * @return a future
 * @par Ownership
 * the caller owns one reference; takes what `value` holds
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_future_new_done(asy_loop *loop, asy_value *value) ASY_NOEXCEPT {
  if (const asy_status refused = loop_check(core(loop))) {
    refuse(refused, value);
    return handle(future_of(refused));
  }
  return handle(future_done(*core(loop), value_take(value)));
}

/**
 * Create a future that has failed.
 *
 * An error of code #ASY_E_CANCELLED makes a cancelled one. A future of no loop keeps nothing of the error but its code;
 * it is given where the loop is NULL, closed or another thread's, and where memory ran out.
 *
 * @param[in] loop the loop, or NULL; borrowed
 * @param[in] error why; consumed
 * @return a future
 * @par Ownership
 * the caller owns one reference; takes one of `error`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_future_new_failed(asy_loop *loop, asy_error *error) ASY_NOEXCEPT {
  if (!error) return handle(future_of(ASY_E_INVALID));
  return handle(future_failed(core(loop), core(error)));
}

/**
 * Take another reference to a future.
 *
 * @param[in] future the future, or NULL; borrowed
 * @return `future`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_future_ref(asy_future *future) ASY_NOEXCEPT {
  if (future) object_ref(core(future));
  return future;
}

/**
 * Give back a reference to a future.
 *
 * The last handle of a failed one that nobody read reports its error. A task runs on without
 * handles.
 *
 * @param[in] future the future, or NULL; consumed
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_future_unref(asy_future *future) ASY_NOEXCEPT { object_unref(core(future)); }

/**
 * Tell whether a future is done, however it ended.
 *
 * @param[in] future the future; borrowed
 * @return 1 or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_future_is_done(const asy_future *future) ASY_NOEXCEPT { return !future || core(future)->done(); }

/**
 * Tell whether a future was cancelled.
 *
 * @param[in] future the future; borrowed
 * @return 1 or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_future_is_cancelled(const asy_future *future) ASY_NOEXCEPT {
  return future && core(future)->state == CANCELLED;
}

/**
 * Tell whether a future is a task.
 *
 * @param[in] future the future; borrowed
 * @return 1 or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API int32_t asy_future_is_task(const asy_future *future) ASY_NOEXCEPT {
  return future && core(future)->what->is_task;
}

/**
 * Find the loop of a future.
 *
 * @param[in] future the future; borrowed
 * @return the loop, borrowed; NULL for a future of no loop
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_loop *asy_future_loop(const asy_future *future) ASY_NOEXCEPT {
  return future ? handle(core(future)->owner) : nullptr;
}

/**
 * Tell how a future ended.
 *
 * Counts as reading its error.
 *
 * @param[in] future the future; borrowed
 * @return #ASY_OK when it has a value, the error's code when it failed
 * @retval ASY_E_AGAIN it is pending
 * @retval ASY_E_CANCELLED it was cancelled
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_future_status(asy_future *future) ASY_NOEXCEPT {
  if (!future) return ASY_E_INVALID;
  libasync::future &f = *core(future);
  if (!f.done()) return ASY_E_AGAIN;
  error *e = f.failure();
  if (!e) return ASY_OK;
  future_mark_read(f);
  return e->code;
}

/**
 * Read the value of a future.
 *
 * @param[in] future the future; borrowed
 * @return the value, borrowed from the future; NULL unless it is done with one
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API const asy_value *asy_future_value(asy_future *future) ASY_NOEXCEPT {
  return future && core(future)->state == DONE ? &core(future)->value : nullptr;
}

/**
 * Take the value out of a future that is done.
 *
 * What can be shared is shared. A pointer with its destructor, and a future of another loop, goes
 * to the first who takes or awaits it; those who come later get the pointer alone, or nil.
 *
 * @param[in] future the future; borrowed
 * @param[out] out_value receives the value, or nil
 * @return zero or a negative #asy_status, which may be that of the future's error
 * @retval ASY_E_AGAIN it is pending
 * @par Ownership
 * the caller clears `*out_value`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_future_take_value(asy_future *future, asy_value *out_value) ASY_NOEXCEPT {
  if (!out_value) return ASY_E_INVALID;
  *out_value = nil;
  if (const asy_status status = asy_future_status(future)) return status;
  if (const asy_status refused = object_check(core(future))) return refused;
  struct share {
    libasync::future &from;
    asy_value &to;
    static void take(void *argument) {
      const auto &[from, to] = *static_cast<share *>(argument);
      to = future_hand_over(from);
    }
  } both{*core(future), *out_value};
  run_outside(share::take, &both);  // another reference to a foreign object is foreign code
  return ASY_OK;
}

/**
 * Read the error of a future.
 *
 * Counts as reading it.
 *
 * @param[in] future the future; borrowed
 * @return the error, borrowed from the future; NULL unless it failed or was cancelled
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_error *asy_future_error(asy_future *future) ASY_NOEXCEPT {
  if (!future) return nullptr;
  error *e = core(future)->failure();
  if (e) future_mark_read(*core(future));
  return handle(e);
}

/**
 * Complete a future with a value.
 *
 * @param[in] future the future; borrowed
 * @param[in,out] value the value, or NULL for nil; consumed
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE it is done already
 * @retval ASY_E_INVALID it is a task, or the future of an operation
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @par Ownership
 * takes what `value` holds, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_future_set_result(asy_future *future, asy_value *value) ASY_NOEXCEPT {
  if (const asy_status refused = settleable(core(future))) return refuse(refused, value);
  future_complete(*core(future), value_take(value));
  return ASY_OK;
}

/**
 * Complete a future with an error.
 *
 * An error of code #ASY_E_CANCELLED cancels it.
 *
 * @param[in] future the future; borrowed
 * @param[in] error why; consumed
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE it is done already
 * @retval ASY_E_INVALID it is a task, or `error` is NULL
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @par Ownership
 * takes one reference to `error`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_future_set_error(asy_future *future, asy_error *error) ASY_NOEXCEPT {
  if (!error) return ASY_E_INVALID;
  if (const asy_status refused = settleable(core(future))) return refuse(refused, error);
  future_fail(*core(future), core(error));
  return ASY_OK;
}

/**
 * Complete a future as cancelled, as its completer.
 *
 * This settles a future whose cancel hook only asked.
 *
 * @param[in] future the future; borrowed
 * @param[in] message why, or NULL for the reason of the latest request; copied
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE it is done already
 * @retval ASY_E_INVALID it is a task, or the future of an operation
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_future_set_cancelled(asy_future *future, const char *message) ASY_NOEXCEPT {
  if (const asy_status refused = settleable(core(future))) return refused;
  future_cancelled(*core(future), cancel_reason(message));
  return ASY_OK;
}

/**
 * Ask for the cancellation of a future or task.
 *
 * A plain future is cancelled at once; a task, and an operation that needs time to end, only
 * later. On a task it counts, see asy_task_cancelling().
 *
 * @param[in] future the future; borrowed
 * @param[in] message why, or NULL; copied
 * @return 1 when it was pending, 0 when not; #ASY_E_WRONG_THREAD, or #ASY_E_FORKED, where it cannot be asked
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_future_cancel(asy_future *future, const char *message) ASY_NOEXCEPT {
  if (const asy_status refused = object_check(core(future))) return not_cancelled(refused);
  error *reason = cancel_reason(message);
  const bool asked = future_cancel(*core(future), reason);
  error_unref(reason);
  return asked;
}

/**
 * Let no awaiter's cancel reach a future.
 *
 * Only asy_future_cancel() cancels it from now on.
 *
 * @param[in] future the future; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_future_set_shared(asy_future *future) ASY_NOEXCEPT {
  if (const asy_status refused = object_check(core(future))) return refused;
  core(future)->flags |= libasync::future::shared;
  return ASY_OK;
}

/**
 * Have a function called when a future is done.
 *
 * Never called inside this call, nor inside the one that completes it; in the order of
 * registration. When the loop closes first, only `on_free` runs. It keeps the future of an operation, but not one
 * of asy_future_new().
 *
 * @param[in] future the future; borrowed
 * @param[in] on_done what to call
 * @param[in] user_data handed to `on_done`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative #asy_status
 * @retval ASY_E_NOMEM memory ran out
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_future_add_done_callback(asy_future *future, asy_done_cb on_done, void *user_data,
                                                asy_free_cb on_free) ASY_NOEXCEPT {
  if (!future || !on_done) return refuse(ASY_E_INVALID, user_data, on_free);
  libasync::future &f = *core(future);
  if (!f.owner) return refuse(f.failure()->code, user_data, on_free);
  if (const asy_status refused = object_check(&f)) return refuse(refused, user_data, on_free);
  return future_add_callback(f, on_done, user_data, on_free);
}

/**
 * Take back every registration of a function with this data.
 *
 * @param[in] future the future; borrowed
 * @param[in] on_done the function
 * @param[in] user_data the data it was registered with; borrowed
 * @return how many there were
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_future_remove_done_callback(asy_future *future, asy_done_cb on_done, void *user_data) ASY_NOEXCEPT {
  if (!future || object_check(core(future))) return 0;
  return future_remove_callback(*core(future), on_done, user_data);
}
}
