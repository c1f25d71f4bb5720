#pragma once
// The options of everything that makes a task.
#include "capi/handles.hpp"
#include "libasync/task/hooks.hpp"

namespace libasync::capi {

/// What is there to drive; tables of before `language` are shorter.
inline bool is_complete(const asy_coroutine *coroutine) noexcept {
  constexpr std::size_t least = offsetof(asy_coroutine, language);
  return coroutine && coroutine->size >= least && coroutine->resume && coroutine->destroy;
}

/// Destroys what will not be driven, as far as its table tells how.
inline asy_status refuse_coroutine(asy_status status, const asy_coroutine *coroutine, void *self) noexcept {
  const bool readable = coroutine && coroutine->size >= offsetof(asy_coroutine, describe);
  return readable ? refuse(status, self, coroutine->destroy) : status;
}

/// Nobody says anything about the task: its options are NULL, and nothing is read or copied.
inline bool is_usual(const loop *l, const asy_task_options *options) noexcept {
  return !options && l && loop_is_here(*l) && !l->hooks;
}

/// On the loop's thread: its hooks are asked. `to` is zero-filled.
inline asy_status read_task_options(loop &l, const asy_task_options *from, asy_task_options &to) noexcept {
  constexpr uint64_t known = ASY_TASK_EAGER | ASY_TASK_LAZY;
  if (from)
    if (const asy_status refused = read_options(from, to)) return refused;
  if (!l.hooks) [[likely]]
    return to.flags & ~known ? ASY_E_INVALID : ASY_OK;
  to.size = sizeof to;
  hooks_options(l, to);
  return to.flags & ~known ? ASY_E_INVALID : loop_check(&l);
}

}  // namespace libasync::capi
