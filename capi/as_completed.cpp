/** @file
 * @brief Futures in the order in which they finish. */
#include "libasync/task/as_completed.hpp"
#include "capi/handles.hpp"
#include "libasync/task/members.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Start to iterate over futures in the order in which they finish.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] futures the futures, each consumed; the array is borrowed, or NULL with `count` 0
 * @param[in] count how many
 * @param[out] out_completions receives the iteration, or NULL on failure
 * @return zero or a negative #asy_status
 * @retval ASY_E_NOMEM memory ran out
 * @retval ASY_E_WRONG_LOOP a future belongs to another loop
 * @par Ownership
 * the caller owns one reference in `*out_completions`; takes one of each future
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_completions_new(asy_loop *loop, asy_future *const *futures, size_t count,
                                       asy_completions **out_completions) ASY_NOEXCEPT {
  auto *members = reinterpret_cast<future *const *>(futures);
  if (out_completions) *out_completions = nullptr;
  asy_status status = members_check(core(loop), members, count);
  if (!status && !out_completions) {
    members_release(members, count);
    status = ASY_E_INVALID;
  }
  if (status) return status;
  completions *made;
  status = completions_new(*core(loop), members, count, made);
  *out_completions = handle_of<asy_completions>(made);
  return status;
}

/**
 * Wait for the next finished future.
 *
 * Its value is that future, finished; read its outcome from there.
 *
 * @param[in] completions the iteration; borrowed
 * @return a future with a future; #ASY_E_END after the last one
 * @par Ownership
 * the caller owns one reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_completions_next(asy_completions *completions) ASY_NOEXCEPT {
  auto *c = core_of<libasync::completions>(completions);
  if (const asy_status refused = object_check(c)) return handle(future_of(refused));
  return handle(completions_next(*c));
}

/**
 * Set an overall deadline for an iteration.
 *
 * When it passes, what had finished is still handed out; each further step fails with
 * #ASY_E_TIMEOUT. The unfinished futures run on. Setting it again moves it.
 *
 * @param[in] completions the iteration; borrowed
 * @param[in] timeout_ns nanoseconds from now; #ASY_FOREVER sets no limit
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE the deadline has passed
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_completions_set_timeout(asy_completions *completions, uint64_t timeout_ns) ASY_NOEXCEPT {
  auto *c = core_of<libasync::completions>(completions);
  const asy_status refused = object_check(c);
  return refused ? refused : completions_set_timeout(*c, timeout_ns);
}

/**
 * Take another reference to an iteration.
 *
 * @param[in] completions the iteration, or NULL; borrowed
 * @return `completions`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_completions *asy_completions_ref(asy_completions *completions) ASY_NOEXCEPT {
  if (completions) object_ref(core_of<libasync::completions>(completions));
  return completions;
}

/**
 * Give back a reference to an iteration.
 *
 * The futures run on.
 *
 * @param[in] completions the iteration, or NULL; consumed
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_completions_unref(asy_completions *completions) ASY_NOEXCEPT {
  object_unref(core_of<libasync::completions>(completions));
}
}
