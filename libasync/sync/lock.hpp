#pragma once
#include "libasync/sync/waiting_line.hpp"
#include "libasync/task/task.hpp"

namespace libasync {

/// The flags of asy_lock_new(), by value: that header is above this layer.
inline constexpr uint32_t lock_owned = 1;

/// One who waits for the lock.
struct lock_wait : standing {
  uint32_t task;  // for an owned one: the number of the one that asked; or 0
  /// Has the lock.
  void (*granted)(lock_wait &self) noexcept;
};

/// Whoever waits implies that it is locked: released, it goes to the first in line directly.
struct lock : object {
  bool locked, owned;
  uint32_t holder;  // of an owned one that is locked: the number of the task that acquired it; 0 outside of tasks
  waiting_line waiting;
};

/// NULL without memory.
lock *lock_new(loop &l, uint32_t flags) noexcept;
future *lock_acquire(lock &l) noexcept;

/// The number of the task that runs, or 0; for an owned lock.
inline uint32_t lock_asker(const lock &l) noexcept {
  const task *const running = l.owned ? l.owner->current : nullptr;
  return running ? running->number : 0;
}
/// True when it is locked, and by the caller as far as it remembers.
inline bool lock_is_held(const lock &l) noexcept {
  if (l.owned) [[unlikely]]
    return l.locked && l.holder == lock_asker(l);
  return l.locked;
}
/// Joins the line, or is granted the lock at once.
void lock_line_up(lock &l, lock_wait &w) noexcept;
/// The next in line gets it.
void lock_pass_on(lock &l) noexcept;

inline asy_status lock_try_acquire(lock &l) noexcept {
  if (l.locked) [[unlikely]] {
    const uint32_t task = lock_asker(l);
    return task && l.holder == task ? ASY_E_STATE : ASY_E_AGAIN;
  }
  l.locked = true;
  if (l.owned) [[unlikely]]
    l.holder = lock_asker(l);
  return ASY_OK;
}

inline asy_status lock_release(lock &l) noexcept {
  if (!lock_is_held(l)) [[unlikely]]
    return ASY_E_STATE;
  if (l.waiting.empty()) [[likely]]
    l.locked = false;
  else lock_pass_on(l);
  return ASY_OK;
}

}  // namespace libasync
