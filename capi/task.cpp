/** @file
 * @brief Tasks: futures that drive coroutines. */
#include "capi/task_options.hpp"

using namespace libasync;
using namespace libasync::capi;

namespace {

/// The task behind a handle, for a call of the loop's thread.
asy_status checked(asy_task *handle, task *&out) noexcept {
  out = as_task(core(handle));
  return out ? object_check(out) : ASY_E_INVALID;
}

[[gnu::noinline]] asy_future *new_with_options(loop *l, const asy_coroutine *coroutine, void *self,
                                               const asy_task_options *options) noexcept {
  asy_task_options with{};
  asy_status status = loop_check(l);
  if (!status) status = read_task_options(*l, options, with);
  if (status) return handle(future_of(refuse_coroutine(status, coroutine, self)));
  task *const t = task_make(*l, coroutine, self, &with);
  if (!t) return handle(future_of(ASY_E_NOMEM));
  task_start(*t, &with);
  return handle(t);
}

struct delivery {
  task *to;
  asy_step &step;
  asy_status status;
  static void make(void *argument) {
    auto &d = *static_cast<delivery *>(argument);
    if (d.status) step_clear(d.step);
    else d.status = task_deliver(*d.to, d.step);
  }
};

}  // namespace

extern "C" {

/**
 * Start a task that drives a coroutine.
 *
 * Its first step is queued, unless the options say #ASY_TASK_EAGER. The loop keeps the task until it
 * ends; releasing the handle changes nothing.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] coroutine how to drive it; borrowed for the task's life
 * @param[in] self the coroutine; consumed, or NULL
 * @param[in] options the task's options, or NULL; copied
 * @return the task; failed already when the loop refuses, with #ASY_E_INVALID without a `resume` or `destroy`
 * @par Ownership
 * the caller owns one reference; `self` is destroyed exactly once, also on failure; without a `destroy` it stays the
 * caller's
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_task *asy_task_new(asy_loop *loop, const asy_coroutine *coroutine, void *self,
                               const asy_task_options *options) ASY_NOEXCEPT {
  if (!is_complete(coroutine)) return handle(future_of(refuse_coroutine(ASY_E_INVALID, coroutine, self)));
  if (is_usual(core(loop), options)) [[likely]]
    return handle(task_new(*core(loop), coroutine, self));
  return new_with_options(core(loop), coroutine, self, options);
}

/**
 * Ask a task to cancel.
 *
 * A task that waits is cancelled at that await, one that runs at its next. What had completed
 * before is delivered first. Each request counts, see asy_task_uncancel().
 *
 * @param[in] task the task; borrowed
 * @param[in] message why, or NULL; copied
 * @return 1 when the task was unfinished, 0 when not; #ASY_E_WRONG_THREAD, or #ASY_E_FORKED, where it cannot be asked
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_task_cancel(asy_task *task, const char *message) ASY_NOEXCEPT {
  libasync::task *t;
  if (const asy_status refused = checked(task, t)) return not_cancelled(refused);
  error *reason = cancel_reason(message);
  const bool asked = task_cancel(*t, reason);
  error_unref(reason);
  return asked;
}

/**
 * Withdraw one cancel request.
 *
 * At zero a request that was not delivered yet is forgotten.
 *
 * @param[in] task the task; borrowed
 * @return the requests left, 0 for a future that is no task; #ASY_E_WRONG_THREAD, or #ASY_E_FORKED, where none can be
 *   withdrawn
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_task_uncancel(asy_task *task) ASY_NOEXCEPT {
  libasync::task *t;
  const asy_status refused = checked(task, t);
  return refused ? not_cancelled(refused) : static_cast<int32_t>(task_uncancel(*t));
}

/**
 * Count the cancel requests that were not withdrawn.
 *
 * @param[in] task the task; borrowed
 * @return how many; 0 too for a future that is no task
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_task_cancelling(asy_task *task) ASY_NOEXCEPT {
  libasync::task *t = as_task(core(task));
  return t ? static_cast<int32_t>(t->cancelling) : 0;
}

/**
 * Count the timeouts and task groups that are open on a task.
 *
 * What suspends inside one and lets its task go on elsewhere would have the scope cancel the wrong code: an iterator
 * that runs in the task of whoever iterates refuses to hand an item over while this is higher than at its start.
 *
 * @param[in] task the task; borrowed
 * @return how many; 0 too for a future that is no task
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_task_scope_depth(asy_task *task) ASY_NOEXCEPT {
  libasync::task *t = as_task(core(task));
  return t ? static_cast<int32_t>(t->scopes) : 0;
}

/**
 * Read a task's name.
 *
 * @param[in] task the task; borrowed
 * @return the name, borrowed until the next asy_task_set_name(); NULL for a future that is no
 *   task, "Task" for one without a name of its own on another thread
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API const char *asy_task_name(asy_task *task) ASY_NOEXCEPT {
  libasync::task *t = as_task(core(task));
  if (!t) return nullptr;
  if (!t->name && object_check(t) == ASY_E_WRONG_THREAD) return "Task";  // it is made at the first look
  return task_name(*t);
}

/**
 * Name a task.
 *
 * @param[in] task the task; borrowed
 * @param[in] name the name; copied
 * @return zero or a negative #asy_status
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_task_set_name(asy_task *task, const char *name) ASY_NOEXCEPT {
  libasync::task *t;
  if (const asy_status refused = checked(task, t)) return refused;
  return name ? task_set_name(*t, name) : ASY_E_INVALID;
}

/**
 * Find the task whose step is running.
 *
 * A task whose step is deferred is never the current one.
 *
 * @param[in] loop the loop; borrowed
 * @return the task, borrowed, or NULL
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_task *asy_task_current(asy_loop *loop) ASY_NOEXCEPT {
  return loop_check(core(loop)) ? nullptr : handle(core(loop)->current);
}

/**
 * Make a deferred task the current one, while its own code runs on the loop.
 *
 * For the tasks of another runtime: each is a task whose step is deferred, and runs from callbacks of the loop. In
 * between it is found by asy_task_current(), and its context is the current one.
 *
 * @param[in] task the task; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID it is no task
 * @retval ASY_E_STATE another task is the current one, its step is not deferred, or the loop does not run
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_task_enter(asy_task *task) ASY_NOEXCEPT {
  libasync::task *t;
  const asy_status refused = checked(task, t);
  return refused ? refused : task_enter(*t);
}

/**
 * End what asy_task_enter() began.
 *
 * Delivering its step does that too.
 *
 * @param[in] task the task; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID it is no task
 * @retval ASY_E_STATE it was not entered
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_task_leave(asy_task *task) ASY_NOEXCEPT {
  libasync::task *t;
  const asy_status refused = checked(task, t);
  return refused ? refused : task_leave(*t);
}

/**
 * Give the context that a task runs in.
 *
 * Also after its end. What its steps set is seen in it.
 *
 * @param[in] task the task; borrowed
 * @return the context; NULL for a future that is no task, without memory, and on another thread
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_context *asy_task_context(asy_task *task) ASY_NOEXCEPT {
  libasync::task *t;
  if (checked(task, t)) return nullptr;
  return handle_of<asy_context>(context_ref(context_in(t->context)));
}

/**
 * Describe where a suspended task stands.
 *
 * One line per frame, as its language writes them, the innermost last. A task that runs or is
 * done has none, nor has one whose coroutine cannot tell.
 *
 * @param[in] task the task; borrowed
 * @param[in] on_line called for each line
 * @param[in] user_data handed to `on_line`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID it is no task
 * @retval ASY_E_WRONG_THREAD the calling thread does not own the loop
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_task_describe(asy_task *task, asy_line_cb on_line, void *user_data,
                                     asy_free_cb on_free) ASY_NOEXCEPT {
  libasync::task *t;
  asy_status status = checked(task, t);
  if (!status && !on_line) status = ASY_E_INVALID;
  if (!status) task_describe(*t, on_line, user_data);
  return refuse(status, user_data, on_free);
}

/**
 * Deliver the step that a coroutine deferred.
 *
 * Exactly one delivery answers each #ASY_STEP_DEFERRED, also after a cancel and after the loop
 * was closed.
 *
 * @param[in] task the task; borrowed
 * @param[in,out] step the step; consumed
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE no step of the task is deferred
 * @retval ASY_E_CLOSED the loop was closed meanwhile; the coroutine has been destroyed now
 * @par Ownership
 * takes all that `step` refers to, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_task_deliver(asy_task *task, asy_step *step) ASY_NOEXCEPT {
  if (!step) return ASY_E_INVALID;
  libasync::task *t;
  asy_status refused = checked(task, t);
  if (refused == ASY_E_CLOSED) refused = ASY_OK;  // its last step still comes, on any thread
  delivery made{t, *step, refused};
  run_outside(delivery::make, &made);  // the coroutine may end by it, and that is foreign code
  return made.status;
}
}
