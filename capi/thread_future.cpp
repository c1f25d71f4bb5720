/** @file
 * @brief Tasks that other threads start, wait for and cancel. */
#include "capi/whole.hpp"

#include <cstdio>

#include "capi/handles.hpp"
#include "capi/task_options.hpp"
#include "libasync/loop/context.hpp"
#include "libasync/task/thread_future.hpp"

using namespace libasync;
using namespace libasync::capi;

namespace {

thread_future *core(asy_thread_future *f) noexcept { return core_of<thread_future>(f); }

/// What asy_spawn() or asy_task_new() will be given, on the loop's thread.
struct planned : remote_start {
  callback<asy_run_cb> body;
  const asy_coroutine *coroutine;
  void *self;
  asy_task_options options;
  context *in;  // of the task; owned, or NULL
  char name[64];
  char place[256];
};

/// The caller's text is gone when the loop comes to it. NULL stays NULL.
template <std::size_t Size>
const char *keep(char (&room)[Size], const char *text) noexcept {
  if (!text) return nullptr;
  std::snprintf(room, Size, "%s", text);
  return room;
}

void drop_plan(remote_start &start) noexcept {
  auto *plan = static_cast<planned *>(&start);
  if (plan->coroutine) run_outside(plan->coroutine->destroy, plan->self);
  else plan->body.free_outside();
  context_unref(plan->in);
  deallocate(plan);
}

future *begin_plan(remote_start &start, loop &l) noexcept {
  auto *plan = static_cast<planned *>(&start);
  const auto &body = plan->body;
  asy_task *const made = plan->coroutine
                             ? asy_task_new(handle(&l), plan->coroutine, plan->self, &plan->options)
                             : asy_spawn(handle(&l), body.run, body.user_data, body.on_free, &plan->options);
  context_unref(plan->in);
  deallocate(plan);
  return capi::core(made);
}

/// Consumes the body or the coroutine.
asy_status start(asy_loop *l, const planned &wanted, const asy_task_options *options,
                 asy_thread_future **out) noexcept {
  planned refused = wanted;
  asy_task_options with{};
  asy_status status = !l || !out ? ASY_E_INVALID : capi::core(l)->forked ? ASY_E_FORKED : read_options(options, with);
  context *in = with.context ? context_ref(core_of<context>(with.context)) : nullptr;
  if (!status && !in && !context_capture(in)) status = ASY_E_NOMEM;
  auto *plan = status ? nullptr : static_cast<planned *>(allocate(sizeof(planned)));
  if (!plan) {
    context_unref(in);
    if (refused.coroutine) run_outside(refused.coroutine->destroy, refused.self);
    else refused.body.free_outside();
    return status ? status : ASY_E_NOMEM;
  }
  *plan = wanted;
  plan->begin = begin_plan;
  plan->drop = drop_plan;
  plan->options = with;
  plan->in = in;
  plan->options.context = handle_of<asy_context>(in);
  plan->options.name = keep(plan->name, with.name);
  plan->options.place = keep(plan->place, with.place);
  thread_future *const made = thread_future_new(*capi::core(l), *plan);
  if (!made) return ASY_E_NOMEM;
  status = thread_future_post(*made);
  if (status) thread_future_unref(made);
  else *out = handle_of<asy_thread_future>(made);
  return status;
}

}  // namespace

