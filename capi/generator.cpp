/** @file
 * @brief Generators: asynchronous iteration with an owner. */
#include "libasync/task/generator.hpp"
#include "capi/handles.hpp"
#include "libasync/task/stack.hpp"

using namespace libasync;
using namespace libasync::capi;

namespace {

/// A loop keeps its objects; whoever copies the value is on its thread.
constexpr asy_type generator_type{sizeof(asy_type), "generator", [](void *g) { object_ref(static_cast<object *>(g)); },
                                  [](void *g) { object_unref(static_cast<object *>(g)); }, ASY_TYPE_LOOP_RETAIN};

/// Consumes the task.
asy_status give(future *body, asy_generator **out_generator) noexcept {
  generator *made = nullptr;
  const asy_status status = generator_of_task(body, made);
  *out_generator = handle_of<asy_generator>(made);
  return status;
}

}  // namespace

extern "C" {

/**
 * Make a generator of a language's own iterator.
 *
 * Runs nothing: an iterator that is never asked for an item is only destroyed. Once it has begun it is always
 * closed: by its end, an error, asy_generator_close(), or by the loop when the last reference is given back.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] type how to drive it; borrowed for the generator's life
 * @param[in] self the iterator; consumed, or NULL
 * @param[out] out_generator receives the generator, or NULL on failure
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID an argument is NULL
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_generator`; `self` is destroyed exactly once, also on failure;
 * without a `destroy` it stays the caller's
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_generator_new(asy_loop *loop, const asy_iterator *type, void *self,
                                     asy_generator **out_generator) ASY_NOEXCEPT {
  if (out_generator) *out_generator = nullptr;
  if (!type || type->size < sizeof(asy_iterator)) return ASY_E_INVALID;
  asy_status refused = loop_check(core(loop));
  if (!refused && (!type->next || !type->destroy || !out_generator)) refused = ASY_E_INVALID;
  if (refused) return refuse(refused, self, type->destroy);
  *out_generator = handle_of<asy_generator>(generator_of_iterator(*core(loop), type, self));
  return *out_generator ? ASY_OK : ASY_E_NOMEM;
}

/**
 * Make a generator of a plain function, which runs on a stack of its own and hands items over with asy_yield().
 *
 * The task of asy_spawn() as asy_generator_of_task() takes it. The iteration ends when the function returns #ASY_OK,
 * with nil, or #ASY_E_END; any other status is the error of the operation under way.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on_run the function
 * @param[in] user_data handed to the callbacks
 * @param[in] on_free releases `user_data` once the function has ended, or when it never runs; or NULL
 * @param[in] options name, stack size and place; borrowed for the call; or NULL
 * @param[out] out_generator receives the generator, or NULL on failure
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID an argument is NULL, or the options are wrong
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_generator`; takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_generator_spawn(asy_loop *loop, asy_run_cb on_run, void *user_data, asy_free_cb on_free,
                                       const asy_task_options *options, asy_generator **out_generator) ASY_NOEXCEPT {
  if (out_generator) *out_generator = nullptr;
  asy_status refused = loop_check(core(loop));
  asy_task_options with{};
  if (!refused && (!on_run || !out_generator)) refused = ASY_E_INVALID;
  if (!refused && options) refused = read_options(options, with);
  if (refused) return refuse(refused, user_data, on_free);
  with.flags = ASY_TASK_LAZY;
  return give(stack_spawn(*core(loop), on_run, user_data, on_free, &with), out_generator);
}

/**
 * Make a generator of a task, whose code hands items over with asy_generator_yield().
 *
 * The task begins with the first asy_generator_next(), and counts as one of the loop only while an operation of the
 * generator is under way: between two items nothing that cancels or waits for all tasks meets it, and a cancel waits
 * until it goes on. It runs in the context of whoever iterates. The iteration ends when it returns nil or fails with
 * #ASY_E_END; any other error is the one of the operation under way. Where it stands when its loop is closed, it is
 * destroyed.
 *
 * Make the task with #ASY_TASK_LAZY where a hook may begin tasks at once. One without a name is named like the
 * generator.
 *
 * @param[in] task a task that has not begun, and that nobody awaits; consumed, also on failure
 * @param[out] out_generator receives the generator, or NULL on failure
 * @return zero or a negative #asy_status; the code of the failure when the task could not be made
 * @retval ASY_E_STATE the task has begun, is awaited, is to be cancelled, or is a generator's already; it goes on
 * @retval ASY_E_INVALID it is no task, or an argument is NULL
 * @retval ASY_E_NOMEM memory ran out; the task is ended
 * @par Ownership
 * the caller owns one reference in `*out_generator`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_generator_of_task(asy_task *task, asy_generator **out_generator) ASY_NOEXCEPT {
  if (out_generator) *out_generator = nullptr;
  future *const body = core(task);
  asy_status refused = body && !body->owner ? body->failure()->code : object_check(body);
  if (!refused && !out_generator) refused = ASY_E_INVALID;
  if (!refused) return give(body, out_generator);
  object_unref(body);
  return refused;
}

/**
 * Hand an item over, in the task of asy_generator_of_task().
 *
 * What the task does next is to await the future, which is done when the next item is wanted. It has what
 * asy_generator_send() sent, else nil, or fails: with #ASY_E_END when the generator is closed, with an error that was
 * thrown in, and as asy_yield() tells. A cancel that nothing raised yet is raised by that await; the item is gone then.
 *
 * @param[in] task the task, which runs; borrowed
 * @param[in,out] value the item; consumed, also on error; or NULL for nil
 * @return a future as told above
 * @par Ownership
 * the caller owns one reference; the item belongs to whoever iterates
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_generator_yield(asy_task *task, asy_value *value) ASY_NOEXCEPT {
  libasync::task *const t = as_task(core(task));
  const asy_status refused = t ? object_check(t) : ASY_E_INVALID;
  if (refused) return handle(future_of(refuse(refused, value)));
  return handle(generator_yield(*t, value_take(value)));
}

/**
 * Hand an item over, inside a function of asy_generator_spawn(), and wait until the next one is wanted.
 *
 * #ASY_E_END says that the generator is closed: clean up, awaiting if need be, and return; whoever yields again gets
 * #ASY_E_STATE, and the close fails with it too unless an error is returned. An item whose asy_generator_next() was
 * dropped meanwhile is kept for the next one. A cancel that nothing raised yet is raised here.
 *
 * @param[in,out] value the item; consumed, also on error; or NULL for nil
 * @param[out] out_sent receives what asy_generator_send() sent, else nil; overwritten; or NULL to drop it
 * @param[out] out_error receives the error, or NULL without one; or NULL to drop it
 * @return #ASY_OK, or the error's code
 * @retval ASY_E_END the generator is closed
 * @retval ASY_E_CANCELLED the operation was cancelled; the item is gone
 * @retval ASY_E_STATE the caller is not such a function, the generator was closed before, or a timeout or task group
 *   is open, which would cancel the wrong code
 * @retval ASY_E_CLOSED the loop is closing: return
 * @retval ASY_E_NOMEM memory ran out; the item is gone
 * @par Ownership
 * the item belongs to whoever iterates; the caller clears the value and owns one reference to the error
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_yield(asy_value *value, asy_value *out_sent, asy_error **out_error) ASY_NOEXCEPT {
  return generator_yield_here(value_take(value), out_sent, reinterpret_cast<error **>(out_error));
}

/**
 * Ask for the next item.
 *
 * One operation at a time. Cancelling the future cancels what the generator itself waits for; a generator that lets
 * that end it is over. Dropping the future cancels nothing, and the item is kept for the next one.
 *
 * @param[in] generator the generator; borrowed
 * @return a future with the item; #ASY_E_END when there is none and ever after; #ASY_E_BUSY while another operation
 *   is under way; any other error ended the iteration
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_generator_next(asy_generator *generator) ASY_NOEXCEPT {
  auto *g = core_of<libasync::generator>(generator);
  const asy_status refused = object_check(g);
  return handle(refused ? future_of(refused) : generator_send(*g, nil));
}

/**
 * Give a value to where the generator stands, and ask for the next item.
 *
 * @param[in] generator the generator; borrowed
 * @param[in,out] value the value; consumed, also on error; or NULL for nil
 * @return a future like that of asy_generator_next(); #ASY_E_STATE for a value when the generator has not started, or
 *   when an item is kept
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_generator_send(asy_generator *generator, asy_value *value) ASY_NOEXCEPT {
  auto *g = core_of<libasync::generator>(generator);
  if (const asy_status refused = object_check(g)) return handle(future_of(refuse(refused, value)));
  return handle(generator_send(*g, value_take(value)));
}

/**
 * Raise an error where the generator stands, and ask for the next item.
 *
 * One that has not started is over at once, with this error. An item that is kept is released.
 *
 * @param[in] generator the generator; borrowed
 * @param[in] error the error; consumed, also on failure
 * @return a future like that of asy_generator_next()
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_generator_throw(asy_generator *generator, asy_error *error) ASY_NOEXCEPT {
  auto *g = core_of<libasync::generator>(generator);
  asy_status refused = object_check(g);
  if (!refused && !error) refused = ASY_E_INVALID;
  return handle(refused ? future_of(refuse(refused, error)) : generator_throw(*g, core(error)));
}

/**
 * End a generator where it stands.
 *
 * Its code is told, cleans up, which may take a while, and then the generator is over. One that is over already, or
 * has not started, is closed at once.
 *
 * @param[in] generator the generator; borrowed
 * @return a future without a value; fails with the error that cleaning up ended with, with #ASY_E_STATE when the code
 *   went on handing items over, with #ASY_E_BUSY while another operation is under way
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_generator_close(asy_generator *generator) ASY_NOEXCEPT {
  auto *g = core_of<libasync::generator>(generator);
  const asy_status refused = object_check(g);
  return handle(refused ? future_of(refused) : generator_close(*g));
}

/**
 * Close all generators that have started and are not over, at once.
 *
 * A failure is reported with the generator's name, also that of one whose operation is under way. A generator that
 * starts after this call is reported too, and runs.
 *
 * @param[in] loop the loop; borrowed
 * @return a future with a list: for each generator nil or its error
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_loop_close_generators(asy_loop *loop) ASY_NOEXCEPT {
  const asy_status refused = loop_check(core(loop));
  return handle(refused ? future_of(refused) : generators_close_all(*core(loop)));
}

/**
 * Describe a generator.
 *
 * The first line is its name, "Generator-N" unless it was given one. The lines of a language's own iterator follow.
 *
 * @param[in] generator the generator; borrowed
 * @param[in] on_line called for each line
 * @param[in] user_data handed to `on_line`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative #asy_status
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_generator_describe(asy_generator *generator, asy_line_cb on_line, void *user_data,
                                          asy_free_cb on_free) ASY_NOEXCEPT {
  auto *g = core_of<libasync::generator>(generator);
  asy_status status = object_check(g);
  if (!status && !on_line) status = ASY_E_INVALID;
  if (!status) generator_describe(*g, on_line, user_data);
  return refuse(status, user_data, on_free);
}

/**
 * The descriptor by which a generator travels as an object value.
 *
 * The object is the #asy_generator itself: one language hands it over, and every other iterates over it.
 *
 * @return the descriptor; the same at every call
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * any; a value that holds a generator is copied on the loop's thread, and released on any
 * @since 0.1
 */
ASY_API const asy_type *asy_generator_type(void) ASY_NOEXCEPT { return &generator_type; }

/**
 * Take another reference to a generator.
 *
 * @param[in] generator the generator, or NULL; borrowed
 * @return `generator`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_generator *asy_generator_ref(asy_generator *generator) ASY_NOEXCEPT {
  if (generator) object_ref(core_of<object>(generator));
  return generator;
}

/**
 * Give a reference to a generator back.
 *
 * With the last one the loop closes a generator that has started and is not over, on a later turn and in a task of
 * the generator's own; an error that cleaning up ends with is reported. asy_generator_close() does it where it can be
 * awaited.
 *
 * @param[in] generator the generator, or NULL; consumed
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_generator_unref(asy_generator *generator) ASY_NOEXCEPT { object_unref(core_of<object>(generator)); }

}  // extern "C"
