#pragma once
// The options of everything that makes a task.
#include "capi/handles.hpp"

namespace libasync::capi {

/// `to` is as it was made.
inline asy_status read_options(const asy_task_options *from, task_options &to) noexcept {
  if (!from) return ASY_OK;
  asy_task_options read;
  if (const asy_status refused = read_options(from, read)) return refused;
  if (read.flags & ~uint64_t{ASY_TASK_EAGER}) return ASY_E_INVALID;
  to.name = read.name;
  to.stack_size = read.stack_size;
  to.context = core_of<context>(read.context);
  to.eager = read.flags & ASY_TASK_EAGER;
  return ASY_OK;
}

}  // namespace libasync::capi
