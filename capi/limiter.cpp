/** @file
 * @brief Limiters: so much per second. */
#include "libasync/sync/limiter.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Make a limiter: a bucket of tokens that fills at a rate, and is full at first.
 *
 * @param[in] loop the loop, whose clock it goes by; borrowed
 * @param[in] rate tokens per second
 * @param[in] burst how many tokens it holds, which may be taken at once
 * @param[out] out_limiter receives the limiter, or NULL on failure
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID an argument is NULL, not above zero, not finite, or the bucket takes over a century to fill
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * the caller owns one reference in `*out_limiter`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_limiter_new(asy_loop *loop, double rate, double burst, asy_limiter **out_limiter) ASY_NOEXCEPT {
  if (!out_limiter) return ASY_E_INVALID;
  *out_limiter = nullptr;
  if (const asy_status refused = loop_check(core(loop))) return refused;
  if (!limiter_is_sound(rate, burst)) return ASY_E_INVALID;
  *out_limiter = handle_of<asy_limiter>(limiter_new(*core(loop), rate, burst));
  return *out_limiter ? ASY_OK : ASY_E_NOMEM;
}

/**
 * Wait for tokens and take them.
 *
 * Served in the order of the calls: nobody overtakes one who needs more. Cancelling
 * the future leaves the line and takes nothing.
 *
 * @param[in] limiter the limiter; borrowed
 * @param[in] amount how many tokens; up to the burst
 * @return a future without a value; fails with #ASY_E_INVALID when the amount is negative or above the burst
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_limiter_acquire(asy_limiter *limiter, double amount) ASY_NOEXCEPT {
  auto *l = core_of<libasync::limiter>(limiter);
  const asy_status refused = object_check(l);
  return handle(refused ? future_of(refused) : limiter_acquire(*l, amount));
}

/**
 * Take tokens if they are there and nobody waits for them.
 *
 * @param[in] limiter the limiter; borrowed
 * @param[in] amount how many tokens; up to the burst
 * @return zero or a negative #asy_status
 * @retval ASY_E_AGAIN there are not enough, or others wait
 * @retval ASY_E_INVALID the amount is negative or above the burst
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_limiter_try_acquire(asy_limiter *limiter, double amount) ASY_NOEXCEPT {
  auto *l = core_of<libasync::limiter>(limiter);
  const asy_status refused = object_check(l);
  return refused ? refused : limiter_try_acquire(*l, amount);
}

/**
 * Count who waits for tokens.
 *
 * @param[in] limiter the limiter; borrowed
 * @return how many; 0 too when it cannot be used from here
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API size_t asy_limiter_waiting(const asy_limiter *limiter) ASY_NOEXCEPT {
  auto *l = core_of<libasync::limiter>(limiter);
  return object_check(l) ? 0 : l->waiting.count();
}

/**
 * Take one more reference to a limiter.
 *
 * @param[in] limiter the limiter; borrowed; or NULL
 * @return `limiter`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_limiter *asy_limiter_ref(asy_limiter *limiter) ASY_NOEXCEPT {
  if (limiter) object_ref(core_of<object>(limiter));
  return limiter;
}

/**
 * Give a reference to a limiter back.
 *
 * Who waits holds one too: a wait goes on without the caller's.
 *
 * @param[in] limiter the limiter; consumed; or NULL
 * @par Ownership
 * one reference is taken from the caller
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_limiter_unref(asy_limiter *limiter) ASY_NOEXCEPT { object_unref(core_of<object>(limiter)); }

}  // extern "C"
