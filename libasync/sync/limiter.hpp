#pragma once
#include "libasync/sync/waiting_line.hpp"

namespace libasync {

/// A bucket of tokens that fills at a rate.
///
/// It is kept as a time: the one at which it will be full again. What is taken moves that time on, and
/// may be taken as long as it stays within the time that an empty bucket needs. So nothing is
/// added up over time, and a timer that rings is never a fraction of a token too early.
struct limiter : object {
  double nanoseconds_each, burst;
  uint64_t window;  // how long an empty one takes to fill
  uint64_t full_at;
  timer due;  // when the first in line can be served
  waiting_line waiting;
};

/// NULL without memory.
limiter *limiter_new(loop &l, double rate, double burst) noexcept;
/// False for a rate or a burst that is no limit, or that takes centuries.
bool limiter_is_sound(double rate, double burst) noexcept;
future *limiter_acquire(limiter &l, double amount) noexcept;
asy_status limiter_try_acquire(limiter &l, double amount) noexcept;

}  // namespace libasync
