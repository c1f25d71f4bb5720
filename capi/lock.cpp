/** @file
 * @brief Locks: one at a time, in order. */
#include "libasync/sync/lock.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Make a lock that is free.
 *
 * Without #ASY_LOCK_OWNED anybody may release it, and a task that acquires it twice waits for itself.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] flags bits of #asy_lock_flag
 * @param[out] out_lock receives the lock, or NULL on failure
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID an argument is NULL, or a flag is not known
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_lock`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_lock_new(asy_loop *loop, uint32_t flags, asy_lock **out_lock) ASY_NOEXCEPT {
  static_assert(ASY_LOCK_OWNED == lock_owned);
  if (!out_lock) return ASY_E_INVALID;
  *out_lock = nullptr;
  if (const asy_status refused = loop_check(core(loop))) return refused;
  if (flags & ~lock_owned) return ASY_E_INVALID;
  *out_lock = handle_of<asy_lock>(lock_new(*core(loop), flags));
  return *out_lock ? ASY_OK : ASY_E_NOMEM;
}

/**
 * Wait for the lock and take it.
 *
 * A free lock is taken at once and the future is done already. Others get it in
 * the order of their calls; nobody overtakes. Cancelling the future leaves the
 * line; a lock that it got before belongs to whoever awaited it.
 *
 * @param[in] lock the lock; borrowed
 * @return a future without a value; fails with #ASY_E_STATE when the lock remembers that the task holds it already
 * @par Ownership
 * the caller owns one reference; the lock goes back with asy_lock_release()
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_lock_acquire(asy_lock *lock) ASY_NOEXCEPT {
  auto *l = core_of<libasync::lock>(lock);
  const asy_status refused = object_check(l);
  return handle(refused ? future_of(refused) : lock_acquire(*l));
}

/**
 * Take the lock if it is free.
 *
 * @param[in] lock the lock; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_AGAIN somebody holds it
 * @retval ASY_E_STATE it remembers that the running task holds it already
 * @par Ownership
 * the lock goes back with asy_lock_release()
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_lock_try_acquire(asy_lock *lock) ASY_NOEXCEPT {
  auto *l = core_of<libasync::lock>(lock);
  const asy_status refused = object_check(l);
  return refused ? refused : lock_try_acquire(*l);
}

/**
 * Give the lock back.
 *
 * It belongs to the first who waits from this call on, though that runs later:
 * it stays locked meanwhile.
 *
 * @param[in] lock the lock; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE it is free, or it remembers that another task holds it
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_lock_release(asy_lock *lock) ASY_NOEXCEPT {
  auto *l = core_of<libasync::lock>(lock);
  const asy_status refused = object_check(l);
  return refused ? refused : lock_release(*l);
}

/**
 * Tell whether an acquire would have to wait.
 *
 * @param[in] lock the lock; borrowed
 * @return 1 when somebody holds it, or it cannot be used from here, else 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_lock_is_locked(const asy_lock *lock) ASY_NOEXCEPT {
  auto *l = core_of<libasync::lock>(lock);
  return object_check(l) || l->locked;
}

/**
 * Count who waits for a lock.
 *
 * @param[in] lock the lock; borrowed
 * @return how many; 0 too when it cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_lock_waiting(const asy_lock *lock) ASY_NOEXCEPT {
  auto *l = core_of<libasync::lock>(lock);
  return object_check(l) ? 0 : l->waiting.count();
}

/**
 * Take one more reference to a lock.
 *
 * @param[in] lock the lock; borrowed; or NULL
 * @return `lock`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_lock *asy_lock_ref(asy_lock *lock) ASY_NOEXCEPT {
  if (lock) object_ref(core_of<object>(lock));
  return lock;
}

/**
 * Give a reference to a lock back.
 *
 * Who waits holds one too: a wait goes on without the caller's.
 *
 * @param[in] lock the lock; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_lock_unref(asy_lock *lock) ASY_NOEXCEPT { object_unref(core_of<object>(lock)); }

}  // extern "C"
