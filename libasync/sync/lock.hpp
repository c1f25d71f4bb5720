#pragma once
#include "libasync/sync/waiting_line.hpp"

namespace libasync {

/// The flags of asy_lock_new(), by value: that header is above this layer.
inline constexpr uint32_t lock_owned = 1;

/// One who waits for the lock.
struct lock_wait : standing {
  uint32_t task;  // the number of the one that asked, or 0
  /// Has the lock, and the line's reference, which it consumes.
  void (*granted)(lock_wait &self) noexcept;
};

/// Whoever waits implies that it is locked: released, it goes to the first in line directly.
struct lock : object {
  bool locked, owned;
  uint32_t holder;  // the number of the task that acquired it; 0 outside of tasks
  waiting_line waiting;
};

/// NULL without memory.
lock *lock_new(loop &l, uint32_t flags) noexcept;
future *lock_acquire(lock &l) noexcept;
asy_status lock_try_acquire(lock &l) noexcept;
asy_status lock_release(lock &l) noexcept;

/// The number of the task that runs, or 0.
uint32_t lock_asker(const lock &l) noexcept;
/// True when it is locked, and by the caller as far as it remembers.
bool lock_is_held(const lock &l) noexcept;
/// Joins the line, or is granted the lock at once. Consumes the reference.
void lock_line_up(lock &l, lock_wait &consumed) noexcept;
/// The next in line gets it.
void lock_pass_on(lock &l) noexcept;

}  // namespace libasync
