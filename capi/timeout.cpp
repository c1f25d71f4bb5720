/** @file
 * @brief Timeouts: scopes that cancel their task at a deadline. */
#include "libasync/task/timeout.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Enter a scope with a deadline.
 *
 * At the deadline the task is cancelled; asy_timeout_exit() makes that a timeout. Scopes nest. A
 * deadline acts when it passes, before callbacks of asy_loop_call_at() that are due then.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] task the task to cancel, or NULL for the current one; borrowed
 * @param[in] delay_ns nanoseconds from now; zero expires at the next wait, #ASY_FOREVER never
 * @param[out] out_timeout receives the scope, or NULL on failure
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE there is no such task, or it has ended
 * @retval ASY_E_NOMEM memory ran out
 * @retval ASY_E_LIMIT 65535 scopes are open on the task
 * @par Ownership
 * the caller owns one reference in `*out_timeout`, which asy_timeout_exit() takes
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_timeout_enter(asy_loop *loop, asy_task *task, uint64_t delay_ns,
                                     asy_timeout **out_timeout) ASY_NOEXCEPT {
  if (!out_timeout) return ASY_E_INVALID;
  *out_timeout = nullptr;
  if (const asy_status refused = loop_check(core(loop))) return refused;
  libasync::task *scoped = as_task(core(task));
  if (task && !scoped) return ASY_E_INVALID;
  timeout *made;
  const asy_status status = timeout_enter(*core(loop), scoped, delay_ns, made);
  *out_timeout = handle_of<asy_timeout>(made);
  return status;
}

/**
 * Leave a scope with the outcome of its body.
 *
 * A cancel that came from the deadline alone becomes #ASY_E_TIMEOUT, caused by it; every other
 * outcome passes. An error of the body's own, raised after that cancel, is given with the timeout as
 * its cause, when it has none and holds no object of a language.
 *
 * @param[in] timeout the scope; consumed
 * @param[in] error the body's error, or NULL; consumed
 * @param[out] out_error receives the outcome, or NULL
 * @return the outcome: zero or its error's code
 * @par Ownership
 * takes both; the caller owns one reference in `*out_error`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_timeout_exit(asy_timeout *timeout, asy_error *error, asy_error **out_error) ASY_NOEXCEPT {
  if (out_error) *out_error = nullptr;
  auto *scope = core_of<libasync::timeout>(timeout);
  if (const asy_status refused = object_check(scope)) {
    object_unref(scope);
    return refuse(refused, error);
  }
  libasync::error *outcome;
  const asy_status status = timeout_exit(*scope, core(error), outcome);
  if (!out_error) return refuse(status, handle(outcome));
  *out_error = handle(outcome);
  return status;
}

/**
 * Move the deadline of a scope.
 *
 * @param[in] timeout the scope; borrowed
 * @param[in] when_ns a time of the loop's clock; #ASY_FOREVER for none
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE it has expired already
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_timeout_reschedule(asy_timeout *timeout, uint64_t when_ns) ASY_NOEXCEPT {
  auto *scope = core_of<libasync::timeout>(timeout);
  if (const asy_status refused = object_check(scope)) return refused;
  return timeout_reschedule(*scope, when_ns);
}

/**
 * Read the deadline of a scope.
 *
 * @param[in] timeout the scope; borrowed
 * @return a time of the loop's clock, or #ASY_FOREVER
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API uint64_t asy_timeout_when(const asy_timeout *timeout) ASY_NOEXCEPT {
  return timeout ? core_of<libasync::timeout>(timeout)->when : ASY_FOREVER;
}

/**
 * Tell whether the deadline of a scope has passed.
 *
 * @param[in] timeout the scope; borrowed
 * @return 1 or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_timeout_is_expired(const asy_timeout *timeout) ASY_NOEXCEPT {
  return timeout && core_of<libasync::timeout>(timeout)->expired;
}
}
