#pragma once
#include "libasync/task/task.hpp"

namespace libasync {

/// A scope that cancels its task at a deadline and turns that cancel into a timeout.
struct timeout : object {
  task *scoped;  // owned
  timer due;
  uint64_t when;
  uint32_t entry_level;  // the task's task_cancel_level() when the scope was entered
  bool expired;
  bool queued;  // to come due at once
};

/// The error of a deadline that passed; without memory it has no cause. `cause` is borrowed.
error *timed_out(error *cause) noexcept;

/// `scoped` NULL: the current task. Consumes nothing.
asy_status timeout_enter(loop &l, task *scoped, uint64_t delay, timeout *&out) noexcept;
/// Consumes the scope's reference and `body`; the outcome in `out`, owned or NULL.
asy_status timeout_exit(timeout &scope, error *body, error *&out) noexcept;
asy_status timeout_reschedule(timeout &scope, uint64_t when) noexcept;

}  // namespace libasync
