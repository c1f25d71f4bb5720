/** @file
 * @brief Running a program's main function from beginning to end. */
#include "libasync/task/runner.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

namespace {

runner *core(asy_runner *r) noexcept { return core_of<runner>(r); }

asy_status refuse_run(asy_status status, void *user_data, asy_free_cb on_free, asy_error **out_error) noexcept {
  if (out_error) *out_error = handle(error_of(status));
  return refuse(status, user_data, on_free);
}

/// Hands out what main came to, and lets it go.
asy_status outcome_of(future &main, asy_status ran, asy_value *out_value, asy_error **out_error) noexcept {
  error *failure = nullptr;
  if (ran) failure = error_of(ran);
  else if (main.failure()) failure = error_ref(main.failure());
  else if (out_value) *out_value = future_hand_over(main);
  if (main.done()) future_mark_read(main);
  object_unref(&main);
  const asy_status status = failure ? failure->code : ASY_OK;
  if (out_error) *out_error = handle(failure);
  else if (failure) error_unref(failure);
  return status;
}

}  // namespace

extern "C" {

/**
 * Make a runner.
 *
 * Its loop is made at the first use, by the thread that then owns it.
 *
 * @param[in] options how to run, or NULL for the defaults; copied
 * @param[out] out_runner receives the runner, or NULL on failure
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID an option is unknown
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_runner`
 * @par Threads
 * any
 * @par Batch
 * never: it runs the loop
 * @since 0.1
 */
ASY_API asy_status asy_runner_new(const asy_runner_options *options, asy_runner **out_runner) ASY_NOEXCEPT {
  if (!out_runner) return ASY_E_INVALID;
  *out_runner = nullptr;
  asy_runner_options wanted;
  asy_loop_options loop_wanted{};
  asy_status status = read_options(options, wanted);
  if (!status) status = read_options(wanted.loop, loop_wanted);
  if (!status && ((wanted.flags & ~uint32_t{ASY_RUNNER_INTERRUPT}) || wanted.reserved)) status = ASY_E_INVALID;
  if (!status && !loop_options_are_sound(loop_wanted)) status = ASY_E_INVALID;
  if (status) return status;
  runner *const made = runner_new();
  if (!made) return ASY_E_NOMEM;
  if (wanted.grace_ns) made->grace = wanted.grace_ns;
  made->flags = wanted.flags;
  made->loop_flags = loop_wanted.flags;
  made->ready_budget = loop_wanted.ready_budget;
  made->shuffle_seed = loop_wanted.shuffle_seed;
  *out_runner = handle_of<asy_runner>(made);
  return ASY_OK;
}

/**
 * Take another reference to a runner.
 *
 * @param[in] runner the runner, or NULL; borrowed
 * @return `runner`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * any
 * @par Batch
 * never: it runs the loop
 * @since 0.1
 */
ASY_API asy_runner *asy_runner_ref(asy_runner *runner) ASY_NOEXCEPT {
  if (runner) core(runner)->refs.fetch_add(1, std::memory_order_relaxed);
  return runner;
}

/**
 * Give back a reference to a runner.
 *
 * The last one of a runner that is not closed treats its loop as asy_loop_unref() does: it is
 * closed without a shutdown, and that is reported.
 *
 * @param[in] runner the runner, or NULL; consumed
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @par Batch
 * never: it runs the loop
 * @since 0.1
 */
ASY_API void asy_runner_unref(asy_runner *runner) ASY_NOEXCEPT { runner_unref(core(runner)); }

/**
 * Get a runner's loop.
 *
 * All runs of a runner share it.
 *
 * @param[in] runner the runner; borrowed
 * @return the loop, or NULL when the runner is closed, another thread's, or memory ran out
 * @par Ownership
 * the runner keeps its reference
 * @par Threads
 * the loop's
 * @par Batch
 * never: it runs the loop
 * @since 0.1
 */
ASY_API asy_loop *asy_runner_loop(asy_runner *runner) ASY_NOEXCEPT {
  return !runner || runner_prepare(*core(runner)) ? nullptr : handle(core(runner)->l);
}

/**
 * Run a function as a task until it is done.
 *
 * All functions of a runner run in one context, a copy of that of the first use: what one sets in it, the next finds.
 * What it started goes on in the next run, or is ended by asy_runner_close(). With #ASY_RUNNER_INTERRUPT, and
 * where the process does the default with SIGINT, the first one of a run cancels the task; a task that goes on and
 * returns a value is not interrupted, and one that another request cancelled too is cancelled.
 *
 * @param[in] runner the runner; borrowed
 * @param[in] on_run the function, as in asy_spawn()
 * @param[in] user_data handed to the callbacks
 * @param[in] on_free releases `user_data` after the function returned, or when it never runs; or NULL
 * @param[out] out_value receives the result; overwritten, nil on error; or NULL to drop it
 * @param[out] out_error receives the error, or NULL without one; or NULL to drop it
 * @return #ASY_OK, or the code of the error
 * @retval ASY_E_INTERRUPTED a SIGINT cancelled it
 * @retval ASY_E_STATE a loop is running in this thread, or the loop was stopped
 * @retval ASY_E_CLOSED the runner is closed
 * @par Ownership
 * the caller clears the value and owns one reference to the error; takes `user_data`, also on
 * failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_runner_run(asy_runner *runner, asy_run_cb on_run, void *user_data, asy_free_cb on_free,
                                  asy_value *out_value, asy_error **out_error) ASY_NOEXCEPT {
  if (out_value) *out_value = nil;
  asy_status refused = runner && on_run ? ASY_OK : ASY_E_INVALID;
  if (!refused && loop_current()) refused = ASY_E_STATE;
  if (!refused) refused = runner_prepare(*core(runner));
  if (refused) return refuse_run(refused, user_data, on_free, out_error);
  future *const main = runner_main(*core(runner), {on_run, user_data, on_free});
  const asy_status ran = main->owner ? runner_run(*core(runner), *main) : ASY_OK;
  return outcome_of(*main, ran, out_value, out_error);
}

/**
 * Run until a future of the runner's loop is done.
 *
 * For mains that are no functions of asy_spawn(). Success says only that it is done;
 * asy_future_status() tells how.
 *
 * @param[in] runner the runner; borrowed
 * @param[in] future the future, such as a task; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_INTERRUPTED a SIGINT cancelled it
 * @retval ASY_E_STATE a loop is running in this thread, or the loop was stopped
 * @retval ASY_E_WRONG_LOOP the future belongs to another loop
 * @retval ASY_E_CLOSED the runner is closed
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @par Batch
 * never: it runs the loop
 * @since 0.1
 */
ASY_API asy_status asy_runner_run_future(asy_runner *runner, asy_future *future) ASY_NOEXCEPT {
  if (!runner || !future) return ASY_E_INVALID;
  if (loop_current()) return ASY_E_STATE;
  if (const asy_status refused = runner_prepare(*core(runner))) return refused;
  libasync::future &main = *capi::core(future);
  if (!main.owner) return ASY_OK;
  return main.owner == core(runner)->l ? runner_run(*core(runner), main) : ASY_E_WRONG_LOOP;
}

/**
 * End a runner.
 *
 * Shuts its loop down as asy_loop_shutdown() does, with the grace of the options, and closes it,
 * whatever the shutdown came to. Every later use is refused; closing twice is allowed.
 *
 * @param[in] runner the runner; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE a loop is running in this thread
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_runner_close(asy_runner *runner) ASY_NOEXCEPT {
  return runner ? runner_close(*core(runner)) : ASY_E_INVALID;
}

/**
 * Run a program's main function on a loop of its own.
 *
 * A runner for one run: what main leaves behind is cancelled and awaited, not run to its natural
 * end, and the loop is always closed.
 *
 * @param[in] on_run the function, as in asy_spawn()
 * @param[in] user_data handed to the callbacks
 * @param[in] on_free releases `user_data` after the function returned, or when it never runs; or NULL
 * @param[in] options how to run, or NULL for the defaults; copied
 * @param[out] out_value receives the result; overwritten, nil on error; or NULL to drop it
 * @param[out] out_error receives the error, or NULL without one; or NULL to drop it
 * @return #ASY_OK, or the code of the error
 * @retval ASY_E_INTERRUPTED a SIGINT cancelled it
 * @retval ASY_E_STATE a loop is running in this thread, or the loop was stopped
 * @par Ownership
 * the caller clears the value and owns one reference to the error; takes `user_data`, also on
 * failure
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_run(asy_run_cb on_run, void *user_data, asy_free_cb on_free, const asy_runner_options *options,
                           asy_value *out_value, asy_error **out_error) ASY_NOEXCEPT {
  asy_runner *once;
  if (out_value) *out_value = nil;
  if (const asy_status refused = asy_runner_new(options, &once))
    return refuse_run(refused, user_data, on_free, out_error);
  const asy_status status = asy_runner_run(once, on_run, user_data, on_free, out_value, out_error);
  runner_close(*core(once));
  runner_unref(core(once));
  return status;
}

}  // extern "C"
