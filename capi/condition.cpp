/** @file
 * @brief Conditions: waiting, with a lock, for what it protects to change. */
#include "libasync/sync/condition.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Make a condition.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] lock the lock that protects what is waited for; borrowed; or NULL for one of its own
 * @param[out] out_condition receives the condition, or NULL on failure
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID an argument is NULL
 * @retval ASY_E_WRONG_LOOP the lock is another loop's
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_condition`; the condition keeps one to the lock
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_condition_new(asy_loop *loop, asy_lock *lock, asy_condition **out_condition) ASY_NOEXCEPT {
  if (!out_condition) return ASY_E_INVALID;
  *out_condition = nullptr;
  if (const asy_status refused = loop_check(core(loop))) return refused;
  auto *l = core_of<libasync::lock>(lock);
  if (l && l->owner != core(loop)) return ASY_E_WRONG_LOOP;
  *out_condition = handle_of<asy_condition>(condition_new(*core(loop), l));
  return *out_condition ? ASY_OK : ASY_E_NOMEM;
}

/**
 * Get the lock of a condition.
 *
 * @param[in] condition the condition; borrowed
 * @return the lock; NULL when the condition cannot be used from here
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_lock *asy_condition_lock(asy_condition *condition) ASY_NOEXCEPT {
  auto *c = core_of<libasync::condition>(condition);
  return object_check(c) ? nullptr : handle_of<asy_lock>(ref(c->lock));
}

/**
 * Release the lock, wait for a notification, and take the lock again.
 *
 * Whatever the outcome is, it comes with the lock held: a wait that is cancelled
 * gets in line for the lock and ends once it has it, with the latest cancel. One
 * that was notified already then lets the next one be notified instead. A wait
 * whose future is dropped takes no lock.
 *
 * @param[in] condition the condition, whose lock is held; borrowed
 * @return a future without a value; fails with #ASY_E_STATE when the lock is not held
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_condition_wait(asy_condition *condition) ASY_NOEXCEPT {
  auto *c = core_of<libasync::condition>(condition);
  const asy_status refused = object_check(c);
  return handle(refused ? future_of(refused) : condition_wait_new(*c));
}

/**
 * Wait until a predicate is true.
 *
 * It is asked at once, and true then, the lock need not be held and nothing
 * waits. Else it is asked after each notification, on the loop, with the lock
 * held and in the context of this call. The future ends as that of
 * asy_condition_wait() does.
 *
 * @param[in] condition the condition, whose lock is held; borrowed
 * @param[in] on_check tells whether the wait is over
 * @param[in] user_data handed to `on_check`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`; or NULL
 * @return a future with what `on_check` answered last; fails with that when it is negative, and as asy_condition_wait()
 * @par Ownership
 * the caller owns one reference; takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_condition_wait_for(asy_condition *condition, asy_predicate_cb on_check, void *user_data,
                                           asy_free_cb on_free) ASY_NOEXCEPT {
  auto *c = core_of<libasync::condition>(condition);
  const asy_status refused = object_check(c);
  if (refused || !on_check) return refuse_future(refused ? refused : ASY_E_INVALID, user_data, on_free);
  return handle(condition_wait_for(*c, {on_check, user_data, on_free}));
}

/**
 * Let some of those who wait go on, the first first.
 *
 * They go on once they have the lock, so not before the caller releases it.
 *
 * @param[in] condition the condition, whose lock is held; borrowed
 * @param[in] count how many at most
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE the lock is not held
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_condition_notify(asy_condition *condition, size_t count) ASY_NOEXCEPT {
  auto *c = core_of<libasync::condition>(condition);
  const asy_status refused = object_check(c);
  return refused ? refused : condition_notify(*c, count);
}

/**
 * Let all of those who wait go on.
 *
 * @param[in] condition the condition, whose lock is held; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE the lock is not held
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_condition_notify_all(asy_condition *condition) ASY_NOEXCEPT {
  return asy_condition_notify(condition, SIZE_MAX);
}

/**
 * Count who waits for a notification.
 *
 * @param[in] condition the condition; borrowed
 * @return how many; 0 too when it cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_condition_waiting(const asy_condition *condition) ASY_NOEXCEPT {
  auto *c = core_of<libasync::condition>(condition);
  return object_check(c) ? 0 : c->waiting.count();
}

/**
 * Take one more reference to a condition.
 *
 * @param[in] condition the condition; borrowed; or NULL
 * @return `condition`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_condition *asy_condition_ref(asy_condition *condition) ASY_NOEXCEPT {
  if (condition) object_ref(core_of<object>(condition));
  return condition;
}

/**
 * Give a reference to a condition back.
 *
 * Who waits holds one too: a wait goes on without the caller's.
 *
 * @param[in] condition the condition; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_condition_unref(asy_condition *condition) ASY_NOEXCEPT { object_unref(core_of<object>(condition)); }

}  // extern "C"
