/** @file
 * @brief Queues of values between tasks. */
#include "libasync/sync/queue.hpp"
#include "capi/handles.hpp"
#include "libasync/task/stack.hpp"

using namespace libasync;
using namespace libasync::capi;

namespace {

/// Consumes what will not be put.
asy_status drop(asy_status status, asy_value *value) noexcept {
  asy_value taken = value_take(value);
  value_clear_outside(taken);
  return status;
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
  if (!out_queue) return ASY_E_INVALID;
  *out_queue = nullptr;
  if (const asy_status refused = loop_check(core(loop))) return refused;
  *out_queue = handle_of<asy_queue>(queue_new(*core(loop), max_size));
  return *out_queue ? ASY_OK : ASY_E_NOMEM;
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
 * @return a future without a value; fails with #ASY_E_CLOSED when the queue is closed or its last reference goes
 * @par Ownership
 * the caller owns one reference; the value belongs to the queue
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_queue_put(asy_queue *queue, asy_value *value) ASY_NOEXCEPT {
  auto *q = core_of<libasync::queue>(queue);
  const asy_status refused = object_check(q);
  return handle(refused ? future_of(drop(refused, value)) : queue_put(*q, value_take(value)));
}

/**
 * Take the first value out, waiting while the queue is empty.
 *
 * Values are handed to those who wait in the order of their calls. Cancelling the
 * future leaves the line; a value that it got before is its result and not lost.
 *
 * @param[in] queue the queue; borrowed
 * @return a future with the value; fails with #ASY_E_CLOSED when the queue is closed and empty
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_queue_get(asy_queue *queue) ASY_NOEXCEPT {
  auto *q = core_of<libasync::queue>(queue);
  const asy_status refused = object_check(q);
  return handle(refused ? future_of(refused) : queue_get(*q));
}

/**
 * Put a value in if there is room.
 *
 * @param[in] queue the queue; borrowed
 * @param[in,out] value the value; consumed, also on error; or NULL for nil
 * @return zero or a negative #asy_status
 * @retval ASY_E_AGAIN the queue is full
 * @retval ASY_E_CLOSED the queue is closed
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the value belongs to the queue
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_queue_try_put(asy_queue *queue, asy_value *value) ASY_NOEXCEPT {
  auto *q = core_of<libasync::queue>(queue);
  const asy_status refused = object_check(q);
  return refused ? drop(refused, value) : queue_try_put(*q, value_take(value));
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
 * @retval ASY_E_CLOSED the queue is closed and empty
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
 * Gets take out what is left and then fail the same way. Closing again does nothing.
 *
 * @param[in] queue the queue; borrowed
 * @return zero or a negative #asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_queue_close(asy_queue *queue) ASY_NOEXCEPT {
  auto *q = core_of<libasync::queue>(queue);
  if (const asy_status refused = object_check(q)) return refused;
  queue_close(*q);
  return ASY_OK;
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
 * The last one releases the values in it and fails everybody who still waits.
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
