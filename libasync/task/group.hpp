#pragma once
#include "libasync/task/task.hpp"

namespace libasync {

struct group_member;

/// A scope that owns tasks: it ends when they all have.
struct group : object {
  task *parent;           // owned until the exit
  group_member *members;  // the unfinished ones
  error **errors;         // `error_count` of them, each owned
  std::size_t error_count, error_room, member_count;
  group_member *next_to_cancel;  // while all are being cancelled
  future *reserved_exit;         // owned until the body has ended: leaving a scope needs no memory
  future *exit;                  // owned from then on
  error *reason;                 // why the whole is cancelled; owned
  uint32_t entry_level;          // the parent's task_cancel_level() when the group was made
  bool exiting, aborting, finished;
  bool parent_cancelled;  // we asked for it, and take it back at the exit
  bool propagate;         // a cancel from outside goes on past the exit
};

/// `parent` NULL: the current task.
asy_status group_new(loop &l, task *parent, group *&out) noexcept;
/// A refused task is cancelled before its body starts.
asy_status group_add(group &g, task &t) noexcept;
/// Once; consumes the body's error. Done when all members are.
future *group_exit(group &g, error *body) noexcept;
asy_status group_cancel(group &g, const char *message) noexcept;

}  // namespace libasync
