/** @file
 * @brief One line about anything. */
#include "capi/handles.hpp"
#include "libasync/debug/inspect.hpp"

using namespace libasync;
using namespace libasync::capi;

namespace {

size_t describe_object(object *it, char *buffer, size_t size) noexcept {
  text out(buffer, size);
  if (it && !(it->owner && loop_check(it->owner))) describe(*it, out);
  return out.length;
}

}  // namespace

extern "C" {

/**
 * Describe a future in one line.
 *
 * Its kind or task name, its state, what it waits for or holds, who waits for it. Runs no foreign
 * code, and shows neither what a list holds nor what an object is beyond its type.
 *
 * @param[in] future the future; borrowed
 * @param[in,out] buffer receives the text, cut to fit and ended with a NUL; or NULL for the length alone
 * @param[in] size bytes of room in `buffer`
 * @return the length of the whole text without the NUL; 0 when the future cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_future_describe(asy_future *future, char *buffer, size_t size) ASY_NOEXCEPT {
  return describe_object(core(future), buffer, size);
}

/**
 * Describe an event in one line.
 *
 * Whether it is set, and how many wait.
 *
 * @param[in] event the event; borrowed
 * @param[in,out] buffer receives the text, cut to fit and ended with a NUL; or NULL for the length alone
 * @param[in] size bytes of room in `buffer`
 * @return the length of the whole text without the NUL; 0 when the event cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_event_describe(asy_event *event, char *buffer, size_t size) ASY_NOEXCEPT {
  return describe_object(core_of<object>(event), buffer, size);
}

/**
 * Describe a handle in one line.
 *
 * Whether it is queued, scheduled, finished or cancelled, and when it is due.
 *
 * @param[in] handle the handle; borrowed
 * @param[in,out] buffer receives the text, cut to fit and ended with a NUL; or NULL for the length alone
 * @param[in] size bytes of room in `buffer`
 * @return the length of the whole text without the NUL; 0 when the handle cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_handle_describe(asy_handle *handle, char *buffer, size_t size) ASY_NOEXCEPT {
  return describe_object(core_of<object>(handle), buffer, size);
}

/**
 * Describe a barrier in one line.
 *
 * Whether it is broken or filling, and how many wait of how many.
 *
 * @param[in] barrier the barrier; borrowed
 * @param[in,out] buffer receives the text, cut to fit and ended with a NUL; or NULL for the length alone
 * @param[in] size bytes of room in `buffer`
 * @return the length of the whole text without the NUL; 0 when the barrier cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_barrier_describe(asy_barrier *barrier, char *buffer, size_t size) ASY_NOEXCEPT {
  return describe_object(core_of<object>(barrier), buffer, size);
}

/**
 * Describe a condition in one line.
 *
 * Whether its lock is held, and how many wait to be notified.
 *
 * @param[in] condition the condition; borrowed
 * @param[in,out] buffer receives the text, cut to fit and ended with a NUL; or NULL for the length alone
 * @param[in] size bytes of room in `buffer`
 * @return the length of the whole text without the NUL; 0 when the condition cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_condition_describe(asy_condition *condition, char *buffer, size_t size) ASY_NOEXCEPT {
  return describe_object(core_of<object>(condition), buffer, size);
}

/**
 * Describe a limiter in one line.
 *
 * Its rate, and how many wait.
 *
 * @param[in] limiter the limiter; borrowed
 * @param[in,out] buffer receives the text, cut to fit and ended with a NUL; or NULL for the length alone
 * @param[in] size bytes of room in `buffer`
 * @return the length of the whole text without the NUL; 0 when the limiter cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_limiter_describe(asy_limiter *limiter, char *buffer, size_t size) ASY_NOEXCEPT {
  return describe_object(core_of<object>(limiter), buffer, size);
}

/**
 * Describe a lock in one line.
 *
 * Whether it is locked, and how many wait.
 *
 * @param[in] lock the lock; borrowed
 * @param[in,out] buffer receives the text, cut to fit and ended with a NUL; or NULL for the length alone
 * @param[in] size bytes of room in `buffer`
 * @return the length of the whole text without the NUL; 0 when the lock cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_lock_describe(asy_lock *lock, char *buffer, size_t size) ASY_NOEXCEPT {
  return describe_object(core_of<object>(lock), buffer, size);
}

/**
 * Describe a queue in one line.
 *
 * How many items it holds of how many and how many are unfinished, how many wait to get and to put, and whether it is
 * shut down.
 *
 * @param[in] queue the queue; borrowed
 * @param[in,out] buffer receives the text, cut to fit and ended with a NUL; or NULL for the length alone
 * @param[in] size bytes of room in `buffer`
 * @return the length of the whole text without the NUL; 0 when the queue cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_queue_describe(asy_queue *queue, char *buffer, size_t size) ASY_NOEXCEPT {
  return describe_object(core_of<object>(queue), buffer, size);
}

/**
 * Describe a semaphore in one line.
 *
 * Whether it is locked, its free slots, and how many wait.
 *
 * @param[in] semaphore the semaphore; borrowed
 * @param[in,out] buffer receives the text, cut to fit and ended with a NUL; or NULL for the length alone
 * @param[in] size bytes of room in `buffer`
 * @return the length of the whole text without the NUL; 0 when the semaphore cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_semaphore_describe(asy_semaphore *semaphore, char *buffer, size_t size) ASY_NOEXCEPT {
  return describe_object(core_of<object>(semaphore), buffer, size);
}
}
