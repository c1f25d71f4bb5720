/** @file
 * @brief Queues of values between tasks. */
#include "libasync/sync/queue.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

namespace {

asy_status make_queue(asy_loop *loop, size_t max_size, queue_order order, asy_queue **out_queue) noexcept {
  if (!out_queue) return ASY_E_INVALID;
  *out_queue = nullptr;
  if (const asy_status refused = loop_check(core(loop))) return refused;
  *out_queue = handle_of<asy_queue>(queue_new(*core(loop), max_size, order));
  return *out_queue ? ASY_OK : ASY_E_NOMEM;
}

}  // namespace

extern "C" {

/**
 * Make a queue, first in first out.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] max_size how many values it holds before puts wait; 0 for any number
 * @param[out] out_queue receives the queue, or NULL on failure
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID an argument is NULL
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_queue`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_queue_new(asy_loop *loop, size_t max_size, asy_queue **out_queue) ASY_NOEXCEPT {
  return make_queue(loop, max_size, queue_order::FIFO, out_queue);
}

/**
 * Make a queue, last in first out.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] max_size how many values it holds before puts wait; 0 for any number
 * @param[out] out_queue receives the queue, or NULL on failure
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID an argument is NULL
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_queue`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_queue_new_lifo(asy_loop *loop, size_t max_size, asy_queue **out_queue) ASY_NOEXCEPT {
  return make_queue(loop, max_size, queue_order::LIFO, out_queue);
}

/**
 * Make a queue, the least value first.
 *
 * Equal values come out in the order in which they went in. Without `on_compare`,
 * numbers, text, bytes and lists, item by item, go by their value, what is opaque is
 * equal, and different kinds cannot be compared. A put whose value cannot be compared
 * fails with #ASY_E_INVALID; two that only meet later keep their order of arrival,
 * and that is reported. From inside `on_compare` the queue answers #ASY_E_BUSY.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] max_size how many values it holds before puts wait; 0 for any number
 * @param[in] on_compare tells which of two values is less; or NULL
 * @param[in] user_data handed to `on_compare`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`; or NULL
 * @param[out] out_queue receives the queue, or NULL on failure
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID an argument is NULL
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_queue`; takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_queue_new_priority(asy_loop *loop, size_t max_size, asy_compare_cb on_compare, void *user_data,
                                          asy_free_cb on_free, asy_queue **out_queue) ASY_NOEXCEPT {
  if (const asy_status failed = make_queue(loop, max_size, queue_order::PRIORITY, out_queue))
    return refuse(failed, user_data, on_free);
  core_of<libasync::queue>(*out_queue)->compare = {on_compare, user_data, on_free};
  return ASY_OK;
}

/**
 * Put a value in, waiting while the queue is full.
 *
 * The value goes in at once when there is room or somebody waits for one, else in
 * the order of the calls. Cancelling the future before that takes the value back
 * and releases it; dropping the future does not.
 *
 * @param[in] queue the queue; borrowed
 * @param[in,out] value the value; consumed, also on error; or NULL for nil
 * @return a future without a value; fails with #ASY_E_CLOSED when the queue is shut down
 * @par Ownership
 * the caller owns one reference; the value belongs to the queue
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_queue_put(asy_queue *queue, asy_value *value) ASY_NOEXCEPT {
  auto *q = core_of<libasync::queue>(queue);
  if (!object_is_here(q)) return handle(future_of(refuse(object_check(q), value)));
  asy_value taken = value_take(value);
  return handle(queue_put(*q, taken));
}

/**
 * Take the first value out, waiting while the queue is empty.
 *
 * Values are handed to those who wait in the order of their calls. Cancelling the
 * future leaves the line; a value that it got before is its result and not lost.
 *
 * @param[in] queue the queue; borrowed
 * @return a future with the value; fails with #ASY_E_CLOSED when the queue is shut down and empty
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_queue_get(asy_queue *queue) ASY_NOEXCEPT {
  auto *q = core_of<libasync::queue>(queue);
  return object_is_here(q) ? handle(queue_get(*q)) : refuse_call(q);
}

/**
 * Put a value in if there is room.
 *
 * @param[in] queue the queue; borrowed
 * @param[in,out] value the value; consumed, also on error; or NULL for nil
 * @return zero or a negative #asy_status
 * @retval ASY_E_AGAIN the queue is full
 * @retval ASY_E_CLOSED the queue is shut down
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the value belongs to the queue
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_queue_try_put(asy_queue *queue, asy_value *value) ASY_NOEXCEPT {
  auto *q = core_of<libasync::queue>(queue);
  if (const asy_status refused = object_check(q)) return refuse(refused, value);
  asy_value taken = value_take(value);
  return queue_try_put(*q, taken);
}

/**
 * Take the first value out if there is one.
 *
 * A value that was handed to somebody who waits is not in the queue any more.
 *
 * @param[in] queue the queue; borrowed
 * @param[out] out_value receives the value; overwritten; nil on error
 * @return zero or a negative #asy_status
 * @retval ASY_E_AGAIN the queue is empty
 * @retval ASY_E_CLOSED the queue is shut down and empty
 * @par Ownership
 * the caller clears the value
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_queue_try_get(asy_queue *queue, asy_value *out_value) ASY_NOEXCEPT {
  if (!out_value) return ASY_E_INVALID;
  *out_value = nil;
  auto *q = core_of<libasync::queue>(queue);
  const asy_status refused = object_check(q);
  return refused ? refused : queue_try_get(*q, *out_value);
}

/**
 * Count the values in a queue.
 *
 * Those of puts that wait do not count.
 *
 * @param[in] queue the queue; borrowed
 * @return how many; 0 too when the queue cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_queue_size(const asy_queue *queue) ASY_NOEXCEPT {
  auto *q = core_of<libasync::queue>(queue);
  return object_check(q) ? 0 : q->count;
}

/**
 * Tell how many values a queue holds before puts wait.
 *
 * @param[in] queue the queue; borrowed
 * @return the limit; 0 for none, or when the queue cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_queue_max_size(const asy_queue *queue) ASY_NOEXCEPT {
  auto *q = core_of<libasync::queue>(queue);
  return object_check(q) ? 0 : q->max_size;
}

/**
 * Take no more values in; for ever.
 *
 * Puts fail with #ASY_E_CLOSED, also those that wait, whose values are released.
 * Gets take out what is left and then fail the same way. `immediate` releases what
 * is left, which is not unfinished any more; what was taken out before still is.
 * Again, it does nothing, but that what is left can still be released.
 *
 * @param[in] queue the queue; borrowed
 * @param[in] immediate nonzero to release what is left in it
 * @return zero or a negative #asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_queue_shutdown(asy_queue *queue, int32_t immediate) ASY_NOEXCEPT {
  auto *q = core_of<libasync::queue>(queue);
  const asy_status refused = object_check(q);
  return refused ? refused : queue_shutdown(*q, immediate);
}

/**
 * Tell whether a queue was shut down.
 *
 * @param[in] queue the queue; borrowed
 * @return 1 when it was, or it cannot be used from here, else 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_queue_is_shut_down(const asy_queue *queue) ASY_NOEXCEPT {
  auto *q = core_of<libasync::queue>(queue);
  return object_check(q) || q->closed;
}

/**
 * Wait until every value that was put in is finished.
 *
 * It is when asy_queue_task_done() was called as often as values went in. When nothing is
 * unfinished, the future is done already; what is put in later does not undo that.
 *
 * @param[in] queue the queue; borrowed
 * @return a future without a value
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_queue_join(asy_queue *queue) ASY_NOEXCEPT {
  auto *q = core_of<libasync::queue>(queue);
  const asy_status refused = object_check(q);
  return handle(refused ? future_of(refused) : queue_join(*q));
}

/**
 * Say that one value that was taken out is finished.
 *
 * @param[in] queue the queue; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE nothing is unfinished
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_queue_task_done(asy_queue *queue) ASY_NOEXCEPT {
  auto *q = core_of<libasync::queue>(queue);
  const asy_status refused = object_check(q);
  return refused ? refused : queue_task_done(*q);
}

/**
 * Count the values that went in and are not finished.
 *
 * @param[in] queue the queue; borrowed
 * @return how many; 0 too when it cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API uint64_t asy_queue_unfinished(const asy_queue *queue) ASY_NOEXCEPT {
  auto *q = core_of<libasync::queue>(queue);
  return object_check(q) ? 0 : q->unfinished;
}

/**
 * Count who waits for a value.
 *
 * @param[in] queue the queue; borrowed
 * @return how many; 0 too when it cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_queue_getters(const asy_queue *queue) ASY_NOEXCEPT {
  auto *q = core_of<libasync::queue>(queue);
  return object_check(q) ? 0 : q->getters.count();
}

/**
 * Count who waits for room, with futures that somebody holds.
 *
 * @param[in] queue the queue; borrowed
 * @return how many; 0 too when it cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_queue_putters(const asy_queue *queue) ASY_NOEXCEPT {
  auto *q = core_of<libasync::queue>(queue);
  return object_check(q) ? 0 : q->putters.count();
}

/**
 * Take one more reference to a queue.
 *
 * @param[in] queue the queue; borrowed; or NULL
 * @return `queue`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_queue *asy_queue_ref(asy_queue *queue) ASY_NOEXCEPT {
  if (queue) object_ref(core_of<object>(queue));
  return queue;
}

/**
 * Give a reference to a queue back.
 *
 * Who waits holds one too, but for puts whose future was dropped. The last one releases the values in it.
 *
 * @param[in] queue the queue; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_queue_unref(asy_queue *queue) ASY_NOEXCEPT { object_unref(core_of<object>(queue)); }

}  // extern "C"
