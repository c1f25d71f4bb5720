#pragma once
#include <cstdint>

namespace libasync {

/// A loop takes the numbers of its tasks many at a time.
inline constexpr uint32_t task_number_round = 1024;

/// What a loop counts always, where it costs nothing per step.
struct counters {
  uint64_t polls = 0;
  uint64_t entries = 0;
  uint64_t ready_max = 0;
  uint64_t usual_batch = 0;  // larger ones are looked at: zero while all are
  uint64_t timers = 0;
  uint64_t lag = 0, lag_max = 0;                         // ns by which timers were late
  uint64_t task_numbers = 0;                             // how many were taken for tasks, some not given yet
  uint64_t tasks_back = 0;                               // how many were given to one that had been set aside
  uint64_t steps = 0, step = 0, step_max = 0, poll = 0;  // timed in debug mode only; ns

  void batch(uint32_t size) noexcept {
    if (size > ready_max) ready_max = size;
  }
  void late(uint64_t by) noexcept {
    lag = by;
    if (by > lag_max) lag_max = by;
  }
};

}  // namespace libasync
