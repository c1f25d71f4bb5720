#pragma once
#include "libasync/task/future.hpp"

namespace libasync {

struct completion_member;

/// Hands out futures in the order in which they finish.
struct completions : object {
  completion_member *members;                   // one block
  std::size_t count, next_free, handed, asked;  // finished ones stand in `order`
  future **order;
  struct next_future *waiting, **last_waiting;  // in the order of asking
  timer due;
  bool expired;  // those that were unfinished then come no more
};

/// Consumes each of the futures, also on failure.
asy_status completions_new(loop &l, future *const *futures, std::size_t count, completions *&out) noexcept;
/// From then on whatever is unfinished counts as timed out. ASY_E_STATE when that happened already.
asy_status completions_set_timeout(completions &c, uint64_t delay) noexcept;
/// A future whose value is the next finished future.
future *completions_next(completions &c) noexcept;

}  // namespace libasync
