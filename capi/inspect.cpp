/** @file
 * @brief Looking in: who waits for whom, and where everything stands. */
#include "libasync/debug/inspect.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Visit those who wait for a future.
 *
 * Tasks, gathers, waits, shields, races and waits with a limit; for a task of a group the parent. Done
 * callbacks are nobody. Each comes once, in the order in which they came to wait.
 *
 * @param[in] future the future; borrowed
 * @param[in] on_future called for each
 * @param[in] user_data handed to `on_future`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative #asy_status
 * @retval ASY_E_NOMEM memory ran out; nobody was visited
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_future_visit_awaiters(asy_future *future, asy_future_cb on_future, void *user_data,
                                             asy_free_cb on_free) ASY_NOEXCEPT {
  libasync::future *const f = core(future);
  asy_status status = f && !f->owner ? ASY_OK : object_check(f);
  if (!status && !on_future) status = ASY_E_INVALID;
  if (!status) status = visit_awaiters(*f, on_future, user_data);
  return refuse(status, user_data, on_free);
}

/**
 * Tell where a future stands and who waits for it, upward.
 *
 * One line for the future, one `at` line for each frame of a suspended task, and indented below
 * that the same for each that waits for it. What was told once is not followed again: in a circle,
 * and where two ways meet.
 *
 * @param[in] future the future or task, or NULL for the task that runs on this thread; borrowed
 * @param[in] max_frames frames of each task: that many of the innermost, when negative of the
 *   outermost; 0 for none, INT32_MAX for all
 * @param[in] max_levels levels of awaiters to follow; 0 for all
 * @param[in] on_line called for each line
 * @param[in] user_data handed to `on_line`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE `future` is NULL and no loop runs on this thread; where one runs without a task, no line is told
 * @retval ASY_E_NOMEM memory ran out; some lines may be missing
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_future_call_graph(asy_future *future, int32_t max_frames, uint32_t max_levels,
                                         asy_line_cb on_line, void *user_data, asy_free_cb on_free) ASY_NOEXCEPT {
  libasync::loop *const here = loop_current();
  libasync::future *const f = future ? core(future) : here ? here->current : nullptr;
  asy_status status = ASY_OK;
  if (!on_line) status = ASY_E_INVALID;
  else if (!f) status = here ? ASY_OK : ASY_E_STATE;
  else if (f->owner) status = object_check(f);
  if (!status && f) status = call_graph(*f, {max_frames, max_levels}, on_line, user_data);
  return refuse(status, user_data, on_free);
}

/**
 * Tell where every unfinished task stands, the oldest first: what to print when a program hangs.
 *
 * One line for each with its name, its state, what it waits for and who waits for it, and one `at`
 * line for each frame.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] on_line called for each line
 * @param[in] user_data handed to `on_line`; borrowed until `on_free`
 * @param[in] on_free releases `user_data`, or NULL
 * @return zero or a negative #asy_status
 * @retval ASY_E_NOMEM memory ran out; no line was told
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_dump(asy_loop *loop, asy_line_cb on_line, void *user_data,
                                 asy_free_cb on_free) ASY_NOEXCEPT {
  asy_status status = loop_check(core(loop));
  if (!status && !on_line) status = ASY_E_INVALID;
  if (!status) status = dump(*core(loop), on_line, user_data);
  return refuse(status, user_data, on_free);
}

}  // extern "C"
