/** @file
 * @brief Loops: making, running and closing them. */
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Create an event loop.
 *
 * The calling thread owns it. A loop is closed with asy_loop_close(), then released.
 *
 * @param[in] options how to build it, or NULL for the defaults; copied
 * @param[out] out_loop receives the loop, or NULL on failure
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID an option is unknown
 * @retval ASY_E_NOMEM memory or file descriptors ran out
 * @par Ownership
 * the caller owns one reference in `*out_loop`
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_loop_new(const asy_loop_options *options, asy_loop **out_loop) ASY_NOEXCEPT {
  if (!out_loop) return ASY_E_INVALID;
  *out_loop = nullptr;
  asy_loop_options wanted;
  if (const asy_status status = read_options(options, wanted)) return status;
  if (!loop_options_are_sound(wanted)) return ASY_E_INVALID;
  loop *made;
  const asy_status status = loop_new(wanted.flags, wanted.ready_budget, wanted.shuffle_seed, made);
  *out_loop = handle(made);
  return status;
}

/**
 * Take another reference to a loop.
 *
 * @param[in] loop the loop, or NULL; borrowed
 * @return `loop`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_loop *asy_loop_ref(asy_loop *loop) ASY_NOEXCEPT {
  if (loop) core(loop)->handles.fetch_add(1, std::memory_order_relaxed);
  return loop;
}

/**
 * Give back a reference to a loop.
 *
 * The last one closes a loop that is still open, and reports that. Released by a thread that
 * cannot own the loop, it stays open and is never freed.
 *
 * @param[in] loop the loop, or NULL; consumed
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_loop_unref(asy_loop *loop) ASY_NOEXCEPT {
  if (loop) loop_unref(*core(loop));
}

/**
 * Run until asy_loop_stop() is called.
 *
 * An idle loop waits; it does not return. A loop stopped before it runs polls once, without
 * waiting.
 *
 * @param[in] loop the loop; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE a loop is running in this thread already
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @retval ASY_E_CLOSED the loop is closed
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_run(asy_loop *loop) ASY_NOEXCEPT { return loop ? loop_run(*core(loop)) : ASY_E_INVALID; }

/**
 * Run until a future is done.
 *
 * Success says only that it is done; asy_future_status() tells how.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] future the future; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE the loop was stopped before the future was done, or a loop runs in this
 *   thread already
 * @retval ASY_E_WRONG_LOOP the future belongs to another loop
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @retval ASY_E_CLOSED the loop is closed
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_run_until_complete(asy_loop *loop, asy_future *future) ASY_NOEXCEPT {
  if (!loop || !future) return ASY_E_INVALID;
  libasync::future &awaited = *core(future);
  if (!awaited.owner) return loop_check(core(loop));
  if (awaited.owner != core(loop)) return ASY_E_WRONG_LOOP;
  return run_until_complete(*core(loop), awaited);
}

/**
 * Make the running loop return, or the next run return at once.
 *
 * What is ready now still runs; what that queues waits for the next run.
 *
 * @param[in] loop the loop; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @retval ASY_E_CLOSED the loop is closed
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_stop(asy_loop *loop) ASY_NOEXCEPT {
  if (const asy_status refused = loop_check(core(loop))) return refused;
  loop_stop(*core(loop));
  return ASY_OK;
}

/**
 * Close a loop.
 *
 * Every pending future fails with #ASY_E_CLOSED, every coroutine is destroyed, every callback
 * is dropped without running and its `on_free` called. An error that nobody has read is
 * reported. Handles may outlive it. Closing twice is allowed.
 *
 * @param[in] loop the loop; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE the loop is running
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_close(asy_loop *loop) ASY_NOEXCEPT {
  return loop ? loop_close(*core(loop)) : ASY_E_INVALID;
}

/**
 * Tell whether a loop is running.
 *
 * @param[in] loop the loop; borrowed
 * @return 1 or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API int32_t asy_loop_is_running(const asy_loop *loop) ASY_NOEXCEPT { return loop && core(loop)->running; }

/**
 * Tell whether a loop is closed.
 *
 * @param[in] loop the loop; borrowed
 * @return 1 or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API int32_t asy_loop_is_closed(const asy_loop *loop) ASY_NOEXCEPT {
  return !loop || core(loop)->closed || core(loop)->closing;
}

/**
 * Read the loop's clock.
 *
 * @param[in] loop the loop; borrowed
 * @return nanoseconds from an arbitrary start, never running backwards; 0 without a loop
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API uint64_t asy_loop_time(asy_loop *loop) ASY_NOEXCEPT { return loop ? core(loop)->clock.now() : 0; }

/**
 * Find the loop that runs in the calling thread.
 *
 * @return the loop, borrowed, or NULL
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_loop *asy_loop_current(void) ASY_NOEXCEPT { return handle(loop_current()); }

/**
 * Give up the ownership of a loop, so that another thread can take it.
 *
 * @param[in] loop the loop; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE the loop is running, or has tasks with stacks of their own
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_release(asy_loop *loop) ASY_NOEXCEPT {
  return loop ? loop_release(*core(loop)) : ASY_E_INVALID;
}

/**
 * Take the ownership of a loop that nobody owns.
 *
 * @param[in] loop the loop; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_WRONG_THREAD somebody owns it, perhaps the caller
 * @retval ASY_E_CLOSED the loop is closed
 * @retval ASY_E_FORKED the loop was made before a fork and this is the child
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_loop_acquire(asy_loop *loop) ASY_NOEXCEPT {
  return loop ? loop_acquire(*core(loop)) : ASY_E_INVALID;
}

/**
 * Move a virtual clock forward.
 *
 * What comes due runs in the next step of the loop.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] delay_ns nanoseconds to move it by
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE the loop's clock is the machine's
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_advance(asy_loop *loop, uint64_t delay_ns) ASY_NOEXCEPT {
  if (const asy_status refused = loop_check(core(loop))) return refused;
  libasync::loop &l = *core(loop);
  if (!l.clock.is_virtual()) return ASY_E_STATE;
  l.clock.advance_to(deadline_after(l, delay_ns));
  return ASY_OK;
}

/**
 * Report an error that nobody else will see.
 *
 * Callbacks, which return nothing, report with this. The loop's policy decides what follows. An #ASY_ERROR_FATAL is not
 * reported: it ends the run.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] error what happened; borrowed
 * @param[in] what the circumstances in a few words; borrowed
 * @return zero or a negative #asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_report(asy_loop *loop, asy_error *error, const char *what) ASY_NOEXCEPT {
  if (!error || !what) return ASY_E_INVALID;
  if (const asy_status refused = loop_check(core(loop))) return refused;
  loop_report(*core(loop), core(error), what);
  return ASY_OK;
}

/**
 * Set who receives the loop's reports.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on_report called for each, or NULL to print them to standard error
 * @param[in] user_data handed to `on_report`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative #asy_status
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_set_report_hook(asy_loop *loop, asy_report_cb on_report, void *user_data,
                                            asy_free_cb on_free) ASY_NOEXCEPT {
  if (const asy_status refused = loop_check(core(loop))) return refuse(refused, user_data, on_free);
  core(loop)->report_hook.set({on_report, user_data, on_free});
  return ASY_OK;
}

/**
 * Set what a report does besides being received.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] policy one of #asy_report_policy
 * @return zero or a negative #asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_set_report_policy(asy_loop *loop, int32_t policy) ASY_NOEXCEPT {
  if (policy < ASY_REPORT_PRINT || policy > ASY_REPORT_ABORT) return ASY_E_INVALID;
  if (const asy_status refused = loop_check(core(loop))) return refused;
  core(loop)->report_policy = policy;
  return ASY_OK;
}

/**
 * Take the error that ended the run.
 *
 * A run ends with an #ASY_ERROR_FATAL, and under #ASY_REPORT_RAISE with a report; it gives the error's code, and this
 * the error itself, once.
 *
 * @param[in] loop the loop; borrowed
 * @return the error, or NULL
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_error *asy_loop_take_raised(asy_loop *loop) ASY_NOEXCEPT {
  if (loop_check(core(loop))) return nullptr;
  error *raised = core(loop)->raised;
  core(loop)->raised = nullptr;
  return handle(raised);
}

/**
 * Keep data with the loop under a key.
 *
 * A binding keeps its state for a loop here. Setting a key again replaces what it had, NULL
 * removes it.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] key an address that only its user knows; borrowed
 * @param[in] user_data what to keep, or NULL; borrowed until `on_free`
 * @param[in] on_free called when the data is replaced or the loop closed, or NULL
 * @return zero or a negative #asy_status
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_set_data(asy_loop *loop, const void *key, void *user_data,
                                     asy_free_cb on_free) ASY_NOEXCEPT {
  asy_status refused = loop_check(core(loop));
  if (!refused && !key) refused = ASY_E_INVALID;
  if (refused) return refuse(refused, user_data, on_free);
  return loop_set_data(*core(loop), key, user_data, on_free);
}

/**
 * Find the data kept under a key.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] key the address it was set with; borrowed
 * @return the data, borrowed, or NULL
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API void *asy_loop_data(asy_loop *loop, const void *key) ASY_NOEXCEPT {
  return loop ? loop_data(*core(loop), key) : nullptr;
}

/**
 * Visit every unfinished task, the oldest first.
 *
 * Tasks that the callback starts are not visited, nor those that end before their turn.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on_task called for each
 * @param[in] user_data handed to `on_task`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative #asy_status
 * @retval ASY_E_NOMEM memory ran out; none was visited
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_visit_tasks(asy_loop *loop, asy_task_cb on_task, void *user_data,
                                        asy_free_cb on_free) ASY_NOEXCEPT {
  asy_status status = loop_check(core(loop));
  if (!status && !on_task) status = ASY_E_INVALID;
  if (!status) status = tasks_visit(*core(loop), on_task, user_data);
  return refuse(status, user_data, on_free);
}

/**
 * Count the unfinished tasks.
 *
 * @param[in] loop the loop; borrowed
 * @return how many
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_loop_task_count(asy_loop *loop) ASY_NOEXCEPT {
  return loop_check(core(loop)) ? 0 : core(loop)->task_count;
}
}
