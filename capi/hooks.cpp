/** @file
 * @brief Hearing of all tasks of a loop. */
#include "libasync/task/hooks.hpp"
#include "capi/handles.hpp"

using namespace libasync;
using namespace libasync::capi;

extern "C" {

/**
 * Hear of every task of a loop, and change how it is made.
 *
 * For tracers, and for a program whose tasks shall all be eager. The hooks replace those that were set before. They run
 * on the loop's own stack and may make tasks, cancel them and set other hooks. A step under way when they are set is
 * not told to them. A loop that closes tells of the tasks that it ends.
 *
 * @param[in] loop the loop; borrowed
 * @param[in] hooks what to call, or NULL for nothing; copied
 * @return zero or a negative #asy_status
 * @retval ASY_E_INVALID the struct is of another version
 * @retval ASY_E_NOMEM memory ran out; the hooks are as they were
 * @par Ownership
 * takes `user_data`, also on failure
 * @par Threads
 * the loop's
 * @since 0.1
 */
ASY_API asy_status asy_loop_set_task_hooks(asy_loop *loop, const asy_task_hooks *hooks) ASY_NOEXCEPT {
  asy_task_hooks wanted{};
  if (hooks && hooks->size < sizeof wanted) return ASY_E_INVALID;
  if (const asy_status refused = hooks ? read_callbacks(hooks, wanted) : ASY_OK) return refused;
  if (const asy_status refused = loop_check(core(loop))) return refuse(refused, wanted.user_data, wanted.on_free);
  return hooks_set(*core(loop), hooks ? &wanted : nullptr);
}

}  // extern "C"
