/** @file
 * @brief Barriers: tasks that wait for each other. */
#include "libasync/sync/barrier.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Make a barrier.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] parties how many it waits for; at least 1
 * @param[out] out_barrier receives the barrier, or NULL on failure
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID an argument is NULL or 0
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_barrier`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_barrier_new(asy_loop *loop, uint32_t parties, asy_barrier **out_barrier) ASY_NOEXCEPT {
  if (!out_barrier) return ASY_E_INVALID;
  *out_barrier = nullptr;
  if (const asy_status refused = loop_check(core(loop))) return refused;
  if (!parties) return ASY_E_INVALID;
  *out_barrier = handle_of<asy_barrier>(barrier_new(*core(loop), parties));
  return *out_barrier ? ASY_OK : ASY_E_NOMEM;
}

/**
 * Wait until all parties are there.
 *
 * The last to come releases all of them, and who comes after that is of the next
 * round, even before they have run. Cancelling the future leaves the barrier, which
 * then waits for one more.
 *
 * @param[in] barrier the barrier; borrowed
 * @return a future with an integer that is different for each party, from 0, in the order of arrival; fails with
 * #ASY_E_BROKEN when the barrier is reset or aborted
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_barrier_wait(asy_barrier *barrier) ASY_NOEXCEPT {
  auto *b = core_of<libasync::barrier>(barrier);
  const asy_status refused = object_check(b);
  return handle(refused ? future_of(refused) : barrier_wait(*b));
}

/**
 * Begin anew.
 *
 * Those who wait fail with #ASY_E_BROKEN, and the barrier is whole again.
 *
 * @param[in] barrier the barrier; borrowed
 * @return zero or a negative #asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_barrier_reset(asy_barrier *barrier) ASY_NOEXCEPT {
  auto *b = core_of<libasync::barrier>(barrier);
  if (const asy_status refused = object_check(b)) return refused;
  barrier_reset(*b);
  return ASY_OK;
}

/**
 * Break the barrier until it is reset.
 *
 * Those who wait, and all who come, fail with #ASY_E_BROKEN.
 *
 * @param[in] barrier the barrier; borrowed
 * @return zero or a negative #asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_barrier_abort(asy_barrier *barrier) ASY_NOEXCEPT {
  auto *b = core_of<libasync::barrier>(barrier);
  if (const asy_status refused = object_check(b)) return refused;
  barrier_abort(*b);
  return ASY_OK;
}

/**
 * Tell whether a barrier was broken.
 *
 * @param[in] barrier the barrier; borrowed
 * @return 1 when it was aborted and not reset, or it cannot be used from here, else 0
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API int32_t asy_barrier_is_broken(const asy_barrier *barrier) ASY_NOEXCEPT {
  auto *b = core_of<libasync::barrier>(barrier);
  return object_check(b) || b->broken;
}

/**
 * Tell how many a barrier waits for.
 *
 * @param[in] barrier the barrier; borrowed
 * @return how many; 0 too when it cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API uint32_t asy_barrier_parties(const asy_barrier *barrier) ASY_NOEXCEPT {
  auto *b = core_of<libasync::barrier>(barrier);
  return object_check(b) ? 0 : b->parties;
}

/**
 * Count who waits at a barrier.
 *
 * @param[in] barrier the barrier; borrowed
 * @return how many; 0 too when it cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API uint32_t asy_barrier_waiting(const asy_barrier *barrier) ASY_NOEXCEPT {
  auto *b = core_of<libasync::barrier>(barrier);
  return object_check(b) ? 0 : static_cast<uint32_t>(b->waiting.count());
}

/**
 * Take one more reference to a barrier.
 *
 * @param[in] barrier the barrier; borrowed; or NULL
 * @return `barrier`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_barrier *asy_barrier_ref(asy_barrier *barrier) ASY_NOEXCEPT {
  if (barrier) object_ref(core_of<object>(barrier));
  return barrier;
}

/**
 * Give a reference to a barrier back.
 *
 * Who waits holds one too: a wait goes on without the caller's.
 *
 * @param[in] barrier the barrier; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_barrier_unref(asy_barrier *barrier) ASY_NOEXCEPT { object_unref(core_of<object>(barrier)); }

}  // extern "C"
