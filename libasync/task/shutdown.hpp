#pragma once
#include "libasync/task/task.hpp"

namespace libasync {

/// Ends all that the loop has going, in stages: tasks, generators, the default executor. What a stage starts anew is
/// ended too. Completes with how many did not end within `grace`. Never NULL.
future *shutdown_start(loop &l, uint64_t grace) noexcept;

/// A task of a loop that shuts down has ended.
void shutdown_task_ended(task &t) noexcept;
/// One has left the list, and may come back.
void shutdown_task_left(loop &l) noexcept;

}  // namespace libasync
