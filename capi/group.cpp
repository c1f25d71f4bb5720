/** @file
 * @brief Task groups: scopes that own tasks. */
#include "libasync/task/group.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Open a scope that owns tasks.
 *
 * Every group ends with asy_group_exit().
 *
 * @param[in] loop the loop; borrowed
 * @param[in] task the task whose scope it is, or NULL for the current one; borrowed
 * @param[out] out_group receives the group, or NULL on failure
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE there is no such task, or it has ended
 * @retval ASY_E_NOMEM memory ran out
 * @retval ASY_E_LIMIT 65535 scopes are open on the task
 * @par Ownership
 * the caller owns one reference in `*out_group`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_group_new(asy_loop *loop, asy_task *task, asy_group **out_group) ASY_NOEXCEPT {
  if (!out_group) return ASY_E_INVALID;
  *out_group = nullptr;
  if (const asy_status refused = loop_check(core(loop))) return refused;
  libasync::task *parent = as_task(core(task));
  if (task && !parent) return ASY_E_INVALID;
  group *made;
  const asy_status status = group_new(*core(loop), parent, made);
  *out_group = handle_of<asy_group>(made);
  return status;
}

/**
 * Put a task into a group.
 *
 * A task that is refused is cancelled, before its body starts if it has just been made.
 *
 * @param[in] group the group; borrowed
 * @param[in] task the task; borrowed
 * @return zero or a negative #asy_status
 * @retval ASY_E_STATE the group has ended, or is ending after an error; or it is the group's own
 *   task, which is left as it is
 * @retval ASY_E_WRONG_LOOP the task belongs to another loop
 * @retval ASY_E_NOMEM memory ran out
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_group_add(asy_group *group, asy_task *task) ASY_NOEXCEPT {
  auto *g = core_of<libasync::group>(group);
  libasync::task *t = as_task(core(task));
  if (!t) return ASY_E_INVALID;
  if (const asy_status refused = object_check(g)) {
    if (!object_check(t)) task_cancel(*t, nullptr);
    return refused;
  }
  return group_add(*g, *t);
}

/**
 * End the body of a group and wait for its tasks.
 *
 * An error of the body, or of a task before, cancels all tasks. Cancelling the future cancels
 * the tasks and still waits for them.
 *
 * @param[in] group the group; borrowed
 * @param[in] error the body's error, or NULL; consumed
 * @return a future without a value; the first #ASY_ERROR_FATAL, else #ASY_E_GROUP with every error, or #ASY_E_CANCELLED
 * @retval ASY_E_STATE the group was exited already
 * @par Ownership
 * the caller owns one reference; takes `error`
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_future *asy_group_exit(asy_group *group, asy_error *error) ASY_NOEXCEPT {
  auto *g = core_of<libasync::group>(group);
  if (const asy_status refused = object_check(g)) {
    refuse(refused, error);
    return handle(future_of(refused));
  }
  return handle(group_exit(*g, core(error)));
}

/**
 * Cancel all tasks of a group and its body.
 *
 * The group then ends without an error, unless something fails while it is cancelled.
 *
 * @param[in] group the group; borrowed
 * @param[in] message why, or NULL; copied
 * @return zero or a negative #asy_status
 * @par Ownership
 * nothing changes hands
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_group_cancel(asy_group *group, const char *message) ASY_NOEXCEPT {
  auto *g = core_of<libasync::group>(group);
  if (const asy_status refused = object_check(g)) return refused;
  return group_cancel(*g, message);
}

/**
 * Take another reference to a group.
 *
 * @param[in] group the group, or NULL; borrowed
 * @return `group`
 * @par Ownership
 * the caller owns one more reference
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_group *asy_group_ref(asy_group *group) ASY_NOEXCEPT {
  if (group) object_ref(core_of<libasync::group>(group));
  return group;
}

/**
 * Give back a reference to a group.
 *
 * @param[in] group the group, or NULL; consumed
 * @par Ownership
 * takes one reference
 * @par Threads
 * any
 * @since 0.1
 */
ASY_API void asy_group_unref(asy_group *group) ASY_NOEXCEPT { object_unref(core_of<libasync::group>(group)); }
}
