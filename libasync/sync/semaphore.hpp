#pragma once
#include "libasync/sync/waiting_line.hpp"

namespace libasync {

/// A counter of slots. Whoever waits implies that the counter is 0: a released
/// slot goes to the first in line directly.
struct semaphore : object {
  uint64_t value, limit;
  waiting_line waiting;
};

/// NULL without memory.
semaphore *semaphore_new(loop &l, uint64_t value, uint64_t limit) noexcept;
future *semaphore_acquire(semaphore &s) noexcept;
asy_status semaphore_try_acquire(semaphore &s) noexcept;
asy_status semaphore_release(semaphore &s) noexcept;

}  // namespace libasync
