/** @file
 * @brief Semaphores: counters that tasks wait for. */
#include "libasync/sync/semaphore.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Make a semaphore.
 *
 * It caps how much happens at a time, not how much per second.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] value how many slots are free at first
 * @param[out] out_semaphore receives the semaphore, or NULL on failure
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID an argument is NULL
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_semaphore`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_semaphore_new(asy_loop *loop, uint64_t value, asy_semaphore **out_semaphore) ASY_NOEXCEPT {
  if (!out_semaphore) return ASY_E_INVALID;
  *out_semaphore = nullptr;
  if (const asy_status refused = loop_check(core(loop))) return refused;
  *out_semaphore = handle_of<asy_semaphore>(semaphore_new(*core(loop), value, UINT64_MAX));
  return *out_semaphore ? ASY_OK : ASY_E_NOMEM;
}

/**
 * Make a semaphore that never has more free slots than at first.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] value how many slots there are, all free
 * @param[out] out_semaphore receives the semaphore, or NULL on failure
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID an argument is NULL
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_semaphore`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_semaphore_new_bounded(asy_loop *loop, uint64_t value,
                                             asy_semaphore **out_semaphore) ASY_NOEXCEPT {
  if (!out_semaphore) return ASY_E_INVALID;
  *out_semaphore = nullptr;
  if (const asy_status refused = loop_check(core(loop))) return refused;
  *out_semaphore = handle_of<asy_semaphore>(semaphore_new(*core(loop), value, value));
  return *out_semaphore ? ASY_OK : ASY_E_NOMEM;
}

/**
 * Wait for a free slot and take it.
 *
 * A free slot is taken at once and the future is done already. Slots are given
 * out in the order of the calls; nobody overtakes. Cancelling the future leaves
 * the line; a slot that it got before belongs to whoever awaited it.
 *
 * @param[in] semaphore the semaphore; borrowed
 * @return a future without a value
 * @par Ownership
 * the caller owns one reference; the slot goes back with asy_semaphore_release()
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_semaphore_acquire(asy_semaphore *semaphore) ASY_NOEXCEPT {
  auto *s = core_of<libasync::semaphore>(semaphore);
  const asy_status refused = object_check(s);
  return handle(refused ? future_of(refused) : semaphore_acquire(*s));
}

/**
 * Take a slot if one is free.
 *
 * @param[in] semaphore the semaphore; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_AGAIN no slot is free, or all are promised to those who wait
 * @par Ownership
 * the slot goes back with asy_semaphore_release()
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_semaphore_try_acquire(asy_semaphore *semaphore) ASY_NOEXCEPT {
  auto *s = core_of<libasync::semaphore>(semaphore);
  const asy_status refused = object_check(s);
  return refused ? refused : semaphore_try_acquire(*s);
}

/**
 * Give a slot back, or add one.
 *
 * The slot belongs to the first who waits from this call on, though that runs
 * later: the semaphore stays locked meanwhile.
 *
 * @param[in] semaphore the semaphore; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE every slot of a bounded one is free, or the counter is at its limit of 2^64 - 1
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_semaphore_release(asy_semaphore *semaphore) ASY_NOEXCEPT {
  auto *s = core_of<libasync::semaphore>(semaphore);
  const asy_status refused = object_check(s);
  return refused ? refused : semaphore_release(*s);
}

/**
 * Tell whether an acquire would have to wait.
 *
 * @param[in] semaphore the semaphore; borrowed
 * @return 1 when no slot is free, or the semaphore cannot be used from here, else 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_semaphore_is_locked(const asy_semaphore *semaphore) ASY_NOEXCEPT {
  auto *s = core_of<libasync::semaphore>(semaphore);
  return object_check(s) || !s->value;
}

/**
 * Count the free slots.
 *
 * @param[in] semaphore the semaphore; borrowed
 * @return how many; 0 while anybody waits, or when the semaphore cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API uint64_t asy_semaphore_value(const asy_semaphore *semaphore) ASY_NOEXCEPT {
  auto *s = core_of<libasync::semaphore>(semaphore);
  return object_check(s) ? 0 : s->value;
}

/**
 * Count who waits for a slot.
 *
 * @param[in] semaphore the semaphore; borrowed
 * @return how many; 0 too when it cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_semaphore_waiting(const asy_semaphore *semaphore) ASY_NOEXCEPT {
  auto *s = core_of<libasync::semaphore>(semaphore);
  return object_check(s) ? 0 : s->waiting.count();
}

/**
 * Take one more reference to a semaphore.
 *
 * @param[in] semaphore the semaphore; borrowed; or NULL
 * @return `semaphore`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_semaphore *asy_semaphore_ref(asy_semaphore *semaphore) ASY_NOEXCEPT {
  if (semaphore) object_ref(core_of<object>(semaphore));
  return semaphore;
}

/**
 * Give a reference to a semaphore back.
 *
 * Who waits holds one too: a wait goes on without the caller's.
 *
 * @param[in] semaphore the semaphore; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_semaphore_unref(asy_semaphore *semaphore) ASY_NOEXCEPT { object_unref(core_of<object>(semaphore)); }

}  // extern "C"