extern "C" {

/**
 * Start a function as a task of a loop, from any thread.
 *
 * As asy_spawn() on the loop's thread, in a copy of the calling thread's context. When the task cannot be made, the
 * thread future fails with the reason.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on_run the function
 * @param[in] user_data handed to the callbacks
 * @param[in] on_free releases `user_data` after the function returned, or when it never runs; or NULL
 * @param[in] options the task's options, or NULL; copied, of a name 63 bytes, of a place 255
 * @param[out] out_future receives the thread future, or NULL on failure
 * @return zero or a negative #asy_status
 * @retval ASY_E_CLOSED the loop is closed
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_future`; letting it go does not end the task; takes `user_data`, also
 * on failure
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_spawn_threadsafe(asy_loop *loop, asy_run_cb on_run, void *user_data, asy_free_cb on_free,
                                        const asy_task_options *options, asy_thread_future **out_future) ASY_NOEXCEPT {
  if (out_future) *out_future = nullptr;
  if (!on_run) return refuse(ASY_E_INVALID, user_data, on_free);
  planned wanted{};
  wanted.body = {on_run, user_data, on_free};
  return start(loop, wanted, options, out_future);
}

/**
 * Start a task that drives a coroutine, from any thread.
 *
 * As asy_task_new() on the loop's thread, in a copy of the calling thread's context. When the task cannot be made, the
 * thread future fails with the reason.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] coroutine how to drive it; borrowed for the task's life
 * @param[in] self the coroutine; consumed, or NULL
 * @param[in] options the task's options, or NULL; copied, of a name 63 bytes, of a place 255
 * @param[out] out_future receives the thread future, or NULL on failure
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID the coroutine's table lacks something
 * @retval ASY_E_CLOSED the loop is closed
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_future`; `self` is destroyed exactly once, also on failure; without a
 * `destroy` it stays the caller's
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_task_new_threadsafe(asy_loop *loop, const asy_coroutine *coroutine, void *self,
                                           const asy_task_options *options,
                                           asy_thread_future **out_future) ASY_NOEXCEPT {
  if (out_future) *out_future = nullptr;
  if (!is_complete(coroutine)) return refuse_coroutine(ASY_E_INVALID, coroutine, self);
  planned wanted{};
  wanted.coroutine = coroutine;
  wanted.self = self;
  return start(loop, wanted, options, out_future);
}

/**
 * Take another reference to a thread future.
 *
 * @param[in] future the thread future, or NULL; borrowed
 * @return `future`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_thread_future *asy_thread_future_ref(asy_thread_future *future) ASY_NOEXCEPT {
  thread_future_ref(core(future));
  return future;
}

/**
 * Give back a reference to a thread future.
 *
 * Its task goes on.
 *
 * @param[in] future the thread future, or NULL; consumed
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_thread_future_unref(asy_thread_future *future) ASY_NOEXCEPT { thread_future_unref(core(future)); }

/**
 * Block until the task is done.
 *
 * The thread that owns the loop would wait for itself: it is refused unless the task is done. A time-out cancels
 * nothing, and leaves `*out_error` NULL; a task that failed with #ASY_E_TIMEOUT gives its error. The result
 * can be asked for again, but for a pointer with a destructor, a future, and what holds objects of an #asy_type_flag,
 * which go to the first who asks.
 *
 * @param[in] future the thread future; borrowed
 * @param[in] timeout_ns nanoseconds to wait; 0 only looks, #ASY_FOREVER has no limit
 * @param[out] out_value receives the result; overwritten, nil on error; or NULL to leave it there
 * @param[out] out_error receives the error, or NULL without one; or NULL to drop it
 * @return #ASY_OK, or the code of the error
 * @retval ASY_E_TIMEOUT it is not done yet
 * @retval ASY_E_STATE it is not done, and the caller owns the loop
 * @retval ASY_E_CLOSED the loop was closed first
 * @retval ASY_E_FORKED it is not done, and this is the child of a fork
 * @par Ownership
 * the caller clears the value and owns one reference to the error
 * @par Threads
 * any but the loop's
 * @par Batch
 * never: it blocks
 * @since 0.1
 */
ASY_API asy_status asy_thread_future_wait(asy_thread_future *future, uint64_t timeout_ns, asy_value *out_value,
                                          asy_error **out_error) ASY_NOEXCEPT {
  if (out_value) *out_value = nil;
  if (out_error) *out_error = nullptr;
  if (!future) return ASY_E_INVALID;
  error *failure = nullptr;
  const asy_status status = thread_future_wait(*core(future), timeout_ns, out_value, failure);
  if (out_error) *out_error = handle(failure);
  else if (failure) error_unref(failure);
  return status;
}

/**
 * Ask the task to cancel.
 *
 * As asy_task_cancel() on the loop's thread, in the order of this thread's other calls there. The thread future is
 * done when the task is.
 *
 * @param[in] future the thread future; borrowed
 * @return 1 when it was asked, 0 when it is done
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API int32_t asy_thread_future_cancel(asy_thread_future *future) ASY_NOEXCEPT {
  return future && thread_future_cancel(*core(future));
}

/**
 * Tell whether the task is done.
 *
 * @param[in] future the thread future; borrowed
 * @return 1 or 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API int32_t asy_thread_future_is_done(const asy_thread_future *future) ASY_NOEXCEPT {
  return future && thread_future_is_done(*core(const_cast<asy_thread_future *>(future)));
}

/**
 * Call a function on the loop's thread when the task is done.
 *
 * Callbacks run in their order, on a later turn; none runs once the loop is closed.
 *
 * @param[in] future the thread future; borrowed
 * @param[in] on_done what to call
 * @param[in] user_data handed to the callbacks
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative #asy_status
 * @retval ASY_E_CLOSED it is done, and the loop closed
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API asy_status asy_thread_future_add_done_callback(asy_thread_future *future, asy_thread_done_cb on_done,
                                                       void *user_data, asy_free_cb on_free) ASY_NOEXCEPT {
  if (!future || !on_done) return refuse(ASY_E_INVALID, user_data, on_free);
  return thread_future_add_callback(*core(future), {on_done, user_data, on_free});
}

}  // extern "C"
