#pragma once
#include "libasync/task/task.hpp"

namespace libasync {

/// What a program wants to hear about all tasks of a loop; counted, so that a hook may replace the hooks.
struct task_hooks {
  uint32_t refs;
  asy_task_hooks call;
};

/// Consumes what `wanted` owns. NULL: none.
asy_status hooks_set(loop &l, const asy_task_hooks *wanted) noexcept;
/// Lets the hooks change the options of a task that is about to be made.
void hooks_options(loop &l, asy_task_options &options) noexcept;

}  // namespace libasync
