/** @file
 * @brief Functions that wait: tasks with a stack of their own. */
#include "libasync/task/stack.hpp"
#include "capi/task_options.hpp"

using namespace libasync;
using capi::core;
using capi::handle;

namespace {

[[gnu::noinline]] asy_future *spawn_with_options(loop *l, asy_run_cb on_run, void *user_data, asy_free_cb on_free,
                                                 const asy_task_options *options) noexcept {
  asy_task_options with{};
  asy_status refused = loop_check(l);
  if (!refused && !on_run) refused = ASY_E_INVALID;
  if (!refused) refused = capi::read_task_options(*l, options, with);
  if (!refused) return handle(stack_spawn(*l, on_run, user_data, on_free, &with));
  return capi::refuse_future(refused, user_data, on_free);
}

}  // namespace

extern "C" {

/**
 * Run a plain function as a task, on a stack of its own.
 *
 * The function starts on a later turn of the loop and may call asy_await() at any
 * depth. What it returns is the task's outcome; a C++ exception that leaves it
 * becomes an #ASY_E_INTERNAL error with its words. Its stack has 256 KiB of
 * address space unless the options say otherwise, and memory only where it was
 * touched. While such a task is unfinished the loop cannot change its thread.
 *
 * Callbacks and destructors of others never run on such a stack. When the loop
 * closes, the function is resumed with every await failing with #ASY_E_CLOSED
 * until it returns.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on_run the function
 * @param[in] user_data handed to the callbacks
 * @param[in] on_free releases `user_data` after the function returned, or when it never runs; or NULL
 * @param[in] options name, stack size and more; borrowed for the call; or NULL
 * @return the task; failed with #ASY_E_INVALID when an argument is wrong or the stack larger than 1 GiB,
 *   with #ASY_E_NOMEM when memory ran out
 * @par Ownership
 * the caller owns one reference; letting it go does not end the task; takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_task *asy_spawn(asy_loop *loop, asy_run_cb on_run, void *user_data, asy_free_cb on_free,
                            const asy_task_options *options) ASY_NOEXCEPT {
  if (on_run && capi::is_usual(core(loop), options)) [[likely]]
    return handle(stack_spawn(*core(loop), on_run, user_data, on_free, nullptr));
  return spawn_with_options(core(loop), on_run, user_data, on_free, options);
}

/**
 * Wait for a future, inside a function of asy_spawn().
 *
 * Other tasks run meanwhile. A future that is done already gives its result
 * without a turn of the loop, up to 128 in a row. When the task is cancelled, the
 * await fails with #ASY_E_CANCELLED; the function may clean up, await again and
 * return what it likes.
 *
 * @param[in] future the future; consumed, also on error; pass a reference of your own to read it later
 * @param[out] out_value receives the result; overwritten, nil on error; or NULL to drop it
 * @param[out] out_error receives the error, or NULL without one; or NULL to drop it
 * @return #ASY_OK, #ASY_E_CANCELLED when the wait or the future was cancelled, else the error's code
 * @retval ASY_E_INVALID `future` is NULL
 * @retval ASY_E_STATE the caller is not a function of asy_spawn(), or awaits its own task
 * @retval ASY_E_WRONG_LOOP the future belongs to another loop
 * @retval ASY_E_CLOSED the loop is closing: return
 * @par Ownership
 * the caller clears the value and owns one reference to the error
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_await(asy_future *future, asy_value *out_value, asy_error **out_error) ASY_NOEXCEPT {
  return stack_await(core(future), out_value, reinterpret_cast<error **>(out_error));
}

}  // extern "C"
