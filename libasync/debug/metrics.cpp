#include "libasync/debug/metrics.hpp"

namespace libasync {

/// Numbers are taken in rounds, and given in order: those of the last round that are left were not given.
uint64_t tasks_created(const loop &l) noexcept {
  const uint64_t left = (task_number_round - l.last_task % task_number_round) % task_number_round;
  return l.counters.task_numbers - left;
}

}  // namespace libasync
