/** @file
 * @brief Threads for work that blocks. */
#include "capi/handles.hpp"
#include "libasync/task/executor_run.hpp"

using namespace libasync;
using namespace libasync::capi;

namespace {

constexpr uint32_t highest_threads = 1024;

executor *core(asy_executor *e) noexcept { return core_of<executor>(e); }

}  // namespace

extern "C" {

/**
 * Make an executor: threads for functions that block.
 *
 * A thread is started when a job comes and no other waits for one, up to the limit; it has all signals blocked and
 * the executor's name. Executors share nothing, and names are looked up elsewhere: a slow one delays no other.
 *
 * @param[in] options how many threads and how long a queue, or NULL for the defaults; copied
 * @param[out] out_executor receives the executor, or NULL on failure
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID an option is unknown, or more than 1024 threads are asked for
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_executor`
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_executor_new(const asy_executor_options *options, asy_executor **out_executor) ASY_NOEXCEPT {
  if (!out_executor) return ASY_E_INVALID;
  *out_executor = nullptr;
  asy_executor_options wanted;
  if (const asy_status status = read_options(options, wanted)) return status;
  if (wanted.max_threads > highest_threads) return ASY_E_INVALID;
  executor *const made = executor_new(wanted.name, wanted.max_threads, wanted.max_queued);
  *out_executor = handle_of<asy_executor>(made);
  return made ? ASY_OK : ASY_E_NOMEM;
}

/**
 * Take another reference to an executor.
 *
 * @param[in] executor the executor, or NULL; borrowed
 * @return `executor`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_executor *asy_executor_ref(asy_executor *executor) ASY_NOEXCEPT {
  executor_ref(core(executor));
  return executor;
}

/**
 * Give back a reference to an executor.
 *
 * After the last one, jobs that are queued still run; then the threads end.
 *
 * @param[in] executor the executor, or NULL; consumed
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_executor_unref(asy_executor *executor) ASY_NOEXCEPT { executor_unref(core(executor)); }

/**
 * Run a function on another thread.
 *
 * It may block, and may not await. A C++ exception that leaves it becomes an #ASY_E_INTERNAL error with its words.
 * The context of the caller is carried over, which asyncio's `run_in_executor` does not do and its `to_thread` does.
 *
 * A job that is cancelled, dropped, or whose loop closes before a thread took it never runs. One that runs is
 * let go at once, and can learn of it by asy_executor_is_cancelled(); what it comes to is released quietly. The end of
 * the process waits for no job.
 *
 * @param[in] executor the executor, or NULL for the loop's own, which is made at the first use; borrowed
 * @param[in] loop the loop that waits; borrowed
 * @param[in] on_run the function
 * @param[in] user_data handed to the callbacks; borrowed until `on_free`
 * @param[in] on_free releases `user_data` on the thread that ran it, or on the loop's when it never runs; or NULL
 * @return a future of the function's result; fails with #ASY_E_AGAIN when the queue is full, with #ASY_E_CLOSED
 *   when the executor was shut down
 * @par Ownership
 * the caller owns one reference; takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_executor_run(asy_executor *executor, asy_loop *loop, asy_run_cb on_run, void *user_data,
                                     asy_free_cb on_free) ASY_NOEXCEPT {
  asy_status refused = loop_check(capi::core(loop));
  if (!refused && !on_run) refused = ASY_E_INVALID;
  if (refused) return refuse_future(refused, user_data, on_free);
  return handle(executor_run(core(executor), *capi::core(loop), {on_run, user_data, on_free}));
}

/**
 * Tell a function of asy_executor_run() whether anybody still waits for it.
 *
 * @return 1 when its future was cancelled or dropped, or its loop closed; 0 otherwise, and outside such a function
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API int32_t asy_executor_is_cancelled(void) ASY_NOEXCEPT { return executor_job_is_cancelled(); }

/**
 * Let an executor end.
 *
 * New jobs are refused from now on, of every loop; those that are queued still run.
 *
 * @param[in] executor the executor; borrowed
 * @param[in] loop the loop to wait on; borrowed
 * @param[in] timeout_ns nanoseconds to wait; #ASY_FOREVER for no limit
 * @return a future without a value, done when no job is left; fails with #ASY_E_TIMEOUT, and the jobs go on
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_executor_shutdown(asy_executor *executor, asy_loop *loop, uint64_t timeout_ns) ASY_NOEXCEPT {
  if (future *refused = future_refusal(capi::core(loop))) return handle(refused);
  if (!executor) return handle(future_of(ASY_E_INVALID));
  return handle(executor_shutdown(*core(executor), *capi::core(loop), timeout_ns));
}

/**
 * Choose the executor that asy_executor_run() uses without one.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] executor the executor; borrowed, the loop takes a reference
 * @return zero or a negative #asy_status
 * @retval ASY_E_CLOSED the default was shut down
 * @par Ownership
 * the loop keeps a reference until it closes or another takes its place
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_set_default_executor(asy_loop *loop, asy_executor *executor) ASY_NOEXCEPT {
  if (const asy_status refused = loop_check(capi::core(loop))) return refused;
  return executor ? default_executor_set(*capi::core(loop), *core(executor)) : ASY_E_INVALID;
}

/**
 * Let the loop's own executor end.
 *
 * It is not needed before asy_loop_close(), which waits for no job, nor beside asy_loop_shutdown(), which does this.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] timeout_ns nanoseconds to wait; #ASY_FOREVER for no limit
 * @return a future without a value, done when no job is left; fails with #ASY_E_TIMEOUT, and the jobs go on;
 *   either way later jobs without an executor are refused
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_loop_shutdown_default_executor(asy_loop *loop, uint64_t timeout_ns) ASY_NOEXCEPT {
  if (future *refused = future_refusal(capi::core(loop))) return handle(refused);
  return handle(default_executor_shutdown(*capi::core(loop), timeout_ns));
}

}  // extern "C"
